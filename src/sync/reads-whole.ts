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
import type { Cursors } from "./cursors.ts";

const DAY = 86_400;
/** Where changes of tags alone are not told by the time of change, everything is read more often, seconds. */
const QUARTER = 21_600;

/** How many people and members. */
interface Size {
  readonly persons: number;
  readonly members: number;
}

/** Accounts up to this size are read whole each time. */
export interface Small extends Size {
  /** Or only when they were read whole so long ago (s). */
  readonly every?: number;
}
const SMALL: Small = { persons: 2_000, members: 10_000 };

/** Intervals (s) below this are short. */
const SHORT = 600;
const HOUR = 3_600;

/**
 * Returns which accounts are read whole, and how often: at a short interval that would take requests from others.
 * @param interval seconds between two runs
 */
export function smallAt(interval: number): Small {
  return interval < SHORT ? { ...SMALL, every: HOUR } : SMALL;
}

/** Returns whether as little as possible is asked of an account: a large one, or one that is asked often. */
export function asksLittle({ persons, members }: Size, interval: number): boolean {
  return persons > SMALL.persons || members > SMALL.members || interval < SHORT;
}

/** Whether each side must be read whole. */
export interface Whole {
  readonly copper: boolean;
  readonly mailchimp: boolean;
}

/**
 * Decides what is read whole, before anything is asked.
 * @param known how many there are on each side
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
