/**
 * Copper's dates ("Custom fields" in docs/apis/copper.md): a Date field holds the Unix time of midnight where the account
 * is, summer and winter alike. The documentation also speaks of `mm/dd/yyyy`: both are read, the number is written.
 */

const DAY = 86_400;
const formats = new Map<string, Intl.DateTimeFormat>();

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

/** The wall clock of a zone at a moment. @param seconds Unix seconds */
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
 * Returns the day that Copper's value of a Date field means, `2025-08-01`, or `undefined` where it means none.
 * @param value Unix seconds, as a number or in a text, or `mm/dd/yyyy`
 * @param zone the account's time zone (an IANA name)
 */
export function dayOf(value: unknown, zone: string): string | undefined {
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(String(value).trim()) ?? [];
  if (year !== undefined) return `${year}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}`;
  const seconds = typeof value === "number" || /^-?\d+$/.test(String(value)) ? Number(value) : Number.NaN;
  // Beyond what a calendar holds
  if (!Number.isFinite(seconds) || Math.abs(seconds) > 8.64e12) return undefined;
  const { day: local, ofDay } = wallClock(seconds, zone);
  // Midnight in Greenwich, and not where the account is: written by a program that knows no zones
  if (ofDay !== 0 && seconds % DAY === 0) return new Date(seconds * 1000).toISOString().slice(0, 10);
  return local;
}

/**
 * Returns midnight of a day where the account is, in Unix seconds; where that day has no midnight, its first moment.
 * @param day `2025-08-01`
 * @param zone the account's time zone (an IANA name)
 */
export function midnightOf(day: string, zone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`) / 1000;
  // The zone's offset is known only for a moment: the second look is at the moment itself
  let moment = utc;
  for (let look = 0; look < 3; look += 1) {
    const { day: local, ofDay } = wallClock(moment, zone);
    const ahead = Date.parse(`${local}T00:00:00Z`) / 1000 - utc + ofDay;
    if (ahead === 0) return moment;
    moment -= ahead;
  }
  // No midnight: clocks went on past it
  while (wallClock(moment, zone).day < day) moment += 900;
  return moment;
}
