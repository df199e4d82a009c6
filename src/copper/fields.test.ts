/** Custom fields as Copper shows and takes them ("Custom fields" in docs/apis/copper.md). */
import { expect, test } from "vitest";
import type { CustomField } from "../domain/fields.ts";
import { readCustom, writeCustom } from "./fields.ts";

const ZONE = "America/Los_Angeles";
const OPTIONS = [
  { id: 7, name: "Gold" },
  { id: 8, name: "Silver" },
];
const custom = (dataType: string): CustomField => ({ id: 1, name: "F", dataType, options: OPTIONS });
const address = { addr1: "1 rue A", addr2: "", city: "Paris", state: "", zip: "75002", country: "FR" };

test.each<[type: string, value: unknown, is: string | null]>([
  ["String", "abc", "abc"],
  ["String", 12, "12"],
  ["String", { a: 1 }, null],
  ["Checkbox", true, "true"],
  ["Checkbox", false, "false"],
  ["Dropdown", 7, "Gold"],
  ["Dropdown", "7", "Gold"],
  ["Dropdown", 9, null],
  ["MultiSelect", [7, "8"], "Gold\nSilver"],
  ["MultiSelect", [], ""],
  ["MultiSelect", [7, 9], null],
  ["MultiSelect", 8, "Silver"],
  ["Date", 1_754_031_600, "2025-08-01"],
  ["Date", "someday", null],
  ["Float", 12.5, "12.5"],
  ["Float", "012.50", "12.5"],
  ["Percentage", 0, "0"],
  ["Currency", "9.90", "9.9"],
  ["Currency", "free", null],
  ["Connect", 5, null],
])("V11: a %s field that shows %j is %j", (type, value, is) => {
  expect(readCustom(custom(type), value, ZONE)).toBe(is);
});
test.each(["String", "Dropdown", "MultiSelect", "Date", "Float", "Connect"])(
  "V11: a %s field that Copper leaves out, or shows as nothing, is blank",
  (type) => {
    for (const value of [undefined, null, ""]) expect(readCustom(custom(type), value, ZONE)).toBe("");
  },
);

test.each<[type: string, value: string, sent: unknown]>([
  ["String", "abc", "abc"],
  ["URL", "https://a.fr", "https://a.fr"],
  ["Checkbox", "true", true],
  ["Checkbox", "false", false],
  ["Dropdown", "Silver", 8],
  ["MultiSelect", "Gold\nSilver", [7, 8]],
  ["Date", "2025-08-01", 1_754_031_600],
  ["Float", "12.5", 12.5],
  ["Percentage", "3", 3],
  ["Currency", "9.9", 9.9],
])("a %s field is written %j as %j", (type, value, sent) => {
  expect(writeCustom(custom(type), value, ZONE)).toEqual({ value: sent });
});
test.each([
  ["Dropdown", "Bronze"],
  ["MultiSelect", "Gold\nBronze"],
  ["Float", "many"],
  ["Percentage", "many"],
  ["Currency", "many"],
  ["Connect", "5"],
])("V5: a %s field cannot hold %j, and no part of it is written", (type, value) => {
  expect(writeCustom(custom(type), value, ZONE)).toBeUndefined();
});
test("V5: no custom field holds a postal address", () => {
  expect(writeCustom(custom("String"), address, ZONE)).toBeUndefined();
});
test("a blank clears a field: several options become an empty list, anything else nothing", () => {
  expect(writeCustom(custom("MultiSelect"), " ", ZONE)).toEqual({ value: [] });
  for (const type of ["String", "Dropdown", "Date", "Float", "Checkbox"])
    expect(writeCustom(custom(type), "", ZONE)).toEqual({ value: null });
});
