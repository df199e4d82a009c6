/**
 * Loads the records that a run needs, and reads both sides into them: all records, or only those a change concerns.
 *
 *   | all records are loaded when                                                                    |
 *   |------------------------------------------------------------------------------------------------|
 *   | a side is read whole, or it turns out that it must be                                          |
 *   | earlier decisions do not hold: other settings or fields, or a run that did not get that far    |
 *   | so much has changed that most records would be loaded anyway                                   |
 */
import { hash } from "node:crypto";
import { addressKey } from "../domain/address.ts";
import { inSteps } from "../limits/breaks.ts";
import { noneSkipped, type Skipped } from "../plan/skipped.ts";
import { type KeptStanding, UNSTORED } from "../plan/standings.ts";
import type { Holdings, State, Store } from "../ports/store.ts";
import { MatchIndex } from "../reconcile/matching/match-index.ts";
import type { Policy, World } from "../reconcile/world.ts";
import { Neighbourhood } from "./neighbourhood.ts";
import type { Readers } from "./open-sides.ts";
import { EverybodyNeeded, type ReadOptions, readSides, type Seen } from "./read.ts";
import { addressesIn, askedChanges, type BothChanges, gathered } from "./read-changes.ts";

/** Version of the decisions. Raise it when the same records lead to other decisions, so that all are decided again. */
const DECIDING = 1;

/** Up to FEW changed records, load only those. Above, load all if they are more than this share (MANY). */
const FEW = 1_000;
const MANY = 0.25;

/** Returns a hash of the settings and fields that decisions depend on. */
export function decidingBy(policy: Policy, shared: World["shared"]): string {
  return hash("sha256", JSON.stringify([DECIDING, policy, [...(shared ?? [])]]), "hex");
}

/** The loaded state, and what the reading showed. */
export interface Loaded {
  readonly state: State;
  readonly seen: Seen;
  /** Number of skipped records among those that were not loaded, by reason. */
  readonly elsewhere: Skipped;
}

/** How to read both sides, without the stored records. */
type Reading = Omit<ReadOptions, "state" | "matchIndex" | "changes" | "some">;

/**
 * Loads records and reads both sides.
 * @param all the number of stored records
 * @param restsOn the hash by which all records must have been decided, see `decidingBy`; `undefined` loads all
 */
export async function loadAndRead(
  readers: Readers,
  store: Store,
  all: Holdings,
  reading: Reading,
  restsOn?: string,
): Promise<Loaded> {
  const asked = askedChanges(readers, reading);
  const everybody = async (changes: BothChanges): Promise<Loaded> => {
    const state = await store.load();
    const matchIndex = new MatchIndex(state);
    await inSteps(matchIndex.completing());
    const seen = await readSides(readers, { ...reading, state, matchIndex, changes });
    return { state, seen, elsewhere: noneSkipped() };
  };
  if (restsOn === undefined || (await store.decidedBy()) !== restsOn) return everybody(asked);
  const lists = await store.lists();
  const [people, members] = await Promise.all([
    gathered(asked.copper, (one) => one.id, lists.collections),
    gathered(asked.mailchimp, (one) => one.key, lists.collections),
  ]);
  const changes = { copper: people, mailchimp: members };
  const touched = await store.touched();
  const concerned = people.count + members.count + touched.personIds.length + touched.memberKeys.length;
  if (concerned > Math.max(FEW, MANY * (all.persons + all.members))) return everybody(changes);
  const near = new Neighbourhood(store, lists, all);
  const waiting = [...lists.reviews, ...lists.resolutions].map((one) => one.personId);
  const bringOdd = () => {
    const odd = [...readers.copper().odd(), ...readers.mailchimp.odd()];
    return near.bring(
      {
        personIds: odd.flatMap(({ key }) => (typeof key === "number" ? [key] : [])),
        memberKeys: odd.flatMap(({ key }) => (typeof key === "string" ? [key] : [])),
      },
      odd.flatMap(({ addresses }) => addresses.map(addressKey)),
    );
  };
  await near.bringStanding(await unstored(store));
  await bringOdd();
  await near.bring(
    {
      personIds: [
        ...[...people.records].map((one) => one.id),
        ...(reading.hints?.personIds ?? []),
        ...touched.personIds,
        ...waiting,
      ],
      memberKeys: [...[...members.records].map((one) => one.key), ...touched.memberKeys],
    },
    [...addressesIn(people.records), ...addressesIn(members.records), ...(reading.hints?.emails ?? [])],
  );
  const { state } = near;
  try {
    const seen = await readSides(readers, {
      ...reading,
      state,
      matchIndex: new MatchIndex(state),
      changes,
      some: true,
    });
    await near.bring({ personIds: [], memberKeys: [] }, [
      ...addressesIn(seen.stateChanges.persons ?? []),
      ...addressesIn(seen.stateChanges.members ?? []),
    ]);
    // Reading the definitions again may have shown further odd records
    await bringOdd();
    return { state, seen, elsewhere: await near.skippedElsewhere() };
  } catch (error) {
    if (!(error instanceof EverybodyNeeded)) throw error;
    return everybody(changes);
  }
}

/** Returns the standings of contacts that may have no stored record. There are few. */
async function unstored(store: Store): Promise<KeptStanding[]> {
  const found = await store.standings(UNSTORED, Number.MAX_SAFE_INTEGER);
  return found.map(({ standing }) => ({ ...standing, since: standing.since ?? "" }));
}
