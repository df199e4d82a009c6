import { expect, test } from "vitest";
import type { Waiting } from "../plan/ports.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { afterRun, summaryDue, type Told } from "./matters.ts";

const run = (some: Partial<RunDocument>) => ({ outcome: "ok", conflicts: [], ...some }) as unknown as RunDocument;
const nobody: Waiting = { reviews: [], rejections: [], troubles: [] };
const marked = (...ids: number[]): Waiting => ({
  ...nobody,
  reviews: ids.map((personId) => ({ personId, tag: "🗑️", since: "", ignored: false })),
});
const kinds = (told: { matters: readonly { kind: string }[] }) => told.matters.map((one) => one.kind);

test("each matter is told once, and again only after it has been gone", () => {
  const first = afterRun(run({}), marked(1), undefined, 0);
  expect(kinds(first)).toEqual(["marked"]);
  const second = afterRun(run({}), marked(1, 2), first.next, 0);
  expect(second.matters).toMatchObject([{ kind: "marked", about: "2 🗑️" }]);
  const third = afterRun(run({}), marked(2), second.next, 0);
  expect(third.matters).toEqual([]);
  expect(kinds(afterRun(run({}), marked(1, 2), third.next, 0))).toEqual(["marked"]);
});
test("one failure of the network is not told, two in a row are, once; then that it works again", () => {
  const failed = run({ outcome: "failed", error: { code: "unreachable", message: "503" } });
  const one = afterRun(failed, nobody, undefined, 0);
  expect(kinds(one)).toEqual([]);
  const two = afterRun(failed, nobody, one.next, 0);
  expect(kinds(two)).toEqual(["failing"]);
  const three = afterRun(failed, nobody, two.next, 0);
  expect(kinds(three)).toEqual([]);
  const well = afterRun(run({}), nobody, three.next, 0);
  expect(kinds(well)).toEqual(["well-again"]);
  expect(kinds(afterRun(run({}), nobody, well.next, 0))).toEqual([]);
});
test("a refused key is told at once; what waited before is not told again after it", () => {
  const before = afterRun(run({}), marked(1), undefined, 0);
  const failed = afterRun(
    run({ outcome: "failed", error: { code: "credentials", message: "401" } }),
    nobody,
    before.next,
    0,
  );
  expect(kinds(failed)).toEqual(["failing"]);
  expect(kinds(afterRun(run({}), marked(1), failed.next, 0))).toEqual(["well-again"]);
});
test("a refused plan is told", () => {
  expect(kinds(afterRun(run({ outcome: "refused" }), nobody, undefined, 0))).toEqual(["refused"]);
});
test("a summary is due a week after the first run, not at it", () => {
  const { next } = afterRun(run({}), nobody, undefined, 1_000);
  expect(summaryDue(next, 1_000)).toBe(false);
  expect(summaryDue(next, 1_000 + 7 * 86_400_000)).toBe(true);
  expect(summaryDue({ ...next, summaryAt: 5 } satisfies Told, 6)).toBe(false);
});
