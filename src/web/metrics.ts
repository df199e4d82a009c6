/** Metrics for Prometheus. They contain no contact's name or address. */
import type { DashboardBackend } from "./backend.ts";

/**
 * Returns the metrics of one connection in the Prometheus text format.
 * @param labelled whether to add the connection's name as a label, for several connections
 */
export async function metricsOf({ store, name }: DashboardBackend, labelled = false): Promise<string> {
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
