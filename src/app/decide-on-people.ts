/**
 * Performs decisions on many people, one by one, under the connection's lease. The terminal and the dashboard use it.
 */

import { errorText } from "../domain/error-text.ts";
import type { Decided, Decision } from "../plan/decision.ts";
import type { RunKind } from "../plan/run-document.ts";
import { textReports } from "../report/text-reports.ts";
import { holderName } from "../store/lease-holder.ts";
import { RunInProgress } from "../sync/run.ts";
import { decide } from "./decisions/decide.ts";
import type { DecideParts } from "./decisions/decide-parts.ts";
import { restore } from "./decisions/restore.ts";
import { decidePartsOf, isNotDone, smallRun } from "./decisions/small-run.ts";
import { runId } from "./run-id.ts";
import type { Wired } from "./wired.ts";

/**
 * Holds the connection's lease during some work, so that no run interferes (A5).
 * @throws RunInProgress if another process holds it
 */
export async function withLease<T>(wired: Wired, work: () => Promise<T>): Promise<T> {
  const holder = holderName();
  const lease = await wired.store.lock(holder);
  if (!lease.held) throw new RunInProgress(lease.by, lease.since);
  try {
    return await work();
  } finally {
    await wired.store.unlock(holder);
  }
}

/** Creates a run that contains decisions only, and does not count as a sync. */
export function newSmallRun(wired: Wired, kind: RunKind) {
  const run = runId(wired.clock.now());
  return smallRun(wired, { run, kind, connection: wired.name, report: textReports });
}

/**
 * Performs decisions as one run. The caller holds the lease.
 * @param report is called after each person
 * @param work performs the decisions one after another, and calls `told` after each
 */
export async function inOneRun(
  wired: Wired,
  report: (done: Decided) => void,
  work: (parts: DecideParts, told: (done: Decided) => void) => Promise<void>,
): Promise<void> {
  const { perform, end } = newSmallRun(wired, "decisions");
  let well = false;
  try {
    let failed = 0;
    await work(decidePartsOf(wired, perform), (done) => {
      if (isNotDone(done)) failed += 1;
      wired.log(`deletions ${done.personId}: ${done.result} ${done.detail}`.trimEnd());
      report(done);
    });
    well = failed === 0;
  } finally {
    await end(well);
  }
}

/**
 * Performs one decision on several people. A failure for one does not stop the others. Ends after the person in
 * progress when stopped.
 * @param ids the people's ids in Copper
 * @param forget whether a deletion also erases the member in Mailchimp for good
 * @param report is called after each person
 */
export async function decideAll(
  wired: Wired,
  ids: readonly number[],
  decision: Decision,
  forget: boolean,
  stop: AbortSignal,
  report: (done: Decided) => void,
): Promise<void> {
  await inOneRun(wired, report, async (parts, told) => {
    for (const id of ids) {
      if (stop.aborted) return;
      told(await decide(parts, id, decision, forget));
    }
  });
}

/**
 * Restores deleted people from their stored copies, in the same way as `decideAll` decides.
 * @param ids the ids that the people had in Copper
 */
export async function restoreAll(
  wired: Wired,
  ids: readonly number[],
  stop: AbortSignal,
  report: (done: Decided) => void,
): Promise<void> {
  await inOneRun(wired, report, async (parts, told) => {
    for (const id of ids) {
      if (stop.aborted) return;
      // Read the copies for each person: an earlier restore in the list may have changed them
      const copy = (await wired.store.copies()).find((one) => one.personId === id && one.restoredAs === null);
      const is = (result: Decided["result"], detail: string): Decided => ({
        personId: id,
        name: copy?.name ?? String(id),
        result,
        detail,
      });
      if (copy === undefined) told(is("unknown", ""));
      else told(await restore(parts, copy).catch((error: unknown) => is("failed", errorText(error))));
    }
  });
}
