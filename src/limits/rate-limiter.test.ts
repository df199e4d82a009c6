import fc from "fast-check";
import { expect, test } from "vitest";
import { type AccountLimits, admit, charged, ended, NOTHING_SPENT, type Spent, shareOf } from "./rate-limiter.ts";

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
