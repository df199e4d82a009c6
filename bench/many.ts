/**
 * Two whole runs on very many contacts, and one of a quiet hour, each in a process of its own as under cron, without any service: what the two
 * would answer lies on disk, as they would send it. Told, as JSON, beside the time that reading and parsing just that
 * takes before and after each.
 * `node bench/many.ts FOLDER CONTACTS`
 */
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { spareMemory } from "../src/cli/spare-memory.ts";
import { readSettings } from "../src/config/settings.ts";
import { copperSide } from "../src/copper/side.ts";
import type { Answer } from "../src/http/answer.ts";
import type { Http } from "../src/http/request.ts";
import { mailchimpSide } from "../src/mailchimp/side.ts";
import { PEOPLE_PER_PAGE } from "../src/services/copper.ts";
import { MEMBERS_PER_PAGE } from "../src/services/mailchimp.ts";
import { blankPerson } from "../src/simulators/copper-people.ts";
import { hashOf } from "../src/simulators/mailchimp-rules.ts";
import { openDatabase } from "../src/store/open.ts";
import { databaseStore } from "../src/store/store.ts";
import { run } from "../src/sync/run.ts";

// As the installed program starts itself (bin)
spareMemory();
const [folder = "", contacts = "100000", ofDatabase, ofRun] = process.argv.slice(2);
const count = Number(contacts);
const NOW = 1_790_000_000;

/** Records one a line, with where each begins. */
function lines(name: string, record: (index: number) => unknown) {
  const file = join(folder, `${name}-${count}.json`);
  if (!existsSync(file)) {
    const out = openSync(file, "w");
    for (let at = 0; at < count; at += 1_000)
      writeSync(
        out,
        Array.from(
          { length: Math.min(1_000, count - at) },
          (_, index) => `${JSON.stringify(record(at + index))}\n`,
        ).join(""),
      );
    closeSync(out);
  }
  const begins = new Float64Array(count + 1);
  const block = Buffer.alloc(1 << 20);
  const input = openSync(file, "r");
  let place = 0;
  let line = 0;
  for (let read = readSync(input, block); read > 0; read = readSync(input, block)) {
    for (let at = block.indexOf(10); at >= 0 && at < read; at = block.indexOf(10, at + 1))
      begins[++line] = place + at + 1;
    place += read;
  }
  return {
    bytes: statSync(file).size,
    /** Records from `first` on, as JSON. */
    page(first: number, size: number): string {
      const end = Math.min(count, first + size);
      if (end <= first) return "[]";
      const bytes = Buffer.alloc(begins[end]! - begins[first]!);
      readSync(input, bytes, 0, bytes.length, begins[first]!);
      return `[${bytes.toString("utf8", 0, bytes.length - 1).replaceAll("\n", ",")}]`;
    },
  };
}
const people = lines("people", (index) => ({
  ...blankPerson(1_000 + index, NOW - count * 2 + index),
  name: `Ana Martin${index}`,
  first_name: "Ana",
  last_name: `Martin${index}`,
  emails: [{ email: `contact${index}@exemple.fr`, category: "work" }],
  tags: [`Groupe ${index % 30}`],
  title: index % 3 === 0 ? "Directrice" : null,
}));
// Another order than Copper's, as in life
const shuffled = (index: number) => (index * 7_919) % count;
const members = lines("members", (at) => {
  const index = shuffled(at);
  const id = hashOf(`contact${index}@exemple.fr`);
  return {
    id,
    contact_id: hashOf(`c${id}`),
    email_address: `contact${index}@exemple.fr`,
    status: "subscribed",
    merge_fields: { FNAME: "Ana", LNAME: `Martin${index}`, PHONE: "", COMPANY: "" },
    tags: [{ id: 5, name: `Groupe ${index % 30}` }],
    last_changed: new Date((NOW - count + at) * 1000).toISOString(),
  };
});

function http(answer: (path: string, body: unknown) => unknown): Http {
  let sent = 0;
  return {
    async send(_method, path, body): Promise<Answer> {
      sent += 1;
      return { ok: true, body: answer(path, body) };
    },
    download: async () => undefined,
    wait: async () => undefined,
    stopped: () => false,
    mask: String,
    skew: () => 0,
    requests: () => sent,
  };
}
// As a user has them who has set nothing but the keys
const { policy, fieldOverrides } = readSettings(
  {
    COPPER_API_KEY: "k",
    COPPER_API_EMAIL: "admin@exemple.fr",
    MAILCHIMP_API_KEY: "k-us21",
    MAILCHIMP_DC: "us21",
    MAILCHIMP_LIST_ID: "list",
  },
  "/nowhere",
);
/** The run of an hour in which nothing has changed; the others read everybody. */
const QUIET = "quiet";
/** Records on the one page that is asked for the latest changes. */
const LATEST = 100;

async function once(database: string, name: string) {
  const clock = { now: () => (NOW + (name === QUIET ? 3_600 : 0)) * 1000, wait: async () => undefined };
  let next = 0;
  const copper = copperSide(
    http((path, body) => {
      if (!path.startsWith("/people/search")) return [];
      const asked = body as { readonly sort_direction: string; readonly minimum_modified_date?: number };
      if (asked.sort_direction === "desc")
        return JSON.parse(people.page(count - PEOPLE_PER_PAGE, PEOPLE_PER_PAGE)).reverse();
      if (asked.minimum_modified_date !== undefined)
        next = Math.max(next, asked.minimum_modified_date - (NOW - count * 2));
      next += PEOPLE_PER_PAGE;
      return JSON.parse(people.page(next - PEOPLE_PER_PAGE, PEOPLE_PER_PAGE));
    }),
    3,
  );
  const fields = ["FNAME", "LNAME", "PHONE", "COMPANY"].map((tag, at) => ({ merge_id: at + 1, tag, type: "text" }));
  const mailchimp = mailchimpSide(
    http((path) => {
      if (path.includes("/merge-fields")) return { merge_fields: fields };
      if (!path.includes("/members")) return { id: "list", name: "List" };
      if (path.includes("status=archived")) return { members: [], total_items: 0 };
      if (path.includes("sort_dir=DESC"))
        return { members: JSON.parse(members.page(count - LATEST, LATEST)).reverse(), total_items: count };
      const since = /since_last_changed=([^&]+)/.exec(path)?.[1];
      const changed = since === undefined ? 0 : Date.parse(decodeURIComponent(since)) / 1000;
      // One has changed each second
      const first = Math.max(0, changed - NOW + count);
      const offset = first + Number(/offset=(\d+)/.exec(path)?.[1]);
      return { members: JSON.parse(members.page(offset, MEMBERS_PER_PAGE)), total_items: count - first };
    }),
    "list",
    10,
    false,
  );
  const store = databaseStore(await openDatabase(`sqlite:${database}`), "1:list", clock.now, { scratch: folder });
  const begun = performance.now();
  const before = process.cpuUsage();
  let read = 0;
  let planned = 0;
  const { document, error } = await run(
    { copper, mailchimp, store, clock, policy, fieldOverrides },
    {
      run: name,
      holder: name,
      connection: "default",
      full: name !== QUIET,
      yes: false,
      retryRejected: false,
      stop: new AbortController().signal,
      report: () => ({}),
      reading: () => {
        read = performance.now();
      },
      planned: () => {
        planned = performance.now();
      },
    },
  );
  if (error) throw error;
  await store.close();
  const { user, system } = process.cpuUsage(before);
  const lasted = (from: number, to: number) => (to - from) / 1000;
  return {
    outcome: document.outcome,
    read: document.copper.read + document.mailchimp.read,
    cpuSeconds: (user + system) / 1e6,
    readSeconds: lasted(begun, read),
    reconcileSeconds: lasted(read, planned),
    storeSeconds: lasted(planned, performance.now()),
  };
}

/** What a run in a process of its own tells. */
function alone(database: string, name: string): Awaited<ReturnType<typeof once>> & { readonly megabytes: number } {
  const self = process.argv[1]!;
  return JSON.parse(execFileSync(process.execPath, [self, folder, contacts, database, name], { encoding: "utf8" }));
}
/** Seconds that reading and parsing just the services' JSON takes now. */
function parsing(): number {
  const begun = performance.now();
  for (let at = 0; at < count; at += PEOPLE_PER_PAGE) JSON.parse(people.page(at, PEOPLE_PER_PAGE));
  for (let at = 0; at < count; at += MEMBERS_PER_PAGE) JSON.parse(members.page(at, MEMBERS_PER_PAGE));
  return (performance.now() - begun) / 1000;
}
if (ofDatabase !== undefined && ofRun !== undefined) {
  const told = await once(ofDatabase, ofRun);
  console.log(JSON.stringify({ ...told, megabytes: process.resourceUsage().maxRSS / 1024 }));
} else {
  const database = join(folder, `many-${process.pid}.db`);
  // A machine that others share is not as fast at all times
  const parsed = [parsing()];
  const runs = ["first", "next"].map((name) => {
    const told = alone(database, name);
    parsed.push(parsing());
    return { ...told, timesParsing: (2 * told.reconcileSeconds) / (parsed.at(-2)! + parsed.at(-1)!) };
  });
  const [first, next] = runs as [(typeof runs)[0], (typeof runs)[0]];
  const { cpuSeconds, megabytes } = alone(database, QUIET);
  console.log(
    JSON.stringify({
      contacts: count,
      quiet: { cpuSeconds, megabytes },
      jsonMegabytes: (people.bytes + members.bytes) / 1e6,
      parseSeconds: parsed.reduce((sum, one) => sum + one, 0) / parsed.length,
      first,
      next,
      databaseMegabytes: statSync(database).size / 1e6,
      megabytes: Math.max(first.megabytes, next.megabytes),
    }),
  );
}
