/**
 * Access tokens: links that clients were given, each to one connection. The table holds only a digest of each token. A
 * session that began with a link ends with it.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { AccessToken } from "../../ports/connection-repository.ts";
import type { Tables } from "../tables.ts";

const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** What a token gives access to. */
export interface Access {
  /** The link's digest, for a later check with `isAccessValid`. */
  readonly link: string;
  /** The connection's id. */
  readonly connection: string;
}

/**
 * Creates a link to a connection, and deletes all expired ones.
 * @param connection the connection's id
 * @param now Unix ms
 * @param until when the link expires (Unix ms)
 * @returns the token; it is not stored, so it can be shown only once
 */
export async function createAccessToken(
  database: Kysely<Tables>,
  connection: string,
  now: number,
  until: number,
): Promise<string> {
  // 24 random bytes cannot be guessed
  const token = randomBytes(24).toString("base64url");
  await database.deleteFrom("entrances").where("expires", "<=", now).execute();
  await database
    .insertInto("entrances")
    .values({ digest: digestOf(token), connection, made: new Date(now).toISOString(), expires: until })
    .execute();
  return token;
}

/**
 * Returns what a token gives access to, and records its use; `undefined` if it is unknown or expired.
 * @param now Unix ms
 */
export async function accessOf(database: Kysely<Tables>, token: string, now: number): Promise<Access | undefined> {
  const row = await database
    .selectFrom("entrances")
    .select(["connection", "digest"])
    .where("digest", "=", digestOf(token))
    .where("expires", ">", now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const used = new Date(now).toISOString();
  await database.updateTable("entrances").set({ used }).where("digest", "=", row.digest).execute();
  return { link: row.digest, connection: row.connection };
}

/**
 * Returns whether a link is still valid, since a session ends with its link.
 * @param now Unix ms
 */
export async function isAccessValid(database: Kysely<Tables>, { link, connection }: Access, now: number) {
  const row = await database
    .selectFrom("entrances")
    .select("connection")
    .where("digest", "=", link)
    .where("expires", ">", now)
    .executeTakeFirst();
  return row?.connection === connection;
}

/** The characters of a digest that name a link in a list. */
const SHOWN = 8;

/**
 * Lists the valid links to a connection, oldest first.
 * @param connection the connection's id
 * @param now Unix ms
 */
export async function accessTokensTo(
  database: Kysely<Tables>,
  connection: string,
  now: number,
): Promise<readonly AccessToken[]> {
  return (await accessTokensOfAll(database, now, connection)).get(connection) ?? [];
}

/**
 * Lists the valid links by connection id, oldest first.
 * @param now Unix ms
 * @param only the id of a single connection
 */
export async function accessTokensOfAll(
  database: Kysely<Tables>,
  now: number,
  only?: string,
): Promise<ReadonlyMap<string, readonly AccessToken[]>> {
  const all = database
    .selectFrom("entrances")
    .select(["connection", "digest", "made", "expires", "used"])
    .where("expires", ">", now)
    .orderBy("made");
  const rows = await (only === undefined ? all : all.where("connection", "=", only)).execute();
  const found = new Map<string, AccessToken[]>();
  for (const { connection, digest, made, expires, used } of rows) {
    const one = { link: digest.slice(0, SHOWN), made, used, expires: Number(expires) };
    found.set(connection, [...(found.get(connection) ?? []), one]);
  }
  return found;
}

/**
 * Revokes links to a connection.
 * @param connection the connection's id
 * @param links names from `accessTokensTo`; `undefined` for all
 * @returns how many were revoked
 */
export async function revokeAccessTokens(
  database: Kysely<Tables>,
  connection: string,
  links: readonly string[] | undefined,
): Promise<number> {
  const rows = await database.selectFrom("entrances").select("digest").where("connection", "=", connection).execute();
  const gone = rows
    .map((row) => row.digest)
    .filter((digest) => links === undefined || links.includes(digest.slice(0, SHOWN)));
  for (const digest of gone) await database.deleteFrom("entrances").where("digest", "=", digest).execute();
  return gone.length;
}
