/** Connections that the database keeps, as their operator has to do with them: by the commands. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../src/store/open.ts";
import { type World, world } from "./harness.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { program } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "sync-stored-"));
const keyFile = join(folder, "sync.key");
let postgres: Postgres;
let one: World;
let two: World;
beforeAll(async () => {
  [postgres, one, two] = await Promise.all([startPostgres(), world(), world()]);
  Object.assign(two.worlds.copper, { account: 77 });
  for (const [index, own] of [one, two].entries()) own.person({ first_name: "Ana", email: `ana${index}@exemple.fr` });
}, 60_000);
afterAll(async () => {
  await Promise.all([one.close(), two.close(), postgres.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** A command with the installation's settings only. @param more over them */
const run = (args: string, more: Record<string, string> = {}) =>
  program(
    args.split(" "),
    { DATABASE_URL: postgres.url, CONNECTIONS_KEY_FILE: keyFile, LOG_DIR: join(folder, "logs"), ...more },
    folder,
  );
/** The credentials of a world, as `connections add` finds them. */
function keysOf({ env }: World): Record<string, string> {
  const { DATABASE_URL: _, LOG_DIR: __, ...keys } = env;
  return keys;
}
/** Everything that the database holds of connections. */
async function dump(): Promise<string> {
  const database = await openDatabase(postgres.url);
  const rows = await database.selectFrom("connections").selectAll().execute();
  await database.destroy();
  return JSON.stringify(rows);
}

test("without a key nothing is added; a key is made, never over another", async () => {
  const refused = await run("connections add clients", keysOf(one));
  expect(refused).toMatchObject({ exit: 2 });
  expect(refused.err).toContain("CONNECTIONS_KEY");
  expect((await run(`connections key ${keyFile}`)).exit).toBe(0);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  const key = readFileSync(keyFile, "utf8");
  expect((await run(`connections key ${keyFile}`)).exit).toBe(2);
  expect(readFileSync(keyFile, "utf8")).toBe(key);
});
test("a connection is added with its keys sealed, once, and run by its name", async () => {
  const added = await run("connections add clients --set FIELD_CONFLICT=newest", keysOf(one));
  expect(added).toMatchObject({ exit: 0 });
  expect(await run("connections add clients", keysOf(one))).toMatchObject({ exit: 2 });
  expect((await run("connections add others", keysOf(one))).err).toContain("clients");
  const wrong = await run("connections add press --set MAILCHIMP_API_KEY=secret-in-the-process-list", keysOf(two));
  expect(wrong).toMatchObject({ exit: 2 });
  expect(wrong.err).not.toContain("secret-in-the-process-list");
  const kept = await dump();
  expect(kept).toContain("newest");
  for (const key of [one.env.COPPER_API_KEY!, one.env.MAILCHIMP_API_KEY!]) expect(kept).not.toContain(key);
  const shown = await run("connections show clients --json");
  expect(JSON.parse(shown.out)).toMatchObject({ schema: 1, name: "clients", settings: { FIELD_CONFLICT: "newest" } });
  for (const key of [one.env.COPPER_API_KEY!, one.env.MAILCHIMP_API_KEY!])
    expect(shown.out + added.out + added.err).not.toContain(key);
  const ran = await run("sync --json --connection clients");
  expect(JSON.parse(ran.out)).toMatchObject({ connection: "clients", outcome: "ok", mailchimp: { created: 1 } });
  expect(one.at("ana0@exemple.fr")?.status).toBe("subscribed");
  const listed = JSON.parse((await run("connections list --json")).out);
  expect(listed.connections).toMatchObject([{ name: "clients", state: "active", trouble: null }]);
  expect(listed.connections[0].lastSuccess).not.toBeNull();
});
test("without the right key the database opens nothing, and nothing is sent", async () => {
  one.copper.asked.length = 0;
  const other = (await run("connections key")).out.trim();
  const refused = await run("sync --connection clients", { CONNECTIONS_KEY_FILE: "", CONNECTIONS_KEY: other });
  expect(refused).toMatchObject({ exit: 2 });
  expect(refused.err).not.toContain(other);
  expect((await run("sync --connection clients", { CONNECTIONS_KEY_FILE: "" })).exit).toBe(2);
  expect((await run("sync --connection clients", { CONNECTIONS_KEY_FILE: join(folder, "nowhere") })).exit).toBe(2);
  expect(one.copper.asked).toEqual([]);
});
test("the key is changed by one command; the old one opens nothing any more", async () => {
  const old = readFileSync(keyFile, "utf8").trim();
  const before = await dump();
  expect((await run("connections rotate")).exit).toBe(0);
  expect(readFileSync(keyFile, "utf8")).not.toContain(old);
  expect(statSync(keyFile).mode & 0o777).toBe(0o600);
  expect(existsSync(`${keyFile}.new`)).toBe(false);
  expect(await dump()).not.toBe(before);
  const env = { CONNECTIONS_KEY_FILE: "", CONNECTIONS_KEY: old };
  expect((await run("status --connection clients", env)).exit).toBe(2);
  expect((await run("status --connection clients")).exit).toBe(0);
  // From the environment: both for a while, on every machine
  const current = readFileSync(keyFile, "utf8").trim();
  const fresh = (await run("connections key")).out.trim();
  expect((await run("connections rotate", { CONNECTIONS_KEY_FILE: "", CONNECTIONS_KEY: current })).exit).toBe(2);
  const both = { CONNECTIONS_KEY_FILE: "", CONNECTIONS_KEY: `${fresh} ${current}` };
  expect((await run("connections rotate", both)).exit).toBe(0);
  expect((await run("status --connection clients")).exit).toBe(2);
  writeFileSync(keyFile, fresh);
  expect((await run("status --connection clients")).exit).toBe(0);
});
test("connections of the file, and the one of .env, are taken over with their keys", async () => {
  writeFileSync(
    join(folder, "sync.config.yaml"),
    `told: { pending: false }
connections:
  - name: press
    settings: { COPPER_API_KEY: $PRESS_COPPER, FIELD_CONFLICT: mailchimp }
    fields: [{ copper: details, mailchimp: COMPANY }]
`,
  );
  const { COPPER_API_KEY, ...rest } = keysOf(two);
  const around = { PRESS_COPPER: COPPER_API_KEY!, COPPER_DELETED: "keep" };
  const imported = await run("connections import --paused", { ...rest, ...around });
  expect(imported).toMatchObject({ exit: 0 });
  rmSync(join(folder, "sync.config.yaml"));
  expect(await dump()).not.toContain(COPPER_API_KEY);
  const { own, settings, state } = JSON.parse((await run("connections show press --json")).out);
  expect(state).toBe("paused");
  expect(settings).toMatchObject({ FIELD_CONFLICT: "mailchimp", COPPER_API_URL: two.copper.url });
  // Rules stay common to all connections
  expect(settings).not.toHaveProperty("COPPER_DELETED");
  expect(own).toMatchObject({ told: { pending: false }, fields: [{ copper: "details", mailchimp: "COMPANY" }] });
  expect((await run("sync --connection press")).exit).toBe(0);
  expect(two.at("ana1@exemple.fr")?.status).toBe("subscribed");
});
test("paused, resumed, taken away: each is written down with who did it", async () => {
  expect((await run("connections resume press")).exit).toBe(0);
  expect((await run("connections pause press")).exit).toBe(0);
  expect((await run("connections pause nobody")).exit).toBe(2);
  expect((await run("connections remove press")).exit).toBe(2);
  expect((await run("connections remove press --yes")).exit).toBe(0);
  expect((await run("sync --connection press")).exit).toBe(2);
  const { entries } = JSON.parse((await run("connections log --json press")).out);
  expect(entries.map((entry: { what: string }) => entry.what)).toEqual(["remove", "pause", "resume", "add"]);
  for (const days of ["0", "1.5", "200000000", "99999999999999"])
    expect(await run(`connections link clients --days ${days}`)).toMatchObject({
      exit: 2,
      err: expect.stringContaining("3650"),
    });
  const large = await run("connections set clients SYNC_INTERVAL=2147483648");
  expect(large).toMatchObject({ exit: 2, err: expect.stringContaining("SYNC_INTERVAL") });
  const link = await run("connections link clients --days 2", { DASHBOARD_URL: "https://sync.exemple.fr/" });
  const [, token = ""] = /https:\/\/sync\.exemple\.fr\/login\?token=(\S+)/.exec(link.out) ?? [];
  expect(token.length).toBeGreaterThan(20);
  const database = await openDatabase(postgres.url);
  expect(JSON.stringify(await database.selectFrom("entrances").selectAll().execute())).not.toContain(token);
  await database.destroy();
});
test("many connections need PostgreSQL; .env alone stays a complete single connection", async () => {
  expect((await run("worker", { DATABASE_URL: "sqlite:x.db" })).exit).toBe(2);
  expect((await run("worker --runs 1", { CONNECTIONS_KEY_FILE: "" })).exit).toBe(2);
  expect((await run("sync", { ...keysOf(two), CONNECTIONS_KEY_FILE: "", DATABASE_URL: "sqlite:own.db" })).exit).toBe(0);
});
