import { expect, test } from "vitest";
import { outdated } from "./retention.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const run = (startedAt: string) => ({ id: startedAt, startedAt });

test("a month of runs stays, then one a day for a year, then none", () => {
  const runs = [
    "2026-11-24T11:00:00Z",
    "2026-11-24T10:00:00Z",
    "2026-10-26T10:00:00Z",
    "2026-10-26T11:00:00Z",
    "2026-09-01T10:00:00Z",
    "2026-09-01T11:00:00Z",
    "2026-08-01T11:00:00Z",
    "2026-08-01T10:00:00Z",
    "2025-12-01T11:00:00Z",
    "2025-11-01T11:00:00Z",
  ].map(run);
  expect(outdated(runs, NOW)).toEqual(["2026-09-01T10:00:00Z", "2026-08-01T10:00:00Z", "2025-11-01T11:00:00Z"]);
});
test("whatever is not younger than a month, or than a year, counts as older", () => {
  const daysAgo = (days: number, ms = 0) => new Date(NOW - days * 86_400_000 + ms).toISOString();
  const runs = [daysAgo(30), daysAgo(30, 1), daysAgo(365), daysAgo(365, 1)].map(run);
  expect(outdated(runs, NOW)).toEqual([daysAgo(30), daysAgo(365)]);
  expect(outdated([run(daysAgo(365))], NOW)).toEqual([daysAgo(365)]);
});
