/**
 * V10: a baseline stored under a field's name alone belongs to the one pair of fields that the name meant then and now.
 */
import { expect, test } from "vitest";
import { newLink } from "../plan/link-patch.ts";
import { heldBack, heldOf, notTaken, type Refusal, refusalOf, refusedValue } from "./contact.ts";

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

test("A10: what was not taken is sent again a few runs later, and later each time", () => {
  let known: Refusal | undefined;
  let run = 1;
  const waits: number[] = [];
  for (let tries = 1; tries < 8; tries += 1) {
    known = notTaken("copper", "12", known, run);
    expect(known).toMatchObject({ from: "copper", value: "12", why: "not-taken", tries });
    expect(heldBack(known, "copper", "12", known.again! - 1)).toBe("not-taken");
    expect(heldBack(known, "copper", "12", known.again!)).toBeUndefined();
    waits.push(known.again! - run);
    run = known.again!;
  }
  expect(waits[0]).toBeGreaterThan(1);
  expect(waits).toEqual([...waits].sort((one, other) => one - other));
  expect(waits.at(-1)).toBeGreaterThan(waits[0]!);
  expect(waits.at(-1), "never for ever").toBe(waits.at(-2));
});
test("V13: another value, the other side's, or one that cannot be converted is held back by nothing", () => {
  const known = notTaken("copper", "12", undefined, 1);
  expect(heldBack(undefined, "copper", "12", 1)).toBeUndefined();
  expect(heldBack(known, "copper", "34", 1)).toBeUndefined();
  expect(heldBack(known, "mailchimp", "12", 1)).toBeUndefined();
  expect(heldBack({ from: "copper", value: "12", why: "cannot" }, "copper", "12", 1)).toBeUndefined();
  expect(heldBack({ from: "copper", value: "12", why: "refused" }, "copper", "12", 99)).toBe("refused");
  for (const other of [
    { ...known, value: "34" },
    { ...known, from: "mailchimp" as const },
    { ...known, why: "refused" as const },
  ])
    expect(notTaken("copper", "12", other, 5).tries).toBe(1);
});
test("A10: of a refused value only Copper's custom fields are tried again by themselves: another one may be what is wrong", () => {
  const custom = { pair: "custom:1|7:text", copper: "custom:1" };
  expect(refusedValue("mailchimp", custom, "12", undefined, 3)).toEqual(notTaken("mailchimp", "12", undefined, 3));
  expect(refusedValue("copper", custom, "12", undefined, 3)).toEqual({ from: "copper", value: "12", why: "refused" });
  expect(refusedValue("mailchimp", pair, "12", undefined, 3)).toEqual({
    from: "mailchimp",
    value: "12",
    why: "refused",
  });
});
test("a refusal as an earlier version kept it is read; nonsense is none", () => {
  const kept = (text: string) =>
    refusalOf(
      { ...newLink(1, "k", "a@b.fr", 1), refused: { [pair.pair]: text as never } },
      { ...pair, inherits: false },
    );
  expect(kept("copper:1:2")).toEqual({ from: "copper", value: "1:2", why: "refused" });
  expect(kept("mailchimp:")).toEqual({ from: "mailchimp", value: "", why: "refused" });
  expect(kept("elsewhere:1")).toBeUndefined();
});
