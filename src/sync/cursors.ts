/** How far each side has been read, on its own clock. Pure. */
import type { Ahead, Cursor, Cursors, ReadPosition } from "../plan/cursor.ts";

/** A reading begins so much (s) before the last one began: searches lag behind writes. */
const MARGIN = 600;

/** Where the next reading begins: a time the side's clock had surely passed, less a margin for late searches. */
export function readPosition(cursor: Cursor | undefined, ours: number): ReadPosition {
  const newest = cursor?.newest ?? Number.POSITIVE_INFINITY;
  return { at: cursor === undefined ? 0 : Math.min(cursor.side, ours) - MARGIN, newest };
}

/**
 * What the side's clock had surely reached when this reading began: the last cursor, advanced by the time passed on
 * ours; the latest stamp seen, less the time the reading took; what our own writes showed of its clock.
 * @param latest Unix seconds, with that time taken off
 * @param ahead seconds by which the side's clock is before ours, at least
 */
export function cursorAfter(
  before: Cursor | undefined,
  startedAt: number,
  latest: number,
  ahead = Number.NEGATIVE_INFINITY,
): Cursor {
  const advanced = before === undefined ? 0 : before.side + Math.max(0, startedAt - before.ours);
  // Never later than our own clock: one that was wrong when the last cursor was made would carry it into the future
  return { side: Math.min(startedAt, Math.max(advanced, latest, startedAt + ahead)), ours: startedAt };
}

/** The cursors of a run once its own writes have shown more of the sides' clocks. */
export function sharpened(cursors: Cursors, ahead: Ahead): Cursors {
  const of = (side: "copper" | "mailchimp"): Cursor => {
    const { side: known, ours } = cursors[side];
    const shown = Math.max(known, ours + (ahead[side] ?? Number.NEGATIVE_INFINITY));
    return { ...cursors[side], side: Math.min(ours, shown) };
  };
  return { ...cursors, copper: of("copper"), mailchimp: of("mailchimp"), ahead: { ...cursors.ahead, ...ahead } };
}
