/** HTTP client: one request to one parsed answer. Keeps the account's limits, and tries again if that is safe (A4). */
import { admit, ended, NOTHING_SPENT, type RateLimiter, type Release, type Spent } from "../limits/rate-limiter.ts";
import type { Clock } from "../ports/clock.ts";
import { LeaseLost } from "../ports/connection-repository.ts";
import type { Exchange } from "./transcript.ts";

/** A service that cannot be used: it refused the key, or stayed unreachable through all tries, for example. Exit 5. */
export class ServiceError extends Error {
  readonly service: "copper" | "mailchimp";
  readonly code: "credentials" | "unreachable" | "missing" | "unreadable" | "deactivated";
  /** The HTTP status of the last answer; `undefined` if there was none. */
  readonly status: number | undefined;
  constructor(service: "copper" | "mailchimp", code: ServiceError["code"], detail: string, status?: number) {
    super(detail);
    this.service = service;
    this.code = code;
    this.status = status;
  }
}

/**
 * An answer that is not a success. A value and not an exception, so that one contact's failure does not stop a run
 * (A3).
 */
export interface Refused {
  readonly ok: false;
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  /** Whether there were earlier tries, whose effect is not known. */
  readonly repeated?: boolean;
}
/** The status of a request whose answer never came. It may have had its effect (A2). */
export const LOST = 599;
/** The answer to a request. */
export type Answer = { readonly ok: true; readonly body: unknown } | Refused;

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
  /** Receives each exchange for a transcript; never a key. */
  readonly record?: ((exchange: Exchange) => void) | undefined;
  /** Called with a longer wait (ms) for the account's limit, if this process alone keeps it. */
  waits?(ms: number): void;
}

/** The effect of a request: it reads, it can be repeated without harm, or it creates something each time. */
export type Effect = "read" | "idempotent" | "create";

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
  async function enterAlone(perSecond: number | undefined): Promise<Release> {
    const { perMinute } = options;
    const limits = { ...(perMinute && { perMinute }), ...(perSecond && { bulkPerSecond: perSecond }) };
    const bulk = perSecond !== undefined;
    for (;;) {
      const now = options.clock.now();
      const { spent: after, wait } = admit(spent.current, limits, { id: "", bulk }, now);
      // This kind of request may not be limited, but the others still count their own
      spent.current = { ...after, bulk: bulk ? after.bulk : spent.current.bulk };
      if (wait === 0)
        return async (quickest = 0) => {
          if (bulk) spent.current = ended(spent.current, "", now, options.clock.now() - quickest);
        };
      if (wait >= LONG_WAIT) options.waits?.(wait);
      await options.clock.wait(wait, options.stop);
      if (options.stop.aborted) throw new ServiceError(options.service, "unreachable", "interrupted");
    }
  }
  async function once(
    method: string,
    path: string,
    body: unknown,
  ): Promise<{ status: number; text: string; retryAfter?: number }> {
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
    return { status: response.status, text: await response.text(), ...(after > 0 ? { retryAfter: after } : {}) };
  }
  return {
    requests: () => sent,
    skew: () => skew,
    stopped: () => options.stop.aborted,
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
      const { effect = usualEffect(method) } = how;
      let last = "";
      let status: number | undefined;
      for (let attempt = 0; attempt < TRIES; attempt += 1) {
        let retryAfter: number | undefined;
        let flood = false;
        await slot();
        let leave: Release | undefined;
        let sending = false;
        let before = quickest;
        try {
          leave = await (options.limiter?.acquire(how.perSecond !== undefined, options.stop) ??
            enterAlone(how.perSecond));
          if (effect !== "read" && options.holds?.() === false) throw new LeaseLost(options.service);
          sent += 1;
          sending = true;
          const from = options.clock.now();
          const answer = await once(method, path, body);
          before = quickest;
          if (how.perSecond !== undefined) {
            const took = options.clock.now() - from;
            quickest = quickest === 0 ? took : Math.min(quickest, took);
          }
          retryAfter = answer.retryAfter;
          status = answer.status;
          const parsed = parse(answer.text);
          // Mailchimp may answer too many requests with 403 without JSON ("Reaching it" in docs/apis/mailchimp.md)
          flood = answer.status === 429 || (answer.status === 403 && parsed === undefined);
          options.log(`${options.service} ${method} ${path} ${answer.status}`);
          options.record?.({
            service: options.service,
            method,
            path,
            request: body ?? null,
            status: answer.status,
            response: parsed ?? answer.text,
          });
          if (answer.status === 401) throw new ServiceError(options.service, "credentials", "401", 401);
          const html = parsed === undefined && answer.text.trim() !== "";
          if (answer.status < 300 && !html) return { ok: true, body: parsed };
          const passing = flood || answer.status >= 500 || html;
          if (!passing)
            return { ok: false, status: answer.status, body: parsed, text: answer.text, repeated: attempt > 0 };
          last = `HTTP ${answer.status}${html ? " (HTML)" : ""}`;
          // The create may have taken effect, so the caller must look before it sends it again (A2)
          if (effect === "create" && !flood) return { ok: false, status: LOST, body: parsed, text: last };
        } catch (error) {
          if (!sending || error instanceof ServiceError) throw error;
          last = reason(error);
          status = undefined;
          options.log(`${options.service} ${method} ${path} ${last}`);
          if (effect === "create" && !/ECONNREFUSED|ENOTFOUND/.test(last))
            return { ok: false, status: LOST, body: undefined, text: last };
        } finally {
          release();
          // If the release fails, the entry expires
          await leave?.(before).catch(() => undefined);
        }
        if (options.stop.aborted) break;
        if (attempt < TRIES - 1)
          await options.clock.wait(waitBefore(attempt, flood, retryAfter, options.random), options.stop);
        if (options.stop.aborted) break;
      }
      throw new ServiceError(options.service, "unreachable", last, status);
    },
  };
}

function usualEffect(method: string): Effect {
  if (method === "GET") return "read";
  return method === "POST" ? "create" : "idempotent";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reason(error: unknown): string {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined)?.code : undefined;
  return cause ?? (error instanceof Error ? error.message : String(error));
}
