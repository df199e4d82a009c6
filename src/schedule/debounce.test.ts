import { expect, test } from "vitest";
import { debouncer } from "./debounce.ts";

const person = (id: number) => ({ personIds: [id], emails: [] });

test("many at once are gathered into one run, a few seconds later", () => {
  const gathering = debouncer();
  expect(gathering.take(0)).toBeUndefined();
  gathering.add(person(1), 0);
  gathering.add({ personIds: [1], emails: ["a@b.fr"] }, 2_000);
  expect(gathering.take(3_000)).toBeUndefined();
  expect(gathering.take(5_000)).toEqual({ personIds: [1], emails: ["a@b.fr"] });
  expect(gathering.take(60_000)).toBeUndefined();
});
test("whoever never falls silent does not put it off for ever, nor do runs follow on one another’s heels", () => {
  const gathering = debouncer();
  const runs: number[] = [];
  for (let now = 0; now < 120_000; now += 500) {
    gathering.add(person(now), now);
    if (gathering.take(now)) runs.push(now);
  }
  expect(runs.length).toBeGreaterThanOrEqual(4);
  expect(runs.every((at, index) => index === 0 || at - runs[index - 1]! >= 15_000)).toBe(true);
});
test("a flood names nobody: one ordinary run finds them", () => {
  const gathering = debouncer();
  for (let id = 0; id < 5_000; id += 1) gathering.add(person(id), 0);
  expect(gathering.take(10_000)).toEqual({ personIds: [], emails: [] });
});
