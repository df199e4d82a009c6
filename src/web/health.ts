/** Health of a connection, for monitors. The response contains no names or addresses. */
import type { Store } from "../ports/store.ts";
import type { DashboardBackend } from "./backend.ts";

/** The newest runs among which the last successful one is searched. */
const LOOKED_THROUGH = 50;

/** "ok" if the last success is at most two intervals ago. */
export interface Health {
  readonly status: "ok" | "late";
  /** When the last successful run ended (RFC 3339); `null` before the first. */
  readonly lastSuccess: string | null;
}

/** Returns when the last successful run ended (RFC 3339). A run in which some contacts failed counts as successful. */
export async function lastSuccess(store: Pick<Store, "runs">): Promise<string | null> {
  const runs = await store.runs(LOOKED_THROUGH, 0, true);
  return runs.find((run) => run.outcome === "ok" || run.outcome === "partial")?.finishedAt ?? null;
}

/** Returns the health of a connection. */
export async function healthOf({ store, interval, now }: DashboardBackend): Promise<Health> {
  const success = await lastSuccess(store);
  const late = success === null || now() - Date.parse(success) > 2 * interval * 1000;
  return { status: late ? "late" : "ok", lastSuccess: success };
}
