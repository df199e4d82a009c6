/** Tests the limits of an account, over all processes that use it (A4). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AccountLimits,
  admit,
  charged,
  ended,
  fullUntil,
  NOTHING_SPENT,
  type Spent,
  shareOf,
} from "./rate-limiter.ts";

test("whoever asks, and whenever: never more in a window than the account allows, and nobody waits for ever", () => {
  const asked = fc.array(
    fc.record({ pause: fc.nat(400), bulk: fc.boolean(), lasts: fc.integer({ min: 1, max: 900 }) }),
    {
      maxLength: 80,
    },
  );
  const limits = fc.record({
    perMinute: fc.integer({ min: 1, max: 30 }),
    bulkPerSecond: fc.integer({ min: 1, max: 3 }),
    connections: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(asked, limits, (all, allowed: AccountLimits) => {
      let spent: Spent = NOTHING_SPENT;
      let now = 1_000_000;
      const went: { at: number; bulk: boolean; until: number; id: string }[] = [];
      for (const [index, { pause, bulk, lasts }] of all.entries()) {
        now += pause;
        for (let tries = 0; ; tries += 1) {
          expect(tries).toBeLessThan(5_000);
          for (const one of went) if (one.until <= now) spent = ended(spent, one.id);
          const answer = admit(spent, allowed, { id: `r${index}`, bulk }, now);
          spent = answer.spent;
          if (answer.wait === 0) break;
          now += answer.wait;
        }
        went.push({ at: now, bulk, until: now + lasts, id: `r${index}` });
        // A request to which no limit applies changes nothing for the others
        spent = admit(spent, {}, { id: `free${index}`, bulk: false }, now).spent;
        const lately = (window: number) => went.filter((one) => one.at > now - window);
        expect(lately(60_000).length).toBeLessThanOrEqual(allowed.perMinute!);
        expect(lately(1_000).filter((one) => one.bulk).length).toBeLessThanOrEqual(allowed.bulkPerSecond!);
        expect(went.filter((one) => one.until > now).length).toBeLessThanOrEqual(allowed.connections!);
      }
    }),
  );
});
test("a process that died holds its connections for a while only", () => {
  const limits = { connections: 1 };
  const { spent } = admit(NOTHING_SPENT, limits, { id: "dead", bulk: false }, 0);
  expect(admit(spent, limits, { id: "next", bulk: false }, 1_000).wait).toBeGreaterThan(0);
  expect(admit(spent, limits, { id: "next", bulk: false }, 140_000).wait).toBe(0);
});
test("A4: however unevenly bulk requests travel, the service sees no more in any second than it allows", () => {
  const asked = fc.array(
    fc.record({ pause: fc.nat(300), travels: fc.nat(1_900), answers: fc.integer({ min: 200, max: 3_000 }) }),
    {
      minLength: 4,
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(asked, fc.integer({ min: 1, max: 3 }), (all, bulkPerSecond) => {
      let spent: Spent = NOTHING_SPENT;
      let now = 1_000_000;
      const open: { sent: number; until: number }[] = [];
      const arrived: number[] = [];
      for (const { pause, travels, answers } of all) {
        now += pause;
        for (;;) {
          for (const one of open.filter(({ until }) => until <= now)) {
            // The shortest possible answer time, so the request had arrived this long before the answer at the latest
            spent = ended(spent, "", one.sent, one.until - 200);
            open.splice(open.indexOf(one), 1);
          }
          const { spent: after, wait } = admit(spent, { bulkPerSecond }, { id: "", bulk: true }, now);
          spent = after;
          if (wait === 0) break;
          now += wait;
        }
        open.push({ sent: now, until: now + travels + answers });
        arrived.push(now + travels);
      }
      arrived.sort((one, other) => one - other);
      for (const [at, time] of arrived.entries()) {
        const fourth = arrived[at + bulkPerSecond];
        if (fourth !== undefined) expect(fourth - time).toBeGreaterThanOrEqual(1_000);
      }
    }),
  );
});
test("people who wait have something left of a minute that the clock uses up, and a new key one request more", () => {
  const limits = { perMinute: 60 };
  let spent: Spent = NOTHING_SPENT;
  const went = { clock: 0, asked: 0 };
  for (const rank of ["clock", "asked"] as const)
    for (let tries = 0; tries < 100; tries += 1) {
      const answer = admit(spent, limits, { id: `${rank}${tries}`, bulk: false, rank }, 1_000 + tries);
      spent = answer.spent;
      if (answer.wait === 0) went[rank] += 1;
    }
  expect(went).toEqual({ clock: 56, asked: 3 });
  expect(charged(spent, 2_000).all).toHaveLength(60);
  expect(shareOf(10, "clock")).toBe(10);
});
const NOW = 1_000_000;
const one = { id: "a", bulk: false };
const spent = (some: Partial<Spent>): Spent => ({ ...NOTHING_SPENT, ...some });
const wait = (before: Partial<Spent>, limits: AccountLimits, bulk = false) =>
  admit(spent(before), limits, { id: "a", bulk }, NOW).wait;

describe("a request waits", () => {
  test("until the minute has room, a second longer, since some requests take longer to arrive", () => {
    expect(wait({ all: [NOW - 100, NOW - 50] }, { perMinute: 2 })).toBe(60_900);
    expect(wait({ all: [NOW - 100] }, { perMinute: 2 })).toBe(0);
    expect(wait({ all: [NOW - 60_999, NOW] }, { perMinute: 2 })).toBe(1);
    expect(wait({ all: [NOW - 61_000, NOW] }, { perMinute: 2 })).toBe(0);
    expect(wait({ all: [NOW, NOW, NOW] }, {})).toBe(0);
  });
  test("in bulk until the second has room, and looks again where one has no answer yet", () => {
    const limits = { bulkPerSecond: 1 };
    expect(wait({ bulk: [NOW - 1_049] }, limits, true)).toBe(1);
    expect(wait({ bulk: [NOW - 1_050] }, limits, true)).toBe(0);
    expect(wait({ bulk: [NOW] }, limits, true)).toBe(1_050);
    expect(wait({ bulk: [NOW + 1] }, limits, true)).toBe(60);
    expect(wait({ bulk: [NOW + 1, NOW - 500] }, { bulkPerSecond: 2 }, true)).toBe(550);
    expect(wait({ bulk: [NOW] }, limits, false)).toBe(0);
    expect(wait({ bulk: [NOW] }, {}, true)).toBe(0);
  });
  test("while all connections are in use, and looks again", () => {
    expect(wait({ open: { x: NOW + 1 } }, { connections: 1 })).toBe(60);
    expect(wait({ open: { x: NOW } }, { connections: 1 })).toBe(0);
    expect(wait({ open: { x: NOW + 1 } }, { connections: 2 })).toBe(0);
  });
});
describe("what was spent", () => {
  const before = spent({ all: [NOW - 61_000, NOW - 5], bulk: [NOW - 1_050, NOW - 7], open: { old: NOW, x: NOW + 1 } });
  const kept = { all: [NOW - 5], bulk: [NOW - 7], open: { x: NOW + 1 } };
  test("is kept as long as it counts, also by those to whom no limit applies", () => {
    expect(admit(before, {}, one, NOW).spent).toEqual(kept);
    expect(admit(before, {}, { ...one, bulk: true }, NOW).spent).toEqual(kept);
    expect(admit(before, { perMinute: 1 }, one, NOW)).toMatchObject({ spent: kept });
  });
  test("grows by what was admitted: a bulk request counts from the latest time at which it can arrive", () => {
    const all = { perMinute: 9, bulkPerSecond: 9, connections: 9 };
    expect(admit(before, all, { ...one, bulk: true }, NOW).spent).toEqual({
      all: [...kept.all, NOW],
      bulk: [...kept.bulk, NOW + 2_000],
      open: { ...kept.open, a: NOW + 135_000 },
    });
    expect(admit(before, all, one, NOW).spent.bulk).toEqual(kept.bulk);
  });
  test("after an answer is a connection less, and a bulk request counts from when it had arrived", () => {
    const open = spent({ bulk: [NOW + 2_000, NOW + 2_000, NOW + 2_001], open: { a: 1, b: 2 } });
    expect(ended(open, "a")).toEqual({ ...open, open: { b: 2 } });
    const arrived = (at: number) => ended(open, "a", NOW, at);
    expect(arrived(NOW + 300)).toEqual({ ...open, bulk: [NOW + 300, NOW + 2_000, NOW + 2_001], open: { b: 2 } });
    expect(arrived(NOW - 300).bulk[0]).toBe(NOW);
    expect(arrived(NOW + 9_000).bulk[0]).toBe(NOW + 2_000);
    expect(ended(open, "a", NOW).bulk[0]).toBe(NOW);
  });
  test("holds a request that was sent before its account was known, in its place", () => {
    expect(charged(spent({ all: [1, 5] }), 3).all).toEqual([1, 3, 5]);
  });
});
test("an account's minute has no room even for a new key until so many of its requests have left it", () => {
  const until = (all: readonly number[], perMinute?: number) =>
    fullUntil(spent({ all }), perMinute === undefined ? {} : { perMinute }, NOW);
  expect(until([NOW - 9, NOW - 5], 2)).toBe(NOW - 9 + 61_000);
  expect(until([NOW - 99, NOW - 9, NOW - 5], 2)).toBe(NOW - 9 + 61_000);
  expect(until([NOW - 60_999, NOW], 2)).toBe(NOW + 1);
  expect(until([NOW - 61_000, NOW], 2)).toBeUndefined();
  expect(until([NOW], 2)).toBeUndefined();
  expect(until([NOW, NOW])).toBeUndefined();
});
test.each([
  [24, "clock", 24],
  [24, "asked", 24],
  [25, "clock", 22],
  [25, "asked", 24],
  [100, "clock", 94],
  [100, "asked", 99],
] as const)("of %i requests a minute %s may use %i", (perMinute, rank, share) =>
  expect(shareOf(perMinute, rank)).toBe(share),
);
