/**
 * What an account allows, held over all processes that work for it: how much was asked of it lately, and what is under
 * way. Pure; where it is kept is the store's business.
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
  readonly bulk: readonly number[];
  /** Requests under way, with the time from which on whoever sent them must be dead. */
  readonly open: Readonly<Record<string, number>>;
}

export const NOTHING_SPENT: Spent = { all: [], bulk: [], open: {} };

/** Requests arrive later than they are let go, one more than another: windows are so much longer (ms). */
const SLACK = 1_000;
const BULK_SLACK = 150;
/** Longer than any request takes (ms): what is under way for longer belongs to a process that died. */
const LONGEST_REQUEST = 135_000;
/** Between two looks whether a connection is free, ms. */
const LOOK = 60;

/**
 * Lets a request go, or says how long to wait before asking again.
 * @param id names the request; its end is told with `ended`
 * @param now ms, of one clock for everybody
 */
export function admit(
  spent: Spent,
  limits: AccountLimits,
  request: { readonly id: string; readonly bulk: boolean },
  now: number,
): { readonly spent: Spent; readonly wait: number } {
  const within = (times: readonly number[], window: number) => times.filter((at) => at > now - window);
  const all = limits.perMinute === undefined ? [] : within(spent.all, 60_000 + SLACK);
  const bulk = limits.bulkPerSecond === undefined ? [] : within(spent.bulk, 1_000 + BULK_SLACK);
  const open = Object.fromEntries(Object.entries(spent.open).filter(([, until]) => until > now));
  const waits = [
    all.length >= (limits.perMinute ?? Number.POSITIVE_INFINITY) ? all[0]! + 60_000 + SLACK - now : 0,
    request.bulk && bulk.length >= (limits.bulkPerSecond ?? Number.POSITIVE_INFINITY)
      ? bulk[0]! + 1_000 + BULK_SLACK - now
      : 0,
    Object.keys(open).length >= (limits.connections ?? Number.POSITIVE_INFINITY) ? LOOK : 0,
  ];
  const wait = Math.max(...waits);
  if (wait > 0) return { spent: { all, bulk, open }, wait };
  return {
    spent: {
      all: limits.perMinute === undefined ? [] : [...all, now],
      bulk: request.bulk && limits.bulkPerSecond !== undefined ? [...bulk, now] : bulk,
      open: limits.connections === undefined ? {} : { ...open, [request.id]: now + LONGEST_REQUEST },
    },
    wait: 0,
  };
}

/** A request has been answered, or will not be. */
export function ended(spent: Spent, id: string): Spent {
  const { [id]: _, ...open } = spent.open;
  return { ...spent, open };
}

/** Asks leave for requests to one account. */
export interface Permits {
  /** Waits until a request may go. @returns to be called when it has been answered */
  enter(bulk: boolean, stop: AbortSignal): Promise<() => Promise<void>>;
}
