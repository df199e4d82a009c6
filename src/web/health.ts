/** Whether a connection is well, for monitors; nobody's name or address is in the answer. */
import type { Store } from "../ports/store.ts";
import type { DashboardBackend } from "./backend.ts";

/** Runs that are looked through for the last one that went well. */
const LOOKED_THROUGH = 50;

/** Whether the last success is no longer ago than two intervals. */
export interface Health {
  readonly status: "ok" | "late";
  /** RFC 3339. */
  readonly lastSuccess: string | null;
}

/** When the last run that went well ended, RFC 3339. */
export async function lastSuccess(store: Pick<Store, "runs">): Promise<string | null> {
  const runs = await store.runs(LOOKED_THROUGH, 0, true);
  return runs.find((run) => run.outcome === "ok" || run.outcome === "partial")?.finishedAt ?? null;
}

export async function healthOf({ store, interval, now }: DashboardBackend): Promise<Health> {
  const success = await lastSuccess(store);
  const late = success === null || now() - Date.parse(success) > 2 * interval * 1000;
  return { status: late ? "late" : "ok", lastSuccess: success };
}
