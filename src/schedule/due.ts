/** When `serve` runs by itself. Pure. */

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
