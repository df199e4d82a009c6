/**
 * `npm run bench`: our runs and what people use instead, side by side, on the same simulators with the services' real
 * limits and an answer time of 300 ms; prints a table, and with `--write` renews `docs/bench.json`, `docs/bench.md` and
 * the README's picture. `--contacts 100000` measures ours at another size, too; `--million` what the machine needs for
 * a million; `--hours` what ordinary hours need; `--workers` several workers for many connections.
 */
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { markdown, type Row, svg } from "./chart.ts";
import { hoursTable } from "./hours.ts";
import { type Bench, benchOf, LIMITS, ours } from "./ours.ts";
import { script } from "./script.ts";
import { workersTable } from "./workers.ts";
import { twentyChanges } from "./world.ts";

const HOUR = 3_600_000;
const OURS = "copper-mailchimp-sync";
const SCRIPTS = [
  { name: "a script, one by one", program: "one", at: 1 },
  { name: "a script, ten at once", program: "ten", at: 10 },
] as const;
const size = (contacts: number) => contacts.toLocaleString("en");
const rows: Row[] = [];
const add = (row: Row) => {
  rows.push(row);
  console.error(`${row.scenario}, ${row.program}: ${row.requests} requests, ${row.seconds.toFixed(1)} s`);
};

/** What a program needs of the machine for a first sync, in a process of its own. */
async function machine(
  contacts: number,
  program: string,
): Promise<Pick<Row, "cpuSeconds" | "megabytes" | "longestBlock">> {
  const bench = await benchOf(contacts, { perMinute: 1e9, bulkPerSecond: 1e9, latency: 0 }, { latency: 0 });
  const folder = bench.env.LOG_DIR!.replace(/\/logs$/, "");
  const env = {
    PATH: process.env.PATH ?? "",
    ...bench.env,
    COPPER_REQUESTS_PER_MINUTE: "1000000",
    COPPER_BULK_PER_SECOND: "1000000",
  };
  const child = spawn(process.execPath, [fileURLToPath(new URL("child.ts", import.meta.url)), program], {
    cwd: folder,
    env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let text = "";
  child.stderr.on("data", (chunk) => {
    text += chunk;
  });
  await new Promise((done) => child.on("exit", done));
  await bench.close();
  return JSON.parse(text.trim().split("\n").at(-1)!);
}

async function scripted(bench: Bench, at: number): Promise<{ requests: number; seconds: number }> {
  for (const service of [bench.copper, bench.mailchimp]) service.asked.length = 0;
  const begun = bench.clock.now();
  await script(bench.env, bench.clock, at, LIMITS.perMinute);
  return {
    requests: bench.copper.asked.length + bench.mailchimp.asked.length,
    seconds: (bench.clock.now() - begun) / 1000,
  };
}

/** Two quiet runs an hour apart, so that what the first one wrote is known; then what an ordinary hour brings. */
async function measureOurs(contacts: number): Promise<Record<"first" | "twenty" | "none", Row>> {
  const bench = await benchOf(contacts);
  const program = OURS;
  const first = {
    program,
    scenario: `first sync, ${size(contacts)} contacts a side`,
    ...(await ours(bench)),
    ...(await machine(contacts, "ours")),
  };
  bench.clock.later(HOUR);
  await ours(bench);
  bench.clock.later(HOUR);
  twentyChanges(bench.worlds, bench.now());
  const twenty = { program, scenario: `an hour with 20 changes, ${size(contacts)}`, ...(await ours(bench)) };
  bench.clock.later(HOUR);
  const none = { program, scenario: `an hour without changes, ${size(contacts)}`, ...(await ours(bench)) };
  await bench.close();
  return { first, twenty, none };
}

interface Reconciled {
  readonly reconcileSeconds: number;
  /** Of the parsing before and after it. */
  readonly timesParsing: number;
}

interface Many {
  readonly contacts: number;
  readonly jsonMegabytes: number;
  readonly parseSeconds: number;
  readonly first: Reconciled;
  readonly next: Reconciled;
  readonly quiet: { readonly cpuSeconds: number; readonly megabytes: number };
  readonly databaseMegabytes: number;
  readonly megabytes: number;
}

/** What the machine needs for very many contacts, services left out. */
function machineTable(sizes: readonly number[]): string {
  const folder = mkdtempSync(join(tmpdir(), "sync-many-"));
  const rows = sizes.map((contacts) => {
    const many = fileURLToPath(new URL("many.ts", import.meta.url));
    const told = JSON.parse(
      execFileSync(process.execPath, [many, folder, String(contacts)], { encoding: "utf8" }),
    ) as Many;
    const shown = ({ reconcileSeconds, timesParsing }: Reconciled) =>
      `${reconcileSeconds.toFixed(1)} s (${timesParsing.toFixed(1)} ×)`;
    return [
      size(contacts),
      `${told.jsonMegabytes.toFixed(0)} MB in ${told.parseSeconds.toFixed(1)} s`,
      shown(told.first),
      shown(told.next),
      `${told.megabytes.toFixed(0)} MB`,
      `${told.quiet.cpuSeconds.toFixed(2)} s, ${told.quiet.megabytes.toFixed(0)} MB`,
      `${told.databaseMegabytes.toFixed(0)} MB`,
    ];
  });
  rmSync(folder, { recursive: true });
  const head = [
    "contacts a side",
    "their JSON read and parsed",
    "first reconciled",
    "next",
    "memory, whole run",
    "a quiet hour, without the start",
    "database",
  ];
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const wanted = Number(process.argv[process.argv.indexOf("--contacts") + 1] || 0);
const contacts = 10_000;
const mine = await measureOurs(contacts);
const theirs: Record<"first" | "twenty" | "none", Row[]> = { first: [], twenty: [], none: [] };
for (const { name, program, at } of SCRIPTS) {
  const bench = await benchOf(contacts);
  const row = (scenario: keyof typeof mine) => ({ program: name, scenario: mine[scenario].scenario });
  theirs.first.push({ ...row("first"), ...(await scripted(bench, at)), ...(await machine(contacts, program)) });
  bench.clock.later(HOUR);
  twentyChanges(bench.worlds, bench.now());
  theirs.twenty.push({ ...row("twenty"), ...(await scripted(bench, at)) });
  bench.clock.later(HOUR);
  theirs.none.push({ ...row("none"), ...(await scripted(bench, at)) });
  await bench.close();
}
for (const scenario of ["first", "twenty", "none"] as const)
  for (const row of [mine[scenario], ...theirs[scenario]]) add(row);
const compared = [...rows];
if (wanted > 0) for (const row of Object.values(await measureOurs(wanted))) add(row);
const many = machineTable(process.argv.includes("--million") ? [100_000, 1_000_000] : [100_000]);
const workers = process.argv.includes("--workers") ? `\n## Many connections\n\n${await workersTable()}` : "";
const hours = process.argv.includes("--hours")
  ? `\n## Ordinary hours\n\nThe installed program, in a process of its own for each run, with the start of Node; services that answer at once (\`bench/hours.ts\`). *quiet*: nothing has changed; *twenty*: twenty changes, and *after*: the hour after these.\n\n${await hoursTable([3_000, 10_000, 100_000])}\n`
  : "";
const table = `${markdown(rows)}\n## The machine\n\nWhole runs without the services, each in a process of its own, which is to say without waiting (\`bench/many.ts\`). The parsing is measured before and after each: a machine that others share is not as fast at all times.\n\n${many}\n${hours}${workers}`;
console.log(table);
if (process.argv.includes("--write")) {
  const docs = fileURLToPath(new URL("../docs/", import.meta.url));
  const about = `# Measured\n\n\`npm run bench\`: simulated services with the documented limits (${LIMITS.perMinute} requests a minute, ${LIMITS.bulkPerSecond} bulk a second, ${LIMITS.connections} connections) and answers after ${LIMITS.latency} ms, on a clock that skips waiting. The floor is the fewest requests, and the least time, in which any program can do it (\`src/plan/request-lower-bound.ts\`); Mailchimp's batches may need fewer.\n\n`;
  writeFileSync(`${docs}bench.md`, about + table);
  writeFileSync(`${docs}bench.json`, `${JSON.stringify({ limits: LIMITS, rows }, null, 2)}\n`);
  writeFileSync(`${docs}images/requests.svg`, svg(compared));
}
process.exit(0);
