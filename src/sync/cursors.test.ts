/** Tests how far a side counts as read: never further than its own clock had come, whatever both clocks show. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cursors } from "../plan/cursor.ts";
import { cursorAfter, readPosition, sharpened } from "./cursors.ts";

describe("a reading begins", () => {
  test.each([
    ["at the beginning, where nothing was read yet", undefined, { at: 0, newest: Number.POSITIVE_INFINITY }],
    ["ten minutes before the cursor", { side: 5_000, ours: 9_000, newest: 4_000 }, { at: 4_400, newest: 4_000 }],
    [
      "ten minutes before now, where the cursor lies ahead",
      { side: 99_999, ours: 9_000, newest: 1 },
      { at: 9_400, newest: 1 },
    ],
    [
      "with no newest time, where an earlier version kept none",
      { side: 5_000, ours: 9_000 },
      { at: 4_400, newest: Number.POSITIVE_INFINITY },
    ],
  ])("%s", (_, cursor, position) => expect(readPosition(cursor, 10_000)).toEqual(position));
});

describe("after a reading that began at 10000 the cursor is", () => {
  test.each([
    ["the latest time that was shown, in the first run", undefined, 7_000, undefined, 7_000],
    ["the last one and the time since", { side: 5_000, ours: 9_000 }, 0, undefined, 6_000],
    ["the last one, where our clock was put back", { side: 5_000, ours: 11_000 }, 0, undefined, 5_000],
    ["the latest time that was shown, if it is later", { side: 5_000, ours: 9_000 }, 6_001, undefined, 6_001],
    ["what our own writes showed, if that is later", { side: 5_000, ours: 9_000 }, 6_001, -100, 9_900],
    ["never ahead of our clock", { side: 20_000, ours: 9_000 }, 0, undefined, 10_000],
    ["never ahead of our clock, even if theirs is", undefined, 0, 300, 10_000],
  ])("%s", (_, before, latest, ahead, side) => {
    expect(cursorAfter(before, 10_000, latest, ahead)).toEqual({ side, ours: 10_000 });
  });
  const time = fc.nat(20_000);
  test("never ahead of our clock, nor behind a latest time that is not ahead of it", () => {
    fc.assert(
      fc.property(
        fc.option(fc.record({ side: time, ours: time }), { nil: undefined }),
        time,
        time,
        (before, now, latest) => {
          const { side, ours } = cursorAfter(before, now, latest);
          expect(ours).toBe(now);
          expect(side).toBeLessThanOrEqual(now);
          expect(side).toBeGreaterThanOrEqual(Math.min(now, latest));
        },
      ),
    );
  });
});

describe("what a run's own writes showed about the clocks", () => {
  const cursors: Cursors = {
    copper: { side: 1_000, ours: 2_000, newest: 900 },
    mailchimp: { side: 1_500, ours: 2_000 },
    wholeAt: { copper: 1, mailchimp: 2 },
    surplus: 3,
    ahead: { copper: -900, mailchimp: -800 },
  };
  test("moves that side's cursor on, never ahead of ours nor back, and is kept", () => {
    expect(sharpened(cursors, { copper: -300 })).toEqual({
      ...cursors,
      copper: { side: 1_700, ours: 2_000, newest: 900 },
      ahead: { copper: -300, mailchimp: -800 },
    });
    expect(sharpened(cursors, { mailchimp: 50 })).toMatchObject({ mailchimp: { side: 2_000, ours: 2_000 } });
    expect(sharpened(cursors, { copper: -1_500 })).toMatchObject({ copper: { side: 1_000, ours: 2_000 } });
  });
  test("is nothing without writes", () => expect(sharpened(cursors, {})).toEqual(cursors));
});
