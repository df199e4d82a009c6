import { expect, test } from "vitest";
import type { RunDocument } from "../plan/run-document.ts";
import type { AlertHistory } from "../ports/facts.ts";
import type { Waiting } from "../ports/store.ts";
import { alertsAfterRun, summaryDue } from "./alerts.ts";

const run = (some: Partial<RunDocument>) => ({ outcome: "ok", conflicts: [], ...some }) as unknown as RunDocument;
const nobody: Waiting = { reviews: [], rejections: [], troubles: [] };
const marked = (...ids: number[]): Waiting => ({
  ...nobody,
  reviews: ids.map((personId) => ({ personId, tag: "🗑️", since: "", ignored: false })),
});
const kinds = (told: { alerts: readonly { kind: string }[] }) => told.alerts.map((one) => one.kind);

test("each alert is sent once, and again only after its reason has been gone", () => {
  const first = alertsAfterRun(run({}), marked(1), undefined, 0);
  expect(kinds(first)).toEqual(["marked"]);
  const second = alertsAfterRun(run({}), marked(1, 2), first.next, 0);
  expect(second.alerts).toMatchObject([{ kind: "marked", about: "2 🗑️" }]);
  const third = alertsAfterRun(run({}), marked(2), second.next, 0);
  expect(third.alerts).toEqual([]);
  expect(kinds(alertsAfterRun(run({}), marked(1, 2), third.next, 0))).toEqual(["marked"]);
});
test("one failure of the network is not told, two in a row are, once; then that it works again", () => {
  const failed = run({ outcome: "failed", error: { code: "unreachable", message: "503" } });
  const one = alertsAfterRun(failed, nobody, undefined, 0);
  expect(kinds(one)).toEqual([]);
  const two = alertsAfterRun(failed, nobody, one.next, 0);
  expect(kinds(two)).toEqual(["failing"]);
  const three = alertsAfterRun(failed, nobody, two.next, 0);
  expect(kinds(three)).toEqual([]);
  const well = alertsAfterRun(run({}), nobody, three.next, 0);
  expect(kinds(well)).toEqual(["well-again"]);
  expect(kinds(alertsAfterRun(run({}), nobody, well.next, 0))).toEqual([]);
});
test("a refused key is told at once; what waited before is not told again after it", () => {
  const before = alertsAfterRun(run({}), marked(1), undefined, 0);
  const failed = alertsAfterRun(
    run({ outcome: "failed", error: { code: "credentials", message: "401" } }),
    nobody,
    before.next,
    0,
  );
  expect(kinds(failed)).toEqual(["failing"]);
  expect(kinds(alertsAfterRun(run({}), marked(1), failed.next, 0))).toEqual(["well-again"]);
});
test("a refused plan is told", () => {
  expect(kinds(alertsAfterRun(run({ outcome: "refused" }), nobody, undefined, 0))).toEqual(["refused"]);
});
test("a summary is due a week after the first run, not at it", () => {
  const { next } = alertsAfterRun(run({}), nobody, undefined, 1_000);
  expect(summaryDue(next, 1_000)).toBe(false);
  expect(summaryDue(next, 1_000 + 7 * 86_400_000)).toBe(true);
  expect(summaryDue({ ...next, summaryAt: 5 } satisfies AlertHistory, 6)).toBe(false);
});
