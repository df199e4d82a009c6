/** Tests the decision on one pair of fields, by the table in `one-field.ts` (V1–V4). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, there } from "../../test/undoing.ts";
import { type Agreed, agreed } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import type { Kind } from "../domain/values.ts";
import { decideField, type Verdict, winner } from "./one-field.ts";

const field = (some: Partial<MappedField> = {}, kind: Kind = "text"): MappedField => ({
  copper: "title",
  mailchimp: "TITLE",
  direction: "both",
  pair: "title|1:text",
  source: { kind, writable: true, choices: [] },
  merge: mergeField("TITLE"),
  ...some,
});
const decided = (
  held: Agreed | undefined,
  copper: string,
  mailchimp: string,
  wins: "copper" | "mailchimp" = "copper",
  of: MappedField = field(),
) => decideField(of, held, copper, mailchimp, () => wins);

const NOTHING: Verdict = { become: "nothing" };
const AGREED: Verdict = { become: "agreed" };
const to = (become: "to-mailchimp" | "to-copper", conflict = false): Verdict => ({ become, conflict });
const NEVER = undefined;

test.each([
  [NEVER, "a", "a", AGREED],
  [NEVER, "", "", AGREED],
  [NEVER, "a", "", to("to-mailchimp")],
  [NEVER, "", "a", to("to-copper")],
  [NEVER, "a", "b", to("to-mailchimp", true)],
  ["a", "a", "a", NOTHING],
  [agreed("a", "A "), "a", "A ", NOTHING],
  ["a", "b", "a", to("to-mailchimp")],
  ["a", "", "a", to("to-mailchimp")],
  ["a", "a", "b", to("to-copper")],
  ["a", "a", "", to("to-copper")],
  ["a", "b", "b", AGREED],
  ["a", "", "", AGREED],
  ["a", "b", "c", to("to-mailchimp", true)],
  ["a", "", "c", to("to-mailchimp", true)],
  ["", "b", "", to("to-mailchimp")],
  ["", "", "b", to("to-copper")],
] as const)("held %j; Copper %j, Mailchimp %j: %j", (held, copper, mailchimp, verdict) => {
  expect(decided(held, copper, mailchimp)).toEqual(verdict);
});
test("V2: the other side's value is kept where the rule says so", () => {
  expect(decided(NEVER, "a", "b", "mailchimp")).toEqual(to("to-copper", true));
  expect(decided("a", "b", "c", "mailchimp")).toEqual(to("to-copper", true));
});
test("V6: each side is compared with what it held, by its own kind of field", () => {
  const phone = field({}, "phone");
  expect(decided("01 23", "0123", "01 23", "copper", phone)).toEqual(NOTHING);
  expect(decided("01 23", "01 23", "0123", "copper", { ...phone, merge: mergeField("T", { kind: "phone" }) })).toEqual(
    NOTHING,
  );
});
describe("V7: within the field's direction", () => {
  const toMailchimp = field({ direction: "to-mailchimp" });
  const toCopper = field({ direction: "to-copper" });
  test("a change of one side stays there if it may not cross", () => {
    expect(decided("a", "a", "b", "copper", toMailchimp)).toEqual(NOTHING);
    expect(decided("a", "b", "a", "copper", toMailchimp)).toEqual(to("to-mailchimp"));
    expect(decided("a", "b", "a", "copper", toCopper)).toEqual(NOTHING);
    expect(decided("a", "a", "b", "copper", toCopper)).toEqual(to("to-copper"));
    expect(decided(NEVER, "", "b", "copper", toMailchimp)).toEqual(NOTHING);
    expect(decided(NEVER, "a", "", "copper", toCopper)).toEqual(NOTHING);
  });
  test("in a conflict both keep theirs if the winner's may not cross", () => {
    expect(decided("a", "b", "c", "mailchimp", toMailchimp)).toEqual({ become: "kept", kept: "mailchimp" });
    expect(decided("a", "b", "c", "copper", toCopper)).toEqual({ become: "kept", kept: "copper" });
    expect(decided("a", "b", "c", "copper", toMailchimp)).toEqual(to("to-mailchimp", true));
  });
});
test.each([
  ["copper", 1, 2, "copper"],
  ["mailchimp", 2, 1, "mailchimp"],
  ["newest", 2, 1, "copper"],
  ["newest", 1, 2, "mailchimp"],
  ["newest", 1, 1, "copper"],
] as const)(
  "V2: by the rule %s, of changes at %i in Copper and %i in Mailchimp that of %s wins",
  (rule, copper, mailchimp, side) => {
    expect(winner(rule, { ...ana, modifiedAt: copper }, { ...there, changedAt: mailchimp })).toBe(side);
  },
);
