/** Builds the run document from what a run read, planned and did. */
import { errorText } from "../domain/error-text.ts";
import { showValue } from "../domain/values.ts";
import type { Conflict } from "../plan/notes.ts";
import { SHOWN } from "../plan/operation-views.ts";
import type { Plan } from "../plan/plan.ts";
import type { ConflictView, RunDocument } from "../plan/run-document.ts";
import { addedUp, noneSkipped } from "../plan/skipped.ts";
import type { OutcomeApplier } from "./apply-outcomes.ts";
import type { Prepared } from "./prepare.ts";
import type { SyncParts } from "./run-context.ts";

/** Returns an empty run document. @param startedAt RFC 3339 */
export function emptyDocument(run: string, connection: string, startedAt: string): RunDocument {
  return {
    schema: 1,
    run,
    connection,
    mode: "full",
    outcome: "failed",
    startedAt,
    finishedAt: startedAt,
    copper: { read: 0, created: 0, updated: 0, deleted: 0, requests: 0 },
    mailchimp: { read: 0, created: 0, updated: 0, archived: 0, deleted: 0, tagsAdded: 0, tagsRemoved: 0, requests: 0 },
    skipped: noneSkipped(),
    conflicts: [],
    failures: [],
    pendingDeletions: 0,
    guard: null,
    notes: [],
    rejected: { new: [], total: 0, signUpUrl: null },
    summary: {},
    doubted: [],
  };
}

/**
 * Returns the parts of the document that a run with a plan fills in. Skipped contacts and conflicts come from the last
 * plan, because responses may have changed them. The guard's decision comes from the first.
 * @param prepared the first plan, and what it was made from
 * @param last the last plan, made after the responses
 * @param applier what was done; `undefined` if nothing was written
 */
export function told(
  parts: SyncParts,
  prepared: Prepared,
  last: Plan = prepared.plan,
  applier?: OutcomeApplier,
): Partial<RunDocument> {
  const { seen, plan, reviews, world, signUpUrl } = prepared;
  const none = emptyDocument("", "", "");
  const newly = (applier?.newlyRejected ?? []).map(({ address, code, message }) => ({
    contact: address,
    code,
    message,
  }));
  return {
    mode: seen.mode,
    copper: { ...none.copper, ...applier?.counters.copper, read: seen.read.copper, requests: parts.copper.requests() },
    mailchimp: {
      ...none.mailchimp,
      ...applier?.counters.mailchimp,
      read: seen.read.mailchimp,
      requests: parts.mailchimp.requests(),
    },
    skipped: addedUp(last.skipped, prepared.besides),
    conflicts: last.conflicts.map(conflictView),
    failures: applier?.failures ?? [],
    pendingDeletions: reviews.filter((review) => !review.ignored).length,
    guard: plan.guard,
    doubted: seen.doubted,
    notes: [...last.notes, ...(applier?.notes ?? [])],
    rejected: { new: newly, total: applier?.rejected.size ?? world.rejected.size, signUpUrl },
    summary: applier === undefined ? {} : applier.counters.summary,
    ...(applier !== undefined && { floor: applier.counters.load.lowerBound() }),
  };
}

/**
 * Adds the counts of finished operations to a document.
 * @param document its own counts stay, and the first examples of each kind come first
 */
export function withDone(document: RunDocument, { counters }: Pick<OutcomeApplier, "counters">): RunDocument {
  const plus = <Counts extends object>(counts: Counts, more: object): Counts => ({
    ...counts,
    ...Object.fromEntries(
      Object.entries(more).map(([name, count]) => [name, count + (counts as Record<string, number>)[name]!]),
    ),
  });
  const summary = { ...document.summary };
  for (const [name, { count, first }] of Object.entries(counters.summary)) {
    const there = summary[name] ?? { count: 0, first: [] };
    summary[name] = { count: there.count + count, first: [...there.first, ...first].slice(0, SHOWN) };
  }
  return {
    ...document,
    copper: plus(document.copper, counters.copper),
    mailchimp: plus(document.mailchimp, counters.mailchimp),
    summary,
  };
}

/** Formats both values of a conflict as text, because the document is stored and shown. */
function conflictView(conflict: Conflict): ConflictView {
  return { ...conflict, copper: showValue(conflict.copper), mailchimp: showValue(conflict.mailchimp) };
}

/** Returns the document of a run that an error stopped. @param error shown with its code, or as `internal` */
export function failedBy(document: RunDocument, error: unknown): RunDocument {
  const code = (error as { code?: unknown } | undefined)?.code;
  return {
    ...document,
    outcome: "failed",
    error: {
      code: typeof code === "string" ? code : "internal",
      message: errorText(error),
    },
  };
}
