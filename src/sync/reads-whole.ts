/**
 * What is read whole, before anything is asked.
 *
 *   | a side is read whole when                                           | else what changed since  |
 *   |---------------------------------------------------------------------|--------------------------|
 *   | it is the first run, `--full`, or the last run did not end          |                          |
 *   | the account is small (up to 2,000 people and 10,000 members); where |                          |
 *   | runs follow within ten minutes, once an hour                        |                          |
 *   | it was read whole more than a day ago, or six hours where a probe   |                          |
 *   | found that changes of tags alone are not told                       |                          |
 *   | what changed does not add up to how many the service says there are |                          |
 *
 * Pure; the last line is decided while reading, in `read.ts`.
 */
import type { Capabilities } from "../plan/capabilities.ts";
import type { Cursors } from "../plan/cursor.ts";

const DAY = 86_400;
/** How often (s) everything is read if a change of tags alone does not move a record's time of change. */
const QUARTER = 21_600;

/** How many people and members. */
interface Size {
  readonly persons: number;
  readonly members: number;
}

/** The size up to which accounts are read whole each time, because that costs few requests. */
export interface Small extends Size {
  /** How long ago (s) they must have been read whole; absent for each time. */
  readonly every?: number;
}
const SMALL: Small = { persons: 2_000, members: 10_000 };

/** Intervals (s) below this are short. */
const SHORT = 600;
const HOUR = 3_600;

/**
 * Returns which accounts are read whole, and how often. At a short interval once an hour: more would take requests from
 * others.
 * @param interval seconds between two runs
 */
export function smallAt(interval: number): Small {
  return interval < SHORT ? { ...SMALL, every: HOUR } : SMALL;
}

/** Returns whether to ask as little as possible of an account: it is large, or a run follows within minutes. */
export function asksLittle({ persons, members }: Size, interval: number): boolean {
  return persons > SMALL.persons || members > SMALL.members || interval < SHORT;
}

/** Which sides are read whole. */
export interface Whole {
  readonly copper: boolean;
  readonly mailchimp: boolean;
}

/**
 * Returns which sides are read whole, by the table above.
 * @param known how many records each side has
 * @param now our clock, Unix seconds
 */
export function readsWhole(
  cursors: Cursors | undefined,
  known: Size,
  small: Small = SMALL,
  now: number,
  full: boolean,
  capabilities: Capabilities = {},
): Whole {
  // Marks of an earlier version know one time for both sides
  if (full || cursors?.wholeAt === undefined) return { copper: true, mailchimp: true };
  const { every = 0 } = small;
  const isSmall = known.persons <= small.persons && known.members <= small.members;
  const due = (at: number, tagsTold: boolean | undefined) =>
    now - at >= (isSmall ? every : tagsTold === false ? QUARTER : DAY) || now < at;
  return {
    copper: due(cursors.wholeAt.copper, capabilities.tagsMovePerson),
    mailchimp: due(cursors.wholeAt.mailchimp, capabilities.tagsMoveMember),
  };
}
