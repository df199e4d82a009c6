/** The time, and how to wait; a parameter wherever it matters. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, at once (without an error) when `signal` is aborted. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}
