/** Computes cursors: how far each side has been read, on its own clock. Pure. */
import type { Ahead, Cursor, Cursors, ReadPosition } from "../plan/cursor.ts";

/** Overlap of two readings (s), because searches lag behind writes. */
const MARGIN = 600;

/**
 * Returns where the next reading begins: the cursor less the overlap, or 0 without a cursor.
 * @param ours our clock (Unix seconds)
 */
export function readPosition(cursor: Cursor | undefined, ours: number): ReadPosition {
  const newest = cursor?.newest ?? Number.POSITIVE_INFINITY;
  return { at: cursor === undefined ? 0 : Math.min(cursor.side, ours) - MARGIN, newest };
}

/**
 * Returns the new cursor: a time that the side's clock had surely reached when this reading began. Takes the latest of
 * three: the last cursor plus the time since on our clock; the latest timestamp seen, less the time that the reading
 * took; the side's clock as our own writes showed it.
 * @param startedAt when the reading began, on our clock (Unix seconds)
 * @param latest the latest timestamp seen, less the time that the reading took (Unix seconds)
 * @param ahead how far the side's clock is ahead of ours, at least (s)
 */
export function cursorAfter(
  before: Cursor | undefined,
  startedAt: number,
  latest: number,
  ahead = Number.NEGATIVE_INFINITY,
): Cursor {
  const advanced = before === undefined ? 0 : before.side + Math.max(0, startedAt - before.ours);
  // Cap at our own clock: if it was wrong at the last cursor, the cursor could drift into the future
  return { side: Math.min(startedAt, Math.max(advanced, latest, startedAt + ahead)), ours: startedAt };
}

/** Returns the cursors of a run, advanced by what its own writes showed about the clocks. */
export function sharpened(cursors: Cursors, ahead: Ahead): Cursors {
  const of = (side: "copper" | "mailchimp"): Cursor => {
    const { side: known, ours } = cursors[side];
    const shown = Math.max(known, ours + (ahead[side] ?? Number.NEGATIVE_INFINITY));
    return { ...cursors[side], side: Math.min(ours, shown) };
  };
  return { ...cursors, copper: of("copper"), mailchimp: of("mailchimp"), ahead: { ...cursors.ahead, ...ahead } };
}
