/** A4: against a service that counts strictly, by its own clock, no request of a normal run is refused for its pace. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { http } from "../src/http/request.ts";
import { NOTHING_SPENT } from "../src/limits/rate-limiter.ts";
import { systemClock } from "../src/main/system-clock.ts";
import { openDatabase } from "../src/store/open.ts";
import { sharedRateLimiter } from "../src/store/shared-rate-limiter.ts";
import { type Postgres, startPostgres } from "./postgres.ts";

const BULK = 3;
const never = new AbortController().signal;
let service: Server;
let base: string;
let refused = 0;
const arrived: number[] = [];
let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
  let turn = 0;
  service = createServer((request, response) => {
    const now = performance.now();
    const lately = arrived.filter((at) => at > now - 1_000);
    const status = lately.length >= BULK ? 429 : 200;
    if (status === 429) refused += 1;
    else arrived.push(now);
    request.resume();
    // Slow and quick answers in turn
    turn += 1;
    setTimeout(() => response.writeHead(status).end("{}"), 40 + ((turn * 97) % 300));
  });
  await new Promise<void>((ready) => service.listen(0, "127.0.0.1", ready));
  base = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
}, 60_000);
afterAll(async () => {
  service.close();
  await postgres.close();
});
const client = (limiter?: ReturnType<typeof sharedRateLimiter>) =>
  http({
    service: "copper",
    base,
    headers: {},
    clock: systemClock,
    perMinute: 180,
    connections: 8,
    stop: never,
    log: () => undefined,
    random: Math.random,
    ...(limiter && { limiter }),
  });

test.each(["one process", "three processes on one PostgreSQL"])(
  "%s",
  async (kind) => {
    // Another account, as it were
    arrived.length = 0;
    const databases = kind.startsWith("one") ? [] : await Promise.all([1, 2, 3].map(() => openDatabase(postgres.url)));
    const limits = { perMinute: 180, bulkPerSecond: BULK };
    const clients =
      databases.length === 0
        ? [client()]
        : databases.map((one) => client(sharedRateLimiter(one, () => "copper strict", limits)));
    const sends = Array.from({ length: 13 }, (_, at) =>
      clients[at % clients.length]!.send("POST", "/people/bulk_update", {}, { perSecond: BULK }),
    );
    expect((await Promise.all(sends)).every((answer) => answer.ok)).toBe(true);
    expect(refused).toBe(0);
    await Promise.all(databases.map((one) => one.destroy()));
  },
  60_000,
);
test("two clients of one account in one process keep its minute together", async () => {
  let now = 1_000_000;
  const clock = {
    now: () => now,
    async wait(ms: number) {
      now += ms;
    },
  };
  const spent = { current: NOTHING_SPENT };
  const quiet = { headers: {}, connections: 8, stop: never, log: () => undefined, random: Math.random };
  const make = () => http({ ...quiet, service: "copper", base, clock, perMinute: 4, spent });
  const [run, check] = [make(), make()];
  for (const one of [run, check, run, check]) {
    arrived.length = 0;
    await one.send("GET", "/account");
  }
  arrived.length = 0;
  expect(now).toBe(1_000_000);
  await check.send("GET", "/account");
  expect(now).toBeGreaterThanOrEqual(1_060_000);
});
