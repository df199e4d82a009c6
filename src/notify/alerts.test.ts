/** Tests which alerts a run causes, each sent once as long as its reason lasts. */
import { expect, test } from "vitest";
import type { RunDocument } from "../plan/run-document.ts";
import type { AlertHistory } from "../ports/facts.ts";
import type { Waiting } from "../ports/store.ts";
import { alertsAfterRun, isTried, summaryDue, WEEK } from "./alerts.ts";

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
test("a place that cannot be reached is tried at five runs, then at every 24th", () => {
  const tried = Array.from({ length: 80 }, (_, tries) => tries).filter(isTried);
  expect(tried).toEqual([0, 1, 2, 3, 4, 24, 48, 72]);
});
test("whom each alert is about: contacts set aside, refused or in the way of another, and a log that cannot be written", () => {
  const trouble = (contact: string, runs: number) => ({ contact, runs, last: {} });
  const waiting = {
    reviews: [{ personId: 1, tag: "del", since: "", ignored: true }],
    troubles: [trouble("five@x.fr", 5), trouble("four@x.fr", 4)],
    rejections: [{ address: "no@x.fr", code: "FORGOTTEN_EMAIL", message: "" }],
  } as unknown as Waiting;
  const notes = [
    { contact: "", code: "log-unwritable", detail: "/log" },
    { contact: "a@x.fr", code: "too-long" },
  ];
  const conflicts = [
    { contact: "two@x.fr", kept: "none" },
    { contact: "other@x.fr", kept: "copper" },
  ];
  const { alerts } = alertsAfterRun(
    run({ notes, conflicts } as unknown as Partial<RunDocument>),
    waiting,
    undefined,
    0,
  );
  expect(alerts).toEqual([
    { kind: "aside", about: "five@x.fr", who: { address: "five@x.fr" } },
    { kind: "rejected", about: "no@x.fr", who: { address: "no@x.fr" } },
    { kind: "logs", about: "/log" },
    { kind: "conflict", about: "two@x.fr", who: { address: "two@x.fr" } },
  ]);
  const unknown = run({ notes: [{ contact: "", code: "log-unwritable" }] } as unknown as Partial<RunDocument>);
  expect(alertsAfterRun(unknown, nobody, undefined, 0).alerts).toEqual([{ kind: "logs", about: "" }]);
});
test("a failure without a message is told, too", () => {
  const failed = run({ outcome: "failed" });
  const { next } = alertsAfterRun(failed, nobody, undefined, 0);
  expect(alertsAfterRun(failed, nobody, next, 0).alerts).toEqual([{ kind: "failing", about: "" }]);
});
test("a summary is due a week after the last one, whenever that was", () => {
  const last = { keys: [], failing: 0, summaryAt: 5 * WEEK };
  expect([summaryDue(last, 6 * WEEK - 1), summaryDue(last, 6 * WEEK)]).toEqual([false, true]);
});
