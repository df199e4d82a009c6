/** Tests e-mail addresses: as they are mailed to, compared, and told from other texts (W1, W7, W11). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressKey, canBeAddress, concerns, mailable, validKeys } from "./address.ts";

test.each([
  [" Ana@Ex.fr ", "Ana@Ex.fr", "ana@ex.fr"],
  ["mailto:ana@ex.fr?subject=a", "ana@ex.fr", "ana@ex.fr"],
  ["MAILTO: Ana@ex.fr ", "Ana@ex.fr", "ana@ex.fr"],
  ["ana@ex．fr", "ana@ex.fr", "ana@ex.fr"],
  ["ana＠ex。fr", "ana@ex.fr", "ana@ex.fr"],
  ["Ana Lopez <ana@ex.fr>", "ana@ex.fr", "ana@ex.fr"],
  ["<mailto:ana@ex.fr>", "ana@ex.fr", "ana@ex.fr"],
  ["ana\u200b@ex.fr", "ana@ex.fr", "ana@ex.fr"],
  ["ana@exämple.fr", "ana@exämple.fr", "ana@xn--exmple-cua.fr"],
  ["Ana@EXA\u0308MPLE.fr", "Ana@EXA\u0308MPLE.fr", "ana@xn--exmple-cua.fr"],
  ["É@ex.fr", "É@ex.fr", "é@ex.fr"],
  ["ana@ex.fr.", "ana@ex.fr.", "ana@ex.fr."],
  ["a@ex.fr; b@ex.fr", "a@ex.fr; b@ex.fr", "a@ex.fr; b@ex.fr"],
  ["Été", "Été", "été"],
  ["@exämple.fr", "@exämple.fr", "@xn--exmple-cua.fr"],
  ["é@ex fr", "é@ex fr", "é@ex fr"],
  ["a@é x.fr", "a@é x.fr", "a@é x.fr"],
  ["a@é/x.fr", "a@é/x.fr", "a@é/x.fr"],
  ["a@é[x.fr", "a@é[x.fr", "a@é[x.fr"],
  ["", "", ""],
])("W1, W11: %j is mailed to as %j, and compared as %j", (typed, mailed, key) => {
  expect([mailable(typed), addressKey(typed)]).toEqual([mailed, key]);
});
test("W1: the key of a key is the key", () => {
  fc.assert(
    fc.property(fc.oneof(fc.emailAddress(), fc.string(), fc.constantFrom("ana@exämple.fr", "A <a@b.fr>")), (typed) => {
      expect(addressKey(addressKey(typed))).toBe(addressKey(typed));
    }),
  );
});

describe("W7: a text", () => {
  const long = (length: number) => `a@${"b".repeat(length - 5)}.fr`;
  test.each([
    "ana@ex.fr",
    "Ana Lopez <ana@ex.fr>",
    "ana.maria+x@sub.ex-am.fr",
    "é@exämple.fr",
    "o'neil@ex.fr",
    `${"a".repeat(64)}@ex.fr`,
    long(254),
  ])("%s can be an address", (typed) => expect(canBeAddress(typed)).toBe(true));
  test.each([
    "",
    "nope",
    "@ex.fr",
    "ana@ex",
    "ana@ex.f",
    "ana@ex.fr.",
    "a@ex.fr; b@ex.fr",
    "a b@ex.fr",
    "a@b@ex.fr",
    ".ana@ex.fr",
    "ana.@ex.fr",
    "a..na@ex.fr",
    "ana@.ex.fr",
    "ana@-ex.fr",
    "ana@ex..fr",
    "ana@ex-.fr",
    `${"a".repeat(65)}@ex.fr`,
    long(255),
  ])("%s cannot", (typed) => expect(canBeAddress(typed)).toBe(false));
  test("those that can are known by their keys, in order, each once", () => {
    expect(validKeys(["nope", "B@x.fr", "a@x.fr", " b@X.fr"])).toEqual(["b@x.fr", "a@x.fr"]);
  });
});

test.each([
  [[], [], true],
  [[], ["a@x.fr"], true],
  [["@x.fr"], ["b@y.fr", "A@X.fr"], true],
  [["@z.fr", "ana"], ["Ana@y.fr"], true],
  [["@x.fr"], ["b@y.fr"], false],
  [["@x.fr"], [undefined], false],
  [["@x.fr"], [], false],
])("ONLY of %j concerns a contact at %j: %s", (only, addresses, yes) => expect(concerns(only, addresses)).toBe(yes));
