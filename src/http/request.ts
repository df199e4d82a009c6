/** One request to one parsed answer, tried again where it is safe and useful (A4), within the account's limits. */
import { admit, ended, NOTHING_SPENT, type RateLimiter, type Release, type Spent } from "../limits/rate-limiter.ts";
import type { Clock } from "../ports/clock.ts";
import { LeaseLost } from "../ports/connection-repository.ts";
import type { Exchange } from "./transcript.ts";

/** A remote that cannot be used: credentials refused, unreachable past the retries. Exit 5. */
export class ServiceError extends Error {
  readonly service: "copper" | "mailchimp";
  readonly code: "credentials" | "unreachable" | "missing" | "unreadable" | "deactivated";
  /** Of the last answer; `undefined` where there was none. */
  readonly status: number | undefined;
  constructor(service: "copper" | "mailchimp", code: ServiceError["code"], detail: string, status?: number) {
    super(detail);
    this.service = service;
    this.code = code;
    this.status = status;
  }
}

/** An answer of the service that is not a success; a value, so that one contact's failure stops nothing (A3). */
export interface Refused {
  readonly ok: false;
  readonly status: number;
  readonly body: unknown;
  readonly text: string;
  /** Whether an earlier try, whose answer was lost, may have had its effect. */
  readonly repeated?: boolean;
}
/** The status given for a request whose answer never came: it may have had its effect (A2). */
export const LOST = 599;
export type Answer = { readonly ok: true; readonly body: unknown } | Refused;

export interface HttpOptions {
  readonly service: "copper" | "mailchimp";
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly clock: Clock;
  /** At most this many requests in any minute; unlimited when absent. */
  readonly perMinute?: number;
  /** At most this many requests at once. */
  readonly connections: number;
  /** Aborted when the program is to end: no further try is waited for. */
  readonly stop: AbortSignal;
  readonly log: (line: string) => void;
  readonly random: () => number;
  /** Leave for each request, where other processes work for the same account. */
  readonly limiter?: RateLimiter | undefined;
  /** What was asked of the account lately by this process, where others of its clients ask it, too. */
  readonly spent?: { current: Spent };
  /** Whether this process may still write (A5). */
  readonly holds?: () => boolean;
  /** Told of each answer, for a transcript; never of a key. */
  readonly record?: ((exchange: Exchange) => void) | undefined;
  /** Told of a longer wait (ms) for the account's limit, where this process alone keeps it. */
  waits?(ms: number): void;
}

/** What a request does: it only asks, ends the same however often it is sent, or makes something each time. */
export type Effect = "read" | "idempotent" | "create";

/** What whoever sends a request says of it. */
export interface SendOptions {
  /** At most this many of its kind a second. */
  readonly perSecond?: number;
  /** Where nothing is said, a GET asks, a POST makes something, and anything else ends the same. */
  readonly effect?: Effect;
}

export interface Http {
  send(method: string, path: string, body?: unknown, how?: SendOptions): Promise<Answer>;
  /** What lies at an address that the service gave, fetched without any key; `undefined` where it cannot be had. */
  download(url: string): Promise<ArrayBuffer | undefined>;
  /** Waits so many ms, or until the program is to end. */
  wait(ms: number): Promise<void>;
  stopped(): boolean;
  /** Seconds by which the service's clock was before ours at its last answer. */
  skew(): number | undefined;
  requests(): number;
}

/** Tries in all, waits between them in ms (A4), longest time for one request (Mailchimp cuts at 120 s). */
const TRIES = 6;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 60_000;
const TIMEOUT = 125_000;
/** A wait for a limit that somebody who looks on should be told of, ms. */
const LONG_WAIT = 2_000;
/** When the program is to end, requests in flight have so long (ms) to be answered. */
const LAST_WORDS = 3_000;
/** Longest wait that a service may ask for, ms. */
const LONGEST_ASKED = 600_000;

/**
 * How long to wait before the next try, in ms: growing, jittered, `Retry-After` (seconds) honoured. A flood is waited
 * out longer: Copper counts over a whole minute ("Reaching it" in docs/apis/copper.md).
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

/** Makes a client for one service. Throws ServiceError from `send` for 401 and when the tries are used up. */
export function http(options: HttpOptions): Http {
  let sent = 0;
  let skew: number | undefined;
  const spent = options.spent ?? { current: NOTHING_SPENT };
  /** How long the quickest answer to a bulk request took so far (ms). */
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
  /** Leave of this process alone, by the same rules as where several share an account. */
  async function enterAlone(perSecond: number | undefined): Promise<Release> {
    const { perMinute } = options;
    const limits = { ...(perMinute && { perMinute }), ...(perSecond && { bulkPerSecond: perSecond }) };
    const bulk = perSecond !== undefined;
    for (;;) {
      const now = options.clock.now();
      const { spent: after, wait } = admit(spent.current, limits, { id: "", bulk }, now);
      // What this request is not limited by goes on counting for those that are
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
          // A flood is answered by 403 as well, then without anything to read ("Reaching it" in docs/apis)
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
          // A create may have happened: whoever sent it looks before trying again (A2)
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
          // What cannot be given back lapses by itself
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
