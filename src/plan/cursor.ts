/** Where a reading of what changed begins, and whether one page shows all of it. */

/** How far a side has been read, so that the next incremental reading misses nothing. */
export interface Cursor {
  /** A time on the side's own clock that it has surely passed, Unix seconds. */
  readonly side: number;
  /** Our clock at that moment, Unix seconds. */
  readonly ours: number;
  /** The latest stamp ever seen there, Unix seconds; absent in cursors of an earlier version. */
  readonly newest?: number;
}

/** What is kept between runs about reading. */
export interface Cursors {
  readonly copper: Cursor;
  readonly mailchimp: Cursor;
  /** When each side was read whole last, on our clock, Unix seconds. */
  readonly wholeAt: { readonly copper: number; readonly mailchimp: number };
  /** By how many Mailchimp's own count was above what a complete reading showed. */
  readonly surplus: number;
  /** Seconds by which each side's clock is before ours, at least, as stamps on our own writes have shown. */
  readonly ahead?: Ahead;
}

/** By side; absent as long as nothing was written there. */
export type Ahead = { readonly copper?: number; readonly mailchimp?: number };

/** On the side's own clock, Unix seconds. */
export interface ReadPosition {
  readonly at: number;
  /** The latest stamp ever seen there; infinite where that is not known. */
  readonly newest: number;
}

/**
 * Whether a page that was asked for with the last to change first shows everything that changed since: it ends before,
 * and is in that order. A page of one second shows no order; it must reach up to the newest ever seen.
 * @param stamps of its records, as they came @param size how many a full page has
 */
export function showsAll(stamps: readonly number[], size: number, since: ReadPosition): boolean {
  const [first = 0, last = 0] = [stamps[0], stamps.at(-1)];
  if (stamps.length < size) return true;
  const descends = stamps.every((stamp, at) => at === 0 || stamp <= stamps[at - 1]!);
  return last < since.at && descends && (first > last || first >= since.newest);
}
