/** Cursors: where an incremental reading begins, and whether one page already shows everything. */

/** How far a side has been read, so that the next incremental reading misses nothing. */
export interface Cursor {
  /** A time on the side's own clock that has surely passed there (Unix seconds). */
  readonly side: number;
  /** Our clock at that moment (Unix seconds). */
  readonly ours: number;
  /** The latest change time ever seen on that side (Unix seconds); absent in cursors of an earlier version. */
  readonly newest?: number;
}

/** What is stored between runs about reading both sides. */
export interface Cursors {
  readonly copper: Cursor;
  readonly mailchimp: Cursor;
  /** When each side was last read completely, on our clock (Unix seconds). */
  readonly wholeAt: { readonly copper: number; readonly mailchimp: number };
  /** How much higher Mailchimp's own count was than the number of members that a complete reading showed. */
  readonly surplus: number;
  /** How far each side's clock is ahead of ours, at least (s). The change times of our own writes show it. */
  readonly ahead?: Ahead;
}

/** By side (s); absent until something was written there. */
export type Ahead = { readonly copper?: number; readonly mailchimp?: number };

/** Where a reading begins, on the side's own clock (Unix seconds). */
export interface ReadPosition {
  readonly at: number;
  /** The latest change time ever seen there; infinite if unknown. */
  readonly newest: number;
}

/**
 * Returns whether a page sorted by change time, newest first, shows everything that changed since a position. Then no
 * further page is needed. True for a page that is not full. A full one must be in descending order and end before the
 * position. A page whose records all have one change time shows no order, so it must reach the newest time ever seen.
 * @param stamps change times of the page's records in the order of the answer (Unix seconds)
 * @param size the records on a full page
 * @param since where the reading begins
 */
export function showsAll(stamps: readonly number[], size: number, since: ReadPosition): boolean {
  const [first = 0, last = 0] = [stamps[0], stamps.at(-1)];
  if (stamps.length < size) return true;
  const descends = stamps.every((stamp, at) => at === 0 || stamp <= stamps[at - 1]!);
  return last < since.at && descends && (first > last || first >= since.newest);
}
