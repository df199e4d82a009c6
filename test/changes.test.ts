/** Changing a connection of the database: nothing goes in silence, and what is not meant stays as it was. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { accessTokens } from "../src/store/connections/access-tokens.ts";
import { connectionRepository } from "../src/store/connections/connection-repository.ts";
import { openDatabase } from "../src/store/open.ts";
import { freshKey } from "../src/vault/vault.ts";
import { type World, world } from "./harness.ts";
import { type Postgres, startPostgres } from "./postgres.ts";
import { program } from "./program.ts";

const folder = mkdtempSync(join(tmpdir(), "sync-changes-"));
const key = freshKey();
let postgres: Postgres;
let one: World;
let two: World;
beforeAll(async () => {
  [postgres, one, two] = await Promise.all([startPostgres(), world(), world()]);
  Object.assign(two.worlds.copper, { account: 77 });
  one.person({ first_name: "Inside", email: "inside@exemple.fr", tags: ["Client"] });
  for (let index = 0; index < 15; index += 1)
    one.person({ first_name: "Outside", email: `outside${index}@exemple.fr`, tags: [] });
  writeFileSync(
    join(folder, "sync.config.yaml"),
    `connections:
  - name: bakery
    filter: { tags: [Client] }
    told: { pending: false }
    settings: { FIELD_CONFLICT: newest }
`,
  );
  expect(await run("connections import --paused", keysOf(one))).toMatchObject({ exit: 0 });
  rmSync(join(folder, "sync.config.yaml"));
}, 60_000);
afterAll(async () => {
  await Promise.all([one.close(), two.close(), postgres.close()]);
  rmSync(folder, { recursive: true, force: true });
});
const run = (args: string, more: Record<string, string> = {}) =>
  program(
    args.split(" "),
    { DATABASE_URL: postgres.url, CONNECTIONS_KEY: key, LOG_DIR: join(folder, "logs"), SYNC_LANG: "en", ...more },
    folder,
  );
function keysOf({ env }: World): Record<string, string> {
  const { DATABASE_URL: _, LOG_DIR: __, ...keys } = env;
  return keys;
}
const shown = async () => JSON.parse((await run("connections show bakery --json")).out);

test("renewing keys changes the keys and nothing else: the filter holds, no outsider is added", async () => {
  const before = await shown();
  expect(before).toMatchObject({ state: "paused", own: { filter: { tags: ["Client"] }, told: { pending: false } } });
  Object.assign(one.worlds.copper, { key: "renewed-copper-key" });
  one.env.COPPER_API_KEY = "renewed-copper-key";
  expect((await run("sync --connection bakery")).exit).toBe(5);
  const renewed = await run("connections key bakery", { COPPER_API_KEY: "renewed-copper-key" });
  expect(renewed).toMatchObject({ exit: 0 });
  expect(renewed.out + renewed.err).not.toContain("renewed-copper-key");
  expect(await shown()).toEqual({ ...before, due: expect.any(String) });
  expect((await run("sync --connection bakery")).exit).toBe(0);
  expect([...one.worlds.mailchimp.members.values()].map((member) => member.email_address)).toEqual([
    "inside@exemple.fr",
  ]);
});
test("keys of another account are not taken, nor a key of a connection that there is not", async () => {
  const other = { COPPER_API_KEY: two.env.COPPER_API_KEY! };
  const refused = await run("connections key bakery", { COPPER_API_KEY: "nobody's" });
  expect(refused.exit).toBe(5);
  const { account, key: own } = one.worlds.copper;
  Object.assign(one.worlds.copper, { account: 4_711, key: "key-of-another-account" });
  expect((await run("connections key bakery", { COPPER_API_KEY: "key-of-another-account" })).exit).toBe(2);
  Object.assign(one.worlds.copper, { account, key: own });
  expect((await run("connections key nobody", other)).exit).toBe(2);
  expect((await run("connections key bakery")).err).toContain("COPPER_API_KEY");
  expect((await run("sync --connection bakery")).exit).toBe(0);
});
test("replacing shows what changes and asks; without an answer nothing is replaced; a pause stays", async () => {
  const before = await shown();
  const refused = await run("connections add bakery --replace", keysOf(one));
  expect(refused.exit).toBe(2);
  for (const gone of ["filter", "told", "FIELD_CONFLICT", "newest", "--yes"]) expect(refused.err).toContain(gone);
  expect(await shown()).toEqual(before);
  expect((await run("connections add bakery --replace --yes", keysOf(one))).exit).toBe(0);
  expect(await shown()).toMatchObject({ state: "paused", own: { told: {} } });
  expect((await shown()).own.filter).toBeUndefined();
});
test("one setting is changed by itself; what says whose account it is, or is secret, is not", async () => {
  expect((await run("connections set bakery FIELD_CONFLICT=mailchimp SYNC_INTERVAL=7200")).exit).toBe(0);
  expect(await shown()).toMatchObject({ interval: 7200, settings: { FIELD_CONFLICT: "mailchimp" } });
  const back = await run("connections set bakery FIELD_CONFLICT=");
  expect(back.out).toContain("mailchimp");
  expect((await shown()).settings.FIELD_CONFLICT).toBeUndefined();
  for (const wrong of ["MAILCHIMP_LIST_ID=x", "NOTIFY_HOOK=http://x", "FIELD_CONFLICT=perhaps", "NOTHING=1"])
    expect([wrong, (await run(`connections set bakery ${wrong}`)).exit]).toEqual([wrong, 2]);
});
test("renamed, a connection keeps its links and keys; replaced by another account, it loses its links", async () => {
  expect((await run("connections link bakery")).exit).toBe(0);
  expect((await run("connections rename bakery boulangerie")).exit).toBe(0);
  expect((await run("connections show bakery")).exit).toBe(2);
  expect((await run("sync --connection boulangerie")).exit).toBe(0);
  expect(JSON.parse((await run("connections links boulangerie --json")).out).links).toHaveLength(1);
  const database = await openDatabase(postgres.url);
  const { id } = (await connectionRepository(database).find("boulangerie"))!;
  expect((await run("connections add boulangerie --replace --yes --paused", keysOf(two))).exit).toBe(0);
  expect((await connectionRepository(database).find("boulangerie"))!.id).not.toBe(id);
  expect(JSON.parse((await run("connections links boulangerie --json")).out).links).toEqual([]);
  expect(await database.selectFrom("entrances").selectAll().execute()).toEqual([]);
  await database.destroy();
});
test("links are listed without their tokens, and taken back one by one", async () => {
  const database = await openDatabase(postgres.url);
  const { id } = (await connectionRepository(database).find("boulangerie"))!;
  const tokens = [1, 2].map(() => accessTokens(database).create(id, Date.now(), Date.now() + 3_600_000));
  const all = await Promise.all(tokens);
  await database.destroy();
  const listed = await run("connections links boulangerie --json");
  const [first, second] = JSON.parse(listed.out).links;
  for (const token of all) expect(listed.out).not.toContain(token.slice(0, 8));
  expect((await run("connections unlink boulangerie")).exit).toBe(2);
  expect((await run(`connections unlink boulangerie ${first.link}`)).exit).toBe(0);
  expect(JSON.parse((await run("connections links boulangerie --json")).out).links).toEqual([second]);
  expect((await run("connections unlink boulangerie --all")).exit).toBe(0);
  expect((await run("connections links boulangerie")).out).toContain("connections link boulangerie");
});
test("without a database for many, adding says what helps before anything is asked", async () => {
  const refused = await run("connections add press", { ...keysOf(two), DATABASE_URL: "" });
  expect(refused).toMatchObject({ exit: 2, err: expect.stringContaining("postgres://") });
});
