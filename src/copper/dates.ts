/**
 * Translates Copper's dates ("Custom fields" in docs/apis/copper.md). A Date field holds the Unix time of midnight in
 * the account's time zone, in summer and winter. The documentation also names `mm/dd/yyyy`: we read both, and write the
 * number.
 */
import { isDay } from "../domain/typed-values.ts";

/** One day (s). */
const DAY = 86_400;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Returns the formatter of a zone, from a cache because it is slow to create. Uses UTC for an unknown zone. */
function formatOf(zone: string): Intl.DateTimeFormat {
  const there = formats.get(zone);
  if (there !== undefined) return there;
  const options: Intl.DateTimeFormatOptions = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  };
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat("en-CA", { ...options, timeZone: zone });
  } catch {
    made = new Intl.DateTimeFormat("en-CA", { ...options, timeZone: "UTC" });
  }
  formats.set(zone, made);
  return made;
}

/** Returns the local day and the seconds since its midnight. @param seconds Unix seconds */
function wallClock(seconds: number, zone: string): { readonly day: string; readonly ofDay: number } {
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(seconds * 1000)
      .map(({ type, value }) => [type, value]),
  );
  const ofDay = Number(part.hour) * 3600 + Number(part.minute) * 60 + Number(part.second);
  return { day: `${String(part.year).padStart(4, "0")}-${part.month}-${part.day}`, ofDay };
}

/**
 * Translates the value of a Date field into a day, `2025-08-01`; returns `undefined` if it is no date.
 * @param value Unix seconds, as a number or in a text, or `mm/dd/yyyy`
 * @param zone the account's time zone (an IANA name)
 */
export function dayOf(value: unknown, zone: string): string | undefined {
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(String(value).trim()) ?? [];
  if (year !== undefined) {
    const written = `${year}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}`;
    return isDay(written) ? written : undefined;
  }
  const seconds = typeof value === "number" || /^-?\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  // Outside the range of a JavaScript Date
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12) return undefined;
  const { day: local, ofDay } = wallClock(seconds, zone);
  // Midnight in UTC but not locally: a program without time zones wrote it, so take the day in UTC
  if (ofDay !== 0 && seconds % DAY === 0) return new Date(seconds * 1000).toISOString().slice(0, 10);
  return local;
}

/**
 * Returns local midnight of a day (Unix seconds). If the day has no midnight, returns its start, to 15 minutes.
 * @param day `2025-08-01`
 * @param zone the account's time zone (an IANA name)
 */
export function midnightOf(day: string, zone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`) / 1000;
  // The offset depends on the moment, so correct the first guess with the offset at that guess
  let moment = utc;
  for (let look = 0; look < 3; look += 1) {
    const { day: local, ofDay } = wallClock(moment, zone);
    const ahead = Date.parse(`${local}T00:00:00Z`) / 1000 - utc + ofDay;
    if (ahead === 0) return moment;
    moment -= ahead;
  }
  // No midnight: the clocks skipped it. Go forward in steps of 15 minutes
  while (wallClock(moment, zone).day < day) moment += 900;
  return moment;
}
