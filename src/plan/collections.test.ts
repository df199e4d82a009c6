/** Tests collections that may hold a million records: walks, numbers, pages and columns. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { chunks, concat, lookUp, MEMORY, numbered, runSteps, walk, withCapacity } from "./collections.ts";

const records = () => new Map([1, 2, 3].map((id) => [id, `r${id}`]));

test("a record is looked up by its key, and without a key nothing is asked for", () => {
  expect([lookUp(records(), 2), lookUp(records(), 9)]).toEqual(["r2", undefined]);
  const asked: unknown[] = [];
  const never = { get: (key: number) => String(asked.push(key)) };
  expect([lookUp(never, undefined), asked]).toEqual([undefined, []]);
});
describe("a walk over some keys", () => {
  test("shows the records that are there, in the order of the keys, each time as they are by then", () => {
    const all = records();
    const some = walk([3, 9, 1], all);
    expect([...some]).toEqual(["r3", "r1"]);
    all.set(9, "r9");
    all.delete(3);
    expect([...some]).toEqual(["r9", "r1"]);
  });
});
describe("records without numbers of their own", () => {
  test("get one for each key, the same each time, below the number of keys seen", () => {
    const all = records();
    const by = numbered(all);
    expect(by.size).toBe(3);
    expect(by.number(2)).toBe(0);
    expect([by.number(3), by.number(2)]).toEqual([1, 0]);
    expect([...by.numbers()].sort()).toEqual([0, 1, 2]);
    expect([...by.several([by.number(1)!, by.number(2)!])]).toEqual(["r1", "r2"]);
  });
  test("a key without a record has none, but one may be kept for it", () => {
    const all = records();
    const by = numbered(all);
    expect(by.number(9)).toBeUndefined();
    const kept = by.reserve(9);
    expect(by.number(9)).toBeUndefined();
    all.set(9, "r9");
    expect([by.number(9), by.reserve(9)]).toEqual([kept, kept]);
    expect([...by.several([kept])]).toEqual(["r9"]);
  });
  test("those that have numbers keep them", () => {
    const own = Object.assign(records(), { several: () => [], number: () => 7 });
    expect(numbered(own).number(1)).toBe(7);
  });
});
test("pages hold all, in order, and each but the last is full", () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.integer({ min: 1, max: 5 }), (all, size) => {
      const pages = [...chunks(all, size)];
      expect(pages.flat()).toEqual(all);
      for (const [at, page] of pages.entries())
        if (at < pages.length - 1) expect(page).toHaveLength(size);
        else expect(page.length > 0 && page.length <= size).toBe(true);
    }),
  );
});
test("several lists as one can be walked again, as they are by then", () => {
  const [one, other] = [[1], [2]];
  const both = concat(one, [], other);
  expect([...both]).toEqual([1, 2]);
  other.push(3);
  expect([...both]).toEqual([1, 2, 3]);
});
test("steps are run to the end, and their result is returned", () => {
  const ran: number[] = [];
  function* steps() {
    for (const step of [1, 2]) {
      ran.push(step);
      yield step;
    }
    return "done";
  }
  expect(runSteps(steps())).toBe("done");
  expect(ran).toEqual([1, 2]);
});
test("a list in memory begins empty, and is its own", () => {
  const series = MEMORY.series<number>();
  series.push(1);
  expect([...series, series.length]).toEqual([1, 1]);
  expect(MEMORY.series().length).toBe(0);
});
describe("a column", () => {
  test("with room stays the same one; without, it grows to twice its length at least, and keeps its values", () => {
    const column = new Uint32Array([1, 2, 3]);
    expect(withCapacity(column, 2)).toBe(column);
    const more = withCapacity(column, 3);
    expect(more).toBeInstanceOf(Uint32Array);
    expect([...more]).toEqual([1, 2, 3, 0, 0, 0]);
    expect(withCapacity(column, 10)).toHaveLength(11);
    expect([...withCapacity(new Float64Array([0.5]), 1)]).toEqual([0.5, 0]);
  });
});
