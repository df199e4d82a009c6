/**
 * What an account allows, held over everything that works for it: how much was asked of it lately, and what is under
 * way. Pure; where it is kept is the store's business.
 *
 * A bulk request counts from the last moment at which the service can have received it: as long before its answer as
 * the quickest answer so far took, and no later than `ARRIVAL` after it was sent. So however unevenly requests travel,
 * the service sees no more in any second.
 */

/** The limits of one account. */
export interface AccountLimits {
  /** Requests in any minute. */
  readonly perMinute?: number;
  /** Bulk requests in any second. */
  readonly bulkPerSecond?: number;
  /** Requests at once. */
  readonly connections?: number;
}

/** What was asked of an account lately; times in ms. */
export interface Spent {
  readonly all: readonly number[];
  /** A time to come for a request that is not answered yet. */
  readonly bulk: readonly number[];
  /** Requests under way, with the time from which on their sender must be dead. */
  readonly open: Readonly<Record<string, number>>;
}

export const NOTHING_SPENT: Spent = { all: [], bulk: [], open: {} };

/**
 * For whom a request is made. What the clock begins leaves something of an account's minute to people who wait for an
 * answer, and both leave one request to a key that is tried for the first time: whose account it opens is known only
 * by then.
 */
export type Rank = "clock" | "asked";

/** Requests arrive later than they are sent, one more than another: the minute is so much longer (ms). */
const SLACK = 1_000;
/** What clocks and rounding may add to a second (ms). */
const BULK_SLACK = 50;
/** Latest that a request arrives after it was sent (ms). */
const ARRIVAL = 2_000;
/** Longer than any request takes (ms): what is under way for longer belongs to a process that died. */
const LONGEST_REQUEST = 135_000;
/** Between two looks whether a connection is free, or a request was answered, ms. */
const LOOK = 60;
/** Minutes with fewer requests are too small to be shared out. */
const LEAST_SHARED = 25;
/** The share of a minute that is left to people. */
const FOR_PEOPLE = 0.05;

/** Returns how many requests a minute of an account has for a rank. */
export function shareOf(perMinute: number, rank: Rank): number {
  if (perMinute < LEAST_SHARED) return perMinute;
  return perMinute - 1 - (rank === "clock" ? Math.ceil(perMinute * FOR_PEOPLE) : 0);
}

/**
 * Lets a request go, or says how long to wait before asking again.
 * @param id names the request; its end is told with `ended`
 * @param now ms, of one clock for everybody
 */
export function admit(
  spent: Spent,
  limits: AccountLimits,
  { id, bulk: isBulk, rank = "asked" }: { readonly id: string; readonly bulk: boolean; readonly rank?: Rank },
  now: number,
): { readonly spent: Spent; readonly wait: number } {
  const { perMinute, bulkPerSecond, connections } = limits;
  const within = (times: readonly number[], window: number) => times.filter((at) => at > now - window);
  const all = perMinute === undefined ? [] : within(spent.all, 60_000 + SLACK);
  const bulk = bulkPerSecond === undefined ? [] : within(spent.bulk, 1_000 + BULK_SLACK).sort((a, b) => a - b);
  const open = Object.fromEntries(Object.entries(spent.open).filter(([, until]) => until > now));
  const waits = [0];
  if (perMinute !== undefined) {
    // The one that has to leave the window before there is room again
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
      all: perMinute === undefined ? [] : [...all, now],
      bulk: isBulk && bulkPerSecond !== undefined ? [...bulk, now + ARRIVAL] : bulk,
      open: connections === undefined ? {} : { ...open, [id]: now + LONGEST_REQUEST },
    },
    wait: 0,
  };
}

/**
 * A request has been answered, or will not be.
 * @param sent when it was let go, where it was a bulk request (ms)
 * @param arrived when the service had received it at the latest (ms)
 */
export function ended(spent: Spent, id: string, sent?: number, arrived = 0): Spent {
  const { [id]: _, ...open } = spent.open;
  if (sent === undefined) return { ...spent, open };
  const at = spent.bulk.indexOf(sent + ARRIVAL);
  const bulk = spent.bulk.map((time, index) => (index === at ? Math.min(time, Math.max(arrived, sent)) : time));
  return { ...spent, bulk, open };
}

/** Counts a request that was sent before its account was known. @param at when (ms) */
export function charged(spent: Spent, at: number): Spent {
  return { ...spent, all: [...spent.all, at].sort((one, other) => one - other) };
}

/** Until when (ms) an account's minute has no room even for a first look; `undefined` where it has. */
export function fullUntil(spent: Spent, { perMinute }: AccountLimits, now: number): number | undefined {
  const lately = spent.all.filter((at) => at > now - 60_000 - SLACK);
  const leaver = perMinute === undefined ? undefined : lately[lately.length - perMinute];
  return leaver === undefined ? undefined : leaver + 60_000 + SLACK;
}

/**
 * Tells that a request has been answered.
 * @param quickest how long the quickest answer of its kind took so far (ms); 0 where there was none
 */
export type Release = (quickest?: number) => Promise<void>;

/** Asks leave for requests to one account. */
export interface RateLimiter {
  /** Waits until a request may go. @returns to be called when it has been answered */
  acquire(bulk: boolean, stop: AbortSignal): Promise<Release>;
}
