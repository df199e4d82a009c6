/** How far each side has been read, on its own clock. Pure. */
import type { Mark, Since } from "../plan/since.ts";

/** A reading begins so much (s) before the last one began: searches lag behind writes. */
const MARGIN = 600;

/** What is kept between runs about reading. */
export interface Marks {
  readonly copper: Mark;
  readonly mailchimp: Mark;
  /** When each side was read whole last, on our clock, Unix seconds. */
  readonly wholeAt: { readonly copper: number; readonly mailchimp: number };
  /** By how many Mailchimp's own count was above what a complete reading showed. */
  readonly surplus: number;
  /** Seconds by which each side's clock is before ours, at least, as stamps on our own writes have shown. */
  readonly ahead?: Ahead;
}

/** By side; absent as long as nothing was written there. */
export type Ahead = { readonly copper?: number; readonly mailchimp?: number };

/** Where the next reading begins: a time the side's clock had surely passed, less a margin for late searches. */
export function since(mark: Mark | undefined, ours: number): Since {
  const newest = mark?.newest ?? Number.POSITIVE_INFINITY;
  return { at: mark === undefined ? 0 : Math.min(mark.side, ours) - MARGIN, newest };
}

/**
 * What the side's clock had surely reached when this reading began: the last mark, advanced by the time passed on
 * ours; the latest stamp seen, less the time the reading took; what our own writes showed of its clock.
 * @param latest Unix seconds, with that time taken off
 * @param ahead seconds by which the side's clock is before ours, at least
 */
export function mark(
  before: Mark | undefined,
  startedAt: number,
  latest: number,
  ahead = Number.NEGATIVE_INFINITY,
): Mark {
  const advanced = before === undefined ? 0 : before.side + Math.max(0, startedAt - before.ours);
  // Never later than our own clock: one that was wrong when the last mark was made would carry it into the future
  return { side: Math.min(startedAt, Math.max(advanced, latest, startedAt + ahead)), ours: startedAt };
}

/** The marks of a run once its own writes have shown more of the sides' clocks. */
export function sharpened(marks: Marks, ahead: Ahead): Marks {
  const of = (side: "copper" | "mailchimp"): Mark => {
    const { side: known, ours } = marks[side];
    const shown = Math.max(known, ours + (ahead[side] ?? Number.NEGATIVE_INFINITY));
    return { ...marks[side], side: Math.min(ours, shown) };
  };
  return { ...marks, copper: of("copper"), mailchimp: of("mailchimp"), ahead: { ...marks.ahead, ...ahead } };
}
