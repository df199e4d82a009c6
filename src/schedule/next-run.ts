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

/** Runs of many machines should not all begin on the same second: up to this share later. */
const JITTER = 0.05;

/**
 * Whether a run is due: an interval after the last one began. The very first is for a human to begin.
 * @param lastStartedAt Unix ms, `undefined` where there was none
 * @param interval seconds
 * @param random 0 to 1, the same for one wait
 */
export function isDue(lastStartedAt: number | undefined, now: number, interval: number, random: number): boolean {
  if (lastStartedAt === undefined) return false;
  // A clock that was put back must not silence the runs for hours
  if (lastStartedAt > now + interval * 1000) return true;
  return now >= lastStartedAt + interval * 1000 * (1 + JITTER * random);
}
