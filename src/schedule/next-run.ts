/** Due times of the runs of many connections: spread over the interval, and rarer after failures. Pure. */
import { createHash } from "node:crypto";

/** The longest delay of a connection that keeps failing (ms): a day. */
const LONGEST = 86_400_000;

/**
 * Returns the next due time after `now` (Unix ms). Each connection has a fixed offset within the interval, so that many
 * connections do not all start on the hour.
 * @param name determines the offset
 * @param interval the time between two runs (s)
 * @param now Unix ms
 * @param failures failed runs in a row; each one after the first doubles the delay
 */
export function nextDue(name: string, interval: number, now: number, failures = 0): number {
  const every = interval * 1000;
  const place = Math.floor((createHash("sha256").update(name).digest().readUInt32BE(0) / 2 ** 32) * every);
  const from = failures === 0 ? now : now + Math.max(0, Math.min(LONGEST, every * 2 ** (failures - 1)) - every);
  return (Math.floor((from - place) / every) + 1) * every + place;
}

/** The longest jitter, as a share of the interval, so that many machines do not all start in the same second. */
const JITTER = 0.05;

/**
 * Returns whether a run is due: an interval after the last one began. The very first run is never due, since a person
 * must start it.
 * @param lastStartedAt Unix ms; `undefined` if there was none
 * @param now Unix ms
 * @param interval the time between two runs (s)
 * @param random 0 to 1; must stay the same until the run starts
 */
export function isDue(lastStartedAt: number | undefined, now: number, interval: number, random: number): boolean {
  if (lastStartedAt === undefined) return false;
  // The clock was set back; without this, no run would start for hours
  if (lastStartedAt > now + interval * 1000) return true;
  return now >= lastStartedAt + interval * 1000 * (1 + JITTER * random);
}
