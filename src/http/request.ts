/** HTTP client: one request to one parsed answer. Keeps the account's limits, and tries again if that is safe (A4). */
import { errorText } from "../domain/error-text.ts";
import { admit, ended, NOTHING_SPENT, type RateLimiter, type Release, type Spent } from "../limits/rate-limiter.ts";
import type { Clock } from "../ports/clock.ts";
import { LeaseLost } from "../ports/connection-repository.ts";
import {
  type Again,
  type Answer,
  answerOf,
  type Effect,
  parse,
  type RawResponse,
  ServiceError,
  unanswered,
} from "./answer.ts";
import type { Exchange } from "./transcript.ts";

/** Settings of a client for one service. */
export interface HttpOptions {
  readonly service: "copper" | "mailchimp";
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** The most requests in any minute; unlimited if absent. */
  readonly perMinute?: number;
  /** The most requests at once. */
  readonly connections: number;
  /** Aborted when the program is to end. Then there are no further tries. */
  readonly stop: AbortSignal;
  readonly log: (line: string) => void;
  readonly random: () => number;
  /** The limiter shared with other processes that use the account; absent if this process is alone. */
  readonly limiter?: RateLimiter | undefined;
  /** The requests that this process sent lately, if several of its clients use the account. */
  readonly spent?: { current: Spent };
  /** Returns whether this process still holds the lease, so that it may write (A5). */
  readonly holds?: () => boolean;
  /** Masks the service's key in what it answers: an answer may repeat it. */
  readonly mask?: ((text: string) => string) | undefined;
  /** Receives each exchange for a transcript; never a key. */
  readonly record?: ((exchange: Exchange) => void) | undefined;
  /** Called with a longer wait (ms) for the account's limit, if this process alone keeps it. */
  waits?(ms: number): void;
}

/** What the caller knows about a request. */
export interface SendOptions {
  /** The most requests of its kind a second. Set for bulk requests. */
  readonly perSecond?: number;
  /** By default a GET reads, a POST creates, and anything else is idempotent. */
  readonly effect?: Effect;
}

/** A client for one service. */
export interface Http {
  /**
   * Sends a request, with retries if they are safe.
   * @param path after the base address, with the query
   * @param body sent as JSON
   * @returns the parsed answer; status `LOST` if a create got no answer
   * @throws ServiceError for a refused key, a stop, and after the last try
   * @throws LeaseLost if it would write without the lease (A5)
   */
  send(method: string, path: string, body?: unknown, how?: SendOptions): Promise<Answer>;
  /** Downloads an address that the service gave, without any key. `undefined` if that fails, or for an error status. */
  download(url: string): Promise<ArrayBuffer | undefined>;
  /** Masks the service's key in a text that was downloaded. */
  mask(text: string): string;
  /** Waits (ms), or until the program is to end. */
  wait(ms: number): Promise<void>;
  /** Returns whether the program is to end. */
  stopped(): boolean;
  /** Returns how far the service's clock was ahead of ours at its last answer (s). */
  skew(): number | undefined;
  /** Returns how many requests were sent. */
  requests(): number;
}

/**
 * The number of tries, the waits between them (ms, A4), and the timeout of a request (ms). Mailchimp itself ends a
 * request after 120 s.
 */
const TRIES = 6;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 60_000;
const TIMEOUT = 125_000;
/** A wait for a limit that is worth reporting (ms). */
const LONG_WAIT = 2_000;
/** When the program is to end, requests in flight have this long to be answered (ms). */
const LAST_WORDS = 3_000;
/** The longest wait that a service may ask for (ms). */
const LONGEST_ASKED = 600_000;

/**
 * Returns how long to wait before the next try (ms): growing, with jitter, and at least `Retry-After`. Waits longer
 * after too many requests, since Copper counts over a whole minute ("Reaching it" in docs/apis/copper.md).
 * @param attempt the number of tries before, from 0
 * @param flood whether the service answered that there were too many requests
 * @param retryAfter the answer's `Retry-After` (s)
 * @param random returns 0 to 1
 */
export function waitBefore(
  attempt: number,
  flood: boolean,
  retryAfter: number | undefined,
  random: () => number,
): number {
  const own = (flood ? 2 * FIRST_WAIT * 3 ** attempt : FIRST_WAIT * 2 ** attempt) * (0.5 + random() / 2);
  return Math.max(Math.min(LONGEST_WAIT, own), Math.min(LONGEST_ASKED, (retryAfter ?? 0) * 1000));
}

/**
 * Makes a client for one service. Each try waits for a connection and for the account's limits.
 * @param options the service's address and limits
 */
export function http(options: HttpOptions): Http {
  const { mask = String } = options;
  let sent = 0;
  let skew: number | undefined;
  const spent = options.spent ?? { current: NOTHING_SPENT };
  /** The shortest time that an answer to a bulk request took so far (ms). */
  let quickest = 0;
  const ending = new AbortController();
  options.stop.addEventListener("abort", () => {
    setTimeout(() => ending.abort(), LAST_WORDS).unref();
  });
  let busy = 0;
  const waiting: (() => void)[] = [];
  async function slot(): Promise<void> {
    if (busy >= options.connections) await new Promise<void>((free) => waiting.push(free));
    else busy += 1;
  }
  function release(): void {
    const next = waiting.shift();
    if (next) next();
    else busy -= 1;
  }
  /** Applies the account's limits within this process, by the same rules as the shared limiter. */
  async function enterAlone(perSecond: number | undefined): Promise<Release | undefined> {
    const { perMinute } = options;
    const limits = { ...(perMinute && { perMinute }), ...(perSecond && { bulkPerSecond: perSecond }) };
    const bulk = perSecond !== undefined;
    for (;;) {
      const now = options.clock.now();
      const { spent: after, wait } = admit(spent.current, limits, { id: "", bulk }, now);
      spent.current = after;
      if (wait === 0)
        return async (quickest = 0) => {
          if (bulk) spent.current = ended(spent.current, "", now, options.clock.now() - quickest);
        };
      if (wait >= LONG_WAIT) options.waits?.(wait);
      await options.clock.wait(wait, options.stop);
      if (options.stop.aborted) return undefined;
    }
  }
  async function once(method: string, path: string, body: unknown): Promise<RawResponse> {
    const response = await fetch(options.base + path, {
      method,
      headers: { ...options.headers, ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT), ending.signal]),
      redirect: "error",
    });
    const at = Date.parse(response.headers.get("date") ?? "");
    if (!Number.isNaN(at)) skew = Math.round((at - options.clock.now()) / 1000);
    const after = Number(response.headers.get("retry-after"));
    const text = mask(await response.text());
    return { status: response.status, text, body: parse(text), ...(after > 0 ? { retryAfter: after } : {}) };
  }
  /** Sends a request once, when there is a connection and the limits allow it. Throws ServiceError, LeaseLost. */
  async function attempted(request: OutgoingRequest, attempt: number): Promise<Answer | Again> {
    const { method, path, body, effect, perSecond } = request;
    const line = `${options.service} ${method} ${path}`;
    await slot();
    let leave: Release | undefined;
    let sending = false;
    let before = quickest;
    try {
      leave = await (options.limiter?.acquire(perSecond !== undefined, options.stop) ?? enterAlone(perSecond));
      if (leave === undefined) throw new ServiceError(options.service, "unreachable", "interrupted");
      if (effect !== "read" && options.holds?.() === false) throw new LeaseLost(options.service);
      sent += 1;
      sending = true;
      const from = options.clock.now();
      const response = await once(method, path, body);
      before = quickest;
      if (perSecond !== undefined) {
        const took = options.clock.now() - from;
        quickest = quickest === 0 ? took : Math.min(quickest, took);
      }
      options.log(`${line} ${response.status}`);
      const { service } = options;
      const told = { request: body ?? null, status: response.status, response: response.body ?? response.text };
      options.record?.({ service, method, path, ...told });
      return answerOf(options.service, response, effect, attempt > 0);
    } catch (error) {
      if (!sending || error instanceof ServiceError) throw error;
      options.log(`${line} ${reason(error)}`);
      return unanswered(reason(error), effect);
    } finally {
      release();
      // If the release fails, the entry expires
      await leave?.(before).catch(() => undefined);
    }
  }
  return {
    requests: () => sent,
    skew: () => skew,
    stopped: () => options.stop.aborted,
    mask,
    wait: (ms) => options.clock.wait(ms, options.stop),
    async download(url) {
      sent += 1;
      try {
        const answer = await fetch(url, { signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT), ending.signal]) });
        options.log(`${options.service} GET ${new URL(url).pathname} ${answer.status}`);
        return answer.ok ? await answer.arrayBuffer() : undefined;
      } catch {
        return undefined;
      }
    },
    async send(method, path, body, how = {}) {
      const request = { method, path, body, effect: how.effect ?? usualEffect(method), perSecond: how.perSecond };
      let last: Again = { again: "" };
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        const tried = await attempted(request, attempt);
        if (!("again" in tried)) return tried;
        last = tried;
        if (options.stop.aborted) break;
        const { flood = false, retryAfter } = tried;
        if (attempt < TRIES - 1)
          await options.clock.wait(waitBefore(attempt, flood, retryAfter, options.random), options.stop);
        if (options.stop.aborted) break;
      }
      throw new ServiceError(options.service, "unreachable", last.again, last.status);
    },
  };
}

/** A request with everything that a try needs. */
interface OutgoingRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly effect: Effect;
  readonly perSecond: number | undefined;
}

function usualEffect(method: string): Effect {
  if (method === "GET") return "read";
  return method === "POST" ? "create" : "idempotent";
}

function reason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined)?.code : undefined;
  return cause ?? errorText(error);
}
