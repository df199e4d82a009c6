/**
 * Long work leaves others their turn: pages, the lease, whoever stops a run (A11). Pure code goes on in steps, as a
 * generator; here is who waits between them.
 */
import { setImmediate } from "node:timers/promises";

/** How long nothing else has its turn, ms. */
const AT_MOST = 15;

/**
 * Returns what long work asks at each of its steps.
 * @returns gives something to wait for where others are due, `undefined` where the work may go on
 */
export function turns(): () => Promise<void> | undefined {
  let begun = performance.now();
  return () => {
    if (performance.now() - begun < AT_MOST) return undefined;
    return setImmediate().then(() => {
      begun = performance.now();
    });
  };
}

/** Does all steps, and leaves others their turn. */
export async function inSteps<Result>(steps: Iterator<unknown, Result>): Promise<Result> {
  const due = turns();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    const wait = due();
    if (wait !== undefined) await wait;
  }
}
