/**
 * The work of a run, from reading to the last write. Responses can cause further work, such as a status tag in Copper
 * for a refused address (C3). So the run plans again without reading, until the plan has nothing new, in three rounds
 * at most.
 */
import { addressKey } from "../domain/address.ts";
import { inSteps } from "../limits/breaks.ts";
import { concat, runSteps, walk } from "../plan/collections.ts";
import type { Operation } from "../plan/operations.ts";
import type { Plan, PlanRefusal } from "../plan/plan.ts";
import type { RunOutcome } from "../plan/run-document.ts";
import type { Trouble } from "../ports/store.ts";
import { reconciling } from "../reconcile/reconcile.ts";
import type { World } from "../reconcile/world.ts";
import { apply } from "./apply.ts";
import { OutcomeApplier } from "./apply-outcomes.ts";
import { sharpened } from "./cursors.ts";
import { definitionsToRenew } from "./field-definitions.ts";
import { hasGrown } from "./first-run-growth.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { furtherNotes, notAttempted } from "./round-diff.ts";
import type { SyncParts } from "./run-context.ts";
import type { RunOptions } from "./run-options.ts";
import { StandingTracker } from "./standing-tracker.ts";
import { isNewTo } from "./undo-plan.ts";

/** Most rounds of planning and writing in one run. */
const ROUNDS = 3;

/** What is known of a run's work, also if it stops early. */
export interface Progress {
  prepared?: Prepared;
  applier?: OutcomeApplier;
  tracker?: StandingTracker;
  /** The last plan, if there was more than one. */
  last?: Plan;
}

/**
 * Prepares, checks the guard, applies in rounds and stores the results.
 * @param progress kept up to date for the caller
 */
export async function work(parts: SyncParts, options: RunOptions, progress: Progress): Promise<RunOutcome> {
  const { store } = parts;
  const prepared = await prepare(parts, { ...options, ...(options.reading && { progress: options.reading }) });
  if (options.stop.aborted) return "interrupted";
  progress.prepared = prepared;
  await options.planned?.(prepared);
  const { plan } = prepared;
  const tracker = new StandingTracker(prepared, new Date(parts.clock.now()).toISOString());
  if (refuses(plan.guard, options.yes)) {
    await store.saveChanges({ ...(await tracker.refused()), decided: null });
    return "refused";
  }
  await keepBefore(parts, options, prepared, tracker);
  const applier = applierFor(prepared);
  progress.applier = applier;
  progress.tracker = tracker;
  await applyInRounds(parts, options, prepared, applier, tracker, progress);
  if (options.undo !== undefined) progress.last = { ...plan, standings: await standingsAfterUndo(parts, prepared) };
  await keepAfter(parts, options, prepared, applier, tracker, progress.last ?? plan);
  if (options.stop.aborted) return "interrupted";
  return applier.failures.length > 0 ? "partial" : "ok";
}

/** Stores what was read and decided, before the first write. */
async function keepBefore(
  { store }: SyncParts,
  { retryRejected, rebuild }: RunOptions,
  prepared: Prepared,
  tracker: StandingTracker,
): Promise<void> {
  const { plan, state, seen } = prepared;
  await inSteps(linked(plan, state.links));
  const standingChanges = await tracker.before();
  await store.saveChanges({
    ...seen.stateChanges,
    ...standingChanges,
    facts: { ...seen.stateChanges.facts, ...standingChanges.facts, "doubts left": prepared.doubtsLeft },
    links: concat(walk(prepared.moved, state.links), plan.links),
    unlinked: [...prepared.dropped, ...plan.unlinked],
    reviews: prepared.reviews,
    reviewsOver: prepared.reviewsOver,
    decided: prepared.decided,
    ...((retryRejected || rebuild) && { troublesOver: state.troubles.map((one) => one.contact) }),
  });
  const left = new Set(prepared.doubtsLeft);
  const over = prepared.doubts.map((doubt) => doubt.id).filter((id) => !left.has(id));
  // If a reading is incomplete, we still do not know what became of some writes
  if (seen.doubted.length === 0) await store.closeDoubts(over);
}

/** Returns what applies the outcomes of a run. */
function applierFor({ seen, state, world, plan, policy }: Prepared): OutcomeApplier {
  return new OutcomeApplier({
    read: seen.read,
    persons: seen.persons,
    members: seen.members,
    links: state.links,
    rejected: world.rejected,
    since: plan.since,
    troubles: new Set(state.troubles.map((one) => one.contact)),
    policy,
    run: world.run,
    toldAlone: world.toldAlone ?? new Map(),
  });
}

/**
 * Applies the plan, and the further plans that responses cause.
 * @param progress its `last` becomes the last of these plans
 */
async function applyInRounds(
  parts: SyncParts,
  options: RunOptions,
  { plan, state, sides, world, policy }: Prepared,
  applier: OutcomeApplier,
  tracker: StandingTracker,
  progress: Progress,
): Promise<void> {
  const attempted: Iterable<Operation>[] = [];
  let todo = plan.operations;
  for (let round = 0; round < ROUNDS; round += 1) {
    attempted.push(todo);
    applier.further = false;
    await apply({ ...parts, ...sides.writers() }, options, todo, applier, (outcomes) =>
      tracker.answered(outcomes, applier),
    );
    if (!applier.further || options.undo !== undefined) return;
    const { rejected, toldAlone } = applier;
    const known: World = { ...world, rejected, toldAlone, retryRejected: false };
    const again = await inSteps(reconciling(known, policy, state.collections));
    // The guard refuses the further plan: the next run asks the operator
    if (refuses(again.guard, options.yes)) return;
    progress.last = { ...again, ...furtherNotes(progress.last ?? plan, again) };
    await inSteps(linked(again, state.links));
    await parts.store.saveChanges({ links: again.links, unlinked: again.unlinked });
    // Leave overwrites that need fresh definitions to the next run, which reads them first
    todo = (await inSteps(notAttempted(again.operations, attempted))).filter(
      (one) => runSteps(definitionsToRenew([one], true)).size === 0,
    );
  }
}

/** Decides on all contacts again, since an undo changed the records, and stores new links. @returns the standings */
async function standingsAfterUndo(
  { store }: SyncParts,
  { state, world, policy }: Prepared,
): Promise<Plan["standings"]> {
  const again = await inSteps(reconciling(world, policy, state.collections));
  const made = [...again.links].filter((link) => isNewTo(link, world));
  await inSteps(linked({ ...again, links: made }, state.links));
  await store.saveChanges({ links: made, unlinked: again.unlinked });
  return again.standings;
}

/** Stores what a run learnt, after the last write. @param last the last plan */
async function keepAfter(
  { store }: SyncParts,
  options: RunOptions,
  prepared: Prepared,
  applier: OutcomeApplier,
  tracker: StandingTracker,
  last: Plan,
): Promise<void> {
  const { state, sides, seen } = prepared;
  const failed = troubles(prepared, applier, options);
  const standingChanges = await tracker.after(last, applier, failed.troubles);
  // Only a run that decided on everybody shows whom nothing is left to do for
  const over = prepared.decided === null ? [] : failed.known.filter((contact) => !tracker.unsettled.has(contact));
  await store.saveChanges({
    ...standingChanges,
    troubles: failed.troubles,
    troublesOver: [...failed.troublesOver, ...over],
    resolutionsOver: state.resolutions.filter((resolution) => applier.fulfilled(resolution)),
    facts: {
      ...standingChanges.facts,
      unsettled: applier.unsettled || options.stop.aborted,
      ...(hasGrown(prepared, applier.failures, options) && { grown: true }),
      findings: sides.capabilities(),
      ...(seen.cursors && { marks: sharpened(seen.cursors, applier.ahead) }),
    },
  });
}

/** Applies a plan's changes to the links, one per step. */
function* linked(plan: Plan, links: Prepared["state"]["links"]): Generator<void, void> {
  for (const id of plan.unlinked) links.delete(id);
  for (const link of plan.links) {
    links.set(link.personId, link);
    yield;
  }
}

/** Returns whether the guard stops the run. An empty side stops it even with `--yes` (G4). */
function refuses(guard: PlanRefusal | null, yes: boolean): boolean {
  return guard !== null && !(yes && guard.yesHelps);
}

/**
 * Returns the contacts that failed, with their number of failed runs, those that succeeded again (A3), and the others
 * that failed in earlier runs (`known`). Whoever is tried again because the operator asked for it begins anew.
 */
function troubles(
  { state }: Prepared,
  applier: OutcomeApplier,
  { retryRejected, rebuild }: RunOptions,
): { readonly troubles: Trouble[]; readonly troublesOver: string[]; readonly known: string[] } {
  const known = new Map((retryRejected || rebuild ? [] : state.troubles).map((one) => [one.contact, one]));
  const failed = new Map(applier.failures.filter((one) => one.retry).map((one) => [addressKey(one.contact), one]));
  return {
    troubles: [...failed].map(([contact, last]) => ({ contact, last, runs: (known.get(contact)?.runs ?? 0) + 1 })),
    troublesOver: [...known.keys()].filter((contact) => applier.succeeded.has(contact) && !failed.has(contact)),
    known: [...known.keys()].filter((contact) => !failed.has(contact)),
  };
}
