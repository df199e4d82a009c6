/** Repeats work at an interval. Whoever starts a timer owns what goes wrong in it: nothing here ends a process. */

/** Work that is repeated. */
export interface Repeated {
  /** Ends it; a turn that is under way goes on to its end. */
  end(): void;
}

function attempt(work: () => void): void {
  try {
    work();
  } catch {
    // There is nobody left to tell
  }
}

/** Of one trouble that goes on, turns are left out: up to so many between two tries. */
const MOST_LEFT_OUT = 60;

/**
 * Repeats work, one turn at a time. While it keeps failing it is tried less and less often, and told once.
 * @param interval from the beginning of one turn to the next (ms)
 * @param failed told of the first failure in a row; the next ones are silent until a turn went well
 * @param well told of each turn that went well
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
      // Also what cannot be told must not end the process
      if (failures === 1) attempt(() => failed(error));
    } finally {
      busy = false;
    }
  };
  // biome-ignore lint/style/noRestrictedGlobals: every other timer goes through here
  const timer = setInterval(() => turn(), interval);
  return { end: () => clearInterval(timer) };
}
