/**
 * Workers beside each other: runs in an hour with one, two and four processes on one PostgreSQL, what the queue costs
 * a run, and from that what a million contacts in a thousand connections need. In real time, with answers after 300 ms.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Kysely, sql } from "kysely";
import type { RunDocument } from "../src/plan/run-document.ts";
import { openQueue } from "../src/queue/queue.ts";
import { simulateCopper } from "../src/simulators/copper.ts";
import { simulateMailchimp } from "../src/simulators/mailchimp.ts";
import { UNKIND_COPPER, UNKIND_MAILCHIMP } from "../src/simulators/simulator-options.ts";
import { openDatabase } from "../src/store/open.ts";
import type { Tables } from "../src/store/tables.ts";
import { freshKey } from "../src/vault/vault.ts";
import { startPostgres } from "../test/postgres.ts";
import { keepConnection } from "../test/stored-connection.ts";
import { LIMITS } from "./ours.ts";
import { measuredWorld } from "./world.ts";

const BIN = resolve("bin/copper-mailchimp-sync.js");
/** Connections that are run, contacts a side of each, and runs at a time in a process. */
const SMALL = { connections: 48, contacts: 150 };
const LARGE = { connections: 8, contacts: 1_000 };
const RUNS = 4;
const NOOPS = 200;

type Installation = Awaited<ReturnType<typeof installation>>;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** Connections in a database of their own, each with services of its own. */
async function installation(url: string, name: string, { connections, contacts }: typeof SMALL) {
  const folder = mkdtempSync(join(tmpdir(), "sync-bench-"));
  const database: Kysely<Tables> = await openDatabase(url.replace(/[^/]+$/, name));
  const [key, closing] = [freshKey(), [] as (() => Promise<void>)[]];
  const now = () => Math.floor(Date.now() / 1000);
  for (let index = 0; index < connections; index += 1) {
    const { copper, mailchimp } = measuredWorld(contacts, now());
    Object.assign(copper, { account: index + 1 });
    const people = await simulateCopper(copper, { ...UNKIND_COPPER, now, latency: LIMITS.latency });
    const members = await simulateMailchimp(mailchimp, { ...UNKIND_MAILCHIMP, now, latency: LIMITS.latency });
    closing.push(people.close, members.close);
    const settings = {
      COPPER_API_KEY: copper.key,
      COPPER_API_EMAIL: "admin@exemple.fr",
      COPPER_API_URL: people.url,
      MAILCHIMP_API_KEY: mailchimp.key,
      MAILCHIMP_DC: "us21",
      MAILCHIMP_LIST_ID: mailchimp.list,
      MAILCHIMP_API_URL: members.url,
    };
    const scope = `${index + 1}:${mailchimp.list}`;
    await keepConnection(database, key, settings, { name: `client-${index}`, scope, interval: 86_400 });
  }
  const workers: ChildProcess[] = [];
  return {
    database,
    connections,
    /** Begins workers, and waits until they work. */
    async begin(count: number) {
      for (let index = 0; index < count; index += 1) {
        const env = { DATABASE_URL: url.replace(/[^/]+$/, name), CONNECTIONS_KEY: key, LOG_DIR: join(folder, "logs") };
        const worker = spawn(process.execPath, [BIN, "worker", "--runs", String(RUNS)], {
          cwd: folder,
          env: { PATH: process.env.PATH ?? "", ...env },
          stdio: ["ignore", "pipe", "ignore"],
        });
        workers.push(worker);
        await new Promise((ready) => worker.stdout!.once("data", ready));
      }
      return workers.map((one) => one.pid!);
    },
    async end() {
      await Promise.all(
        workers.splice(0).map((one) => {
          const ended = new Promise((done) => one.once("exit", done));
          one.kill("SIGTERM");
          return ended;
        }),
      );
    },
    async close() {
      await database.destroy();
      await Promise.all(closing.map((one) => one()));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Everything is due at once. @returns seconds until the last run has ended, from when the first began */
async function runAll({ database, connections }: Installation): Promise<number> {
  const count = async () => {
    const { rows } = await sql<{
      n: string;
    }>`select count(*) as n from runs where outcome in ('ok', 'partial')`.execute(database);
    return Number(rows[0]!.n);
  };
  const before = await count();
  const asked = new Date().toISOString();
  await database.updateTable("connections").set({ due: 0 }).execute();
  while ((await count()) < before + connections) await pause(200);
  const { rows } = await sql<{
    first: string;
  }>`select min(started_at) as first from runs where started_at >= ${asked}`.execute(database);
  return (Date.now() - Date.parse(rows[0]!.first)) / 1000;
}

const spent = (pids: readonly number[]) =>
  pids.reduce((sum, pid) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /, "")
      .split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) / 100;
  }, 0);
const peak = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;

/** What a job costs that does nothing: CPU of this process, in ms. */
async function queueCost(url: string): Promise<number> {
  const queue = await openQueue(url, () => undefined);
  let done = 0;
  const before = process.cpuUsage();
  await queue.work(RUNS, async () => {
    done += 1;
  });
  for (let index = 0; index < NOOPS; index += 1)
    await queue.enqueue({ id: `i${index}`, name: `c${index}`, account: `a${index}` }, { do: "plan" });
  while (done < NOOPS) await pause(50);
  const { user, system } = process.cpuUsage(before);
  await queue.stop();
  return (user + system) / 1000 / NOOPS;
}

/** @returns the tables, as Markdown */
export async function workersTable(): Promise<string> {
  const postgres = await startPostgres();
  const rates: number[] = [];
  for (const count of [1, 2, 4]) {
    await postgres.createDatabase(`w${count}`);
    const own = await installation(postgres.url, `w${count}`, SMALL);
    await own.begin(count);
    await runAll(own);
    rates.push((SMALL.connections / (await runAll(own))) * 3_600);
    console.error(`${count} workers: ${rates.at(-1)!.toFixed(0)} runs an hour`);
    await own.end();
    await own.close();
  }
  await postgres.createDatabase("large");
  const own = await installation(postgres.url, "large", LARGE);
  const pids = await own.begin(1);
  await runAll(own);
  const cpu = spent(pids);
  await runAll(own);
  const cpuEach = (spent(pids) - cpu) / LARGE.connections;
  const memory = peak(pids[0]!);
  const bytes = await sql<{ size: string }>`select pg_database_size(current_database()) as size`.execute(own.database);
  const runs = await own.database
    .selectFrom("runs")
    .select("document")
    .orderBy("started_at", "desc")
    .limit(8)
    .execute();
  const documents = runs.map((one) => JSON.parse(one.document) as RunDocument);
  const mean = (of: (one: RunDocument) => number) =>
    documents.reduce((sum, one) => sum + of(one), 0) / documents.length;
  const lasted = mean((one) => (Date.parse(one.finishedAt) - Date.parse(one.startedAt)) / 1000);
  const requests = mean((one) => one.copper.requests + one.mailchimp.requests);
  await own.end();
  await own.close();
  await postgres.createDatabase("noops");
  const job = await queueCost(postgres.url.replace(/[^/]+$/, "noops"));
  await postgres.close();
  const figure = (value: number, digits = 0) => value.toLocaleString("en", { maximumFractionDigits: digits });
  const table = (rows: readonly (readonly string[])[]) =>
    [rows[0]!, rows[0]!.map(() => "---"), ...rows.slice(1)].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  const [one] = rates;
  const rateRows = [1, 2, 4].map((count, at) => [
    String(count),
    figure(rates[at]!),
    `${(rates[at]! / one!).toFixed(2)} ×`,
  ]);
  const megabytes = Number(bytes.rows[0]!.size) / 1e6;
  const busy = (1_000 * lasted) / 3_600;
  const need = [
    ["a thousand connections of a thousand contacts a side, once an hour", "needed", "because"],
    [
      "runs at the same time",
      figure(busy, 1),
      `a run lasts ${figure(lasted, 1)} s (${figure(requests, 0)} requests, waited for)`,
    ],
    ["workers of four runs", figure(Math.ceil(busy / RUNS)), "runs are spread over the hour, whatever the account"],
    ["cores", figure((1_000 * cpuEach) / 3_600, 2), `a run needs ${figure(cpuEach * 1_000)} ms of CPU`],
    ["memory of a worker", `${figure(memory)} MB`, "at most, with four runs at a time"],
    [
      "database",
      `${figure(((megabytes / LARGE.connections) * 1_000) / 1_000, 1)} GB`,
      `${figure(megabytes / LARGE.connections, 1)} MB a connection, journals of two runs with it`,
    ],
    ["the queue, of a run’s CPU", `${figure((job / (cpuEach * 1_000)) * 100, 0)} %`, `${figure(job, 1)} ms a job`],
  ];
  return `${table([["workers", "runs an hour", "of one"], ...rateRows])}\n\nOrdinary runs of ${SMALL.connections} connections with ${SMALL.contacts} contacts a side, all due at once, ${RUNS} at a time in a process, all processes and both services on one machine with two cores.\n\n${table(need)}\n\nBy calculation from what was measured with ${LARGE.connections} connections. Assumed: answers after ${LIMITS.latency} ms, runs spread evenly, no account shared by more audiences than its limits allow, a database as near as this one.\n`;
}
