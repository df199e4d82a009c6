/** A4: whoever looks on is told that a limit is waited for, and for how long. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { http } from "../src/http/request.ts";
import type { CommandProgress } from "../src/ports/command.ts";
import { emptyDocument } from "../src/sync/document.ts";
import type { DashboardBackend } from "../src/web/backend.ts";
import { jobRunner } from "../src/web/job-runner.ts";
import { hasty } from "./harness.ts";

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
  let tell: CommandProgress | undefined;
  let end = () => {};
  const backend = {
    now: Date.now,
    perform: (_: unknown, __: unknown, progress: CommandProgress) => {
      tell = progress;
      return new Promise((done) => {
        end = () => done(emptyDocument("r", "default", ""));
      });
    },
  } as unknown as DashboardBackend;
  const work = jobRunner(backend);
  work.start({ do: "plan" });
  tell?.waits?.("copper", 42);
  expect(work.current()?.waiting).toEqual({ service: "copper", seconds: 42 });
  tell?.reading("copper", 200);
  expect(work.current()?.waiting).toBeUndefined();
  end();
  await work.close();
});
