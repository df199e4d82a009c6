import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { inSteps } from "./turns.ts";

/** Yields steps of about 1 ms of work each. */
function* long(steps: number): Generator<void, string> {
  for (let step = 0; step < steps; step += 1) {
    for (const until = performance.now() + 1; performance.now() < until; );
    yield;
  }
  return "done";
}

test("A11: others have their turn while long work goes on", async () => {
  let turned = 0;
  let over = false;
  const other = (async () => {
    for (; !over; turned += 1) await setImmediate();
  })();
  expect(await inSteps(long(200))).toBe("done");
  over = true;
  await other;
  expect(turned).toBeGreaterThan(1);
});
