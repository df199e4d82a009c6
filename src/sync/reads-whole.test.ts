/** Tests which sides a run reads whole, by the table in `reads-whole.ts`. */
import { describe, expect, test } from "vitest";
import type { Capabilities } from "../plan/capabilities.ts";
import type { Cursors } from "../plan/cursor.ts";
import { asksLittle, readsWhole, smallAt } from "./reads-whole.ts";

const NOW = 1_000_000;
const HOUR = 3_600;
const cursors = (copper: number, mailchimp = copper): Cursors => ({
  copper: { side: 0, ours: 0 },
  mailchimp: { side: 0, ours: 0 },
  wholeAt: { copper: NOW - copper, mailchimp: NOW - mailchimp },
  surplus: 0,
});
const large = { persons: 2_001, members: 1 };
const little = { persons: 2_000, members: 10_000 };
const reads = (
  known: typeof large,
  since: Cursors | undefined,
  { small, full = false, found }: { small?: ReturnType<typeof smallAt>; full?: boolean; found?: Capabilities } = {},
) => readsWhole(since, known, small, NOW, full, found);
const BOTH = { copper: true, mailchimp: true };
const NONE = { copper: false, mailchimp: false };

test.each([
  ["it is the first run", reads(large, undefined)],
  ["the run must read everything", reads(large, cursors(1), { full: true })],
  ["an earlier version kept one time for both sides", reads(large, { ...cursors(1), wholeAt: undefined } as never)],
  ["the account is small", reads(little, cursors(1))],
  ["a day has passed", reads(large, cursors(24 * HOUR))],
  ["our clock was put back", reads(large, cursors(-1))],
])("both sides are read whole: %s", (_, whole) => expect(whole).toEqual(BOTH));
test.each([
  ["there are more people than in a small account", large],
  ["there are more members than in a small account", { persons: 1, members: 10_001 }],
])("a large account is read whole once a day: %s", (_, known) => {
  expect(reads(known, cursors(24 * HOUR - 1))).toEqual(NONE);
  expect(reads(known, cursors(0))).toEqual(NONE);
  expect(reads(known, cursors(24 * HOUR, 1))).toEqual({ copper: true, mailchimp: false });
  expect(reads(known, cursors(1, 24 * HOUR))).toEqual({ copper: false, mailchimp: true });
});
describe("six hours, where a change of tags alone does not move the time of change", () => {
  const [due, early] = [cursors(6 * HOUR), cursors(6 * HOUR - 1)];
  test.each([
    [{ tagsMovePerson: false }, { copper: true, mailchimp: false }],
    [{ tagsMoveMember: false }, { copper: false, mailchimp: true }],
    [{ tagsMovePerson: true, tagsMoveMember: true }, NONE],
    [{}, NONE],
  ])("%j", (found, whole) => {
    expect(reads(large, due, { found })).toEqual(whole);
    expect(reads(large, early, { found })).toEqual(NONE);
  });
});
describe("a small account, where runs are less than ten minutes apart", () => {
  const often = { small: smallAt(599) };
  test("is read whole once an hour", () => {
    expect(reads(little, cursors(HOUR - 1), often)).toEqual(NONE);
    expect(reads(little, cursors(HOUR), often)).toEqual(BOTH);
    expect(reads(little, cursors(1), { small: smallAt(600) })).toEqual(BOTH);
  });
  test("is asked little, as a large one is", () => {
    expect(asksLittle(little, 599)).toBe(true);
    expect(asksLittle(little, 600)).toBe(false);
    expect(asksLittle(large, 600)).toBe(true);
    expect(asksLittle({ persons: 1, members: 10_001 }, 600)).toBe(true);
  });
});
