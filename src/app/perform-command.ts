/** Carries out a command of one connection: the one way in for pages, workers and webhooks. */
import type { Command, CommandProgress } from "../ports/command.ts";
import type { Finished } from "../sync/run.ts";
import { decideAll, restoreAll, withLease } from "./decide-on-people.ts";
import { flagsOf, runReporting } from "./run-sync.ts";
import type { Wired } from "./wired.ts";

/**
 * Carries out a command. One person's failure is in `progress.decided`, and what stops a run is in its document.
 * @param signal aborted to end after the request or the decision in hand
 * @returns the run; `undefined` if the command decides on people only
 * Throws RunInProgress, LeaseLost.
 */
export async function perform(
  wired: Wired,
  command: Command,
  signal: AbortSignal,
  progress: CommandProgress,
): Promise<Finished | undefined> {
  switch (command.do) {
    case "decide": {
      const { ids, decision, forget } = command;
      await withLease(wired, () => decideAll(wired, ids, decision, forget, signal, progress.decided));
      return undefined;
    }
    case "restore":
      await withLease(wired, () => restoreAll(wired, command.ids, signal, progress.decided));
      return undefined;
    case "plan":
    case "sync":
    case "undo": {
      const { flags, planOnly } = flagsOf(command);
      return runReporting(wired, flags, planOnly, signal, progress);
    }
  }
}
