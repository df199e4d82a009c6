/** The current time, and waiting. A parameter wherever time matters, so that tests can control it. */
export interface Clock {
  /** Returns the current time (Unix ms). */
  now(): number;
  /** Resolves after `ms`, or at once and without an error when `signal` is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
