/** Migrations from any earlier version's database to this one. They run when a database is opened. */
import { type CreateTableBuilder, type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Link } from "../domain/contact.ts";
import { DatabaseError } from "./database-error.ts";
import { isPostgres } from "./dialect.ts";
import { putFact, readFact } from "./facts.ts";
import { giveIdentities } from "./migration-identities.ts";
import { keepNeighbours } from "./migration-neighbours.ts";
import { pagesOf } from "./pages.ts";
import { nameText, runLine } from "./projections.ts";
import type { DocumentTable, Tables } from "./tables.ts";

/** The document tables of the first migration. */
const FIRST_TABLES = [
  "persons",
  "members",
  "links",
  "rejections",
  "reviews",
  "troubles",
  "deleted",
  "facts",
  "copies",
] as const satisfies readonly DocumentTable[];

/** Creates a table that holds documents by key. */
function createDocuments(
  database: Kysely<never> | Kysely<unknown> | Kysely<Tables>,
  name: DocumentTable,
): Promise<void> {
  return (database as Kysely<unknown>).schema
    .createTable(name)
    .addColumn("connection", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("json", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint(`${name}_key`, ["connection", "key"])
    .execute();
}

/** Every migration ever released, by name. Never change a name, since databases store it. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "001-first": {
    async up(database: Kysely<unknown>) {
      for (const name of FIRST_TABLES) await createDocuments(database, name);
      await database.schema
        .createTable("runs")
        .addColumn("connection", "text", (column) => column.notNull())
        .addColumn("id", "text", (column) => column.notNull())
        .addColumn("started_at", "text", (column) => column.notNull())
        .addColumn("outcome", "text", (column) => column.notNull())
        .addColumn("document", "text", (column) => column.notNull())
        .addColumn("report", "text", (column) => column.notNull())
        .addPrimaryKeyConstraint("runs_key", ["connection", "id"])
        .execute();
      const postgres = isPostgres(database);
      await database.schema
        .createTable("journal")
        .addColumn("id", postgres ? "serial" : "integer", (column) => column.primaryKey())
        .addColumn("connection", "text", (column) => column.notNull())
        .addColumn("run", "text", (column) => column.notNull())
        .addColumn("operation", "text", (column) => column.notNull())
        .addColumn("state", "text", (column) => column.notNull())
        .addColumn("answer", "text", (column) => column.notNull())
        .execute();
      await database.schema.createIndex("journal_run").on("journal").columns(["connection", "run"]).execute();
      await database.schema.createIndex("journal_state").on("journal").columns(["connection", "state"]).execute();
      await database.schema
        .createTable("leases")
        .addColumn("connection", "text", (column) => column.primaryKey())
        .addColumn("holder", "text", (column) => column.notNull())
        .addColumn("since", "text", (column) => column.notNull())
        .addColumn("expires", "bigint", (column) => column.notNull())
        .execute();
    },
  },
  "002-looking-up": {
    async up(database: Kysely<never>) {
      await lookingUp(database as unknown as Kysely<Tables>);
    },
  },
  "003-engagement": {
    async up(database: Kysely<never>) {
      await createDocuments(database, "engagements");
    },
  },
  "004-many": {
    async up(database: Kysely<unknown>) {
      await manyConnections(database);
    },
  },
  "005-identities": {
    async up(database: Kysely<never>) {
      await giveIdentities(database as unknown as Kysely<Tables>, isPostgres(database));
    },
  },
  "006-kinds-of-runs": {
    async up(database: Kysely<unknown>) {
      await database.schema
        .alterTable("runs")
        .addColumn("kind", "text", (column) => column.notNull().defaultTo("sync"))
        .execute();
    },
  },
  "007-standings": {
    async up(database: Kysely<never>) {
      await keepStandings(database);
    },
  },
  "008-used-links": {
    async up(database: Kysely<unknown>) {
      await database.schema.alterTable("entrances").addColumn("used", "text").execute();
    },
  },
  "009-neighbours": {
    async up(database: Kysely<never>) {
      await keepNeighbours(database as unknown as Kysely<Tables>);
    },
  },
};

/**
 * The migration that a program must know to use a database that a newer program has migrated further. The machines of
 * an installation are not updated all at once. Raise it if a migration changes what earlier programs depend on.
 */
const LEAST = "009-neighbours";

/** Creates the tables for connections in the database, and for what all workers share. */
async function manyConnections(database: Kysely<unknown>): Promise<void> {
  const text = (table: CreateTableBuilder<string>, ...names: readonly string[]) =>
    names.reduce((made, name) => made.addColumn(name, "text", (column) => column.notNull()), table);
  const { schema } = database;
  await text(
    schema.createTable("connections").addColumn("name", "text", (column) => column.primaryKey()),
    ...["state", "scope", "audience", "json", "sealed", "added"],
  )
    .addColumn("interval", "integer", (column) => column.notNull())
    .addColumn("due", "bigint", (column) => column.notNull())
    .addColumn("failures", "integer", (column) => column.notNull())
    .addColumn("trouble", "text")
    .execute();
  await schema.createIndex("connections_due").on("connections").columns(["state", "due"]).execute();
  await text(
    schema.createTable("limits").addColumn("account", "text", (column) => column.primaryKey()),
    "json",
  ).execute();
  await text(
    schema.createTable("entrances").addColumn("digest", "text", (column) => column.primaryKey()),
    ...["connection", "made"],
  )
    .addColumn("expires", "bigint", (column) => column.notNull())
    .execute();
  await text(
    schema
      .createTable("audit")
      .addColumn("id", isPostgres(database) ? "serial" : "integer", (column) => column.primaryKey()),
    ...["at", "who", "connection", "what", "detail"],
  ).execute();
}

/** Adds what the dashboard searches by other than a key: names, links by member, a contact's history. */
async function lookingUp(database: Kysely<Tables>): Promise<void> {
  const { schema } = database;
  await createDocuments(database, "wishes");
  const names = schema
    .createTable("names")
    .addColumn("connection", "text", (column) => column.notNull())
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("text", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("names_key", ["connection", "kind", "key"]);
  // Every search reads the whole table, and SQLite stores it more compactly without row ids
  await (isPostgres(database as unknown as Kysely<unknown>) ? names : names.modifyEnd(sql`without rowid`)).execute();
  await schema.alterTable("links").addColumn("member", "text").execute();
  await schema.createIndex("links_member").on("links").columns(["connection", "member"]).execute();
  await schema.alterTable("journal").addColumn("person", "text").execute();
  await schema.createIndex("journal_person").on("journal").columns(["connection", "person"]).execute();
  await schema.alterTable("runs").addColumn("line", "text").execute();
  await schema.createIndex("runs_started").on("runs").columns(["connection", "started_at"]).execute();
  // Rows of earlier versions have no search text, member or line yet, so fill them in page by page
  for (const kind of ["persons", "members"] as const)
    for await (const page of pagesOf(database, kind))
      await database
        .insertInto("names")
        .values(page.map(({ connection, key, json }) => ({ connection, kind, key, text: nameText(JSON.parse(json)) })))
        .execute();
  const member = (json: string) => (JSON.parse(json) as Link).memberKey;
  for await (const page of pagesOf(database, "links"))
    await database
      .insertInto("links")
      .values(page.map(({ connection, key, json }) => ({ connection, key, json, member: member(json) })))
      .onConflict((conflict) =>
        conflict.columns(["connection", "key"]).doUpdateSet({ member: sql<string>`excluded.member` }),
      )
      .execute();
  const runs = await database.selectFrom("runs").select(["connection", "id", "document"]).execute();
  for (const { connection, id, document } of runs)
    await database
      .updateTable("runs")
      .set({ line: JSON.stringify(runLine(id, JSON.parse(document))) })
      .where("connection", "=", connection)
      .where("id", "=", id)
      .execute();
}

/** Creates the table of standings, with an index to count and list them by reason. */
async function keepStandings({ schema }: Kysely<never>): Promise<void> {
  await schema
    .createTable("standings")
    .addColumn("connection", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull())
    .addColumn("sides", "text", (column) => column.notNull())
    .addColumn("json", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("standings_key", ["connection", "key"])
    .execute();
  // Contains every column that counting needs
  await schema
    .createIndex("standings_reason")
    .on("standings")
    .columns(["connection", "reason", "key", "sides"])
    .execute();
  await schema.alterTable("links").addColumn("at", "bigint").execute();
}

/**
 * Runs the migrations that are missing. If several processes come at once, one runs them and the others wait.
 * @param step the last migration to run, for tests
 * @throws DatabaseError `newer` if a newer program has migrated the database too far for this one
 */
export async function migrate(database: Kysely<Tables>, step?: string): Promise<void> {
  let whole = false;
  const migrator = new Migrator({ db: database, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const tables = await database.introspection.getTables({ withInternalKyselyTables: true });
  if (tables.some((table) => table.name === "kysely_migration")) {
    const done = await (database as unknown as Kysely<{ kysely_migration: { name: string } }>)
      .selectFrom("kysely_migration")
      .select("name")
      .execute();
    const unknown = done.find(({ name }) => !(name in MIGRATIONS));
    if (unknown !== undefined) {
      const least = await leastKnown(database);
      if (least === undefined || !(least in MIGRATIONS)) throw new DatabaseError("newer", unknown.name);
      return;
    }
    // Skip the migrator, since it would take a lock for nothing
    whole = step === undefined && Object.keys(MIGRATIONS).every((name) => done.some((one) => one.name === name));
  }
  const { error } = whole ? {} : step === undefined ? await migrator.migrateToLatest() : await migrator.migrateTo(step);
  if (error !== undefined) throw error;
  if (step === undefined && (await leastKnown(database)) !== LEAST) await putFact(database, "", LEAST_FACT, LEAST);
}

const LEAST_FACT = "least step";
function leastKnown(database: Kysely<Tables>): Promise<string | undefined> {
  return readFact(database, "", LEAST_FACT);
}
