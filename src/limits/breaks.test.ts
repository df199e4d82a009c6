/** Tests that long work leaves others their turn (A11). */
import { setImmediate } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { dueBreak, inSteps } from "./breaks.ts";

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
test("A11: a break is due after 15 ms, all work shares it, and after it the time begins anew", async () => {
  const clock = vi.spyOn(performance, "now");
  const start = Math.ceil(performance.now()) + 1_000;
  const at = (ms: number) => {
    clock.mockReturnValue(start + ms);
    return dueBreak();
  };
  try {
    const first = at(0);
    expect(first).toBeInstanceOf(Promise);
    expect(at(100)).toBe(first);
    await first;
    expect(at(100)).toBeUndefined();
    expect(at(114)).toBeUndefined();
    const second = at(115);
    expect(second).toBeInstanceOf(Promise);
    clock.mockRestore();
    await second;
  } finally {
    clock.mockRestore();
  }
});
