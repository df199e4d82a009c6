/**
 * Carries out one run: read, link, reconcile, guard, apply, report. Holds a lease in the database meanwhile (A5).
 * Journals every write before it is sent and after its response (A1). One contact's failure does not stop others (A3).
 *
 * Responses can cause further work, such as a status tag in Copper for a refused address (C3). So the run plans again
 * without reading, until the plan has nothing new, in three rounds at most.
 */
import { addressKey } from "../domain/address.ts";
import { inSteps } from "../limits/turns.ts";
import { concat, runSteps, walk } from "../plan/collections.ts";
import type { EngagementCounts } from "../plan/engagement-counts.ts";
import type { Note } from "../plan/notes.ts";
import type { Operation } from "../plan/operations.ts";
import type { FailedContact } from "../plan/outcomes.ts";
import type { Plan, PlanRefusal } from "../plan/plan.ts";
import { requestLowerBound } from "../plan/request-lower-bound.ts";
import type { RunDocument, RunOutcome } from "../plan/run-document.ts";
import { summarize } from "../plan/summary.ts";
import type { Hints } from "../ports/sides.ts";
import type { Trouble } from "../ports/store.ts";
import { reconciling } from "../reconcile/reconcile.ts";
import type { World } from "../reconcile/world.ts";
import { type ApplyOptions, apply } from "./apply.ts";
import { OutcomeApplier } from "./apply-outcomes.ts";
import { sharpened } from "./cursors.ts";
import { emptyDocument, failedBy, told, withDone } from "./document.ts";
import { furtherNotes, without } from "./further.ts";
import { growing, hasGrown } from "./growth.ts";
import { isNewTo } from "./inverse.ts";
import type { SyncParts } from "./open-run.ts";
import { type Prepared, prepare } from "./prepare.ts";
import { toBeSure } from "./set-up.ts";
import { StandingTracker } from "./standing-tracker.ts";

/** Most rounds of planning and writing in one run. */
const ROUNDS = 3;

/** How to carry out one run. */
export interface RunOptions extends ApplyOptions {
  /** Name of this process, for the lease. */
  readonly holder: string;
  readonly connection: string;
  readonly full: boolean;
  /** Whether the operator confirms what the guard asks (G4). */
  readonly yes: boolean;
  readonly retryRejected: boolean;
  /** Whether to match and compare all contacts again (`--rebuild`). */
  readonly rebuild?: boolean;
  /** Contacts that notifications named: read afresh. */
  readonly hints?: Hints;
  /** The id of the run to undo (A6). */
  readonly undo?: string;
  /** Finishes earlier work that was cut off, while we hold the lease. */
  first?(run: string): Promise<Beforehand>;
  /** Returns further notes for the report, at the end of the run. */
  remarks?(): readonly Note[];
  /** Makes the texts stored with the run. */
  report(document: RunDocument): Readonly<Record<string, string>>;
  reading?(side: "copper" | "mailchimp", read: number): void;
  planned?(prepared: Prepared): void | Promise<void>;
  /** Writes the engagement with campaigns to Copper, after a run without an error. */
  engagement?(prepared: Prepared): Promise<EngagementCounts>;
}

/** Earlier work that was finished at the beginning of a run, and what failed. */
export interface Beforehand {
  readonly done: Pick<OutcomeApplier, "counters">;
  readonly failures: readonly FailedContact[];
}

/** Thrown if another run holds the connection's lease. Exit code 4. */
export class RunInProgress extends Error {
  readonly by: string;
  readonly since: string;
  constructor(by: string, since: string) {
    super(`held by ${by} since ${since}`);
    this.by = by;
    this.since = since;
  }
}

/** A finished run; `error` is what stopped it, if anything did. */
export interface Finished {
  readonly document: RunDocument;
  /** Returns the planned operations, or those that the run carried out. */
  operations(): AsyncIterable<Operation> | Iterable<Operation>;
  readonly prepared?: Prepared;
  readonly error?: unknown;
}

/** Makes a plan. Writes nothing, neither to the services nor to the store. Throws UnknownFilterError, ServiceError. */
export async function planRun(parts: SyncParts, options: RunOptions): Promise<Finished> {
  const startedAt = now(parts);
  const prepared = await prepare(parts, { ...options, ...(options.reading && { progress: options.reading }) });
  const document: RunDocument = {
    ...emptyDocument(options.run, options.connection, startedAt),
    ...told(parts, prepared),
    outcome: options.stop.aborted ? "interrupted" : prepared.plan.guard ? "refused" : "planned",
    finishedAt: now(parts),
    summary: summarize(prepared.plan.operations),
    floor: requestLowerBound(prepared.seen.read, prepared.plan.operations),
    ...(!prepared.world.grown && options.undo === undefined && { growth: await inSteps(growing(prepared)) }),
  };
  return { document, prepared, operations: () => prepared.plan.operations };
}

/** Carries out one run. Throws RunInProgress. Returns other errors in the result; the journal shows what was done. */
export async function run(parts: SyncParts, options: RunOptions): Promise<Finished> {
  const { store } = parts;
  const lease = await store.lock(options.holder);
  if (!lease.held) throw new RunInProgress(lease.by, lease.since);
  try {
    const startedAt = now(parts);
    await store.beginRun(options.run, startedAt);
    let document = emptyDocument(options.run, options.connection, startedAt);
    const progress: Progress = {};
    let error: unknown;
    let before: Beforehand | undefined;
    try {
      before = await options.first?.(options.run);
      const outcome = await work(parts, options, progress);
      document = { ...document, outcome };
      if (progress.prepared !== undefined && options.undo === undefined && (outcome === "ok" || outcome === "partial"))
        document = { ...document, ...(await engagement(options, progress.prepared, outcome)) };
    } catch (caught) {
      if (!options.stop.aborted) error = caught;
      document = options.stop.aborted ? { ...document, outcome: "interrupted" } : failedBy(document, caught);
    }
    const { prepared } = progress;
    // Update the standings of contacts that the run did not reach
    if (error !== undefined && progress.tracker && progress.applier && prepared && store.holds())
      await store.saveChanges(await progress.tracker.after(progress.last ?? prepared.plan, progress.applier, []));
    if (prepared !== undefined) document = { ...document, ...told(parts, prepared, progress.last, progress.applier) };
    if (progress.tracker) document = { ...document, attention: progress.tracker.attention };
    if (before !== undefined) document = withDone(document, before.done);
    if (before !== undefined && before.failures.length > 0)
      document = {
        ...document,
        failures: [...before.failures, ...document.failures],
        outcome: document.outcome === "ok" ? "partial" : document.outcome,
      };
    // If the operator confirmed, the guard refused nothing
    if (document.outcome !== "refused") document = { ...document, guard: null };
    document = { ...document, notes: [...document.notes, ...(options.remarks?.() ?? [])], finishedAt: now(parts) };
    await store.endRun(options.run, document, options.report(document));
    return {
      document,
      operations: () => store.operations(options.run),
      ...(prepared && { prepared }),
      ...(error !== undefined && { error }),
    };
  } finally {
    await store.unlock(options.holder);
  }
}

/** Writes the engagement. Returns its error with the counts, because the run itself succeeded. */
async function engagement(
  options: RunOptions,
  prepared: Prepared,
  outcome: RunOutcome,
): Promise<Pick<RunDocument, "outcome" | "engagement">> {
  const counts = await options.engagement?.(prepared);
  if (counts === undefined) return { outcome };
  if (options.stop.aborted) return { outcome: "interrupted", engagement: counts };
  return { outcome: counts.error === undefined ? outcome : "partial", engagement: counts };
}

/** What is known if a run stops early. */
interface Progress {
  prepared?: Prepared;
  applier?: OutcomeApplier;
  tracker?: StandingTracker;
  last?: Plan;
}

/** Prepares, checks the guard, applies in rounds and stores the results. Keeps `progress` up to date for `run`. */
async function work(parts: SyncParts, options: RunOptions, progress: Progress): Promise<RunOutcome> {
  const { store } = parts;
  const prepared = await prepare(parts, { ...options, ...(options.reading && { progress: options.reading }) });
  if (options.stop.aborted) return "interrupted";
  progress.prepared = prepared;
  await options.planned?.(prepared);
  const { plan, state, sides, seen, world, policy } = prepared;
  const tracker = new StandingTracker(prepared, now(parts));
  if (refuses(plan.guard, options.yes)) {
    await store.saveChanges({ ...(await tracker.refused()), decided: null });
    return "refused";
  }
  await inSteps(linked(plan, state.links));
  const standingChanges = await tracker.before();
  await store.saveChanges({
    ...seen.stateChanges,
    ...standingChanges,
    facts: { ...seen.stateChanges.facts, ...standingChanges.facts },
    links: concat(walk(prepared.moved, state.links), plan.links),
    unlinked: [...prepared.dropped, ...plan.unlinked],
    reviews: prepared.reviews,
    reviewsOver: prepared.reviewsOver,
    decided: prepared.decided,
    ...((options.retryRejected || options.rebuild) && {
      troublesOver: state.troubles.map((one) => one.contact),
    }),
  });
  // If a reading is incomplete, we still do not know what became of some writes
  if (seen.doubted.length === 0) await store.closeDoubts(prepared.doubts.map((doubt) => doubt.id));
  const applier = new OutcomeApplier({
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
  progress.applier = applier;
  progress.tracker = tracker;
  const attempted: Iterable<Operation>[] = [];
  let todo = plan.operations;
  for (let round = 0; round < ROUNDS && todo.length > 0 && !options.stop.aborted; round += 1) {
    attempted.push(todo);
    applier.further = false;
    await apply({ ...parts, ...sides.writers() }, options, todo, applier, (outcomes) =>
      tracker.answered(outcomes, applier),
    );
    if (!applier.further || options.undo !== undefined) break;
    const known: World = {
      ...world,
      rejected: applier.rejected,
      toldAlone: applier.toldAlone,
      retryRejected: false,
    };
    const again = await inSteps(reconciling(known, policy, state.collections));
    // The guard refuses the further plan: the next run asks the operator
    if (refuses(again.guard, options.yes)) break;
    progress.last = { ...again, ...furtherNotes(progress.last ?? plan, again) };
    await inSteps(linked(again, state.links));
    await store.saveChanges({ links: again.links, unlinked: again.unlinked });
    // Leave overwrites that need fresh definitions to the next run, which reads them first
    todo = (await inSteps(without(again.operations, attempted))).filter(
      (one) => runSteps(toBeSure([one], true)).size === 0,
    );
  }
  // An undo changed the records, so decide on all contacts again
  if (options.undo !== undefined) {
    const again = await inSteps(reconciling(world, policy, state.collections));
    const made = [...again.links].filter((link) => isNewTo(link, world));
    await inSteps(linked({ ...again, links: made }, state.links));
    await store.saveChanges({ links: made, unlinked: again.unlinked });
    progress.last = { ...plan, standings: again.standings };
  }
  const failed = troubles(prepared, applier);
  await store.saveChanges({
    ...failed,
    ...(await tracker.after(progress.last ?? plan, applier, failed.troubles)),
    resolutionsOver: state.resolutions.filter((resolution) => applier.fulfilled(resolution)),
    facts: {
      unsettled: applier.unsettled || options.stop.aborted,
      ...(hasGrown(prepared, applier.failures, options) && { grown: true }),
      findings: sides.capabilities(),
      ...(seen.cursors && { marks: sharpened(seen.cursors, applier.ahead) }),
    },
  });
  if (options.stop.aborted) return "interrupted";
  return applier.failures.length > 0 ? "partial" : "ok";
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

/** Returns the contacts that failed, with their number of failed runs, and those that succeeded again (A3). */
function troubles(prepared: Prepared, applier: OutcomeApplier): { troubles: Trouble[]; troublesOver: string[] } {
  const known = new Map(prepared.state.troubles.map((one) => [one.contact, one]));
  const failed = new Map(applier.failures.filter((one) => one.retry).map((one) => [addressKey(one.contact), one]));
  return {
    troubles: [...failed].map(([contact, last]) => ({ contact, last, runs: (known.get(contact)?.runs ?? 0) + 1 })),
    troublesOver: [...known.keys()].filter((contact) => applier.succeeded.has(contact) && !failed.has(contact)),
  };
}

function now(parts: SyncParts): string {
  return new Date(parts.clock.now()).toISOString();
}
