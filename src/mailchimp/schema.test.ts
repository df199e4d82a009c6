/** Members as Mailchimp shows them, and the values that are sent ("Merge fields" in docs/apis/mailchimp.md). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import type { MappedField, MergeField } from "../domain/fields.ts";
import { memberHash, oddMember, rawMember, toMember } from "./schema.ts";

const keep = (text: string) => text;
const raw = (merge_fields: object, some: object = {}) =>
  rawMember.parse({
    id: "a",
    contact_id: "c",
    email_address: "a@exemple.fr",
    status: "subscribed",
    last_changed: "2026-01-01T00:00:00+00:00",
    merge_fields,
    ...some,
  });
/** What a member shows of one merge field. */
const shown = (value: unknown, some: Partial<MergeField> = {}) => {
  const field = { mailchimp: "F", merge: mergeField("F", some) } as unknown as MappedField;
  return toMember(raw(value === undefined ? {} : { F: value }), [field], keep as never).fields.F;
};

describe("V11: what a record shows of a merge field", () => {
  const date = (format: string) => ({ kind: "date" as const, type: "date", format });
  test.each([
    ["2026-12-24", "DD/MM/YYYY", "2026-12-24"],
    ["2026-12-24T00:00:00.000Z", "MM/DD/YYYY", "2026-12-24"],
    ["24/12/2026", "DD/MM/YYYY", "2026-12-24"],
    ["12/24/2026", "MM/DD/YYYY", "2026-12-24"],
    ["Christmas", "DD/MM/YYYY", "Christmas"],
  ])("the date %j of an audience that writes %s is %j", (text, format, day) =>
    expect(shown(text, date(format))).toBe(day),
  );
  test.each([
    ["left out", undefined, null],
    ["null", null, null],
    ["a list", ["a"], null],
    ["an object in a text field", { a: 1 }, null],
    ["a number", 12, "12"],
    ["entities", "Caf&#233; &amp; Co", "Café & Co"],
    ["blanks", "  ", undefined],
  ])("%s", (_, value, is) => expect(shown(value)).toEqual(is));
  test("V15: a state that only stands in is blank; other parts come as they are", () => {
    const address = (state: string) => ({ addr1: " 1 rue A ", city: "Paris", state, zip: "75002", country: "FR" });
    const kind = { kind: "address" as const, type: "address" };
    for (const state of ["N/A", "n/a", "\u00a0", ""])
      expect(shown(address(state), kind)).toMatchObject({ addr1: "1 rue A", addr2: "", state: "", zip: "75002" });
    expect(shown(address("GE"), kind)).toMatchObject({ state: "GE" });
  });
});

test("a member without a contact id goes by the digest of the address; a moment that is none counts as long ago", () => {
  expect(toMember(raw({}, { contact_id: undefined, last_changed: "" }), [], keep as never)).toMatchObject({
    key: "a",
    changedAt: 0,
  });
  expect(toMember(raw({}), [], keep as never)).toMatchObject({ key: "c", changedAt: 1_767_225_600 });
  expect(memberHash(" Ana@Exemple.FR ")).toBe(memberHash("ana@exemple.fr"));
});
test("A9, W10: what can be read of a member who cannot: by the best key there is, with the fields that are wrong", () => {
  const why = (record: unknown) => oddMember(record, rawMember.safeParse(record).error!);
  const about = { id: "a", contact_id: "c", email_address: "a@exemple.fr", status: "asleep", merge_fields: {} };
  expect(why(about)).toMatchObject({ key: "c", addresses: ["a@exemple.fr"], why: "odd-record" });
  expect(why(about).detail).toContain("status");
  expect(why({ ...about, contact_id: undefined })).toMatchObject({ key: "a" });
  expect(why("nonsense")).toMatchObject({ addresses: [], why: "odd-record" });
  const phone = { ...about, status: "subscribed", email_address: "", last_changed: "" };
  expect(why(phone)).toEqual({ key: "c", addresses: [], why: "no-address", detail: "" });
});
