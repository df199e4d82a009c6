/**
 * A clock that skips waiting: work takes the time it takes, and when everybody only waits the clock jumps to the first
 * who has waited long enough. Minutes of rate limits pass in seconds, with the order of things as it would be.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Clock } from "../src/ports/clock.ts";

interface Waiting {
  readonly until: number;
  readonly wake: () => void;
  /** Somebody's request rests here: an answer that takes its time. */
  readonly answering: boolean;
}

export interface SkippingClock extends Clock {
  /** Lets an answer take its time. */
  pause(ms: number): Promise<void>;
  /** Jumps ahead while nobody works. */
  later(ms: number): void;
  close(): void;
}

/** Turns of the event loop without any news before everybody is taken to wait. */
const QUIET = 12;

export function skippingClock(): SkippingClock {
  let skipped = 0;
  let news = 0;
  let open = 0;
  let closed = false;
  const waiting: Waiting[] = [];
  const now = () => performance.timeOrigin + performance.now() + skipped;
  subscribe("undici:request:create", () => {
    open += 1;
    news += 1;
  });
  for (const end of ["undici:request:trailers", "undici:request:error"])
    subscribe(end, () => {
      open -= 1;
      news += 1;
    });
  const rest = (ms: number, answering: boolean) =>
    new Promise<void>((wake) => {
      news += 1;
      waiting.push({ until: now() + ms, wake, answering });
    });
  async function skip(): Promise<void> {
    let quiet = 0;
    let seen = -1;
    while (!closed) {
      await new Promise((turn) => setImmediate(turn));
      quiet = seen === news ? quiet + 1 : 0;
      seen = news;
      const resting = waiting.filter((one) => one.answering).length;
      if (quiet < QUIET || waiting.length === 0 || open > resting) continue;
      const first = waiting.reduce((one, other) => (other.until < one.until ? other : one));
      waiting.splice(waiting.indexOf(first), 1);
      skipped += Math.max(0, first.until - now());
      first.wake();
      quiet = 0;
    }
  }
  void skip();
  return {
    now,
    pause: (ms) => rest(ms, true),
    later: (ms) => {
      skipped += ms;
    },
    wait: (ms, signal) => (signal?.aborted ? Promise.resolve() : rest(ms, false)),
    close: () => {
      closed = true;
    },
  };
}
