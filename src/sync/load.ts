/**
 * Loads those whom a run looks at, and reads both sides into them: everybody, or only those whom something concerns.
 *
 *   | everybody is loaded when                                                                       |
 *   |------------------------------------------------------------------------------------------------|
 *   | a side is read whole, or has to be in the end                                                  |
 *   | nobody may rest on what was decided: other settings or fields, or a run that did not get there |
 *   | so much has changed that most of them would be loaded anyway                                   |
 */
import { hash } from "node:crypto";
import { addressKey } from "../domain/address.ts";
import { noneSkipped, type Skipped } from "../plan/skipped.ts";
import { type KeptStanding, UNSTORED } from "../plan/standings.ts";
import type { State, Store } from "../ports/store.ts";
import { MatchIndex } from "../reconcile/match-index.ts";
import type { Policy, World } from "../reconcile/world.ts";
import { addressesIn, askedChanges, type BothChanges, gathered } from "./changes.ts";
import { Neighbourhood } from "./neighbourhood.ts";
import { EverybodyNeeded, type ReadOptions, readSides, type Seen } from "./read.ts";
import type { Readers } from "./run-sides.ts";
import { inSteps } from "./turns.ts";

/** Raised where other things are decided of the same records, so that everybody is decided on once more. */
const DECIDING = 1;

/** So many are always loaded one by one; beyond, from this share of those known on everybody is. */
const FEW = 1_000;
const MANY = 0.25;

/** Returns what tells by which settings and fields everybody is decided on. */
export function decidingBy(policy: Policy, shared: World["shared"]): string {
  return hash("sha256", JSON.stringify([DECIDING, policy, [...(shared ?? [])]]), "hex");
}

/** What was loaded and read. */
export interface Loaded {
  readonly state: State;
  readonly seen: Seen;
  /** How many of those who were not loaded are counted as left out, by why. */
  readonly elsewhere: Skipped;
}

/** How to read both sides, apart from what is known of them. */
type Reading = Omit<ReadOptions, "state" | "matchIndex" | "changes" | "some">;

/** @param restsOn by what everybody must have been decided on if some are to do; absent where it takes everybody */
export async function loadAndRead(readers: Readers, store: Store, reading: Reading, restsOn?: string): Promise<Loaded> {
  const asked = askedChanges(readers, reading);
  const everybody = async (changes: BothChanges): Promise<Loaded> => {
    const state = await store.load();
    const matchIndex = new MatchIndex(state);
    await inSteps(matchIndex.completing());
    const seen = await readSides(readers, { ...reading, state, matchIndex, changes });
    return { state, seen, elsewhere: noneSkipped() };
  };
  if (restsOn === undefined || (await store.decidedBy()) !== restsOn) return everybody(asked);
  const [lists, all] = await Promise.all([store.lists(), store.holdings()]);
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
    // Definitions that were asked for again may have shown other records
    await bringOdd();
    return { state, seen, elsewhere: await near.skippedElsewhere() };
  } catch (error) {
    if (!(error instanceof EverybodyNeeded)) throw error;
    return everybody(changes);
  }
}

/** Returns where records stand that may not be among the stored ones: few, where everybody was decided on. */
async function unstored(store: Store): Promise<KeptStanding[]> {
  const found = await store.standings(UNSTORED, Number.MAX_SAFE_INTEGER);
  return found.map(({ standing }) => ({ ...standing, since: standing.since ?? "" }));
}
