/** Performs a sync, a plan or an undo of one connection. */
import type { RunCommand } from "../ports/command.ts";
import type { Hints } from "../ports/sides.ts";
import { holderName } from "../store/lease-holder.ts";
import type { Prepared } from "../sync/prepare.ts";
import { type Finished, planRun, run } from "../sync/run.ts";

export type { Finished } from "../sync/run.ts";

import { textReports } from "../report/text-reports.ts";
import type { RunOptions } from "../sync/run-options.ts";
import { finishDecisions } from "./decisions/unfinished.ts";
import { publishRunActivities } from "./publish-activities.ts";
import { runId } from "./run-id.ts";
import type { Wired } from "./wired.ts";

/** The options of a run, as the command line has them. */
export interface SyncFlags {
  readonly json?: boolean;
  readonly full?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly retryRejected?: boolean;
  readonly rebuild?: boolean;
  readonly operations?: boolean;
  /** The id of the run to undo. */
  readonly undo?: string;
  /** Contacts that webhook notifications named. */
  readonly hints?: Hints;
}

/** Returns the options for a command from the queue or the dashboard. */
export function flagsOf(command: RunCommand): { readonly flags: SyncFlags; readonly planOnly: boolean } {
  if (command.do === "undo") return { flags: { yes: true, undo: command.run }, planOnly: command.plan };
  if (command.do === "plan") return { flags: {}, planOnly: true };
  const { yes, hints, retry = false } = command;
  return { flags: { yes, retryRejected: retry, ...(hints && { hints }) }, planOnly: false };
}

/**
 * Performs one run or plan.
 * @param planOnly whether to write nothing
 * @param stop ends the run after the request in progress
 * @param progress is called with counts while the run reads and writes
 * @returns the run document, its operations, and the error that stopped the run
 * @throws RunInProgress if another process holds the lease
 */
export function runReporting(
  wired: Wired,
  flags: SyncFlags,
  planOnly: boolean,
  stop: AbortSignal,
  progress: Required<Pick<RunOptions, "reading" | "applying">>,
): Promise<Finished> {
  const options: RunOptions = {
    run: runId(wired.clock.now()),
    holder: holderName(),
    connection: wired.name,
    full: flags.full ?? false,
    yes: flags.yes ?? false,
    retryRejected: flags.retryRejected ?? false,
    rebuild: flags.rebuild ?? false,
    ...(flags.undo !== undefined && { undo: flags.undo }),
    ...(flags.hints && { hints: flags.hints }),
    stop,
    first: (run) => finishDecisions(wired, run, flags.retryRejected ?? false),
    remarks() {
      const detail = wired.logTrouble();
      return detail === undefined ? [] : [{ contact: "", code: "log-unwritable", detail }];
    },
    report: textReports,
    ...(wired.engagement && { engagement: async (prepared: Prepared) => publishRunActivities(wired, prepared, stop) }),
    ...progress,
  };
  return planOnly ? planRun(wired, options) : run(wired, options);
}
