/** Facts of a connection: documents by name. `Facts` lists those that the port knows; the store keeps some of its own. */
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** Returns a fact; `undefined` if it is not there. The caller knows its type. */
export async function readFact<T>(on: Kysely<Tables>, connection: string, name: string): Promise<T | undefined> {
  const row = await on
    .selectFrom("facts")
    .select("json")
    .where("connection", "=", connection)
    .where("key", "=", name)
    .executeTakeFirst();
  return row && (JSON.parse(row.json) as T);
}

/** Inserts or replaces a fact. */
export async function putFact(on: Kysely<Tables>, connection: string, name: string, value: unknown): Promise<void> {
  const json = JSON.stringify(value);
  await on
    .insertInto("facts")
    .values({ connection, key: name, json })
    .onConflict((conflict) => conflict.columns(["connection", "key"]).doUpdateSet({ json }))
    .execute();
}

/** Deletes a fact. */
export async function dropFact(on: Kysely<Tables>, connection: string, name: string): Promise<void> {
  await on.deleteFrom("facts").where("connection", "=", connection).where("key", "=", name).execute();
}
