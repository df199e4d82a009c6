/**
 * Decides which sides to read whole, before the first request. Otherwise a run reads only what changed.
 *
 *   | a side is read whole when                                                                      |
 *   |------------------------------------------------------------------------------------------------|
 *   | it is the first run, `--full`, or the last run did not end                                     |
 *   | the account is small (up to 2,000 people and 10,000 members); once an hour if runs are less    |
 *   | than ten minutes apart                                                                         |
 *   | it was read whole a day ago; six hours, if a probe found that a change of tags alone does not  |
 *   | move the record's time of change                                                               |
 *   | the changes do not add up to the total that the service reports                                |
 *
 * Pure. The last row is decided while reading, in `read.ts`.
 */
import type { Capabilities } from "../plan/capabilities.ts";
import type { Cursors } from "../plan/cursor.ts";

/** Pause between two complete readings (s). */
const DAY = 86_400;
/** Pause between two complete readings if a change of tags alone does not move a record's time of change (s). */
const QUARTER = 21_600;

/** Number of people and members. */
interface Size {
  readonly persons: number;
  readonly members: number;
}

/** Size up to which an account counts as small. Reading it whole costs few requests. */
export interface Small extends Size {
  /** Pause between two complete readings (s); `undefined` for every run. */
  readonly every?: number;
}
const SMALL: Small = { persons: 2_000, members: 10_000 };

/** Below this, the interval between runs is short (s). */
const SHORT = 600;
const HOUR = 3_600;

/**
 * Returns which accounts are read whole, and how often. At a short interval only once an hour, to leave requests for
 * other programs.
 * @param interval pause between two runs (s)
 */
export function smallAt(interval: number): Small {
  return interval < SHORT ? { ...SMALL, every: HOUR } : SMALL;
}

/**
 * Returns whether to save requests: the account is large, or the next run follows within minutes.
 * @param interval pause between two runs (s)
 */
export function asksLittle({ persons, members }: Size, interval: number): boolean {
  return persons > SMALL.persons || members > SMALL.members || interval < SHORT;
}

/** Which sides to read whole. */
export interface Whole {
  readonly copper: boolean;
  readonly mailchimp: boolean;
}

/**
 * Returns which sides to read whole, by the table above.
 * @param known stored records of each side
 * @param now our clock (Unix seconds)
 * @param full whether the run must read everything
 */
export function readsWhole(
  cursors: Cursors | undefined,
  known: Size,
  small: Small = SMALL,
  now: number,
  full: boolean,
  capabilities: Capabilities = {},
): Whole {
  // Cursors of an earlier version hold one time for both sides
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
