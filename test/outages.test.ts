/** Who is told of trouble: each kind once, by the connection's name, and when it is over. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serviceAway, servicesBack } from "../src/app/outages.ts";
import { texts } from "../src/i18n/texts.ts";
import { openDatabase } from "../src/store/open.ts";
import type { Tables } from "../src/store/tables.ts";
import { world } from "./harness.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { program } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "sync-outages-"));
let postgres: Postgres;
let database: Kysely<Tables>;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await openDatabase(postgres.url);
}, 60_000);
afterAll(async () => {
  await database.destroy();
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
});
const channel = (name: string) => ({
  mail: "",
  smtp: "",
  hook: "",
  command: `printf '%s\\n' "$SUBJECT" >> '${join(folder, name)}'`,
});
const told = (name: string) =>
  existsSync(join(folder, name)) ? readFileSync(join(folder, name), "utf8").trimEnd().split("\n") : [];

test("an outage is told once for all that it concerns, at the second failure of any, and once as over", async () => {
  const concerned = (id: string, where = "operator") => ({
    database,
    connection: { id, name: id },
    channels: channel(where),
    t: texts("en"),
    say: (line: string) => expect.fail(line),
  });
  for (const id of ["a", "b", "c"]) await serviceAway("mailchimp", concerned(id));
  expect(told("operator")).toEqual([]);
  await Promise.all(["a", "b", "c"].map((id) => serviceAway("mailchimp", concerned(id))));
  expect(told("operator")).toEqual(["Copper ↔ Mailchimp — Mailchimp cannot be reached"]);
  for (let times = 0; times < 2; times += 1) await serviceAway("mailchimp", concerned("d", "client"));
  expect(told("client")).toHaveLength(1);
  for (const id of ["a", "b", "c"]) await servicesBack(concerned(id));
  expect(told("operator").slice(1)).toEqual(["Copper ↔ Mailchimp — Mailchimp can be reached again"]);
  // A hiccup is nobody's business, neither when it comes nor when it goes
  await serviceAway("copper", concerned("a"));
  await servicesBack(concerned("a"));
  expect(told("operator")).toHaveLength(2);
});
test("cases 62, 74: a key that is refused before a run can begin is told once, with the connection, and as over", async () => {
  const own = await world();
  own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  const yaml = join(own.folder, "sync.config.yaml");
  const { writeFileSync } = await import("node:fs");
  writeFileSync(yaml, "connections:\n  - name: bakery\n");
  const env = { ...own.env, NOTIFY_COMMAND: channel("cron").command, SYNC_LANG: "en" };
  expect((await program(["sync"], env, own.folder)).exit).toBe(0);
  const { key } = own.worlds.copper;
  Object.assign(own.worlds.copper, { key: "another" });
  for (let runs = 0; runs < 3; runs += 1) expect((await program(["sync"], env, own.folder)).exit).toBe(5);
  expect(told("cron")).toEqual(["Copper ↔ Mailchimp (bakery) — The sync has stopped working"]);
  Object.assign(own.worlds.copper, { key });
  for (let runs = 0; runs < 2; runs += 1) expect((await program(["sync"], env, own.folder)).exit).toBe(0);
  expect(told("cron").slice(1)).toEqual(["Copper ↔ Mailchimp (bakery) — The sync works again"]);
  await own.close();
}, 60_000);
