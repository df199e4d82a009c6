/** Makes a plan from the stored records and a new reading of both sides. Writes nothing to either side. */
import { deletionTagOf } from "../domain/deletion-tag.ts";
import { inSteps } from "../limits/breaks.ts";
import { concat } from "../plan/collections.ts";
import type { Plan } from "../plan/plan.ts";
import { addedUp, noneSkipped, type Skipped } from "../plan/skipped.ts";
import type { Facts, SetUp } from "../ports/facts.ts";
import type { OddRecord } from "../ports/sides.ts";
import type { Decided, JournalEntry, Review, State } from "../ports/store.ts";
import type { MatchIndex } from "../reconcile/matching/match-index.ts";
import { reconciling } from "../reconcile/reconcile.ts";
import type { Policy, World } from "../reconcile/world.ts";
import { definitionsToRenew, fieldlessOf, Remapped, requiredNotes, shownMapping } from "./field-definitions.ts";
import { loadAndRead } from "./load-and-read.ts";
import type { RunSides } from "./open-sides.ts";
import type { Seen } from "./read.ts";
import { oddNotes } from "./record-kinds.ts";
import { leftInDoubt } from "./recover.ts";
import { isOrdinaryRun, type PrepareOptions, type RunContext, runContext, type SyncParts } from "./run-context.ts";
import { inverse } from "./undo-plan.ts";
import { relink, worldOf } from "./world-of.ts";

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
  /** Ids of those that stay in doubt, because this reading did not show their contact. */
  readonly doubtsLeft: readonly number[];
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

/**
 * Reads both sides and makes a plan.
 * @throws UnknownFilterError, ServiceError
 * @throws Remapped if the fields changed during each attempt
 */
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
 * Makes one attempt: finds out the context, reads records, resolves writes in doubt, and reconciles.
 * @param renewed definitions read in this run
 * @throws Remapped if they changed since
 */
async function begin(parts: SyncParts, options: PrepareOptions, renewed: SetUp | undefined): Promise<Prepared> {
  const context = await runContext(parts, options, renewed);
  const { sides, policy, mapping, doubts } = context;
  const { state, seen: read, elsewhere } = await readWith(parts, options, context);
  const { matchIndex, ...found } = read;
  const seen = withoutLapsedValues(found, context);
  const relinked = await relink(state, seen, context, options);
  const odd = { copper: sides.readers.copper().odd(), mailchimp: sides.readers.mailchimp.odd() };
  const all = [...odd.copper, ...odd.mailchimp];
  const world = await worldOf(parts.store, state, seen, context, options, all);
  const plan = await planOf(parts, options, context, world, state, matchIndex, all);
  const believed = seen.cursors !== undefined && isComplete(seen);
  return {
    state,
    sides,
    seen: { ...seen, stateChanges: { ...seen.stateChanges, facts: factsOf(seen, context, world) } },
    world,
    policy,
    plan,
    decided:
      believed && isOrdinaryRun(policy, options) && plan.again !== null
        ? { by: context.decidedBy, again: plan.again }
        : null,
    besides: addedUp(elsewhere, {
      ...noneSkipped(),
      noEmail: all.filter((one) => one.why === "no-address").length,
    }),
    doubts,
    doubtsLeft: leftInDoubt(doubts, seen, state.links, context.doubtsLeft),
    odd,
    signUpUrl: mapping.setUp.signUpUrl,
    ...reviewsOf(plan, state, seen, policy, new Date(parts.clock.now()).toISOString()),
    ...relinked,
  };
}

/** Loads the stored records and reads both sides. */
function readWith({ store, clock }: SyncParts, options: PrepareOptions, context: RunContext) {
  const { sides, holdings, cursors, startedAt, whole, isSetUpKept, earlierDecisionsHold, decidedBy } = context;
  const reading = {
    cursors,
    startedAt,
    whole,
    trust: options,
    ...(options.hints && { hints: options.hints }),
    ...(isSetUpKept && { renew: sides.renew }),
    now: clock.now,
    progress: {
      copper: (read: number) => options.progress?.("copper", read),
      mailchimp: (read: number) => options.progress?.("mailchimp", read),
    },
  };
  return loadAndRead(sides.readers, store, holdings, reading, earlierDecisionsHold ? decidedBy : undefined);
}

/** Returns whether both sides showed all of their records. */
function isComplete({ doubted, partly }: Seen): boolean {
  return doubted.length + partly.size === 0;
}

/**
 * Empties the fields of records that could not be read with a new mapping, and adds these records to what is stored.
 * Adds nothing if an empty side is doubted, since nothing of such a reading is stored (G4).
 */
function withoutLapsedValues(seen: Seen, { remapped, mapping }: RunContext): Seen {
  if (!(remapped && isComplete(seen) && seen.cursors !== undefined)) return seen;
  const stale = fieldlessOf(seen, mapping.mapped);
  for (const person of stale.persons) seen.persons.set(person.id, person);
  for (const member of stale.members) seen.members.set(member.key, member);
  const { persons = [], members = [] } = seen.stateChanges;
  return {
    ...seen,
    stateChanges: {
      ...seen.stateChanges,
      persons: concat(persons, stale.persons),
      members: concat(members, stale.members),
    },
  };
}

/** Returns the facts to store with what was read. */
function factsOf(seen: Seen, { mapping, batches }: RunContext, { run }: World): Partial<Facts> {
  const { facts } = seen.stateChanges;
  return {
    ...facts,
    ...(facts && {
      // Store the mapping only after all contacts were read with it: until then each run reads all
      ...(isComplete(seen) && { fields: mapping.key }),
      inherited: mapping.inherited,
      mapping: shownMapping(mapping),
      unmet: mapping.notes.flatMap((one) => one.field ?? []),
      setup: mapping.setUp,
      runs: run,
    }),
    ...(batches && { batches }),
  };
}

/**
 * Decides on the world, or plans the inverse of an earlier run. Reads definitions again that a write depends on.
 * @param matchIndex the index of this world, as far as the reading filled it
 * @param odd records that did not parse
 * @throws Remapped if other fields are mapped now
 */
async function planOf(
  { store }: SyncParts,
  { undo }: PrepareOptions,
  { sides, policy, mapping, isSetUpKept }: RunContext,
  world: World,
  { collections }: State,
  matchIndex: MatchIndex | undefined,
  odd: readonly OddRecord[],
): Promise<Plan> {
  const decided =
    undo === undefined
      ? await inSteps(reconciling(world, policy, collections, matchIndex))
      : await inverse(store, undo, world, policy, matchIndex);
  for (const side of await inSteps(definitionsToRenew(decided.operations, isSetUpKept))) await sides.renew(side);
  const required = decided.operations.length > 0 ? requiredNotes(mapping) : [];
  return { ...decided, notes: [...mapping.notes, ...required, ...oddNotes(odd), ...decided.notes] };
}

/**
 * Returns the changes to the list of marked people.
 * @param at since when new ones are marked (RFC 3339)
 */
function reviewsOf(
  { marked }: Plan,
  state: State,
  { persons }: Seen,
  { tagNames }: Policy,
  at: string,
): Pick<Prepared, "reviews" | "reviewsOver"> {
  const listed = new Map(state.reviews.map((review) => [review.personId, review]));
  const reviews = marked.map(
    ({ personId, tag }): Review => ({ since: at, ignored: false, ...listed.get(personId), personId, tag }),
  );
  const over = state.reviews.filter(({ personId }) => {
    const person = persons.get(personId);
    return person === undefined || deletionTagOf(person.tags, tagNames.deletion) === undefined;
  });
  return { reviews, reviewsOver: over.map((one) => one.personId) };
}
