/** V12: what people write is understood as it is meant, or not at all. */
import { describe, expect, test } from "vitest";
import { isDay, numberIn, optionsIn, usPhone, yesOrNo } from "./typed-values.ts";

test("a day is one that the calendar has, in every kind of year", () => {
  const two = (number: number) => String(number).padStart(2, "0");
  for (const year of [1600, 1900, 1904, 1999, 2000, 2023, 2024, 2100])
    for (let month = 0; month <= 13; month += 1)
      for (let day = 0; day <= 32; day += 1) {
        const text = `${year}-${two(month)}-${two(day)}`;
        const there = new Date(Date.UTC(year, month - 1, day));
        const same = there.getUTCMonth() === month - 1 && there.getUTCDate() === day;
        expect(isDay(text), text).toBe(same);
      }
  for (const text of ["", "2026-1-1", "24/11/2026", "2026-11-24 ", "x2026-11-24"])
    expect(isDay(text), text).toBe(false);
});
test.each([
  ["(212) 555-0100", "212-555-0100"],
  ["+1 212.555.0100", "212-555-0100"],
  ["1-212-555-0100", "212-555-0100"],
  ["112-555-0100", undefined],
  ["212-555-010", undefined],
  ["+33 1 23 45 67 89", undefined],
  ["212-555-0100 x1", undefined],
])("%j is the US number %j", (said, number) => expect(usPhone(said)).toBe(number));
test.each([
  ["12", "12"],
  [" -3.25 ", "-3.25"],
  ["12.50", "12.5"],
  ["0", "0"],
  ["0.5", "0.5"],
  ["1e3", "1000"],
  ["12,5", "12.5"],
  ["1 234", "1234"],
  ["1 234,50", "1234.5"],
  ["-1\u202f234.125", "-1234.125"],
  ["12.125", "12.125"],
  ["1,234", undefined],
  ["12,3456", "12.3456"],
  ["1 23", undefined],
  ["007", undefined],
  ["-01", undefined],
  ["1e400", undefined],
  ["about 20", undefined],
  ["", undefined],
])("%j is the number %j", (said, number) => expect(numberIn(said)).toBe(number));
describe("a yes or a no", () => {
  test.each(["true", "Yes", "y", "1", " OUI ", "vrai", "x"])("%j says yes", (said) =>
    expect(yesOrNo(said)).toBe("true"),
  );
  test.each(["false", "No", "n", "0", "non", " Faux"])("%j says no", (said) => expect(yesOrNo(said)).toBe("false"));
  test.each(["", "maybe", "2", "yes no"])("%j says neither", (said) => expect(yesOrNo(said)).toBeUndefined());
});
describe("options", () => {
  test.each([
    ["Press, Radio", ["Press", "Radio", "Press, Radio"], ["Press, Radio"]],
    ["TV", ["Press"], undefined],
    ["Pressing", ["Press"], undefined],
    ["Press, TV", ["Press"], undefined],
    ["press", ["Press"], ["Press"]],
    ["", ["Press"], []],
    ["  ", ["Press"], []],
    ["press", ["Press", "press"], ["press"]],
    ["Press", ["press", "Press"], ["Press"]],
    ["Press, press", ["Press"], ["Press"]],
    ["Press|School\nRadio", ["Press", "School", "Radio"], ["Press", "School", "Radio"]],
    ["Presse", ["Press"], undefined],
    ["Press School", ["Press", "School"], undefined],
    ["Presse, Press", ["Press", "Presse"], ["Presse", "Press"]],
    ["Radio", ["", " "], undefined],
    ["Press, School", ["Press, School", "Press", "School"], ["Press, School"]],
  ])("%j of %j lists %j", (said, known, found) => expect(optionsIn(said, known)).toEqual(found));
});
