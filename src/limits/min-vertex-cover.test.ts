/** Tests that tags are changed in the fewest requests. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { minVertexCover, type TagDemand } from "./min-vertex-cover.ts";

const demand: fc.Arbitrary<TagDemand> = fc.record({
  cost: fc.integer({ min: 1, max: 3 }),
  members: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 1 }),
});

/** Returns the least cost over every choice of tags, with the members that are left. */
function leastCost(demands: readonly TagDemand[]): number {
  const costs = Array.from({ length: 2 ** demands.length }, (_, choice) => {
    const by = demands.filter((_, index) => (choice >> index) & 1);
    const left = demands.filter((_, index) => !((choice >> index) & 1));
    return by.reduce((sum, { cost }) => sum + cost, 0) + new Set(left.flatMap((one) => one.members)).size;
  });
  return Math.min(...costs);
}

test("every change is covered, and no way is cheaper", () => {
  fc.assert(
    fc.property(fc.array(demand, { maxLength: 6 }), (demands) => {
      const { tags, members, cost } = minVertexCover(demands);
      for (const [tag, one] of demands.entries())
        for (const member of one.members) expect(tags.has(tag) || members.has(member)).toBe(true);
      expect(cost).toBe(leastCost(demands));
    }),
    { numRuns: 2_000 },
  );
});
test("one tag for many goes by tag, many tags of one by member, both in one plan", () => {
  const many = Array.from({ length: 400 }, (_, index) => `m${index}`);
  const own = Array.from({ length: 30 }, () => ({ cost: 1, members: ["one"] }));
  expect(minVertexCover([{ cost: 1, members: [...many, "one"] }, ...own])).toEqual({
    tags: new Set([0]),
    members: new Set(["one"]),
    cost: 2,
  });
});
test("up to 2,000 tags are looked at; where there are more, each member gets a request of their own", () => {
  const tags = (count: number) =>
    Array.from({ length: count }, (_, tag) => ({ cost: 1, members: [`m${tag}a`, `m${tag}b`] }));
  expect(minVertexCover(tags(2_000))).toMatchObject({ cost: 2_000, members: new Set() });
  const many = [...tags(2_000), { cost: 1, members: ["m0a", "x"] }];
  const { tags: by, members, cost } = minVertexCover(many);
  expect([by.size, members.size, cost]).toEqual([0, 4_001, 4_001]);
});
