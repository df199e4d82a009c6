/** An incremental reading must miss nothing (docs/decisions/001). */
import fc from "fast-check";
import { expect, test } from "vitest";
import { showsAll } from "./cursor.ts";

const SIZE = 3;

test.each([
  ["ends before", [9, 5, 4], 9, true],
  ["is too short for what changed", [9, 8, 7], 9, false],
  ["begins with the last to change, but goes up again", [9, 4, 5], 9, false],
  ["begins with the oldest", [4, 5, 9], 9, false],
  ["is of one second, the newest ever seen", [5, 5, 5], 5, true],
  ["is of one second, while a later one was seen before", [5, 5, 5], 6, false],
  ["is of one second, and nobody knows the newest", [5, 5, 5], Number.POSITIVE_INFINITY, false],
  ["is not full", [4], 9, true],
])("a page that %s", (_, stamps, newest, shows) => {
  expect(showsAll(stamps, SIZE, { at: 6, newest })).toBe(shows);
});

test("never where something that changed is not on the page, whatever changed meanwhile", () => {
  const time = fc.integer({ min: 0, max: 12 });
  fc.assert(
    fc.property(fc.array(time, { minLength: 1 }), fc.array(time), time, (known, later, at) => {
      const all = [...known, ...later].sort((one, other) => other - one);
      const page = all.slice(0, SIZE);
      const changed = all.filter((stamp) => stamp >= at).length;
      if (showsAll(page, SIZE, { at, newest: Math.max(...known) }))
        expect(page.filter((stamp) => stamp >= at)).toHaveLength(changed);
    }),
  );
});
