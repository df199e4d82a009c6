import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test, vi } from "vitest";
import { freshFolder } from "../../../test/fresh-database.ts";
import { emptyReadBuffer, SpillFile } from "./spill-file.ts";

const NOWHERE = "/there/is/no/such/folder";
/** A text of so many bytes that no other number has. */
const text = (number: number, length = 1_000) => `é ${number} `.padEnd(length - 1, String(number % 10));
const numbers = (count: number) => Array.from({ length: count }, (_, number) => number);
/** Adds so many texts. */
function filled(folder: string, most: number, count: number, lengthOf: (number: number) => number = () => 1_000) {
  const own = new SpillFile(folder, most);
  const texts = numbers(count).map((number) => text(number, lengthOf(number)));
  expect(texts.map((one) => own.add(one))).toEqual(numbers(count));
  return { own, texts };
}
/** Puts numbers into an order that goes backwards again and again. */
const mixed = (all: readonly number[]) =>
  all.toSorted((one, other) => ((one * 7_919) % 10_007) - ((other * 7_919) % 10_007));

test("texts below the limit need no file", () => {
  const { own, texts } = filled(NOWHERE, 4_000_000, 3_000);
  expect([...own.texts(numbers(3_000))]).toEqual(texts);
  expect([...own.texts(mixed(numbers(3_000)))]).toEqual(mixed(numbers(3_000)).map((number) => texts[number]));
});
test("texts beyond the limit come back from the file, one by one, in any order, and several times", () => {
  const folder = freshFolder();
  const { own, texts } = filled(folder, 100_000, 4_000);
  expect(readdirSync(folder), "the file has no name").toEqual([]);
  const window = emptyReadBuffer();
  const orders = [numbers(4_000), numbers(4_000).toReversed(), mixed(numbers(4_000)), [0, 3_999, 0, 2_000, 2_000, 50]];
  for (const order of orders) {
    const expected = order.map((number) => texts[number]);
    expect(order.map((number) => own.text(number, window))).toEqual(expected);
    expect([...own.texts(order)]).toEqual(expected);
  }
  expect([...own.texts([])]).toEqual([]);
});
test("some texts are longer than any buffer, the first one, too", () => {
  const sizes = [300_000, 10, 2_500_000, 10, 1_200_000, 10];
  const { own, texts } = filled(freshFolder(), 100_000, 60, (number) => sizes[number % sizes.length]!);
  for (const order of [numbers(60), mixed(numbers(60)), numbers(60).toReversed()])
    expect([...own.texts(order)].every((one, at) => one === texts[order[at]!])).toBe(true);
});
test("reading goes on while texts are added", () => {
  const { own, texts } = filled(freshFolder(), 100_000, 2_500);
  const window = emptyReadBuffer();
  for (let number = 0; number < 2_500; number += 1) {
    expect(own.text(number, window)).toBe(texts[number]);
    own.add(text(number + 2_500));
    expect(own.text(number + 2_500, window)).toBe(text(number + 2_500));
  }
});
test("a file that somebody has cut is no text; the first texts never leave the memory", () => {
  const folder = freshFolder();
  const { own, texts } = filled(folder, 100_000, 4_000);
  const scratch = readdirSync("/proc/self/fd").find((fd) => leadsTo(fd).startsWith(join(folder, ".scratch-")));
  writeFileSync(`/proc/self/fd/${scratch}`, "");
  expect(() => own.text(1_000, emptyReadBuffer())).toThrow("shorter");
  expect(own.text(0, emptyReadBuffer())).toBe(texts[0]);
});
/** Returns where an open file is. */
function leadsTo(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}
test("the file goes with what used it", async () => {
  setFlagsFromString("--expose_gc");
  const collect = runInNewContext("gc") as () => void;
  const folder = freshFolder();
  const open = () => readdirSync("/proc/self/fd").filter((fd) => leadsTo(fd).startsWith(folder)).length;
  (() => filled(folder, 100_000, 4_000))();
  expect(open()).toBe(1);
  await vi.waitFor(
    () => {
      collect();
      expect(open()).toBe(0);
    },
    { timeout: 20_000, interval: 5 },
  );
});
