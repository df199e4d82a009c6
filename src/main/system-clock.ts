/** The machine's own clock. */
import { setTimeout as delay } from "node:timers/promises";
import type { Clock } from "../ports/clock.ts";

export const systemClock: Clock = {
  now: () => Date.now(),
  wait: async (ms, signal) => {
    await delay(ms, undefined, signal && { signal }).catch(() => undefined);
  },
};
