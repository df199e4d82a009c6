/**
 * Carries out one run: read, link, reconcile, guard, apply, report. Holds a lease in the database meanwhile (A5).
 * Journals every write before it is sent and after its response (A1). One contact's failure does not stop others (A3).
 */
import { inSteps } from "../limits/breaks.ts";
import { summarize } from "../plan/operation-views.ts";
import type { Operation } from "../plan/operations.ts";
import { requestLowerBound } from "../plan/request-lower-bound.ts";
import type { RunDocument, RunOutcome } from "../plan/run-document.ts";
import { emptyDocument, failedBy, told, withDone } from "./document.ts";
import { growing } from "./first-run-growth.ts";
import { type Prepared, prepare } from "./prepare.ts";
import type { SyncParts } from "./run-context.ts";
import type { Beforehand, RunOptions } from "./run-options.ts";
import { type Progress, work } from "./run-rounds.ts";

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
    const progress: Progress = {};
    let before: Beforehand | undefined;
    let ended: Ended;
    try {
      before = await options.first?.(options.run);
      const outcome = await work(parts, options, progress);
      ended = { outcome, ...(await engagement(options, progress.prepared, outcome)) };
    } catch (error) {
      ended = options.stop.aborted ? { outcome: "interrupted" } : { error };
    }
    const { prepared, tracker, applier } = progress;
    // Update the standings of contacts that the run did not reach
    if ("error" in ended && tracker && applier && prepared && store.holds())
      await store.saveChanges(await tracker.after(progress.last ?? prepared.plan, applier, []));
    const begun = emptyDocument(options.run, options.connection, startedAt);
    const document = documentOf(parts, options, begun, ended, progress, before);
    await store.endRun(options.run, document, options.report(document));
    return {
      document,
      operations: () => store.operations(options.run),
      ...(prepared && { prepared }),
      ...("error" in ended && { error: ended.error }),
    };
  } finally {
    await store.unlock(options.holder);
  }
}

/** How the work of a run ended: with an outcome, or with an error. */
type Ended = Pick<RunDocument, "outcome" | "engagement"> | { readonly error: unknown };

/** Returns the document of a run that has ended. */
function documentOf(
  parts: SyncParts,
  options: RunOptions,
  begun: RunDocument,
  ended: Ended,
  { prepared, last, applier, tracker }: Progress,
  before: Beforehand | undefined,
): RunDocument {
  let document = "error" in ended ? failedBy(begun, ended.error) : { ...begun, ...ended };
  if (prepared) document = { ...document, ...told(parts, prepared, last, applier) };
  if (tracker) document = { ...document, attention: tracker.attention };
  if (before) document = withBefore(document, before);
  return {
    ...document,
    // If the operator confirmed, the guard refused nothing
    ...(document.outcome !== "refused" && { guard: null }),
    notes: [...document.notes, ...(options.remarks?.() ?? [])],
    finishedAt: now(parts),
  };
}

/** Returns the document with the earlier work that the run finished first. */
function withBefore(document: RunDocument, { done, failures }: Beforehand): RunDocument {
  const both = withDone(document, done);
  if (failures.length === 0) return both;
  const outcome = both.outcome === "ok" ? "partial" : both.outcome;
  return { ...both, failures: [...failures, ...both.failures], outcome };
}

/**
 * Writes the engagement, after a run without an error.
 * @returns its counts and its error, because the run itself succeeded
 */
async function engagement(
  options: RunOptions,
  prepared: Prepared | undefined,
  outcome: RunOutcome,
): Promise<Partial<Pick<RunDocument, "outcome" | "engagement">>> {
  if (prepared === undefined || options.undo !== undefined || (outcome !== "ok" && outcome !== "partial")) return {};
  const counts = await options.engagement?.(prepared);
  if (counts === undefined) return {};
  if (options.stop.aborted) return { outcome: "interrupted", engagement: counts };
  return { outcome: counts.error === undefined ? outcome : "partial", engagement: counts };
}

function now(parts: SyncParts): string {
  return new Date(parts.clock.now()).toISOString();
}
