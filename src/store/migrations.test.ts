/** A database of any earlier version is brought here with what it holds. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type Kysely, sql } from "kysely";
import { expect, onTestFinished, test } from "vitest";
import { freshDatabase, freshFolder } from "../../test/fresh-database.ts";
import { postgresStatements } from "../../test/postgres-statements.ts";
import { member, person } from "../../test/records.ts";
import { emptyDocument } from "../sync/document.ts";
import { hookFact } from "./connections/identities.ts";
import { MIGRATIONS, migrate } from "./migrations.ts";
import { openDatabase } from "./open.ts";
import { databaseStore } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Makes a database of an earlier version. */
async function before(step: string, holds: (database: Kysely<Tables>) => Promise<void> = async () => undefined) {
  const url = `sqlite:${join(freshFolder(), "own.db")}`;
  const old = await openDatabase(url, step);
  await holds(old);
  await old.destroy();
  const database = await openDatabase(url);
  onTestFinished(() => database.destroy());
  return { database, store: databaseStore(database, "1:a", () => 0, { ends: false }) };
}
const put = (on: Kysely<Tables>, table: "facts" | "persons" | "members", key: string, document: unknown) =>
  on
    .insertInto(table)
    .values({ connection: "1:a", key, json: JSON.stringify(document) } as never)
    .execute();

test.each([
  ["writes in doubt", "select id from journal where connection = 'c' and state = 'sent'", "journal_state"],
  ["the writes of a run", "select id from journal where connection = 'c' and run = 'r'", "journal_run"],
  ["a contact’s history", "select id from journal where connection = 'c' and person = '1'", "journal_person"],
  ["the newest runs", "select line from runs where connection = 'c' order by started_at desc", "runs_started"],
  ["the link to a member", "select json from links where connection = 'c' and member = 'k'", "links_member"],
  ["connections that are due", "select id from connections where state = 'active' and due < 1", "connections_due"],
  ["a connection by its id", "select name from connections where id = 'i'", "connections_id"],
  ["the links that open a connection", "select digest from entrances where connection = 'i'", "entrances_connection"],
  ["contacts by reason", "select key from standings where connection = 'c' and reason = 'x'", "standings_reason"],
  [
    "those left out, by why",
    "select skipped, count(*) from standings where connection = 'c' and skipped is not null group by skipped",
    "standings_skipped",
  ],
])("A11: %s are found by an index", async (_, query, index) => {
  const plan = await sql<{ detail: string }>`explain query plan ${sql.raw(query)}`.execute(await freshDatabase());
  expect(plan.rows.map(({ detail }) => detail).join()).toMatch(new RegExp(`SEARCH.* INDEX ${index} `));
});
test("no two connections have one id", async () => {
  const database = await freshDatabase();
  const row = {
    state: "active",
    audience: "",
    json: "{}",
    sealed: "",
    interval: 1,
    due: 1,
    failures: 0,
    trouble: null,
  };
  const add = (name: string) =>
    database
      .insertInto("connections")
      .values({ ...row, id: "one", name, scope: name, added: "" })
      .execute();
  await add("alpha");
  await expect(add("beta")).rejects.toThrow(/UNIQUE/);
});
test("numbers come from a row’s place in SQLite and from a sequence in PostgreSQL; small tables have no row ids in SQLite", async () => {
  const { rows } = await sql<{ name: string; sql: string }>`select name, sql from sqlite_master`.execute(
    await freshDatabase(),
  );
  const made = (name: string) => rows.find((row) => row.name === name)!.sql;
  for (const name of ["journal", "audit"]) expect(made(name)).toContain('"id" integer');
  for (const name of ["names", "addresses", "touched"]) expect(made(name)).toContain("without rowid");
  const { database, statements } = postgresStatements();
  for (const { up } of Object.values(MIGRATIONS)) await up(database as never);
  const asked = (name: string) => statements.find((one) => one.startsWith(`create table "${name}"`));
  for (const name of ["journal", "audit"]) expect(asked(name)).toContain('"id" serial');
  expect(statements.filter((one) => one.includes("without rowid"))).toEqual([]);
  // Programs of an earlier version add connections without an id
  expect(statements).toContain('alter table "connections" add column "id" text default gen_random_uuid()::text');
});
test("runs of the first version are listed, those that had no end are not", async () => {
  const { store } = await before("001-first", async (old) => {
    for (const [id, document] of [
      ["r1", { ...emptyDocument("r1", "c", "2026-01-01T00:00:00Z"), outcome: "ok" }],
      ["r2", null],
    ] as const)
      await old
        .insertInto("runs")
        .values({
          connection: "1:a",
          id,
          started_at: "2026-01-01T00:00:00Z",
          outcome: "ok",
          document: JSON.stringify(document),
          report: "{}",
        } as never)
        .execute();
  });
  expect(await store.runs(5)).toMatchObject([{ run: "r1", outcome: "ok" }]);
});
test("contacts of before are found by their addresses", async () => {
  const { store } = await before("008-used-links", async (old) => {
    await put(old, "persons", "7", person);
    await put(old, "members", "k", member);
  });
  expect(await store.having(["A@b.fr"])).toEqual({ personIds: [7], memberKeys: ["k"] });
});
test("a webhook of before is found by its secret; one without a secret, or given up, is none", async () => {
  const { database, store } = await before("004-many", async (old) => {
    await put(old, "facts", "hooks", { url: "https://x", secret: "own" });
    for (const [connection, json] of [
      ["1:b", "null"],
      ["1:c", "{}"],
    ] as const)
      await old.insertInto("facts").values({ connection, key: "hooks", json }).execute();
  });
  const common = await database.selectFrom("facts").select("key").where("connection", "=", "").execute();
  expect(common.map(({ key }) => key).sort()).toEqual([hookFact("own"), "least step"].sort());
  expect(await store.fact("hooks")).toMatchObject({ secret: "own" });
});
test("a database on its way tells no program that it is whole", async () => {
  const database = await openDatabase(`sqlite:${join(freshFolder(), "own.db")}`, "001-first");
  onTestFinished(() => database.destroy());
  expect(await database.selectFrom("facts").selectAll().execute()).toEqual([]);
});
test("tables of others in one database are left alone", async () => {
  const file = join(freshFolder(), "own.db");
  const other = new DatabaseSync(file);
  other.exec("create table other (x)");
  other.close();
  const database = await openDatabase(`sqlite:${file}`);
  onTestFinished(() => database.destroy());
  expect(await databaseStore(database, "1:a", () => 0, { ends: false }).runs(1)).toEqual([]);
});
test("a database that is whole is opened without a lock and without a write", async () => {
  const { database, statements } = postgresStatements((asked) => {
    if (asked.includes("pg_catalog"))
      return [{ column: "name", table: "kysely_migration", schema: "public", table_type: "r" }];
    if (asked.includes('from "kysely_migration"')) return Object.keys(MIGRATIONS).map((name) => ({ name }));
    return asked.includes('from "facts"') ? [{ json: '"009-neighbours"' }] : [];
  });
  await migrate(database);
  expect(statements.length).toBeGreaterThan(2);
  expect(statements.filter((one) => !one.startsWith("select"))).toEqual([]);
});
