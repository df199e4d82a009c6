/**
 * Many connections, several real worker processes on one real PostgreSQL: killed at random, the database restarted
 * under them, one account slow and shared. In the end each world is what one undisturbed process would have left.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connectionRepository } from "../src/store/connections/connection-repository.ts";
import { openDatabase } from "../src/store/open.ts";
import type { Tables } from "../src/store/tables.ts";
import { freshKey } from "../src/vault/vault.ts";
import { type World, world } from "./harness.ts";
import { holdings } from "./holdings.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { BIN } from "./program.ts";
import { keepConnection } from "./stored-connection.ts";

const CONNECTIONS = Number(process.env.MANY ?? 80);
const PEOPLE = 8;
/** Connections that share one Copper account, which allows few requests. */
const SHARED = 3;
const FEW_A_MINUTE = 30;
const WORKERS = 3;
const KILLS = 4;

const key = freshKey();
const folder = mkdtempSync(join(tmpdir(), "sync-many-"));
let postgres: Postgres;
let database: Kysely<Tables>;
const worlds: World[] = [];
const workers = new Set<ChildProcess>();
/** What the services said that a limit was broken. */
let flooded = 0;
let said = "";

beforeAll(async () => {
  postgres = await startPostgres();
  database = await openDatabase(postgres.url);
}, 120_000);
afterAll(async () => {
  for (const worker of workers) worker.kill("SIGKILL");
  await database.destroy();
  await Promise.all(worlds.map((one) => one.close()));
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const make = (index: number): Promise<World> =>
  world({
    people: PEOPLE,
    seed: index + 1,
    mailchimp: { batchLooks: 0 },
    // However Copper parts a name, two worlds can be compared only where it does so in one way
    copper: { nameParts: "taken", ...(index < SHARED && { perMinute: FEW_A_MINUTE, latency: 50 }) },
  });

function begin(): ChildProcess {
  const worker = spawn(process.execPath, [BIN, "worker", "--runs", "4"], {
    cwd: folder,
    env: {
      PATH: process.env.PATH ?? "",
      DATABASE_URL: postgres.url,
      CONNECTIONS_KEY: key,
      LOG_DIR: join(folder, "logs"),
      SYNC_LANG: "en",
    },
  });
  worker.stderr?.on("data", (chunk) => {
    said += chunk;
  });
  worker.on("exit", () => workers.delete(worker));
  workers.add(worker);
  return worker;
}

/** Runs that have ended, by connection. */
async function ended(): Promise<Map<string, number>> {
  const rows = await database
    .selectFrom("runs")
    .select(["connection"])
    .where("outcome", "in", ["ok", "partial"])
    .execute();
  const counts = new Map<string, number>();
  for (const { connection } of rows) counts.set(connection, (counts.get(connection) ?? 0) + 1);
  return counts;
}

test("A1, A5: whatever happens to the workers, each world ends as one undisturbed process would have left it", async () => {
  const repository = connectionRepository(database);
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const own = await make(index);
    worlds.push(own);
    const shared = index > 0 && index < SHARED;
    const list = `list${index}`;
    Object.assign(own.worlds.copper, { account: 1_000 + index });
    Object.assign(own.worlds.mailchimp, { list });
    for (const service of [own.copper, own.mailchimp])
      service.bend = (_, reply) => {
        if (reply.status === 429) flooded += 1;
        return reply;
      };
    const { DATABASE_URL: _, LOG_DIR: __, ...env } = own.env;
    const settings = {
      ...env,
      MAILCHIMP_LIST_ID: list,
      ...(shared && { COPPER_API_URL: worlds[0]!.copper.url, COPPER_API_KEY: worlds[0]!.env.COPPER_API_KEY! }),
      ...(index < SHARED && { COPPER_REQUESTS_PER_MINUTE: String(FEW_A_MINUTE), CREATE_IN_COPPER: "false" }),
    };
    const scope = `${shared ? 1_000 : 1_000 + index}:${list}`;
    await keepConnection(database, key, settings, { name: `client-${index}`, scope, interval: 86_400, due: index });
  }
  for (let index = 0; index < WORKERS; index += 1) begin();
  // Strikes when a share of the work is done, so that each hits workers in the middle of something
  for (let strike = 1; strike <= KILLS; strike += 1) {
    await vi.waitUntil(async () => (await ended()).size >= (CONNECTIONS * strike) / (KILLS + 2), {
      timeout: 200_000,
      interval: 100,
    });
    const [victim] = [...workers];
    victim?.kill("SIGKILL");
    if (strike === 2) {
      await postgres.stop();
      await postgres.start();
    }
    begin();
  }
  await vi.waitUntil(async () => (await ended()).size >= CONNECTIONS, { timeout: 300_000, interval: 500 });
  for (const worker of workers) worker.kill("SIGTERM");
  await vi.waitUntil(() => workers.size === 0, { timeout: 60_000 });

  expect(flooded, "limits broken").toBe(0);
  const runs = [...(await ended()).values()];
  // A job is done again only where its worker was killed before it could say that it was done
  expect(runs.filter((count) => count > 1).length).toBeLessThanOrEqual(KILLS * 8);
  expect((await repository.list()).filter((one) => one.trouble !== null)).toEqual([]);
  for (const [index, own] of worlds.entries()) {
    if (index < SHARED) continue;
    const alone = await make(index);
    await alone.sync();
    expect(holdings(own), `client-${index}`).toEqual(holdings(alone));
    await alone.close();
  }
  expect(said).not.toContain(key);
}, 900_000);
