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
    "2025-12-01T11:00:00Z",
    "2025-11-01T11:00:00Z",
  ].map(run);
  expect(outdated(runs, NOW)).toEqual(["2026-09-01T10:00:00Z", "2025-11-01T11:00:00Z"]);
});
