/**
 * Rate limits of an account, over all processes that use it: the requests sent lately, and those in flight. Pure; the
 * store keeps the state.
 *
 * A bulk request counts from the latest time at which the service can have received it. That is the time of its answer
 * minus the shortest answer time so far, but at most `ARRIVAL` after sending. So however unevenly requests travel, the
 * service never sees more than its limit in a second.
 */

/** The limits of one account ("Reaching it" in docs/apis/copper.md and docs/apis/mailchimp.md). */
export interface AccountLimits {
  /** Requests in any minute. */
  readonly perMinute?: number;
  /** Bulk requests in any second. */
  readonly bulkPerSecond?: number;
  /** Requests in flight at once. */
  readonly connections?: number;
}

/** The requests that an account got lately (ms). */
export interface Spent {
  readonly all: readonly number[];
  /** When each bulk request arrived; in the future for a request without an answer yet. */
  readonly bulk: readonly number[];
  /** Requests in flight, by id, with the time after which their sender must have died. */
  readonly open: Readonly<Record<string, number>>;
}

/** The state before the first request. */
export const NOTHING_SPENT: Spent = { all: [], bulk: [], open: {} };

/**
 * The priority of a request. Scheduled runs (`clock`) leave a part of the minute to requests that a person waits for
 * (`asked`). Both leave one request for the first use of a new key, since its account is known only afterwards.
 */
export type Rank = "clock" | "asked";

/** Added to the minute (ms), since some requests take longer to arrive than others. */
const SLACK = 1_000;
/** Added to the second (ms), for clock differences and rounding. */
const BULK_SLACK = 50;
/** The longest time that a request takes to arrive (ms). */
const ARRIVAL = 2_000;
/** Longer than any request takes (ms). After that, its process must have died. */
const LONGEST_REQUEST = 135_000;
/** The interval (ms) between two checks for a free connection or an answer. */
const LOOK = 60;
/** Limits below this (requests a minute) are too small to share out. */
const LEAST_SHARED = 25;
/** The share of a minute that scheduled runs leave to people. */
const FOR_PEOPLE = 0.05;

/**
 * Returns how many requests a minute a rank may use.
 * @param perMinute the account's limit
 */
export function shareOf(perMinute: number, rank: Rank): number {
  if (perMinute < LEAST_SHARED) return perMinute;
  return perMinute - 1 - (rank === "clock" ? Math.ceil(perMinute * FOR_PEOPLE) : 0);
}

/**
 * Admits a request, or returns how long to wait before asking again (ms).
 * @param spent the state; the caller must store the returned one
 * @param limits the account's limits; an absent limit does not apply
 * @param id identifies the request until `ended` is called
 * @param bulk whether it counts as a bulk request
 * @param now one clock for all processes (ms)
 * @returns `wait` is 0 if the request may be sent now
 */
export function admit(
  spent: Spent,
  limits: AccountLimits,
  { id, bulk: isBulk, rank = "asked" }: { readonly id: string; readonly bulk: boolean; readonly rank?: Rank },
  now: number,
): { readonly spent: Spent; readonly wait: number } {
  const { perMinute, bulkPerSecond, connections } = limits;
  const within = (times: readonly number[], window: number) => times.filter((at) => at > now - window);
  // Keep what other requests of the account count, also where no limit applies to this one
  const all = within(spent.all, 60_000 + SLACK);
  const bulk = within(spent.bulk, 1_000 + BULK_SLACK).sort((a, b) => a - b);
  const open = Object.fromEntries(Object.entries(spent.open).filter(([, until]) => until > now));
  const waits = [0];
  if (perMinute !== undefined) {
    // The request that must leave the window before the next one fits in
    const leaver = all[all.length - shareOf(perMinute, rank)];
    if (leaver !== undefined) waits.push(leaver + 60_000 + SLACK - now);
  }
  if (isBulk && bulkPerSecond !== undefined) {
    const leaver = bulk[bulk.length - bulkPerSecond];
    if (leaver !== undefined) waits.push(leaver > now ? LOOK : leaver + 1_000 + BULK_SLACK - now);
  }
  if (connections !== undefined && Object.keys(open).length >= connections) waits.push(LOOK);
  const wait = Math.max(...waits);
  if (wait > 0) return { spent: { all, bulk, open }, wait };
  return {
    spent: {
      all: perMinute === undefined ? all : [...all, now],
      bulk: isBulk && bulkPerSecond !== undefined ? [...bulk, now + ARRIVAL] : bulk,
      open: connections === undefined ? open : { ...open, [id]: now + LONGEST_REQUEST },
    },
    wait: 0,
  };
}

/**
 * Returns the state after a request was answered, or is known to get no answer.
 * @param sent when a bulk request was admitted (ms); absent for any other
 * @param arrived the latest time at which the service can have received it (ms)
 */
export function ended(spent: Spent, id: string, sent?: number, arrived = 0): Spent {
  const { [id]: _, ...open } = spent.open;
  if (sent === undefined) return { ...spent, open };
  const at = spent.bulk.indexOf(sent + ARRIVAL);
  const bulk = spent.bulk.map((time, index) => (index === at ? Math.min(time, Math.max(arrived, sent)) : time));
  return { ...spent, bulk, open };
}

/**
 * Returns the state with a request that was sent before its account was known.
 * @param at when it was sent (ms)
 */
export function charged(spent: Spent, at: number): Spent {
  return { ...spent, all: [...spent.all, at].sort((one, other) => one - other) };
}

/**
 * Returns until when (ms) an account's minute has no room even for the first use of a key; `undefined` if it has room.
 */
export function fullUntil(spent: Spent, { perMinute }: AccountLimits, now: number): number | undefined {
  const lately = spent.all.filter((at) => at > now - 60_000 - SLACK);
  const leaver = perMinute === undefined ? undefined : lately[lately.length - perMinute];
  return leaver === undefined ? undefined : leaver + 60_000 + SLACK;
}

/**
 * Reports that a request has been answered.
 * @param quickest the shortest time an answer of its kind took so far (ms); 0 if there was none
 */
export type Release = (quickest?: number) => Promise<void>;

/** Limits the requests to one account. */
export interface RateLimiter {
  /**
   * Waits until a request may be sent, or until the program is to end.
   * @param bulk whether it counts as a bulk request
   * @param stop ends the wait
   * @returns a function to call once the request has been answered; `undefined` if it must not be sent any more
   */
  acquire(bulk: boolean, stop: AbortSignal): Promise<Release | undefined>;
}
