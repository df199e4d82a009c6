/** Tests that a Date field is midnight in the account's time zone, in summer and winter (case 43). */
import fc from "fast-check";
import { expect, test } from "vitest";
import { dayOf, midnightOf } from "./dates.ts";

const ZONES = [
  "Europe/Paris",
  "America/Los_Angeles",
  "UTC",
  "Asia/Kolkata",
  "Pacific/Apia",
  "America/Sao_Paulo",
  "Africa/Cairo",
];

test("case 43: each day of two centuries comes back as it is, in zones with and without summer time", () => {
  const day = fc
    .date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((one) => one.toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, fc.constantFrom(...ZONES), (one, zone) => {
      // A day that a country skipped when it crossed the date line
      fc.pre(!(zone === "Pacific/Apia" && one === "2011-12-30"));
      expect(dayOf(midnightOf(one, zone), zone)).toBe(one);
    }),
    { numRuns: 1_000 },
  );
});
test.each([
  [1_754_031_600, "America/Los_Angeles", "2025-08-01"],
  [1_515_744_000, "America/Los_Angeles", "2018-01-12"],
  ["1754031600", "America/Los_Angeles", "2025-08-01"],
  ["08/01/2025", "Europe/Paris", "2025-08-01"],
  [1_754_006_400, "America/Los_Angeles", "2025-08-01"],
  ["last spring", "Europe/Paris", undefined],
  [1e300, "Europe/Paris", undefined],
  [1_754_031_600, "Nowhere/Land", "2025-08-01"],
])("%j in %s is %j", (value, zone, day) => expect(dayOf(value, zone)).toBe(day));
