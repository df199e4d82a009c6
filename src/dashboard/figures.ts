/** What monitors ask: is it well, and how much; nobody's name or address is among it. */
import type { Store } from "../plan/ports.ts";
import type { House } from "./house.ts";

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

export async function healthOf({ store, interval, now }: House): Promise<Health> {
  const success = await lastSuccess(store);
  const late = success === null || now() - Date.parse(success) > 2 * interval * 1000;
  return { status: late ? "late" : "ok", lastSuccess: success };
}

/** Figures for Prometheus. @param labelled whether each line names the connection, where there are several */
export async function metricsOf({ store, name }: House, labelled = false): Promise<string> {
  const { persons, members, links } = await store.holdings();
  const [last] = await store.runs(1, 0, true);
  const figures: [string, number][] = [
    ["people", persons],
    ["members", members],
    ["links", links],
  ];
  if (last !== undefined)
    figures.push(
      ["last_run_timestamp_seconds", Date.parse(last.finishedAt) / 1000],
      ["last_run_ok", last.outcome === "ok" ? 1 : 0],
      ["last_run_failures", last.failures],
      ["last_run_conflicts", last.conflicts],
      ["last_run_requests", last.requests],
    );
  const label = labelled ? `{connection="${name}"}` : "";
  return figures.map(([figure, value]) => `sync_${figure}${label} ${value}\n`).join("");
}
