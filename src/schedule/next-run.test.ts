import fc from "fast-check";
import { expect, test } from "vitest";
import { nextDue } from "./next-run.ts";

const interval = fc.integer({ min: 60, max: 86_400 });
const now = fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 });

test("a run is due within an interval, always at the connection's own place in it", () => {
  fc.assert(
    fc.property(fc.string(), interval, now, (name, every, at) => {
      const due = nextDue(name, every, at);
      expect(due).toBeGreaterThan(at);
      expect(due - at).toBeLessThanOrEqual(every * 1000);
      expect(nextDue(name, every, due)).toBe(due + every * 1000);
    }),
  );
});
test("two hundred connections are spread over the hour", () => {
  const minutes = Array.from({ length: 200 }, (_, index) =>
    Math.floor((nextDue(`client-${index}`, 3_600, 1_790_000_000_000) / 60_000) % 60),
  );
  const counts = Object.values(Object.groupBy(minutes, (minute) => minute)).map((all) => all!.length);
  expect(new Set(minutes).size).toBeGreaterThan(50);
  expect(Math.max(...counts)).toBeLessThan(12);
});
test("whoever keeps failing is tried less and less often, every day at least", () => {
  fc.assert(
    fc.property(interval, now, fc.integer({ min: 1, max: 40 }), (every, at, failures) => {
      const waits = [failures, failures + 1].map((count) => nextDue("x", every, at, count) - at);
      expect(waits[1]!).toBeGreaterThanOrEqual(waits[0]!);
      expect(waits[1]!).toBeLessThanOrEqual(86_400_000 + every * 1000);
    }),
  );
});
