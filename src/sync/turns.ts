/**
 * Interrupts long work, so that it does not block web pages, the lease's renewal or a stop signal (A11). Pure code runs
 * in steps, as a generator; this file waits between the steps.
 */
import { setImmediate } from "node:timers/promises";

/** Longest time without a break (ms). */
const AT_MOST = 15;

/**
 * Creates a function that long work calls after each step.
 * @returns a function that returns a promise to await if a break is due, otherwise `undefined`
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

/** Runs all steps, with breaks for other work. @returns the generator's result */
export async function inSteps<Result>(steps: Iterator<unknown, Result>): Promise<Result> {
  const due = turns();
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    const wait = due();
    if (wait !== undefined) await wait;
  }
}
