/** Decisions on many people, one by one, while the connection is held: from the terminal and from the dashboard. */

import type { Decided, Decision } from "../plan/decision.ts";
import type { RunKind } from "../plan/run-document.ts";
import { holderName } from "../store/lease.ts";
import { RunInProgress } from "../sync/run.ts";
import { decide } from "./decisions/decide.ts";
import type { DecideParts } from "./decisions/decide-parts.ts";
import { restore } from "./decisions/restore.ts";
import { decidePartsOf, isNotDone, smallRun } from "./decisions/run.ts";
import { reportsOf, runName } from "./new-run.ts";
import type { Wired } from "./wired.ts";

/** Holds the connection's lease while something is decided (A5). Throws RunInProgress. */
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

/** Makes a run that keeps nothing in step, of what is wired. */
export function newSmallRun(wired: Wired, kind: RunKind) {
  const run = runName(wired.clock.now());
  return smallRun(wired, { run, kind, connection: wired.name, report: reportsOf });
}

/** Decides, while the connection is held, as one run. @param work decides on one after another, and tells of each */
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

/** Decides on each; one person's failure touches nobody else. Ends after the one in hand when stopped. */
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

/** Brings deleted people back from their copies. */
export async function restoreAll(
  wired: Wired,
  ids: readonly number[],
  stop: AbortSignal,
  report: (done: Decided) => void,
): Promise<void> {
  await inOneRun(wired, report, async (parts, told) => {
    for (const id of ids) {
      if (stop.aborted) return;
      const copy = (await wired.store.copies()).find((one) => one.personId === id && one.restoredAs === null);
      const is = (result: Decided["result"], detail: string): Decided => ({
        personId: id,
        name: copy?.name ?? String(id),
        result,
        detail,
      });
      if (copy === undefined) told(is("unknown", ""));
      else
        told(
          await restore(parts, copy).catch((error: unknown) =>
            is("failed", error instanceof Error ? error.message : String(error)),
          ),
        );
    }
  });
}
