import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diskCollections } from "./disk-map.ts";

/** Texts so long that a few hundred exceed the memory limit; some are longer than one write. */
const long = fc.tuple(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 5 }),
  fc.oneof(
    { weight: 99, arbitrary: fc.integer({ min: 1, max: 2_000 }) },
    { weight: 1, arbitrary: fc.constant(400_000) },
  ),
);

test("a key keeps its number, reserved or not, with and without its record", () => {
  const map = diskCollections(tmpdir()).records<string, string>();
  expect([map.reserve("a"), map.has("a"), map.number("a"), map.get("a")]).toEqual([0, false, undefined, undefined]);
  map.set("b", "B");
  map.set("a", "A");
  map.setText("c", '"C"');
  expect([map.size, map.has("a"), map.number("a"), map.number("b"), map.number("c")]).toEqual([3, true, 0, 1, 2]);
  map.set("b", "later");
  expect([...map.values()]).toEqual(["later", "A", "C"]);
  expect([...map.keys()]).toEqual(["b", "a", "c"]);
  expect([...map.several([2, 0, 1])]).toEqual(["C", "A", "later"]);
  expect([map.delete("b"), map.delete("b"), map.has("b"), map.get("b"), map.size]).toEqual([
    true,
    false,
    false,
    undefined,
    2,
  ]);
  expect([...map.numbers()]).toEqual([0, 2]);
  expect([map.reserve("b"), map.reserve("a"), map.reserve("d"), map.reserve("d")]).toEqual([1, 0, 3, 3]);
  map.set("b", "again");
  expect([map.number("b"), map.get("b")]).toEqual([1, "again"]);
});
test("a series holds what was pushed, in order, also beyond its first room", () => {
  const series = diskCollections(tmpdir()).series<number>();
  for (let at = 0; at < 200; at += 1) series.push(at);
  expect([series.length, [...series].every((one, at) => one === at)]).toEqual([200, true]);
});
test("a disk map holds what a map holds, and a series what an array holds, however much it is, and leaves no file behind", () => {
  const folder = mkdtempSync(join(tmpdir(), "shelf-"));
  const steps = fc.array(
    fc.oneof(
      fc.record({ put: fc.nat(400), text: long }),
      fc.record({ drop: fc.nat(400) }),
      fc.record({ look: fc.nat(400) }),
      fc.record({ reserve: fc.nat(400) }),
      fc.record({ among: fc.array(fc.nat(400), { minLength: 20, maxLength: 60 }) }),
    ),
    { minLength: 400, maxLength: 1_500, size: "max" },
  );
  fc.assert(
    fc.property(steps, (list) => {
      const collections = diskCollections(folder, 1 << 17);
      const diskMap = collections.records<number, string>();
      const other = collections.records<string, number>();
      const series = collections.series<string>();
      const map = new Map<number, string>();
      const array: string[] = [];
      const reserved = new Map<number, number>();
      for (const step of list) {
        if ("put" in step) {
          const text = step.text[0].repeat(step.text[1]);
          diskMap.set(step.put, text);
          map.set(step.put, text);
          series.push(text.slice(0, 30));
          array.push(text.slice(0, 30));
          other.set(`k${step.put}`, step.put);
        } else if ("drop" in step) expect(diskMap.delete(step.drop)).toBe(map.delete(step.drop));
        else if ("look" in step) expect(diskMap.get(step.look)).toBe(map.get(step.look));
        else if ("reserve" in step) {
          const number = diskMap.reserve(step.reserve);
          expect(number, "one that is reserved stays so").toBe(reserved.get(step.reserve) ?? number);
          reserved.set(step.reserve, number);
        } else {
          const keys = step.among.filter((key) => map.has(key));
          const numbers = keys.map((key) => diskMap.number(key)!);
          expect([...diskMap.several(numbers)]).toEqual(keys.map((key) => map.get(key)));
          for (const [index, key] of keys.entries())
            expect(numbers.indexOf(numbers[index]!), "a number is its key's own").toBe(keys.indexOf(key));
        }
      }
      for (const [key, number] of reserved)
        expect(diskMap.number(key), "a reserved number is the one it gets").toBe(map.has(key) ? number : undefined);
      expect(new Set(reserved.values()).size).toBe(reserved.size);
      expect(diskMap.size).toBe(map.size);
      expect([...diskMap.keys()]).toEqual([...map.keys()]);
      expect([...diskMap.values()].every((text, index) => text === [...map.values()][index])).toBe(true);
      expect([...diskMap.several(diskMap.numbers())]).toEqual([...map.values()]);
      expect([...series]).toEqual(array);
      expect(series.length).toBe(array.length);
      for (const key of other.keys()) expect(`k${other.get(key)}`).toBe(key);
      expect(readdirSync(folder)).toEqual([]);
    }),
    { numRuns: 10 },
  );
  rmSync(folder, { recursive: true });
});
