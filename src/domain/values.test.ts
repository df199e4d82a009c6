/** V5, V6, T7: when two values are the same, kind by kind: what only the writing tells apart is no change, all else is. */
import { describe, expect, test } from "vitest";
import {
  fieldValue,
  isBlank,
  isRespelt,
  type Kind,
  type PostalAddress,
  sameValue,
  shownField,
  showValue,
  type Value,
  valueKey,
  valueOr,
} from "./values.ts";

const HOME: PostalAddress = {
  addr1: "1 rue X",
  addr2: "Bât. B",
  city: "Paris",
  state: "IDF",
  zip: "75002",
  country: "FR",
};
const NOWHERE: PostalAddress = { addr1: "", addr2: "", city: " ", state: "", zip: "", country: "FR" };

const SAME: readonly (readonly [Kind, Value, Value])[] = [
  ["text", "Ana", "Ana"],
  ["text", "Ana  Maria ", "Ana Maria"],
  ["text", "R&amp;D", "R&D"],
  ["text", "E\u0301te\u0301", "\u00c9t\u00e9"],
  ["phone", "(212) 555-0100", "212-555-0100"],
  ["phone", "+1 212 555 0100", "212-555-0100"],
  ["phone", "0033 1 23 45 67 89", "+33 (1) 23.45.67.89"],
  ["phone", "01 23 45 67 89 ext. 12", "0123456789 x12"],
  ["phone", "01 23 45 67 89 poste 12", "0123456789 x 12"],
  ["phone", "none", " none "],
  ["number", "12.50", "12.5"],
  ["number", " 1e3", "1000"],
  ["number", "about  20", "about 20"],
  ["url", "https://exemple.fr/", "https://exemple.fr"],
  ["choice", "PRESS", "Press"],
  ["flag", "True", "true"],
  ["choices", "Press\nSchool", "school\npress\nPress"],
  ["address", HOME, { ...HOME, city: "PARIS ", country: "fr" }],
  ["address", HOME, { ...HOME, country: "" }],
  ["address", { ...HOME, country: "" }, HOME],
  ["address", NOWHERE, ""],
  ["text", " ", ""],
];
const OTHER: readonly (readonly [Kind, Value, Value])[] = [
  ["text", "Ana", "ana"],
  ["text", "https://exemple.fr/", "https://exemple.fr"],
  ["text", "12.50", "12.5"],
  ["zip", "01000", "1000"],
  ["date", "2026-11-24", "2026-11-25"],
  ["birthday", "11/24", "11/25"],
  ["phone", "212-555-0100", "212-555-0101"],
  ["phone", "+33123456789", "33123456789"],
  ["phone", "0123456789", "0123456789 x12"],
  ["phone", "0123456789 x1", "0123456789 x12"],
  ["phone", "none", "unknown"],
  ["number", "12", "13"],
  ["number", "about 20", "about 21"],
  ["number", "0", ""],
  ["url", "https://exemple.fr/a", "https://exemple.fr/b"],
  ["choice", "Press", "School"],
  ["flag", "true", "false"],
  ["choices", "Press\nSchool", "Press"],
  ...(["addr1", "addr2", "city", "state", "zip", "country"] as const).map(
    (part) => ["address", HOME, { ...HOME, [part]: "XX" }] as const,
  ),
  ["address", HOME, ""],
  ["address", HOME, "1 rue X"],
  ["text", "", "Ana"],
];

describe("V6: two values", () => {
  test.each(SAME)("%s: %j and %j are the same", (kind, one, other) => {
    expect([sameValue(kind, one, other), sameValue(kind, other, one)]).toEqual([true, true]);
  });
  test.each(OTHER)("%s: %j and %j are not the same", (kind, one, other) => {
    expect([sameValue(kind, one, other), sameValue(kind, other, one)]).toEqual([false, false]);
  });
});

test.each(SAME.filter(([, one, other]) => one !== "" && other !== "" && typeof one === "string"))(
  "V5: %s: a refused %j is the same refusal as %j",
  (kind, one, other) => expect(valueKey(kind, one)).toBe(valueKey(kind, other)),
);
test.each(OTHER)("V5: %s: a refused %j says nothing of %j", (kind, one, other) => {
  expect(valueKey(kind, one)).not.toBe(valueKey(kind, other));
});

test("a blank is the same as a blank only", () => {
  expect(sameValue("url", "/", "")).toBe(false);
  expect(sameValue("url", "", " ")).toBe(true);
});
test("a country alone is no address, and a single part of one is", () => {
  expect(isBlank(NOWHERE)).toBe(true);
  for (const part of ["addr1", "addr2", "city", "state", "zip"] as const)
    expect(isBlank({ ...NOWHERE, [part]: "x" }), part).toBe(false);
});

describe("V13: an answer", () => {
  test.each([
    ["a telephone number that was completed", "212-555-0100", "+1 212-555-0100"],
    ["a text that was cut short", "A very long title", "A very long"],
    ["a date in another order", "2026-11-24", "24/11/2026"],
    ["accents that were dropped", "Été", "ete"],
    ["signs for signs", "***", "—"],
  ])("%s is what was written", (_, one, other) =>
    expect([isRespelt(one, other), isRespelt(other, one)]).toEqual([true, true]),
  );
  test.each([
    ["another name", "Ana", "Bob"],
    ["a name for signs", "Ana", "***"],
    ["other digits", "2026-11-24", "2026-11-25"],
    ["fewer of the same letters", "Anna", "Naan n"],
  ])("%s is not", (_, one, other) => expect([isRespelt(one, other), isRespelt(other, one)]).toEqual([false, false]));
});

test("values are shown in one line, without what is not there", () => {
  expect(showValue(HOME)).toBe("1 rue X, Bât. B, 75002 Paris, IDF, FR");
  expect(showValue({ ...HOME, addr2: "", state: "", zip: "" })).toBe("1 rue X, Paris, FR");
  expect(showValue("Press\nSchool")).toBe("Press, School");
});
test("a field that is not named is blank; V11: one that is not shown is neither a value nor a blank", () => {
  const fields = { title: "A", phone: null, city: "" };
  expect(["title", "phone", "city", "other"].map((name) => shownField(fields, name))).toEqual(["A", null, "", ""]);
  expect(["title", "other"].map((name) => fieldValue({ title: "A" }, name))).toEqual(["A", ""]);
  expect([valueOr("A"), valueOr(null), valueOr(HOME)]).toEqual(["A", "", HOME]);
});
test("V5: a telephone number without an extension is known by its digits alone", () => {
  expect(valueKey("phone", "01 23 45")).toBe("012345");
  expect(valueKey("phone", "01 23 45 x6")).toBe("012345x6");
});
