/** The migration that adds what a run needs to load only the contacts it concerns. */
import { type Kysely, sql } from "kysely";
import { addressesOf, putAddresses } from "./addresses.ts";
import { isPostgres } from "./dialect.ts";
import { pagesOf } from "./pages.ts";
import type { Tables } from "./tables.ts";

/** Adds the tables of addresses and of touched contacts, and the column that counts contacts left out. */
export async function keepNeighbours(database: Kysely<Tables>): Promise<void> {
  const { schema } = database;
  const small = (name: string, ...keys: readonly string[]) => {
    let table = schema.createTable(name).addColumn("connection", "text", (column) => column.notNull());
    if (keys.includes("address")) table = table.addColumn("address", "bigint", (column) => column.notNull());
    const made = table
      .addColumn("key", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint(`${name}_key`, ["connection", ...keys] as never);
    return (isPostgres(database) ? made : made.modifyEnd(sql`without rowid`)).execute();
  };
  await small("addresses", "address", "key");
  await small("touched", "key");
  // Fill in the addresses of the records that are there already
  for (const kind of ["persons", "members"] as const)
    for await (const page of pagesOf(database, kind))
      for (const [connection, rows] of Map.groupBy(page, (row) => row.connection))
        await putAddresses(
          database,
          connection,
          rows.flatMap(({ json }) => addressesOf(JSON.parse(json))),
        );
  await schema.alterTable("standings").addColumn("skipped", "text").execute();
  await schema
    .createIndex("standings_skipped")
    .on("standings")
    .columns(["connection", "skipped"])
    .where("skipped" as never, "is not", null)
    .execute();
}
