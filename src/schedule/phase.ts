/** When the runs of many connections are due: spread over the interval, slower where they keep failing. Pure. */
import { createHash } from "node:crypto";

/** A connection that keeps failing is tried again after a day at the latest, ms. */
const LONGEST = 86_400_000;

/**
 * The next time after `now`. Each connection has its own place in the interval, always the same, so that the runs of
 * many do not all begin on the hour.
 * @param interval seconds @param now ms @param failures runs in a row that did not go well
 */
export function nextDue(name: string, interval: number, now: number, failures = 0): number {
  const every = interval * 1000;
  const place = Math.floor((createHash("sha256").update(name).digest().readUInt32BE(0) / 2 ** 32) * every);
  const from = failures === 0 ? now : now + Math.max(0, Math.min(LONGEST, every * 2 ** (failures - 1)) - every);
  return (Math.floor((from - place) / every) + 1) * every + place;
}
