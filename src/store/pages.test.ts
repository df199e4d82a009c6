import { expect, test } from "vitest";
import { pages } from "./pages.ts";

test.each([0, 1, 2, 3, 4, 5])(
  "of %i rows each is on one page, in order, and nothing is asked after the end",
  async (count) => {
    const rows = Array.from({ length: count }, (_, at) => at + 1);
    const asked: (number | undefined)[] = [];
    const read = pages<number>(2, async (last) => {
      if (asked.push(last) > 5) throw new Error("it does not end");
      return rows.filter((row) => row > (last ?? 0)).slice(0, 2);
    });
    const found = await Array.fromAsync(read);
    expect(found.flat()).toEqual(rows);
    expect(found.every((page) => page.length > 0)).toBe(true);
    expect(asked).toEqual([undefined, 2, 4].slice(0, Math.floor(count / 2) + 1));
  },
);
