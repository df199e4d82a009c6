/** A11: `serve` and `worker` stay up whatever a key, a service, an audience or the database does, and come back. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { openDashboard } from "../src/backends/file-dashboard.ts";
import { openMany } from "../src/backends/stored-dashboard.ts";
import { readSettings } from "../src/config/settings.ts";
import { connectionRepository } from "../src/store/connections/connection-repository.ts";
import { openDatabase } from "../src/store/open.ts";
import { terminalFor } from "../src/terminal/terminal.ts";
import { freshKey } from "../src/vault/vault.ts";
import { type World, world } from "./harness.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { BIN, program } from "./program.ts";
import { idOf, keepConnection } from "./stored-connection.ts";

let own: World;
beforeEach(async () => {
  own = await world();
  own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
});
afterEach(async () => {
  await own.close();
  vi.restoreAllMocks();
});

/** Pages as the operator sees them. */
async function reader(port: number) {
  const base = `http://127.0.0.1:${port}`;
  const entered = await fetch(`${base}/login?token=lasting-token`);
  const cookie = (entered.headers.get("set-cookie") ?? "").split(";")[0]!;
  const ask = (path: string) => fetch(base + path, { headers: { cookie }, redirect: "manual" });
  return async (path: string) => {
    const first = await ask(path);
    // To where the connection's pages lie
    const location = first.headers.get("location") ?? "";
    const answer = location.startsWith("/c/") ? await ask(location) : first;
    return { status: answer.status, text: await answer.text() };
  };
}

describe("case 48: serve opens", () => {
  const open = async (more: Record<string, string> = {}) => {
    const env = { ...own.env, DASHBOARD_PORT: "0", DASHBOARD_TOKEN: "lasting-token", ...more };
    const serving = await openDashboard([readSettings(env, own.folder)], terminalFor("en"), env);
    return { serving, read: await reader(serving.port) };
  };
  const PAGES = ["/", "/review", "/contacts?q=ana", "/conflicts", "/runs", "/settings"];

  test.each([
    ["a refused key of Copper", { COPPER_API_KEY: "wrong-key" }, /Copper refuses/],
    ["a refused key of Mailchimp", { MAILCHIMP_API_KEY: "wrong-key-us21" }, /Mailchimp refuses/],
    ["an audience that is gone", { MAILCHIMP_LIST_ID: "gone" }, /audience/],
  ])("with %s; the page says what is wrong and what helps", async (_, wrong, says) => {
    const { serving, read } = await open(wrong);
    for (const page of PAGES) expect([page, (await read(page)).status]).toEqual([page, 200]);
    const { text } = await read("/");
    expect(text).toMatch(says);
    for (const secret of Object.values(wrong).filter((value) => value.startsWith("wrong")))
      expect(text).not.toContain(secret);
    await serving.close();
  });
  test("with a service that cannot be reached, and goes on by itself once it can", async () => {
    let letGo: () => void = () => undefined;
    const gate = new Promise<void>((open) => {
      letGo = open;
    });
    own.copper.before = () => gate;
    own.mailchimp.before = () => gate;
    const { serving, read } = await open();
    expect((await read("/")).status).toBe(200);
    expect((await read("/")).text).toContain(own.env.MAILCHIMP_LIST_ID);
    letGo();
    await vi.waitUntil(async () => !(await read("/")).text.includes(own.env.MAILCHIMP_LIST_ID!), { timeout: 50_000 });
    await serving.close();
  }, 60_000);
  test("a key that was good shows what is stored although it is refused by now; renewed, all is well again", async () => {
    await own.sync();
    const { key } = own.worlds.copper;
    Object.assign(own.worlds.mailchimp, { key: "another-us21" });
    const { serving, read } = await open();
    expect((await read("/contacts?q=ana")).text).toContain("ana@exemple.fr");
    expect((await read("/")).text).toMatch(/Mailchimp refuses/);
    Object.assign(own.worlds.mailchimp, { key: own.env.MAILCHIMP_API_KEY });
    await serving.retry();
    expect((await read("/")).text).not.toMatch(/refuses/);
    expect(own.worlds.copper.key).toBe(key);
    await serving.close();
  });
  test("one connection's trouble is none of another's", async () => {
    const env = { ...own.env, DASHBOARD_PORT: "0", DASHBOARD_TOKEN: "lasting-token" };
    const good = { ...readSettings(env, own.folder), connection: "good" };
    const bad = { ...readSettings({ ...env, COPPER_API_KEY: "refused" }, own.folder), connection: "bad" };
    const serving = await openDashboard([bad, good], terminalFor("en"), env);
    const read = await reader(serving.port);
    expect((await read("/connections")).text).toMatch(/The keys are refused[\s\S]*bad/);
    await read("/connections/good");
    expect((await read("/")).text).not.toMatch(/refuses/);
    await serving.close();
  });
  test("wrong settings of one connection stop no other, and are on its page; of all, serve ends with them", async () => {
    const yaml = (more: string) =>
      writeFileSync(join(own.folder, "sync.config.yaml"), `connections:\n  - name: good\n  - name: bad\n    ${more}\n`);
    yaml("settings: { FIELD_CONFLICT: perhaps }");
    const env = { ...own.env, DASHBOARD_PORT: "0", DASHBOARD_TOKEN: "lasting-token", SYNC_LANG: "en" };
    const child = spawn(process.execPath, [BIN, "serve"], {
      cwd: own.folder,
      env: { PATH: process.env.PATH ?? "", ...env },
    });
    let out = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        out += chunk;
      });
    await vi.waitUntil(() => /127\.0\.0\.1:(\d+)/.test(out), { timeout: 30_000 });
    const read = await reader(Number(/127\.0\.0\.1:(\d+)/.exec(out)![1]));
    expect((await read("/connections")).text).toMatch(/Settings are wrong[\s\S]*bad/);
    await read("/connections/bad");
    for (const page of PAGES) expect([page, (await read(page)).status]).toEqual([page, 200]);
    expect((await read("/")).text).toContain("FIELD_CONFLICT");
    yaml("settings: { FIELD_CONFLICT: newest }");
    await vi.waitUntil(async () => !/Settings are wrong/.test((await read("/connections")).text), {
      timeout: 50_000,
      interval: 500,
    });
    child.kill("SIGTERM");
    rmSync(join(own.folder, "sync.config.yaml"));
    expect(await program(["serve"], { ...env, FIELD_CONFLICT: "perhaps" }, own.folder)).toMatchObject({ exit: 2 });
  }, 90_000);
  test("the command itself goes on, and ends when it is told to", async () => {
    const child = spawn(process.execPath, [BIN, "serve"], {
      cwd: own.folder,
      env: { PATH: process.env.PATH ?? "", ...own.env, DASHBOARD_PORT: "0", COPPER_API_KEY: "refused" },
    });
    let out = "";
    child.stdout.on("data", (chunk) => {
      out += chunk;
    });
    const exit = new Promise((done) => child.on("exit", done));
    await vi.waitUntil(() => /http:\S+/.test(out), { timeout: 30_000 });
    const [link = ""] = /http:\S+/.exec(out) ?? [];
    expect((await fetch(link)).status).toBe(200);
    child.kill("SIGTERM");
    expect(await exit).toBe(0);
  }, 60_000);
  test("what is corrected in .env is taken up by itself: nobody has to start anything anew", async () => {
    const { COPPER_API_KEY, ...others } = own.env;
    const line = (key: string) => writeFileSync(join(own.folder, ".env"), `COPPER_API_KEY=${key}\n`);
    line("wrong-key");
    const child = spawn(process.execPath, [BIN, "serve"], {
      cwd: own.folder,
      env: { PATH: process.env.PATH ?? "", ...others, DASHBOARD_PORT: "0", DASHBOARD_TOKEN: "lasting-token" },
    });
    let out = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk) => {
        out += chunk;
      });
    await vi.waitUntil(() => /127\.0\.0\.1:(\d+)/.test(out), { timeout: 30_000 });
    const read = await reader(Number(/127\.0\.0\.1:(\d+)/.exec(out)![1]));
    const { text } = await read("/");
    expect(text).toMatch(/The keys are refused/);
    expect(text).toContain("Next try:");
    expect(text).not.toMatch(/<section aria-labelledby="waits">/);
    line(COPPER_API_KEY!);
    await vi.waitUntil(async () => !/refused/.test((await read("/")).text), { timeout: 50_000, interval: 500 });
    expect(out).toContain("works again");
    child.kill("SIGTERM");
  }, 90_000);
});

describe("a database that goes away for a while", () => {
  const folder = mkdtempSync(join(tmpdir(), "sync-away-"));
  const before = { ...process.env };
  const key = freshKey();
  let postgres: Postgres;
  let worker: ChildProcess;
  let said = "";
  beforeAll(async () => {
    postgres = await startPostgres();
    Object.assign(process.env, {
      DATABASE_URL: postgres.url,
      CONNECTIONS_KEY: key,
      DASHBOARD_TOKEN: "lasting-token",
      DASHBOARD_PORT: "0",
      LOG_DIR: join(folder, "logs"),
    });
  }, 60_000);
  afterAll(async () => {
    worker.kill("SIGKILL");
    await postgres.close();
    process.env = before;
    rmSync(folder, { recursive: true, force: true });
  });

  test("serve says so on its pages and worker in one line; both go on where they were", async () => {
    const database = await openDatabase(postgres.url);
    const { DATABASE_URL: _, LOG_DIR: __, ...settings } = own.env;
    const scope = `${own.worlds.copper.account}:${own.env.MAILCHIMP_LIST_ID}`;
    await keepConnection(database, key, settings, { name: "bakery", scope });
    const serving = await openMany(postgres.url, terminalFor("en"));
    const read = await reader(serving.port);
    worker = spawn(process.execPath, [BIN, "worker"], { cwd: folder, env: { ...process.env, SYNC_LANG: "en" } });
    for (const stream of [worker.stdout, worker.stderr])
      stream?.on("data", (chunk) => {
        said += chunk;
      });
    await vi.waitUntil(() => said.includes("Working for"), { timeout: 30_000 });
    await postgres.stop();
    await vi.waitUntil(async () => (await read("/connections")).status === 503, { timeout: 40_000 });
    const away = await read("/connections");
    expect(away.text).toContain("The database");
    expect(away.text).toContain('http-equiv="refresh"');
    expect(away.text).not.toContain(new URL(postgres.url).port);
    for (const path of ["/health", "/files/dashboard.css", "/enter"])
      expect([path, (await read(path)).status]).toEqual([path, 200]);
    await vi.waitUntil(() => said.includes("The database does not answer"), { timeout: 40_000 });
    await postgres.start();
    await vi.waitUntil(async () => (await read("/connections")).status === 200, { timeout: 40_000 });
    await vi.waitUntil(() => said.includes("answers again"), { timeout: 60_000 });
    expect(worker.exitCode).toBeNull();
    expect(said.match(/The database does not answer/g)).toHaveLength(1);
    expect(said).not.toMatch(/\n\s+at /);
    // Work goes on
    const again = await openDatabase(postgres.url);
    await connectionRepository(again).set(idOf("bakery"), { due: 0 });
    await vi.waitUntil(() => own.at("ana@exemple.fr") !== undefined, { timeout: 60_000 });
    await again.destroy();
    await serving.close();
    await database.destroy();
  }, 200_000);
});

test("a worker with a key that opens nothing stops at its start and touches nobody", async () => {
  const postgres = await startPostgres();
  const database = await openDatabase(postgres.url);
  const { DATABASE_URL: _, LOG_DIR: __, ...settings } = own.env;
  await keepConnection(database, freshKey(), settings, { name: "bakery", scope: "1:list", due: 0 });
  const child = spawn(process.execPath, [BIN, "worker"], {
    cwd: own.folder,
    env: { PATH: process.env.PATH ?? "", DATABASE_URL: postgres.url, CONNECTIONS_KEY: freshKey(), SYNC_LANG: "en" },
  });
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  expect(await new Promise((done) => child.on("exit", done))).toBe(2);
  expect(err).toContain("encrypted with another key");
  expect(await connectionRepository(database).find("bakery")).toMatchObject({ failures: 0, trouble: null, due: 0 });
  await database.destroy();
  await postgres.close();
}, 60_000);

test("serve on a database for many that has no connections yet, and a database that is down: each says what helps", async () => {
  const postgres = await startPostgres();
  const there = mkdtempSync(join(tmpdir(), "sync-none-"));
  const env = { CONNECTIONS_KEY: freshKey(), SYNC_LANG: "en" };
  const serve = (url: string) => program(["serve"], { DATABASE_URL: url, ...env }, there);
  expect(await serve(postgres.url)).toMatchObject({ exit: 2, err: expect.stringContaining("connections add NAME") });
  // Where the server answers and refuses, waiting would not help
  const wrong = await serve(postgres.url.replace(/postgres$/, "missing"));
  expect(wrong).toMatchObject({ exit: 2, err: expect.stringContaining("DATABASE_URL") });
  await postgres.stop();
  const children = ["serve", "worker"].map((command) => {
    const child = spawn(process.execPath, [BIN, command], {
      cwd: there,
      env: { PATH: process.env.PATH ?? "", DATABASE_URL: postgres.url, DASHBOARD_PORT: "0", ...env },
    });
    let out = "";
    child.stdout.on("data", (text) => {
      out += text;
    });
    child.stderr.on("data", (text) => {
      out += text;
    });
    return { child, out: () => out };
  });
  for (const { out } of children) await expect.poll(out, { timeout: 20_000 }).toContain("DATABASE_URL");
  await postgres.start();
  const [serving, working] = children;
  await expect.poll(serving!.out, { timeout: 40_000 }).toContain("connections add NAME");
  await expect.poll(working!.out, { timeout: 40_000 }).toContain("0 connections");
  for (const { child, out } of children) {
    expect(out()).not.toMatch(/\n\s+at |postgres:postgres/);
    child.kill("SIGKILL");
  }
  await postgres.close();
  rmSync(there, { recursive: true });
}, 90_000);
