/** Tests the counts of contacts that are left out. */
import { expect, test } from "vitest";
import { addedUp, noneSkipped } from "./skipped.ts";

test("begin with zero, and are added up and taken off each for itself", () => {
  const none = noneSkipped();
  expect(new Set(Object.values(none))).toEqual(new Set([0]));
  const [one, other] = [
    { ...none, cleaned: 3, noEmail: 1 },
    { ...none, cleaned: 2, filtered: 4 },
  ];
  expect(addedUp(one, other)).toEqual({ ...none, cleaned: 5, noEmail: 1, filtered: 4 });
  expect(addedUp(one, other, -1)).toEqual({ ...none, cleaned: 1, noEmail: 1, filtered: -4 });
  expect(one).toEqual({ ...none, cleaned: 3, noEmail: 1 });
});
