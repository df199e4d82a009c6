/** The last successful run of a connection. */
import type { Store } from "../ports/store.ts";

/** The newest runs among which the last successful one is searched. */
const LOOKED_THROUGH = 50;

/** Returns when the last successful run ended (RFC 3339). A run in which some contacts failed counts as successful. */
export async function lastSuccess(store: Pick<Store, "runs">): Promise<string | null> {
  const runs = await store.runs(LOOKED_THROUGH, 0, true);
  return runs.find((run) => run.outcome === "ok" || run.outcome === "partial")?.finishedAt ?? null;
}
