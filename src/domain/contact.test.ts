/**
 * V10: a baseline stored under a field's name alone belongs to the one pair of fields that the name meant then and now.
 */
import { expect, test } from "vitest";
import { newLink } from "../plan/links.ts";
import { heldOf, refusalOf } from "./contact.ts";

const before = {
  ...newLink(1, "k", "a@b.fr", 1),
  baseline: { phone: "12" },
  refused: { phone: { from: "copper", value: "12", why: "refused" } },
} as const;
const pair = { pair: "phone|7:phone", copper: "phone" };

test("a pair that inherits it goes by it; any other does not", () => {
  expect(heldOf(before, { ...pair, inherits: true })).toBe("12");
  expect(refusalOf(before, { ...pair, inherits: true })).toMatchObject({ value: "12" });
  expect(heldOf(before, { ...pair, inherits: false })).toBeUndefined();
  expect(refusalOf(before, { ...pair, inherits: false })).toBeUndefined();
});
test("what is kept of the pair itself comes first", () => {
  const own = { from: "copper", value: "34", why: "not-taken" } as const;
  const link = {
    ...before,
    baseline: { ...before.baseline, [pair.pair]: "34" },
    refused: { ...before.refused, [pair.pair]: own },
  };
  expect(heldOf(link, { ...pair, inherits: true })).toBe("34");
  expect(refusalOf(link, { ...pair, inherits: true })).toEqual(own);
});
