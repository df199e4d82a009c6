/** A4: whoever looks on is told that a limit is waited for, and for how long. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { desk } from "../src/dashboard/desk.ts";
import type { House, RunProgress } from "../src/dashboard/house.ts";
import { http } from "../src/http/request.ts";
import { emptyDocument } from "../src/sync/document.ts";
import { hasty } from "./house-sync.ts";

test("a client that waits for its account's minute says so, once a wait", async () => {
  const service = createServer((request, response) => {
    request.resume();
    response.end("{}");
  });
  await new Promise<void>((ready) => service.listen(0, "127.0.0.1", ready));
  const told: number[] = [];
  const client = http({
    service: "copper",
    base: `http://127.0.0.1:${(service.address() as AddressInfo).port}`,
    headers: {},
    clock: hasty(),
    perMinute: 2,
    connections: 1,
    stop: new AbortController().signal,
    log: () => undefined,
    random: Math.random,
    waits: (ms) => told.push(ms),
  });
  for (let sent = 0; sent < 3; sent += 1) await client.send("GET", "/");
  service.close();
  expect(told.length).toBe(1);
  expect(told[0]).toBeGreaterThan(55_000);
});

test("the page shows the wait until something goes on", async () => {
  let tell: RunProgress | undefined;
  let end = () => {};
  const house = {
    now: Date.now,
    run: (_: unknown, __: unknown, progress: RunProgress) => {
      tell = progress;
      return new Promise((done) => {
        end = () => done(emptyDocument("r", "default", ""));
      });
    },
  } as unknown as House;
  const work = desk(house);
  work.ask({ do: "plan" });
  tell?.waits?.("copper", 42);
  expect(work.current()?.waiting).toEqual({ service: "copper", seconds: 42 });
  tell?.reading("copper", 200);
  expect(work.current()?.waiting).toBeUndefined();
  end();
  await work.close();
});
