import { expect, test } from "vitest";
import { inSteps } from "./turns.ts";

/** Steps of about a millisecond of work each. */
function* long(steps: number): Generator<void, string> {
  for (let step = 0; step < steps; step += 1) {
    for (const until = performance.now() + 1; performance.now() < until; );
    yield;
  }
  return "done";
}

test("A11: a timer has its turn while long work goes on", async () => {
  let turned = 0;
  const timer = setInterval(() => {
    turned += 1;
  }, 1);
  expect(await inSteps(long(200))).toBe("done");
  clearInterval(timer);
  expect(turned).toBeGreaterThan(1);
});
