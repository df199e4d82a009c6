/** Decisions on many people, one by one, while the connection is held: from the terminal and from the dashboard. */
import { decide } from "../deletions/decide.ts";
import type { Decided, DecideParts, Decision } from "../deletions/decision.ts";
import { restore } from "../deletions/restore.ts";
import { holderName } from "../store/lease.ts";
import { RunInProgress } from "../sync/run.ts";
import type { Wired } from "./wire.ts";

/** Holds the connection's lease while something is decided (A5). Throws RunInProgress. */
export async function locked<T>(wired: Wired, work: () => Promise<T>): Promise<T> {
  const holder = holderName();
  const lease = await wired.store.lock(holder);
  if (!lease.held) throw new RunInProgress(lease.by, lease.since);
  try {
    return await work();
  } finally {
    await wired.store.unlock(holder);
  }
}

/** What deciding needs of what is wired. */
export function decideParts(wired: Wired): DecideParts {
  return { ...wired, tagNames: wired.policy.tagNames, now: () => new Date(wired.clock.now()).toISOString() };
}

/** Decides on each; one person's failure touches nobody else. Ends after the one in hand when stopped. */
export async function decideAll(
  wired: Wired,
  ids: readonly number[],
  decision: Decision,
  forget: boolean,
  stop: AbortSignal,
  tell: (done: Decided) => void,
): Promise<void> {
  for (const id of ids) {
    if (stop.aborted) return;
    const done = await decide(decideParts(wired), id, decision, forget);
    wired.log(`deletions ${decision} ${id}: ${done.result}`);
    tell(done);
  }
}

/** Brings deleted people back from their copies. */
export async function restoreAll(
  wired: Wired,
  ids: readonly number[],
  stop: AbortSignal,
  tell: (done: Decided) => void,
): Promise<void> {
  for (const id of ids) {
    if (stop.aborted) return;
    const copy = (await wired.store.copies()).find((one) => one.personId === id && one.restoredAs === null);
    const name = copy?.name ?? String(id);
    const is = (result: Decided["result"], detail: string): Decided => ({ personId: id, name, result, detail });
    if (copy === undefined) {
      tell(is("unknown", ""));
      continue;
    }
    const done = await restore(decideParts(wired), copy).catch((error: unknown) =>
      is("failed", error instanceof Error ? error.message : String(error)),
    );
    wired.log(`deletions restore ${id}: ${done.result} ${done.detail}`);
    tell(done);
  }
}
