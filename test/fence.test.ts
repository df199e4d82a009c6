/** Several processes for one connection or account: only one writes, and the limits hold over all of them. */
import { execFile } from "node:child_process";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { examine } from "../src/app/doctor.ts";
import { readSettings } from "../src/config/settings.ts";
import { http } from "../src/http/request.ts";
import { texts } from "../src/i18n/texts.ts";
import { open } from "../src/main/wire.ts";
import { LeaseLost } from "../src/ports/connection-repository.ts";
import { openDatabase } from "../src/store/open.ts";
import { chargeFirstRequest, sharedRateLimiter } from "../src/store/shared-rate-limiter.ts";
import type { Tables } from "../src/store/tables.ts";
import { RunInProgress } from "../src/sync/run.ts";
import { hasty, world } from "./harness.ts";
import { holdings } from "./holdings.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { BIN } from "./program.ts";

const never = new AbortController().signal;
let postgres: Postgres;
let database: Kysely<Tables>;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await openDatabase(postgres.url);
}, 60_000);
afterAll(async () => {
  await database.destroy();
  await postgres.close();
});

test.concurrent.each([1, 2, 4])(
  "A5: stopped at write %i and taken over, a process that comes back late writes nothing more",
  async (nth) => {
    const own = await world({ people: 30, seed: 3, mailchimp: { batchLooks: 0 } });
    own.env.DATABASE_URL = postgres.url;
    Object.assign(own.worlds.copper, { account: 500 + nth });
    const late = execFile(process.execPath, [BIN, "sync"], {
      cwd: own.folder,
      env: { PATH: process.env.PATH ?? "", ...own.env },
    });
    const ended = new Promise<number | null>((done) => late.on("exit", done));
    await new Promise<void>((stopped) => {
      let writes = 0;
      const watch = (asked: { method: string; path: string }) => {
        if (asked.method === "GET" || asked.path.endsWith("/search")) return;
        writes += 1;
        if (writes !== nth) return;
        late.kill("SIGSTOP");
        stopped();
      };
      own.copper.before = watch;
      own.mailchimp.before = watch;
      late.on("exit", () => stopped());
    });
    own.copper.before = undefined;
    own.mailchimp.before = undefined;
    expect(late.exitCode, "there were that many writes").toBeNull();
    // Once it has not been heard of for long enough
    await vi.waitUntil(
      () =>
        own.sync().then(
          () => true,
          (error: unknown) => {
            if (error instanceof RunInProgress) return false;
            throw error;
          },
        ),
      { timeout: 120_000, interval: 1_000 },
    );
    await own.sync();
    const right = holdings(own);
    own.writes();
    const journal = () =>
      database
        .selectFrom("journal")
        .select((all) => all.fn.countAll().as("rows"))
        .where("connection", "like", `${500 + nth}:%`)
        .executeTakeFirst();
    const before = await journal();
    late.kill("SIGCONT");
    // 5 where it was stopped in the middle of a transaction, which the database has ended since
    expect([4, 5]).toContain(await ended);
    expect(own.writes()).toEqual([]);
    expect(await journal()).toEqual(before);
    expect(holdings(own)).toEqual(right);
    expect((await own.sync()).operations).toEqual([]);
    await own.close();
  },
  180_000,
);
test("A5: a process that may have lost its lease by its own clock still reads, and writes nothing", async () => {
  const own = await world();
  const client = http({
    service: "copper",
    base: own.copper.url,
    headers: {},
    clock: hasty(),
    connections: 2,
    stop: never,
    log: () => undefined,
    random: Math.random,
    holds: () => false,
  });
  for (const [method, path] of [
    ["POST", "/developer_api/v1/people"],
    ["PUT", "/developer_api/v1/people/1"],
    ["DELETE", "/developer_api/v1/people/1"],
    ["POST", "/developer_api/v1/people/bulk_update"],
  ] as const)
    await expect(client.send(method, path, {})).rejects.toBeInstanceOf(LeaseLost);
  expect(own.copper.asked).toEqual([]);
  await client.send("POST", "/developer_api/v1/people/search", {}, { effect: "read" }).catch(() => undefined);
  await client.send("GET", "/developer_api/v1/account").catch(() => undefined);
  expect(own.copper.asked).toHaveLength(2);
  await own.close();
});
test("the connections of an account hold over many who ask at the same time, on databases of their own", async () => {
  const limits = { connections: 3 };
  const databases = await Promise.all(Array.from({ length: 4 }, () => openDatabase(postgres.url)));
  let [open, most, done] = [0, 0, 0];
  await Promise.all(
    databases.flatMap((one) => {
      const limiter = sharedRateLimiter(one, () => "mailchimp shared", limits);
      return Array.from({ length: 8 }, async () => {
        const leave = await limiter.acquire(false, never);
        open += 1;
        most = Math.max(most, open);
        // Held until there have been as many as may be
        for (let ticks = 0; most < limits.connections && ticks < 50_000; ticks += 1)
          await new Promise((next) => setImmediate(next));
        open -= 1;
        done += 1;
        await leave!();
      });
    }),
  );
  expect([done, most]).toEqual([32, 3]);
  await Promise.all(databases.map((one) => one.destroy()));
});
test("requests of an account in a minute hold over many; who has to wait is told how long", async () => {
  const limits = { perMinute: 20 };
  const stop = new AbortController();
  const databases = await Promise.all(Array.from({ length: 3 }, () => openDatabase(postgres.url)));
  let went = 0;
  const all = databases.flatMap((one) => {
    const limiter = sharedRateLimiter(one, () => "copper shared", limits);
    return Array.from({ length: 10 }, () =>
      limiter.acquire(false, stop.signal).then(() => {
        if (!stop.signal.aborted) went += 1;
        if (went === 20) setImmediate(() => stop.abort());
      }),
    );
  });
  await Promise.all(all);
  expect(went).toBe(20);
  const row = await database
    .selectFrom("limits")
    .select("json")
    .where("account", "=", "copper shared")
    .executeTakeFirst();
  expect(JSON.parse(row!.json).all).toHaveLength(20);
  await Promise.all(databases.map((one) => one.destroy()));
});
test("the limit of an account holds over first looks with new keys of it, too: add, import and doctor are no exception", async () => {
  const limits = { perMinute: 30 };
  const stop = new AbortController();
  const limiter = sharedRateLimiter(database, () => "copper 4711", limits, { rank: "asked" });
  // The minute as people and the clock may use it up
  for (let sent = 0; sent < 29; sent += 1) await limiter.acquire(false, stop.signal);
  let looked = 0;
  let waiting = 0;
  const looks = Array.from({ length: 4 }, () => {
    waiting += 1;
    const look = async () => {
      // Stopped meanwhile: it does not ask
      if (!stop.signal.aborted) looked += 1;
      return { id: "4711" };
    };
    return chargeFirstRequest(database, limits, stop.signal, look, ({ id }) => `copper ${id}`).finally(() => {
      waiting -= 1;
    });
  });
  await vi.waitUntil(() => waiting === 3, { timeout: 20_000 });
  // The others go on asking for their turn, and do not get it while the minute is full
  await vi.waitUntil(() => limiter.acquire(false, AbortSignal.abort()).then(() => looked === 1));
  const row = () =>
    database.selectFrom("limits").select("json").where("account", "=", "copper 4711").executeTakeFirst();
  expect(JSON.parse((await row())!.json).all).toHaveLength(30);
  stop.abort();
  await Promise.all(looks);
  expect(looked).toBe(1);
});
test("what only looks counts for the account, too: a page’s check and doctor, with a key that was seen before", async () => {
  const own = await world();
  const env = { ...own.env, DATABASE_URL: postgres.url, COPPER_REQUESTS_PER_MINUTE: "60" };
  const account = `copper ${own.worlds.copper.account}`;
  // Nobody waits for another account's minute here
  await database.deleteFrom("limits").execute();
  const spent = async () => {
    const row = await database.selectFrom("limits").select("json").where("account", "=", account).executeTakeFirst();
    return row === undefined ? 0 : (JSON.parse(row.json).all as number[]).length;
  };
  const before = await spent();
  const look = async () => {
    const settings = readSettings(env, own.folder);
    const opened = await open(settings, never);
    await examine(settings, opened, texts("en"));
    await opened.database.destroy();
  };
  own.copper.asked.length = 0;
  await look();
  await look();
  expect((await spent()) - before).toBe(own.copper.asked.length);
  await own.close();
});
test("who waits longer for an account’s limit is told how long", async () => {
  const stop = new AbortController();
  const told: number[] = [];
  const limiter = sharedRateLimiter(
    database,
    () => "copper told",
    { perMinute: 2 },
    {
      waits: (ms) => {
        told.push(ms);
        stop.abort();
      },
    },
  );
  for (let sent = 0; sent < 3; sent += 1) await limiter.acquire(false, stop.signal);
  expect(told).toHaveLength(1);
  expect(told[0]).toBeGreaterThan(50_000);
});
