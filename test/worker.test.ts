/** A worker in this process: what it does with connections that cannot run, are paused, or are held by somebody else. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { storedBackend } from "../src/backends/stored-backend.ts";
import { installationIn } from "../src/main/installation.ts";
import { debouncer } from "../src/schedule/debounce.ts";
import { connectionRepository } from "../src/store/connections/connection-repository.ts";
import { openDatabase } from "../src/store/open.ts";
import { databaseStore } from "../src/store/store.ts";
import type { Tables } from "../src/store/tables.ts";
import { terminalFor } from "../src/terminal/terminal.ts";
import { freshKey } from "../src/vault/vault.ts";
import { startWorker, type Worker } from "../src/worker/worker.ts";
import { type World, world } from "./harness.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { idOf, keepConnection } from "./stored-connection.ts";

const folder = mkdtempSync(join(tmpdir(), "sync-worker-"));
const told = join(folder, "told");
const before = { ...process.env };
const key = freshKey();
let postgres: Postgres;
let own: World;
let database: Kysely<Tables>;
let worker: Worker;
beforeAll(async () => {
  [postgres, own] = await Promise.all([startPostgres(), world()]);
  own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  Object.assign(process.env, { CONNECTIONS_KEY: key, LOG_DIR: join(folder, "logs") });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  // Several that begin at once on a new database: one makes its tables, the others wait
  const all = await Promise.all(Array.from({ length: 6 }, () => openDatabase(postgres.url)));
  database = all.pop()!;
  await Promise.all(all.map((one) => one.destroy()));
  worker = await startWorker(database, postgres.url, 2, terminalFor("en"));
}, 60_000);
afterAll(async () => {
  await worker.stop();
  await database.destroy();
  await Promise.all([own.close(), postgres.close()]);
  process.env = before;
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

/** Adds a connection that is due, or makes it due again. */
async function due(name: string, settings: Record<string, string> = {}): Promise<void> {
  const { DATABASE_URL: _, LOG_DIR: __, ...env } = own.env;
  const mine = { ...env, NOTIFY_COMMAND: `cat >> ${told}`, ...settings };
  const there = await connectionRepository(database).find(name);
  const scope = `${own.worlds.copper.account}:${own.env.MAILCHIMP_LIST_ID}`;
  await keepConnection(database, key, mine, { name, scope, ...there, due: 0 });
}
const find = async (name: string) => (await connectionRepository(database).find(name))!;
const runs = () =>
  databaseStore(database, `${own.worlds.copper.account}:${own.env.MAILCHIMP_LIST_ID}`, Date.now, { ends: false }).runs(
    10,
  );

test("a connection that cannot even begin is tried less and less often, shown with why, and told once", async () => {
  await due("broken", { COPPER_API_KEY: "wrong-key" });
  await vi.waitUntil(async () => (await find("broken")).failures === 1, { timeout: 50_000 });
  await due("broken");
  await vi.waitUntil(async () => (await find("broken")).failures === 2, { timeout: 50_000 });
  await due("broken");
  await vi.waitUntil(async () => (await find("broken")).failures === 3, { timeout: 50_000 });
  const { trouble, due: next } = await find("broken");
  expect(trouble).toBe("credentials");
  // After the third failure a few intervals pass
  expect(next).toBeGreaterThan(Date.now() + 3 * 3_600_000);
  await vi.waitUntil(() => existsSync(told), { timeout: 50_000 });
  const text = readFileSync(told, "utf8");
  expect(text.match(/“doctor --connection broken”/g)).toHaveLength(1);
  expect(text).not.toContain("wrong-key");
  // Somebody who clicks again and again puts nothing off
  const broken = { id: idOf("broken"), name: "broken", account: "account" };
  for (let clicks = 0; clicks < 2; clicks += 1) {
    const asked = await worker.queue.enqueue(broken, { do: "sync", yes: false });
    await vi.waitUntil(async () => (await worker.queue.state(asked))?.state === "ended", { timeout: 50_000 });
    expect((await worker.queue.state(asked))?.output).toMatchObject({ error: expect.stringContaining("refuses") });
  }
  expect(await find("broken")).toMatchObject({ failures: 3, due: next, trouble: "credentials" });
  await connectionRepository(database).remove(idOf("broken"));
}, 60_000);
test("A5: a connection that another process holds is tried again, not given up", async () => {
  const other = databaseStore(database, `${own.worlds.copper.account}:${own.env.MAILCHIMP_LIST_ID}`, Date.now, {
    ends: false,
  });
  await other.lock("other-machine:1:x");
  await due("held");
  await vi.waitUntil(
    () => vi.mocked(process.stderr.write).mock.calls.some(([line]) => String(line).includes("held: locked")),
    {
      timeout: 50_000,
    },
  );
  expect(await runs()).toEqual([]);
  await other.unlock("other-machine:1:x");
  await vi.waitUntil(async () => (await runs()).length === 1, { timeout: 50_000 });
  expect(own.at("ana@exemple.fr")?.status).toBe("subscribed");
  expect(await find("held")).toMatchObject({ failures: 0, trouble: null });
}, 60_000);
test("a paused connection is not run; what somebody asks for is done all the same", async () => {
  await connectionRepository(database).set(idOf("held"), { state: "paused", due: 0 });
  const held = { id: idOf("held"), name: "held", account: "account" };
  const id = await worker.queue.enqueue(held, { do: "plan" });
  await vi.waitUntil(async () => (await worker.queue.state(id))?.state === "ended", { timeout: 50_000 });
  expect((await worker.queue.state(id))?.output).toMatchObject({ run: { outcome: "planned" } });
  const [{ run } = { run: "" }] = await runs();
  const undoing = await worker.queue.enqueue(held, { do: "undo", run, plan: true });
  await vi.waitUntil(async () => (await worker.queue.state(undoing))?.state === "ended", { timeout: 50_000 });
  expect((await worker.queue.state(undoing))?.output).toMatchObject({ run: { outcome: "planned" } });
  // A plan is no failure
  expect(await find("held")).toMatchObject({ due: 0, failures: 0, trouble: null });
  expect(await runs()).toHaveLength(1);
}, 60_000);
test("Stop on a page ends what a worker is doing, within seconds; the page is told no failure", async () => {
  const held = (await connectionRepository(database).find("held"))!;
  const backend = storedBackend(
    held,
    () => held,
    installationIn(database),
    worker.queue,
    "en",
    debouncer(),
    () => undefined,
  );
  const stop = new AbortController();
  // The service takes a second for each request, and the visitor stops it at the first
  own.copper.before = async () => {
    stop.abort();
    await new Promise((done) => setTimeout(done, 1_000));
  };
  const before = (await runs()).length;
  const quiet = { reading: () => undefined, applying: () => undefined, decided: () => undefined };
  expect(await backend.perform({ do: "sync", yes: false }, stop.signal, quiet)).toBeUndefined();
  await vi.waitUntil(async () => (await runs()).length > before, { timeout: 50_000 });
  expect((await runs())[0]).toMatchObject({ outcome: "interrupted" });
  own.copper.before = undefined;
}, 60_000);
