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
const days = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((one) => one.toISOString().slice(0, 10));
/** A day that a country skipped when it crossed the date line. */
const isSkipped = (day: string, zone: string) => zone === "Pacific/Apia" && day === "2011-12-30";
const formats = new Map(ZONES.map((zone) => [zone, new Intl.DateTimeFormat("en-CA", { timeZone: zone })]));

test("case 43: each day of two centuries comes back as it is, in zones with and without summer time", () => {
  fc.assert(
    fc.property(days, fc.constantFrom(...ZONES), (one, zone) => {
      fc.pre(!isSkipped(one, zone));
      expect(dayOf(midnightOf(one, zone), zone)).toBe(one);
    }),
    { numRuns: 1_000 },
  );
});
test("case 43: what is written is the first second of the day, in any zone", () => {
  fc.assert(
    fc.property(days, fc.constantFrom(...ZONES), (day, zone) => {
      fc.pre(!isSkipped(day, zone));
      const at = midnightOf(day, zone);
      const shown = (seconds: number) => formats.get(zone)!.format(seconds * 1000);
      expect(shown(at)).toBe(day);
      expect(shown(at - 1) < day).toBe(true);
    }),
    { numRuns: 300 },
  );
});
test.each([
  ["2025-08-01", "America/Los_Angeles", "2025-08-01T07:00:00Z"],
  ["2018-01-12", "America/Los_Angeles", "2018-01-12T08:00:00Z"],
  ["2025-08-01", "Asia/Kolkata", "2025-07-31T18:30:00Z"],
  ["2025-08-01", "Nowhere/Land", "2025-08-01T00:00:00Z"],
  // Paris was 9 minutes and 21 seconds ahead
  ["1901-05-01", "Europe/Paris", "1901-04-30T23:50:39Z"],
  // The clocks went from midnight to one o'clock: the day begins at one
  ["2023-04-28", "Africa/Cairo", "2023-04-27T22:00:00Z"],
  ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"],
])("%s begins in %s at %s", (day, zone, at) => expect(midnightOf(day, zone)).toBe(Date.parse(at) / 1000));

test.each([
  [1_754_031_600, "America/Los_Angeles", "2025-08-01"],
  [1_515_744_000, "America/Los_Angeles", "2018-01-12"],
  ["1754031600", "America/Los_Angeles", "2025-08-01"],
  ["08/01/2025", "Europe/Paris", "2025-08-01"],
  [" 8/1/2025 ", "Europe/Paris", "2025-08-01"],
  [1_754_006_400, "America/Los_Angeles", "2025-08-01"],
  // Neither midnight there nor in UTC: the day there
  [1_754_010_000, "America/Los_Angeles", "2025-07-31"],
  [1_754_031_600.5, "America/Los_Angeles", "2025-08-01"],
  [-86_400, "UTC", "1969-12-31"],
  ["-86400", "UTC", "1969-12-31"],
  [-62_135_596_800, "UTC", "0001-01-01"],
  ["13/45/2025", "Europe/Paris", undefined],
  ["02/29/2024", "Europe/Paris", "2024-02-29"],
  ["last spring", "Europe/Paris", undefined],
  ["1e9", "Europe/Paris", undefined],
  [true, "Europe/Paris", undefined],
  [Number.NaN, "Europe/Paris", undefined],
  [8.64e12, "UTC", "275760-09-13"],
  [8.64e12 + 1, "UTC", undefined],
  [1e300, "Europe/Paris", undefined],
  [1_754_031_600, "Nowhere/Land", "2025-08-01"],
])("%j in %s is %j", (value, zone, day) => expect(dayOf(value, zone)).toBe(day));
