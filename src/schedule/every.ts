/** Repeats work at an interval. A failure is handled here, so that a timer never ends the process. */

/** Repeated work. */
export interface Repeated {
  /** Stops the repetition; a turn in progress continues to its end. */
  end(): void;
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // The report itself failed, so there is no further place to report to
  }
}

/** While the work keeps failing, skip at most this many turns between two tries. */
const MOST_LEFT_OUT = 60;

/**
 * Repeats work, one turn at a time. While it keeps failing, it is tried less and less often.
 * @param interval from the start of one turn to the start of the next (ms)
 * @param failed receives the first failure in a row; the next ones are silent until a turn succeeds
 * @param well called after each successful turn
 */
export function every(
  interval: number,
  work: () => Promise<void>,
  failed: (error: unknown) => void,
  well: () => void = () => undefined,
): Repeated {
  let busy = false;
  let failures = 0;
  let leave = 0;
  const turn = async () => {
    if (busy) return;
    if (leave > 0) {
      leave -= 1;
      return;
    }
    busy = true;
    try {
      await work();
      failures = 0;
      well();
    } catch (error) {
      failures += 1;
      leave = Math.min(MOST_LEFT_OUT, 2 ** (failures - 1) - 1);
      // A failure of the report must not end the process either
      if (failures === 1) attempt(() => failed(error));
    } finally {
      busy = false;
    }
  };
  // biome-ignore lint/style/noRestrictedGlobals: every other timer goes through here
  const timer = setInterval(() => turn(), interval);
  return { end: () => clearInterval(timer) };
}
