/** Requests are counted, not timed: what a run may need at most (docs/bench.md has the figures). */
import { expect, test } from "vitest";
import { type Bench, benchOf, ours } from "../bench/ours.ts";
import { twentyChanges } from "../bench/world.ts";

const HOUR = 3_600_000;
async function later(bench: Bench) {
  bench.clock.later(HOUR);
  return ours(bench);
}

test("a first sync of 10,000 contacts a side with 30 tags needs at most 1.10 of the floor; an hour with 20 changes 12, one without 3", async () => {
  const bench = await benchOf(10_000);
  const first = await ours(bench);
  expect(first.requests / first.floor).toBeLessThanOrEqual(1.1);
  // What the first run wrote is read once more
  await later(bench);
  twentyChanges(bench.worlds, bench.now());
  expect((await later(bench)).requests).toBeLessThanOrEqual(12);
  expect((await later(bench)).requests).toBeLessThanOrEqual(3);
  await bench.close();
}, 180_000);
