/** Who may come in with which token: links that a client was given, each to one connection. The tokens are not kept. */
import { createHash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** Makes an entrance. @param until ms @returns the token, which is shown once */
export async function makeEntrance(
  database: Kysely<Tables>,
  connection: string,
  now: number,
  until: number,
): Promise<string> {
  const token = randomBytes(24).toString("base64url");
  await database.deleteFrom("entrances").where("expires", "<=", now).execute();
  await database
    .insertInto("entrances")
    .values({ digest: digestOf(token), connection, made: new Date(now).toISOString(), expires: until })
    .execute();
  return token;
}

/** The connection that a token opens, while it is good; `undefined` for none. @param now ms */
export async function entranceOf(database: Kysely<Tables>, token: string, now: number): Promise<string | undefined> {
  const row = await database
    .selectFrom("entrances")
    .select("connection")
    .where("digest", "=", digestOf(token))
    .where("expires", ">", now)
    .executeTakeFirst();
  return row?.connection;
}
