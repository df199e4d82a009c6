/** The port `AccessTokens` on a database. The table holds only a digest of each token. */
import { createHash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { AccessToken, AccessTokens } from "../../ports/access-tokens.ts";
import type { Tables } from "../tables.ts";

const digestOf = (token: string) => createHash("sha256").update(token).digest("hex");

/** The characters of a digest that name a link in a list. */
const SHOWN = 8;

/** Implements the port on an open database. */
export function accessTokens(database: Kysely<Tables>): AccessTokens {
  const valid = (now: number) => database.selectFrom("entrances").where("expires", ">", now);

  /** Lists links by connection, oldest first. */
  async function listed(links: ReturnType<typeof valid>): Promise<ReadonlyMap<string, readonly AccessToken[]>> {
    const rows = await links.select(["connection", "digest", "made", "expires", "used"]).orderBy("made").execute();
    const all = rows.map(({ connection, digest, made, used, expires }) => ({
      connection,
      one: { link: digest.slice(0, SHOWN), made, used, expires: Number(expires) },
    }));
    const byConnection = Map.groupBy(all, ({ connection }) => connection);
    return new Map([...byConnection].map(([connection, found]) => [connection, found.map(({ one }) => one)]));
  }

  return {
    async create(connection, now, until) {
      // 24 random bytes cannot be guessed
      const token = randomBytes(24).toString("base64url");
      await database.deleteFrom("entrances").where("expires", "<=", now).execute();
      const made = new Date(now).toISOString();
      await database
        .insertInto("entrances")
        .values({ digest: digestOf(token), connection, made, expires: until })
        .execute();
      return token;
    },
    async open(token, now) {
      const row = await valid(now)
        .select(["connection", "digest"])
        .where("digest", "=", digestOf(token))
        .executeTakeFirst();
      if (row === undefined) return undefined;
      const used = new Date(now).toISOString();
      await database.updateTable("entrances").set({ used }).where("digest", "=", row.digest).execute();
      return { link: row.digest, connection: row.connection };
    },
    async holds({ link, connection }, now) {
      const row = await valid(now).select("connection").where("digest", "=", link).executeTakeFirst();
      return row?.connection === connection;
    },
    of: async (connection, now) =>
      (await listed(valid(now).where("connection", "=", connection))).get(connection) ?? [],
    all: (now) => listed(valid(now)),
    async revoke(connection, links) {
      const rows = await database
        .selectFrom("entrances")
        .select("digest")
        .where("connection", "=", connection)
        .execute();
      const gone = rows
        .map((row) => row.digest)
        .filter((digest) => links === undefined || links.includes(digest.slice(0, SHOWN)));
      for (const digest of gone) await database.deleteFrom("entrances").where("digest", "=", digest).execute();
      return gone.length;
    },
  };
}
