/** A4: the limits of an account hold over all that share a database, and nobody waits longer than they ask for. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { postgresStatements } from "../../test/postgres-statements.ts";
import { withoutRowLocks } from "../../test/row-locks.ts";
import type { AccountLimits } from "../limits/rate-limiter.ts";
import { openDatabase } from "./open.ts";
import { chargeFirstRequest, databaseClock, type RequestPriority, sharedRateLimiter } from "./shared-rate-limiter.ts";
import type { Tables } from "./tables.ts";

let folder: string;
let database: Kysely<Tables>;
/** Statements so far. */
let asked: number;
let time: number;
const never = new AbortController().signal;
const at = (ms: number) => {
  time = ms;
  vi.setSystemTime(ms);
};

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  at(1_000_000);
  folder = mkdtempSync(join(tmpdir(), "sync-limits-"));
  asked = 0;
  database = withoutRowLocks(await openDatabase(`sqlite:${join(folder, "limits.db")}`)).withPlugin({
    transformQuery({ node }) {
      asked += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
});
afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await database.destroy();
  rmSync(folder, { recursive: true });
});
/** Lets the others go on until something is so; the clock stands still meanwhile. */
const until = async (met: () => boolean) => {
  const begun = performance.now();
  while (!met()) {
    if (performance.now() - begun > 10_000) throw new Error("it never came to it");
    await new Promise((next) => setImmediate(next));
  }
};
const limiter = (limits: AccountLimits, priority?: RequestPriority, account = "copper 1") =>
  sharedRateLimiter(database, () => account, limits, priority);
/** Whether a request may be sent at once. It counts then, as any other. */
const admitted = async (limits: AccountLimits, bulk = false, priority?: RequestPriority, account?: string) =>
  (await limiter(limits, priority, account).acquire(bulk, AbortSignal.abort())) !== undefined;

test("the clock of a file is this machine’s own", async () => {
  expect(await databaseClock(database, () => 42)).toBe(42);
});
test("the clock of PostgreSQL is the server’s, which is the same for all machines", async () => {
  const { database: server } = postgresStatements(() => [{ now: "4711" }]);
  expect(await databaseClock(server, () => 42)).toBe(4711);
});
test("the requests of a minute count for all of an account, and for no other", async () => {
  const limits = { perMinute: 2 };
  expect(await limiter(limits).acquire(false, never)).toBeTypeOf("function");
  expect(await limiter(limits).acquire(false, never)).toBeTypeOf("function");
  expect(await admitted(limits)).toBe(false);
  expect(await admitted(limits, false, undefined, "copper 2")).toBe(true);
  at(time + 61_000);
  expect(await admitted(limits)).toBe(true);
});
test("a scheduled run leaves a part of the minute to people, who are the ones that ask where nothing is said", async () => {
  const limits = { perMinute: 25 };
  for (let sent = 0; sent < 22; sent += 1) expect(await admitted(limits, false, { rank: "clock" })).toBe(true);
  expect(await admitted(limits, false, { rank: "clock" })).toBe(false);
  expect(await admitted(limits, false)).toBe(true);
});
test("a request in flight holds its connection until its end, and no longer", async () => {
  const limits = { connections: 1 };
  const release = await limiter(limits).acquire(false, never);
  expect(await admitted(limits)).toBe(false);
  const next = limiter(limits).acquire(false, never);
  await release!();
  expect(await next).toBeTypeOf("function");
  expect(await admitted(limits)).toBe(false);
});
test("a bulk request counts from when the service can have got it: its answer, without the quickest way", async () => {
  const limits = { bulkPerSecond: 1 };
  const release = await limiter(limits).acquire(true, never);
  at(time + 1_500);
  expect(await admitted(limits, true), "not answered: it may arrive only now").toBe(false);
  // Answered after 1.5 s, of which the quickest answer needs 0.5 s: it arrived within the first second
  await release!(500);
  at(time + 549);
  expect(await admitted(limits, true)).toBe(false);
  at(time + 1);
  expect(await admitted(limits, true)).toBe(true);
});
test("a request that was answered does not end a bulk request of the same moment", async () => {
  const limits = { bulkPerSecond: 1, connections: 9 };
  await limiter(limits).acquire(true, never);
  const release = await limiter(limits).acquire(false, never);
  await release!();
  at(time + 1_500);
  expect(await admitted(limits, true)).toBe(false);
});
test("the end of a bulk request gives its connection back, too", async () => {
  const limits = { bulkPerSecond: 9, connections: 1 };
  const release = await limiter(limits).acquire(true, never);
  await release!();
  expect(await admitted(limits)).toBe(true);
});
test("a wait of more than two seconds is told once, and ends with the program", async () => {
  const limits = { perMinute: 1 };
  await limiter(limits).acquire(false, never);
  const told: number[] = [];
  const stop = new AbortController();
  at(time + 1);
  const waiting = limiter(limits, { waits: (ms) => told.push(ms) }).acquire(false, stop.signal);
  await until(() => told.length === 1);
  // Whoever waits for a minute does not ask all the time
  const before = asked;
  for (let turn = 0; turn < 50; turn += 1) await new Promise((next) => setImmediate(next));
  expect(asked - before).toBeLessThan(5);
  stop.abort();
  expect(await waiting).toBeUndefined();
  expect(told).toEqual([60_999]);
});
test("a wait of two seconds is not worth telling", async () => {
  const limits = { perMinute: 1 };
  await limiter(limits).acquire(false, never);
  at(time + 59_000);
  const told: number[] = [];
  const stop = new AbortController();
  const before = asked;
  const waiting = limiter(limits, { waits: (ms) => told.push(ms) }).acquire(false, stop.signal);
  await until(() => asked > before + 1);
  stop.abort();
  expect(await waiting).toBeUndefined();
  expect(told).toEqual([]);
});
test("who is told of a wait is told so once, however often they ask", async () => {
  // The part that chance adds, here so that a wait takes no time
  vi.spyOn(Math, "random").mockReturnValue(-4);
  const limits = { perMinute: 1 };
  await limiter(limits).acquire(false, never);
  const told: number[] = [];
  const stop = new AbortController();
  const before = asked;
  const waiting = limiter(limits, { waits: (ms) => told.push(ms) }).acquire(false, stop.signal);
  await until(() => asked > before + 20);
  stop.abort();
  expect(await waiting).toBeUndefined();
  expect(told).toEqual([61_000]);
});

const limits = { perMinute: 2 };
const account = (told: string) => `copper ${told}`;

test("the first request with a new key counts for the account that it turns out to be of", async () => {
  expect(await chargeFirstRequest(database, limits, never, async () => "1", account)).toBe("1");
  expect(await admitted(limits)).toBe(true);
  expect(await admitted(limits)).toBe(false);
});
test("new keys are tried one after another, also where one of them fails", async () => {
  let ends = (_: string) => {};
  const first = chargeFirstRequest(
    database,
    limits,
    never,
    () => new Promise<string>((done) => (ends = done)),
    account,
  );
  const looked = vi.fn(async () => "2");
  const before = asked;
  const second = chargeFirstRequest(database, limits, never, looked, account);
  await until(() => asked > before + 8);
  expect(looked).not.toHaveBeenCalled();
  ends("1");
  expect([await first, await second]).toEqual(["1", "2"]);
  const refused = chargeFirstRequest(database, limits, never, () => Promise.reject(new Error("401")), account);
  await expect(refused).rejects.toThrow("401");
  expect(await chargeFirstRequest(database, limits, never, looked, account)).toBe("2");
});
test("while the minute of the account that was found is full, no other new key is tried", async () => {
  await admitted(limits);
  at(time + 10_000);
  await chargeFirstRequest(database, limits, never, async () => "1", account);
  const looked = vi.fn(async () => "2");
  // The oldest request of the minute is 61 s old then
  at(time + 50_999);
  const before = asked;
  const second = chargeFirstRequest(database, limits, never, looked, account);
  await until(() => asked > before + 4);
  expect(looked).not.toHaveBeenCalled();
  at(time + 1);
  expect(await second).toBe("2");
});
