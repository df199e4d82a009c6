/** Makes a plan from the stored records and a new reading of both sides. Writes nothing to either side. */
import { addressKey } from "../domain/address.ts";
import { deletionTagOf } from "../domain/deletion-tag.ts";
import type { FieldOverride } from "../domain/fields.ts";
import type { Value } from "../domain/values.ts";
import { inSteps } from "../limits/turns.ts";
import { concat } from "../plan/collections.ts";
import { isSetAside } from "../plan/outcomes.ts";
import type { Plan } from "../plan/plan.ts";
import { addedUp, noneSkipped, type Skipped } from "../plan/skipped.ts";
import type { Clock } from "../ports/clock.ts";
import type { SetUp } from "../ports/facts.ts";
import type { Hints, MemberSide, OddRecord, PeopleSide } from "../ports/sides.ts";
import type { ConflictResolution, Decided, JournalEntry, Review, State, Store } from "../ports/store.ts";
import { reconciling } from "../reconcile/reconcile.ts";
import type { Policy, World } from "../reconcile/world.ts";
import { inverse } from "./inverse.ts";
import { decidingBy, loadAndRead } from "./load.ts";
import type { Seen } from "./read.ts";
import { readsWhole, type Small } from "./reads-whole.ts";
import { rebuilt } from "./rebuild.ts";
import { oddAddresses, oddNotes } from "./record-kinds.ts";
import { namesInDoubt, recovered, tagsInDoubt, toldAloneInDoubt } from "./recover.ts";
import { openSides, type RunSides } from "./run-sides.ts";
import {
  askSetUp,
  fieldlessOf,
  lapsed,
  mappingOf,
  Remapped,
  requiredNotes,
  shownMapping,
  toBeSure,
  usable,
} from "./set-up.ts";

/** Dependencies and settings of a run. */
export interface SyncParts {
  readonly copper: PeopleSide;
  readonly mailchimp: MemberSide;
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Omit<Policy, "mapped">;
  readonly fieldOverrides: readonly FieldOverride[];
  /** The Copper account's time zone (an IANA name). */
  readonly zone?: string;
  /** Accounts up to this size are read whole each time. */
  readonly small?: Small;
}

/** How to prepare one run. */
export interface PrepareOptions {
  readonly full: boolean;
  /** The operator confirms what looks wrong: many removals (G4), far fewer contacts than before (G3). */
  readonly yes: boolean;
  readonly retryRejected: boolean;
  /** Whether to distrust what is stored, and match and compare all contacts again. */
  readonly rebuild?: boolean;
  /** Contacts that notifications named. */
  readonly hints?: Hints;
  /** The id of the run to undo; the plan is then its inverse (A6). */
  readonly undo?: string;
  readonly stop: AbortSignal;
  progress?(side: "copper" | "mailchimp", read: number): void;
}

/** A plan with everything it was made from. */
export interface Prepared {
  readonly state: State;
  readonly sides: RunSides;
  readonly seen: Seen;
  readonly world: World;
  readonly policy: Policy;
  readonly plan: Plan;
  /** Which decisions a later run may keep; `null` if it must decide on all contacts. */
  readonly decided: Decided | null;
  /** Skipped records that the plan does not count: those not loaded, and members without an address. */
  readonly besides: Skipped;
  readonly doubts: readonly JournalEntry[];
  /** Records of each side that did not parse (A9), and members without an address (W10). */
  readonly odd: { readonly copper: readonly OddRecord[]; readonly mailchimp: readonly OddRecord[] };
  readonly signUpUrl: string | null;
  readonly reviews: readonly Review[];
  readonly reviewsOver: readonly number[];
  /** People whose link changed before planning: by writes in doubt, a new mapping or a rebuild. */
  readonly moved: ReadonlySet<number>;
  /** People whose link a rebuild removed. */
  readonly dropped: readonly number[];
}

/** Most attempts: a run starts again if the field definitions changed meanwhile. */
const BEGINNINGS = 3;

/** Reads both sides and makes a plan. Throws UnknownFilterError, ServiceError. */
export async function prepare(parts: SyncParts, options: PrepareOptions): Promise<Prepared> {
  let setUp: SetUp | undefined;
  for (let beginning = 1; ; beginning += 1) {
    try {
      return await begin(parts, options, setUp);
    } catch (error) {
      if (!(error instanceof Remapped) || beginning === BEGINNINGS) throw error;
      setUp = error.setUp;
    }
  }
}

/**
 * Makes one attempt: reads definitions and records, resolves writes in doubt, and reconciles.
 * @param renewed definitions read in this run. Throws Remapped if they changed since.
 */
async function begin(parts: SyncParts, options: PrepareOptions, renewed: SetUp | undefined): Promise<Prepared> {
  const { copper, mailchimp, store, clock, zone = "UTC" } = parts;
  const { filter } = parts.policy;
  const cursors = await store.fact("marks");
  const doubts = await store.inDoubt();
  // Writes in doubt and unclear failures need a complete reading, which shows what became of them
  const full =
    options.full ||
    options.rebuild ||
    options.undo !== undefined ||
    doubts.length > 0 ||
    (await store.fact("unsettled")) === true;
  const capabilities = (await store.fact("findings")) ?? {};
  const startedAt = Math.floor(clock.now() / 1000);
  const holdings = await store.holdings();
  const due = readsWhole(cursors, holdings, parts.small, startedAt, full, capabilities);
  const kept = due.copper || due.mailchimp || renewed ? undefined : usable(await store.fact("setup"), filter);
  const setUp = renewed ?? kept ?? (await askSetUp(copper, mailchimp, filter));
  const mapping = await mappingOf(setUp, parts.fieldOverrides, filter, zone, store);
  const { mapped } = mapping;
  const sides = openSides(copper, mailchimp, {
    mapping,
    fieldOverrides: parts.fieldOverrides,
    filter,
    zone,
    capabilities,
    stop: options.stop,
  });
  const policy: Policy = { ...parts.policy, mapped };
  const remapped = (await store.fact("fields")) !== mapping.key;
  const left = (await store.fact("batches")) ?? [];
  // Wait for batches of earlier runs: reading before they end would miss their writes (A1)
  const ended = left.length === 0 ? [] : await mailchimp.awaitLeft(left);
  const shared = await store.shared();
  const by = decidingBy(policy, shared);
  // If the settings are the same, earlier decisions hold, and only changed contacts must be loaded
  const resting = kept !== undefined && !remapped && left.length === 0 && isOfEverybody(policy, options);
  const {
    state,
    seen: read,
    elsewhere,
  } = await loadAndRead(
    sides.readers,
    store,
    holdings,
    {
      cursors,
      startedAt,
      whole: remapped ? { copper: true, mailchimp: true } : due,
      trust: options,
      ...(options.hints && { hints: options.hints }),
      ...(kept && { renew: sides.renew }),
      now: clock.now,
      progress: {
        copper: (read) => options.progress?.("copper", read),
        mailchimp: (read) => options.progress?.("mailchimp", read),
      },
    },
    resting ? by : undefined,
  );
  const { matchIndex: filled, ...seen } = read;
  // Store the mapping only after all contacts were read with it: until then each run reads all
  const readBy = seen.doubted.length + seen.partly.size === 0;
  // Keep nothing of a reading that showed an empty side (G4)
  const stale =
    remapped && readBy && seen.cursors !== undefined ? fieldlessOf(seen, mapped) : { persons: [], members: [] };
  for (const person of stale.persons) seen.persons.set(person.id, person);
  for (const member of stale.members) seen.members.set(member.key, member);
  const { links, collections } = state;
  const moved = new Set<number>();
  for (const link of recovered(links, doubts, seen.persons, seen.members, mapped)) {
    links.set(link.personId, link);
    moved.add(link.personId);
  }
  if (remapped)
    for (const link of await inSteps(lapsed(links.values(), mapped))) {
      links.set(link.personId, link);
      moved.add(link.personId);
    }
  const dropped = options.rebuild ? rebuilt(links, seen.persons, seen.members, moved) : [];
  const oddOf = { copper: sides.readers.copper().odd(), mailchimp: sides.readers.mailchimp.odd() };
  const odd = [...oddOf.copper, ...oddOf.mailchimp];
  const world: World = {
    persons: seen.persons,
    members: seen.members,
    links,
    rejected: new Map(state.rejections.map((one) => [addressKey(one.address), one.code])),
    retryRejected: options.retryRejected,
    unseen: seen.unseen,
    partly: seen.partly,
    odd: oddAddresses(odd),
    run: ((await store.fact("runs")) ?? 0) + 1,
    since: holdings.since,
    ...(shared && { shared }),
    toldAlone: new Map([...((await store.fact("toldAlone")) ?? []), ...toldAloneInDoubt(doubts, links, seen.persons)]),
    chosenValues: resolutionsOf(state.resolutions),
    tagsInDoubt: tagsInDoubt(doubts),
    namesInDoubt: namesInDoubt(doubts, seen.persons, mapped),
    deleted: new Set(state.deleted.map(addressKey)),
    reviewed: new Map(state.reviews.map(({ personId, ignored }) => [personId, ignored])),
    setAside: new Set(
      options.retryRejected || options.rebuild
        ? []
        : state.troubles.filter(isSetAside).map((one) => addressKey(one.contact)),
    ),
    ...(seen.before && { before: seen.before }),
    // An earlier version completed the first sync, but did not record that
    grown:
      (await store.fact("grown")) === true || (cursors !== undefined && (await store.fact("looked at")) === undefined),
  };
  const decided =
    options.undo === undefined
      ? await inSteps(reconciling(world, policy, collections, filled))
      : await inverse(store, options.undo, world, policy, filled);
  for (const side of await inSteps(toBeSure(decided.operations, kept !== undefined))) await sides.renew(side);
  const writes = decided.operations.length > 0;
  const plan: Plan = {
    ...decided,
    notes: [...mapping.notes, ...(writes ? requiredNotes(mapping) : []), ...oddNotes(odd), ...decided.notes],
  };
  const believed = seen.cursors !== undefined && seen.doubted.length + seen.partly.size === 0;
  const at = new Date(clock.now()).toISOString();
  const listed = new Map(state.reviews.map((review) => [review.personId, review]));
  const reviews = plan.marked.map(
    (one): Review => ({ since: at, ignored: false, ...listed.get(one.personId), personId: one.personId, tag: one.tag }),
  );
  const over = state.reviews.filter(({ personId }) => {
    const person = seen.persons.get(personId);
    return person === undefined || deletionTagOf(person.tags, policy.tagNames.deletion) === undefined;
  });
  const facts = {
    ...seen.stateChanges.facts,
    ...(seen.stateChanges.facts && {
      ...(readBy && { fields: mapping.key }),
      inherited: mapping.inherited,
      mapping: shownMapping(mapping),
      unmet: mapping.notes.flatMap((one) => one.field ?? []),
      setup: setUp,
      runs: world.run,
    }),
    ...(left.length > 0 && { batches: left.filter((one) => !ended.includes(one)) }),
  };
  return {
    state,
    sides,
    seen: {
      ...seen,
      stateChanges: {
        ...seen.stateChanges,
        persons: concat(seen.stateChanges.persons ?? [], stale.persons),
        members: concat(seen.stateChanges.members ?? [], stale.members),
        facts,
      },
    },
    world,
    policy,
    plan,
    decided: believed && isOfEverybody(policy, options) && plan.again !== null ? { by, again: plan.again } : null,
    besides: addedUp(elsewhere, {
      ...noneSkipped(),
      noEmail: odd.filter((one) => one.why === "no-address").length,
    }),
    doubts,
    odd: oddOf,
    signUpUrl: setUp.signUpUrl,
    reviews,
    reviewsOver: over.map((one) => one.personId),
    moved,
    dropped,
  };
}

/** Returns whether a run decides on all contacts, with options that do not change its decisions. */
function isOfEverybody({ only }: Policy, { retryRejected, rebuild, undo }: PrepareOptions): boolean {
  return only.length === 0 && !retryRejected && !rebuild && undo === undefined;
}

/** Returns the values that the operator chose in conflicts, by person and field. */
function resolutionsOf(resolutions: readonly ConflictResolution[]): Map<number, Map<string, Value>> {
  const byPerson = Map.groupBy(resolutions, (resolution) => resolution.personId);
  return new Map(
    [...byPerson].map(([id, list]) => [id, new Map(list.map((resolution) => [resolution.field, resolution.value]))]),
  );
}
