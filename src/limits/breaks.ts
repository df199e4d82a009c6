/**
 * Interrupts long work, so that it does not block web pages, the lease's renewal or a stop signal (A11). Pure code runs
 * in steps, as a generator; this file waits between the steps.
 *
 * The limit holds for the whole process: several pieces of work in one turn of the event loop share it.
 */

/** Longest time without a break (ms). */
const AT_MOST = 15;

let begun = performance.now();
let ongoing: Promise<void> | undefined;

/**
 * To be called after each step of long work.
 * @returns a promise to await if a break is due, otherwise `undefined`
 */
export function dueBreak(): Promise<void> | undefined {
  if (ongoing !== undefined || performance.now() - begun < AT_MOST) return ongoing;
  ongoing = new Promise<void>((done) => setImmediate(done)).then(() => {
    begun = performance.now();
    ongoing = undefined;
  });
  return ongoing;
}

/** Runs all steps, with breaks for other work. @returns the generator's result */
export async function inSteps<Result>(steps: Iterator<unknown, Result>): Promise<Result> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    const wait = dueBreak();
    if (wait !== undefined) await wait;
  }
}
