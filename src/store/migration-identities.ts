/** The migration that gives each connection an id, and lets a webhook's secret be found with one lookup. */
import { type Kysely, sql } from "kysely";
import { freshIdentity, hookFact } from "./connections/identities.ts";
import type { Tables } from "./tables.ts";

/**
 * Adds ids to connections and access links, and a fact for each webhook's secret.
 * @param postgres whether programs of an earlier version may still add connections; then the database fills in the id
 */
export async function giveIdentities(database: Kysely<Tables>, postgres: boolean): Promise<void> {
  const { schema } = database;
  await schema
    .alterTable("connections")
    .addColumn("id", "text", (column) => (postgres ? column.defaultTo(sql`gen_random_uuid()::text`) : column))
    .execute();
  // Access links named their connection by its name, which may be used again later
  for (const { name } of await database.selectFrom("connections").select("name").execute()) {
    const id = freshIdentity();
    await database.updateTable("connections").set({ id }).where("name", "=", name).execute();
    await database.updateTable("entrances").set({ connection: id }).where("connection", "=", name).execute();
  }
  await schema.createIndex("connections_id").on("connections").column("id").unique().execute();
  await schema.createIndex("entrances_connection").on("entrances").column("connection").execute();
  // Earlier versions looked through all connections for a webhook's secret
  const hooks = await database.selectFrom("facts").select(["connection", "json"]).where("key", "=", "hooks").execute();
  for (const { connection, json } of hooks) {
    const known = JSON.parse(json) as { readonly secret?: string } | null;
    if (known?.secret === undefined) continue;
    const row = { connection: "", key: hookFact(known.secret), json: JSON.stringify(connection) };
    await database
      .insertInto("facts")
      .values(row)
      .onConflict((conflict) => conflict.columns(["connection", "key"]).doUpdateSet({ json: row.json }))
      .execute();
  }
}
