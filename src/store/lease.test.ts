/** A5: who holds a connection, and until when. */
import type { Kysely, KyselyPlugin } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { freshDatabase } from "../../test/fresh-database.ts";
import { LeaseLost } from "../ports/connection-repository.ts";
import { type LeaseOptions, leaseOn } from "./lease.ts";
import type { Tables } from "./tables.ts";

let database: Kysely<Tables>;
/** The clock of the database (ms). */
let time: number;
beforeEach(async () => {
  time = 1_000_000;
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date", "performance"], now: 0 });
  database = await freshDatabase();
});
afterEach(() => {
  vi.useRealTimers();
});
const SINCE = "1970-01-01T00:00:00.000Z";
const lease = (on = database, options: LeaseOptions = {}) =>
  leaseOn(on, "1:a", () => 0, { alive: () => true, clock: async () => time, ...options });
const write = (one: ReturnType<typeof lease>) => one.fenced(async () => "written");
/** Runs something after the result of each statement, by its number. */
const between = (after: Readonly<Record<number, () => Promise<unknown>>>): Kysely<Tables> => {
  let number = 0;
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      number += 1;
      await after[number]?.();
      return result;
    },
  };
  return database.withPlugin(plugin);
};

test("a lease that is not renewed ends after 45 s, and not before", async () => {
  const [one, other] = [lease(), lease()];
  await one.lock("one");
  time += 44_999;
  expect(await other.lock("other")).toEqual({ held: false, by: "one", since: SINCE });
  time += 1;
  expect(await other.lock("other")).toEqual({ held: true });
});
test("every write renews it by 45 s", async () => {
  const [one, other] = [lease(), lease()];
  await one.lock("one");
  time += 40_000;
  expect(await write(one)).toBe("written");
  time += 44_999;
  expect(await other.lock("other")).toMatchObject({ held: false });
  time += 1;
  expect(await other.lock("other")).toEqual({ held: true });
  expect(one.holds()).toBe(true);
  await expect(write(one)).rejects.toBeInstanceOf(LeaseLost);
  expect(one.holds()).toBe(false);
});
test("it is renewed every 9 s, without keeping the program alive, until it is given back", async () => {
  const started = vi.spyOn(globalThis, "setInterval");
  const [one, other] = [lease(), lease()];
  await one.lock("one");
  expect(started.mock.results[0]!.value.hasRef()).toBe(false);
  time += 44_000;
  await vi.advanceTimersByTimeAsync(9_000);
  // The renewal is under way: a later statement comes after it
  await database.transaction().execute(async (on) => on.selectFrom("leases").selectAll().execute());
  time += 44_000;
  expect(await other.lock("other")).toMatchObject({ held: false });
  await one.unlock("one");
  expect(vi.getTimerCount()).toBe(0);
  expect(await other.lock("other")).toEqual({ held: true });
  other.close();
  expect(vi.getTimerCount()).toBe(0);
});
test("whoever holds it is sure of it for 45 s of this machine’s clocks after each renewal", async () => {
  const one = lease();
  expect(one.holds()).toBe(true);
  await one.lock("one");
  expect(one.holds()).toBe(true);
  for (const [clock, now] of [
    [vi.spyOn(performance, "now"), performance.now()],
    [vi.spyOn(Date, "now"), Date.now()],
  ] as const) {
    clock.mockReturnValue(now + 44_999);
    expect(one.holds()).toBe(true);
    clock.mockReturnValue(now + 45_000);
    expect(one.holds()).toBe(false);
    await write(one);
    expect(one.holds()).toBe(true);
    clock.mockRestore();
  }
  one.close();
});
test("whoever gave it back writes as somebody who never had it", async () => {
  const [one, other] = [lease(), lease()];
  await one.lock("one");
  await one.unlock("one");
  await other.lock("other");
  vi.setSystemTime(60_000);
  expect(one.holds()).toBe(true);
  expect(await write(one)).toBe("written");
  other.close();
});
test("of two that find it free at once, one gets it, and the other is told who", async () => {
  const other = lease();
  const one = lease(between({ 1: () => other.lock("other") }));
  expect(await one.lock("one")).toEqual({ held: false, by: "other", since: SINCE });
  expect(await write(other)).toBe("written");
  other.close();
});
test("who was faster and gave it back at once is not known any more", async () => {
  const other = lease();
  const one = lease(between({ 1: () => other.lock("other"), 2: () => other.unlock("other") }));
  expect(await one.lock("one")).toEqual({ held: false, by: "", since: SINCE });
});
