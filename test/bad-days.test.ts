/** Bad days of the services and of the machine: each ends clearly, writes nothing wrong, and the next good day mends it. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, expect, test } from "vitest";
import type { SimRequest, SimResponse } from "../src/simulators/server.ts";
import { edit, hasty, type World, world } from "./harness.ts";
import { startPostgres } from "./postgres.ts";
import { BIN, program } from "./program.ts";

let own: World;
afterEach(() => own.close());

const isRead = (asked: SimRequest) => asked.method === "GET" || asked.path.endsWith("/search");
const statuses = () =>
  [...own.worlds.mailchimp.members.values()].map((one) => `${one.email_address} ${one.status}`).sort();
/** The next good day: everything is brought in step, and then there is nothing left to do. */
async function mended() {
  for (const service of [own.copper, own.mailchimp]) Object.assign(service, { fault: undefined, bend: undefined });
  await own.sync();
  await own.sync();
  expect((await own.sync()).operations).toEqual([]);
  const addresses = [...own.worlds.copper.people.values()].flatMap((one) => one.emails.map((each) => each.email));
  return { people: own.worlds.copper.people.size, members: own.worlds.mailchimp.members.size, addresses };
}
/** Somebody whom both sides have, and whom nothing keeps from being in step. */
const friend = () => own.person({ first_name: "Ancienne", last_name: "Amie", email: "amie@exemple.fr" });
const friendly = () => own.at("amie@exemple.fr")?.merge_fields.FNAME;
/** What the same world is after quiet days. */
async function quiet(people: number) {
  const calm = await world({ people, seed: 4 });
  await calm.sync();
  await calm.sync();
  const size = { people: calm.worlds.copper.people.size, members: calm.worlds.mailchimp.members.size };
  await calm.close();
  return size;
}

test("A4: limits lowered by the service cost time and nothing else", async () => {
  const hours = hasty();
  own = await world({ people: 300, seed: 4, hours, copper: { perMinute: 10, bulkPerSecond: 1, ms: hours.now } });
  const { outcome, failures } = await own.sync();
  expect(failures.filter((one) => one.code === "TEMPORARY")).toEqual([]);
  expect(outcome).not.toBe("failed");
  expect(own.copper.asked.length).toBeGreaterThan(20);
  expect(await mended()).toMatchObject(await quiet(300));
});
test.each(["copper", "mailchimp"] as const)(
  "A3, A4: an hour of 503 from %s in the middle of writing: what was done is journalled, the next run goes on",
  async (side) => {
    own = await world({ people: 80, seed: 4 });
    let writes = 0;
    own[side].fault = (asked) =>
      isRead(asked) || ++writes < 2 ? undefined : { reply: { status: 503, body: {} }, when: "before" };
    await own.sync().catch((error: Error) => expect(error).toMatchObject({ code: "unreachable", service: side }));
    expect(await mended()).toMatchObject(await quiet(80));
  },
);

type Json = Record<string, unknown>;
type Bend = (asked: SimRequest, reply: SimResponse) => SimResponse;
/** Changes the records of each reading of people or members. */
const records =
  (change: (list: Json[], asked: SimRequest) => Json[]): Bend =>
  (asked, reply) => {
    const body = reply.body as Json[] & { members?: Json[] };
    if (asked.path.endsWith("/people/search")) return { ...reply, body: change(body, asked) };
    if (asked.path.endsWith("/members") && asked.method === "GET")
      return { ...reply, body: { ...body, members: change(body.members ?? [], asked) } };
    return reply;
  };
const every = (change: (record: Json) => Json) => records((list) => list.map(change));
const first = new Map<string, Json[]>();
const repeated = (list: Json[], { path }: SimRequest) => {
  const there = first.get(path) ?? list.slice(0, 200);
  first.set(path, there);
  return there;
};
/** What an answer can be that is not as documented; `ends` where the run may go on, `stops` where it must not. */
const BENT: readonly [what: string, result: "ends" | "stops", bend: Bend][] = [
  ["fields that nobody documented", "ends", every((one) => ({ ...one, brand_new: { deep: [1, null] }, tags2: "x" }))],
  [
    "lists that are null",
    "ends",
    every(({ phone_numbers: _, ...one }) => ({ ...one, phone_numbers: null, socials: null })),
  ],
  ["optional fields that are missing", "ends", every(({ phone_numbers: _p, websites: _w, web_id: _i, ...one }) => one)],
  ["times that are missing", "ends", every(({ date_created: _c, date_modified: _m, last_changed: _l, ...one }) => one)],
  ["ids that are texts", "stops", every((one) => ({ ...one, id: typeof one.id === "number" ? String(one.id) : 7 }))],
  ["records without an id", "stops", every(({ id: _, ...one }) => one)],
  ["tags that are no list", "stops", every((one) => ({ ...one, tags: "VIP" }))],
  ["addresses that are numbers", "stops", every((one) => ({ ...one, emails: 5, email_address: 5 }))],
  ["a status that nobody documented", "stops", every((one) => ({ ...one, status: "asleep", emails: "none" }))],
  [
    "an object in place of the list",
    "stops",
    (asked, reply) => (isRead(asked) ? { ...reply, body: { ok: true } } : reply),
  ],
  ["nothing at all", "stops", (asked, reply) => (isRead(asked) ? { status: 200 } : reply)],
  ["each record twice", "ends", records((list) => list.flatMap((one) => [one, one]).slice(0, 1000))],
  ["a page that repeats for ever", "ends", records(repeated)],
  ["pages that end at once", "ends", records(() => [])],
  ["a total that is far too high", "ends", (_, reply) => withTotal(reply, 1_000_000)],
  ["a total that is zero", "ends", (_, reply) => withTotal(reply, 0)],
  ["writes answered with nothing", "ends", (asked, reply) => (isRead(asked) ? reply : { status: 200, body: null })],
  [
    "writes answered with other records",
    "ends",
    (asked, reply) => (isRead(asked) ? reply : { status: 200, body: [{ id: 1 }] }),
  ],
];
function withTotal(reply: SimResponse, total: number): SimResponse {
  const body = reply.body as Json | undefined;
  return body !== undefined && "total_items" in body ? { ...reply, body: { ...body, total_items: total } } : reply;
}

test.each(BENT)(
  "A4, G3: %s: the run %s, nobody is removed or subscribed, the next good day mends it",
  async (_, result, bend) => {
    own = await world({ people: 60, seed: 4 });
    const someone = friend();
    await own.sync();
    await own.sync();
    edit(own, someone, { first_name: "Nouvelle" });
    const before = statuses();
    first.clear();
    for (const service of [own.copper, own.mailchimp]) {
      service.bend = bend;
      own.writes();
      const ran = await own.sync({ full: true }).then(
        () => "ends",
        (error: Error) => {
          expect(error).toMatchObject({ code: "unreadable" });
          return "stops";
        },
      );
      expect(ran).toBe(result);
      if (result === "stops") expect(own.writes()).toEqual([]);
      expect(statuses()).toEqual(before);
      service.bend = undefined;
    }
    const { people, members } = await quiet(60);
    expect(await mended()).toMatchObject({ people: people + 1, members: members + 1 });
    expect(friendly()).toBe("Nouvelle");
  },
);

test.each([
  ["cut in the middle", { truncated: true }],
  [
    "HTML with status 200",
    { reply: { status: 200, html: "<!doctype html><title>Maintenance</title>" }, when: "after" },
  ],
  ["reset after the effect", { reset: "after" }],
  ["reset before the effect", { reset: "before" }],
] as const)("A1, A2: every third answer is %s: nothing is made twice, nothing is lost", async (_, fault) => {
  own = await world({ people: 80, seed: 4 });
  let request = 0;
  for (const service of [own.copper, own.mailchimp]) service.fault = () => (++request % 3 === 0 ? fault : undefined);
  await own.sync().catch((error: Error) => expect(error).toMatchObject({ code: "unreachable" }));
  const { addresses, ...size } = await mended();
  expect(size).toEqual(await quiet(80));
  expect(new Set(addresses.map((one) => one.trim().toLowerCase())).size).toBe(addresses.length);
});

test.each([-400 * 86_400, -7_200, 7_200, 400 * 86_400])(
  "our clock jumps by %i s: changes are seen a day later at the latest, nothing wrong is written",
  async (jump) => {
    let ahead = 0;
    const hours = hasty();
    own = await world({ people: 2_050, seed: 4, hours: { ...hours, now: () => hours.now() + ahead * 1_000 } });
    const one = friend();
    await own.sync();
    const before = statuses();
    ahead = jump;
    edit(own, one, { first_name: "Pendant" });
    await own.sync();
    ahead = 0;
    await own.sync();
    ahead = 86_400;
    own.clock += 86_400;
    await own.sync();
    expect(friendly()).toBe("Pendant");
    expect(statuses()).toEqual(before);
    expect((await own.sync()).operations).toEqual([]);
  },
);

test("A1: a full disk stops the run before anything is sent that could not be written down", async () => {
  own = await world({ people: 400, seed: 4, mailchimp: { batchLooks: 0 } });
  const full = await new Promise<{ code: number; err: string }>((done) => {
    // No file may grow beyond this many blocks: what a full disk looks like to one program
    execFile(
      "bash",
      ["-c", 'ulimit -f 500; exec "$0" "$@"', process.execPath, BIN, "sync"],
      { cwd: own.folder, env: { PATH: process.env.PATH ?? "", ...own.env } },
      (error, _, err) => done({ code: Number(error?.code ?? 0), err }),
    );
  });
  expect(full).toMatchObject({ code: 5, err: expect.stringContaining("database could not be used any further") });
  expect(await mended()).toMatchObject(await quiet(400));
});
test("a database held by a backup for a moment is waited for; for longer, it is told", async () => {
  own = await world({ people: 60, seed: 4, mailchimp: { batchLooks: 0 } });
  const person = friend();
  await own.sync();
  edit(own, person, { first_name: "Attendue" });
  const backup = new DatabaseSync(join(own.folder, "sync.db"));
  own.copper.before = (asked) => {
    if (!asked.path.endsWith("/search")) return;
    own.copper.before = undefined;
    backup.exec("begin exclusive");
    setTimeout(() => backup.exec("rollback"), 300);
  };
  expect((await program(["sync"], own.env, own.folder)).exit).toBeLessThanOrEqual(1);
  expect(friendly()).toBe("Attendue");
  backup.exec("begin exclusive");
  const held = await program(["sync"], own.env, own.folder);
  backup.exec("rollback");
  backup.close();
  expect(held).toMatchObject({ exit: 5, err: expect.stringContaining("locked") });
});
test("A1: PostgreSQL restarting in the middle of a run: exit 5, and the next run goes on", async () => {
  const postgres = await startPostgres();
  try {
    own = await world({ people: 80, seed: 4, mailchimp: { batchLooks: 0 } });
    own.env.DATABASE_URL = postgres.url;
    let writes = 0;
    own.copper.before = async (asked) => {
      if (isRead(asked) || ++writes !== 2) return;
      await postgres.stop();
      await postgres.start();
    };
    const stopped = await program(["sync"], own.env, own.folder);
    expect(stopped).toMatchObject({ exit: 5, err: expect.stringContaining("database could not be used any further") });
    own.copper.before = undefined;
    expect(await mended()).toMatchObject(await quiet(80));
  } finally {
    await postgres.close();
  }
});
test("a machine whose clock was a day behind at first, then right: what changes between two runs is seen by the next one", async () => {
  let ahead = -86_400;
  const hours = hasty();
  own = await world({ people: 2_050, seed: 4, hours: { ...hours, now: () => hours.now() + ahead * 1_000 } });
  const one = friend();
  await own.sync();
  ahead = 0;
  await own.sync();
  await own.sync();
  edit(own, one, { first_name: "Entre deux" });
  ahead += 3_600;
  own.clock += 3_600;
  expect((await own.sync()).mode).toBe("incremental");
  expect(friendly()).toBe("Entre deux");
});
