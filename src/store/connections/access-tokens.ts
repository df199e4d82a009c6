/**
 * Links that clients were given, each to one connection. The tokens are not kept: a link is known by its digest, and
 * what was opened with it (a session) ends with it.
 */
import { createHash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { AccessToken } from "../../ports/connection-repository.ts";
import type { Tables } from "../tables.ts";

const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** What a token opens. */
export interface Access {
  /** The link itself, to be asked for again with `isAccessValid`. */
  readonly link: string;
  /** The connection's id. */
  readonly connection: string;
}

/**
 * Makes a link to a connection.
 * @param connection its id
 * @param until when the link ends (ms)
 * @returns the token, which is shown once
 */
export async function createAccessToken(
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

/** Returns what a token opens while it is good, and notes that it was used; `undefined` for nothing. @param now ms */
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

/** Returns whether a link is still good: a session that it opened lasts no longer. @param now ms */
export async function isAccessValid(database: Kysely<Tables>, { link, connection }: Access, now: number) {
  const row = await database
    .selectFrom("entrances")
    .select("connection")
    .where("digest", "=", link)
    .where("expires", ">", now)
    .executeTakeFirst();
  return row?.connection === connection;
}

/** Characters of a digest by which a link is named. */
const SHOWN = 8;

/** Lists the links to a connection that are good, oldest first. @param connection its id @param now ms */
export async function accessTokensTo(
  database: Kysely<Tables>,
  connection: string,
  now: number,
): Promise<readonly AccessToken[]> {
  return (await accessTokensOfAll(database, now, connection)).get(connection) ?? [];
}

/**
 * Lists the links that are good, oldest first, by the connections' ids.
 * @param now ms
 * @param only the id of the one connection that is asked about
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
 * Takes links to a connection back.
 * @param connection its id
 * @param links as `accessTokensTo` names them; `undefined` for all
 * @returns how many were taken back
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
