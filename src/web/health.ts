/** Health of a connection, for monitors. The response contains no names or addresses. */
import { lastSuccess } from "../app/last-success.ts";
import type { DashboardBackend } from "./backend.ts";

/** "ok" if the last success is at most two intervals ago. */
export interface Health {
  readonly status: "ok" | "late";
  /** When the last successful run ended (RFC 3339); `null` before the first. */
  readonly lastSuccess: string | null;
}

/** Returns the health of a connection. */
export async function healthOf({ store, interval, now }: DashboardBackend): Promise<Health> {
  const success = await lastSuccess(store);
  const late = success === null || now() - Date.parse(success) > 2 * interval * 1000;
  return { status: late ? "late" : "ok", lastSuccess: success };
}
