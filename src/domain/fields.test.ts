/** Tests the mapping: which pairs of fields both sides have, each with an identity of its own (V7, V10). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { type CustomField, type FieldOverride, mapFields } from "./fields.ts";

const line = (copper: string, mailchimp: string, some: Partial<FieldOverride> = {}): FieldOverride => ({
  copper,
  mailchimp,
  direction: "both",
  ...some,
});
const merges = [mergeField("TITLE", { id: 1 }), mergeField("BDAY", { id: 2, type: "birthday", kind: "birthday" })];
const custom = (id: number, name: string, dataType = "String", options: CustomField["options"] = []): CustomField => ({
  id,
  name,
  dataType,
  options,
});
const mapped = (override: FieldOverride, ...customs: CustomField[]) => {
  const found = mapFields([override], merges, customs);
  expect(found.mapped.length + found.unmet.length).toBe(1);
  return found.mapped[0];
};

test("a line whose fields both sides have is a pair, with the audience's own spelling of the tag", () => {
  expect(mapFields([line("title", "title", { direction: "to-copper", conflict: "newest" })], merges, [])).toEqual({
    mapped: [
      {
        copper: "title",
        mailchimp: "TITLE",
        direction: "to-copper",
        conflict: "newest",
        pair: "title|1:text",
        merge: merges[0],
        source: { kind: "text", writable: true, choices: [] },
      },
    ],
    unmet: [],
  });
});
test("a line whose field a side does not have is told", () => {
  const [there, merge, field] = [line("title", "TITLE"), line("title", "OTHER"), line("custom:Size", "TITLE")];
  expect(mapFields([there, merge, field], merges, [custom(7, "Other")])).toMatchObject({
    mapped: [there],
    unmet: [merge, field],
  });
});
describe("a custom field", () => {
  const all = [custom(7, " Size "), custom(8, "7"), custom(9, "Birthday", "Date")];
  test.each([
    ["custom:Size", 7],
    ["custom: size", 7],
    ["custom:7", 7],
    ["custom:8", 8],
    ["custom:birthday ", 9],
    ["custom:None", undefined],
  ])("%s is the one with the id %s", (asked, id) => {
    expect(mapped(line(asked, "TITLE"), ...all)?.copper).toBe(id === undefined ? undefined : `custom:${id}`);
  });
  test("is never meant by the name of another field, whatever it is called", () => {
    expect(mapped(line("title", "TITLE"), custom(7, " "), custom(8, "title"))?.copper).toBe("title");
  });
  test("V10: is known by its id and type, as the merge field is", () => {
    expect(mapped(line("custom:Birthday", "BDAY"), ...all)?.pair).toBe("custom:9:Date|2:birthday");
  });
  test.each([
    ["Dropdown", "choice", true],
    ["MultiSelect", "choices", true],
    ["Date", "date", true],
    ["Checkbox", "flag", true],
    ["Float", "number", true],
    ["Percentage", "number", true],
    ["Currency", "number", true],
    ["URL", "url", true],
    ["String", "text", true],
    ["Text", "text", true],
    ["Connect", "text", false],
  ])("of type %s holds a %s, and can be written: %s", (dataType, kind, writable) => {
    const options = [{ id: 1, name: "S" }];
    expect(mapped(line("custom:7", "TITLE"), custom(7, "Size", dataType, options))?.source).toEqual({
      kind,
      writable,
      choices: ["S"],
    });
  });
});
test.each([
  ["phone", "phone", true],
  ["address", "address", true],
  ["address.city", "text", true],
  ["first_name", "text", true],
  ["company_name", "text", false],
])("the field %s holds a %s, and can be written: %s", (copper, kind, writable) => {
  expect(mapped(line(copper, "TITLE"))?.source).toEqual({ kind, writable, choices: [] });
});
