/** The step that gives each connection an identity, and makes webhooks' secrets found by one look-up. */
import { createHash, randomUUID } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Tables } from "./tables.ts";

/** Returns the name of the common fact under which a webhook's secret is found. */
export function hookFact(secret: string): `hook ${string}` {
  return `hook ${createHash("sha256").update(secret).digest("hex")}`;
}

/** Makes a new identity: random, so that it is never used twice. */
export function freshIdentity(): string {
  return randomUUID();
}

/** @param postgres whether programs of before, which know no identities, may still add connections here */
export async function giveIdentities(database: Kysely<Tables>, postgres: boolean): Promise<void> {
  const { schema } = database;
  await schema
    .alterTable("connections")
    .addColumn("id", "text", (column) => (postgres ? column.defaultTo(sql`gen_random_uuid()::text`) : column))
    .execute();
  for (const { name } of await database.selectFrom("connections").select("name").execute()) {
    const id = freshIdentity();
    await database.updateTable("connections").set({ id }).where("name", "=", name).execute();
    await database.updateTable("entrances").set({ connection: id }).where("connection", "=", name).execute();
  }
  await schema.createIndex("connections_id").on("connections").column("id").unique().execute();
  await schema.createIndex("entrances_connection").on("entrances").column("connection").execute();
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
