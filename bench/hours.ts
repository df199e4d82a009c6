/**
 * Ordinary hours, as cron has them: the installed program in a process of its own for each run, on services without
 * waiting, while every clock moves on. Told, as a table, for so many contacts a side.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { simulateCopper } from "../src/simulators/copper.ts";
import { simulateMailchimp } from "../src/simulators/mailchimp.ts";
import { UNKIND_COPPER, UNKIND_MAILCHIMP } from "../src/simulators/simulator-options.ts";
import { measuredWorld, twentyChanges } from "./world.ts";

const HOUR = 3_600_000;
const PROGRAM = fileURLToPath(new URL("../bin/copper-mailchimp-sync.js", import.meta.url));

/** What one process needed. */
export interface Needed {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
  readonly requests: number;
  /** The longest time (ms) that pages and leases had no turn, from the first request on. */
  readonly longestBlock: number;
}

/** Moves the clock of a process, and tells at its end what it needed of the machine. */
const MOVED = `
import { subscribe } from "node:diagnostics_channel";
import { writeFileSync } from "node:fs";
const { MOVED_MS, TOLD_IN } = process.env;
const real = Date;
const moved = Number(MOVED_MS);
globalThis.Date = class extends real {
  constructor(...given) { if (given.length === 0) super(real.now() + moved); else super(...given); }
  static now() { return real.now() + moved; }
};
let turned;
let longestBlock = 0;
subscribe("undici:request:create", () => { turned ??= performance.now(); });
setInterval(() => {
  if (turned === undefined) return;
  longestBlock = Math.max(longestBlock, performance.now() - turned);
  turned = performance.now();
}, 5).unref();
process.on("exit", () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(TOLD_IN, JSON.stringify({ megabytes: maxRSS / 1024, cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, longestBlock }));
});`;

/** Measures a first sync, quiet hours, and an hour with twenty changes. */
export async function hoursOf(contacts: number): Promise<Record<"first" | "quiet" | "twenty" | "after", Needed>> {
  let moved = 0;
  const ms = () => Date.now() + moved;
  const now = () => Math.floor(ms() / 1000);
  const worlds = measuredWorld(contacts, now());
  const fast = { now, latency: 0, perMinute: 1e9, bulkPerSecond: 1e9 };
  const copper = await simulateCopper(worlds.copper, { ...UNKIND_COPPER, ...fast, ms });
  const mailchimp = await simulateMailchimp(worlds.mailchimp, { ...UNKIND_MAILCHIMP, now, latency: 0 });
  const folder = mkdtempSync(join(tmpdir(), "sync-hours-"));
  const env = {
    PATH: process.env.PATH ?? "",
    COPPER_API_KEY: worlds.copper.key,
    COPPER_API_EMAIL: "admin@exemple.fr",
    MAILCHIMP_API_KEY: worlds.mailchimp.key,
    MAILCHIMP_DC: "us21",
    MAILCHIMP_LIST_ID: worlds.mailchimp.list,
    COPPER_API_URL: copper.url,
    MAILCHIMP_API_URL: mailchimp.url,
    COPPER_REQUESTS_PER_MINUTE: "1000000",
    COPPER_BULK_PER_SECOND: "1000000",
    NEW_MEMBER_STATUS: "subscribed",
    DATABASE_URL: `sqlite:${join(folder, "sync.db")}`,
    LOG_DIR: join(folder, "logs"),
    TOLD_IN: join(folder, "told.json"),
  };
  const run = async (): Promise<Needed> => {
    moved += HOUR;
    const before = copper.asked.length + mailchimp.asked.length;
    const begun = performance.now();
    await new Promise((done, failed) => {
      const child = spawn(
        process.execPath,
        ["--import", `data:text/javascript,${encodeURIComponent(MOVED)}`, PROGRAM, "sync", "--yes"],
        { cwd: folder, env: { ...env, MOVED_MS: String(moved) }, stdio: ["ignore", "ignore", "inherit"] },
      );
      child.on("exit", (code) => (code === 0 ? done(code) : failed(new Error(`the run ended with ${code}`))));
    });
    const seconds = (performance.now() - begun) / 1000;
    const requests = copper.asked.length + mailchimp.asked.length - before;
    return { seconds, requests, ...JSON.parse(readFileSync(env.TOLD_IN, "utf8")) };
  };
  const first = await run();
  await run();
  await run();
  const quiet = await run();
  moved += HOUR;
  twentyChanges(worlds, now());
  const twenty = await run();
  const after = await run();
  await Promise.all([copper.close(), mailchimp.close()]);
  rmSync(folder, { recursive: true, force: true });
  return { first, quiet, twenty, after };
}

/** Returns the measured hours as a table. */
export async function hoursTable(sizes: readonly number[]): Promise<string> {
  const head = ["contacts a side", "run", "requests", "time", "CPU", "memory", "longest block"];
  const rows: string[][] = [];
  for (const size of sizes)
    for (const [name, one] of Object.entries(await hoursOf(size)))
      rows.push([
        size.toLocaleString("en"),
        name,
        String(one.requests),
        `${one.seconds.toFixed(2)} s`,
        `${one.cpuSeconds.toFixed(2)} s`,
        `${one.megabytes.toFixed(0)} MB`,
        `${one.longestBlock.toFixed(0)} ms`,
      ]);
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
