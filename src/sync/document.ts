/** Pieces of the run document. */
import { showValue } from "../contact/values.ts";
import type { Conflict, Operation } from "../plan/operations.ts";
import { noneSkipped } from "../plan/plan.ts";
import type { RunDocument, ToldConflict, ToldOperation } from "../plan/run-document.ts";

/** A run document before anything is known. @param startedAt RFC 3339 */
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
  };
}

/** An operation as told to people and scripts: what, on whom, why, before and after. */
export function toldOperation(operation: Operation): ToldOperation {
  const { side, contact, reason } = operation;
  const changes = Object.fromEntries(
    Object.entries(operation.changes).map(([name, [before, after]]) => [
      name,
      [showValue(before), showValue(after)] as const,
    ]),
  );
  return { side, operation: operation.operation, contact, reason, changes };
}

/** A conflict with values in one line each. */
export function toldConflict(conflict: Conflict): ToldConflict {
  return { ...conflict, copper: showValue(conflict.copper), mailchimp: showValue(conflict.mailchimp) };
}
