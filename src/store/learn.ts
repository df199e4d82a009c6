/** Writing down what a run has learnt: records by key, and beside them what people are found by. */
import { type Kysely, sql } from "kysely";
import type { Link, Person } from "../contact/contact.ts";
import type { Learnt, Wish } from "../plan/ports.ts";
import { portions } from "../plan/records.ts";
import { engagementKey, goneKeys, nameText, ROWS, waitingAlone } from "./lines.ts";
import { dropStandings, leftBehind, putStandings } from "./standings.ts";
import type { DocumentTable, Tables } from "./tables.ts";

type Rows = readonly (readonly [key: string | number, document: unknown])[];

/**
 * Returns what tells the rows of every audience of an account: whoever was deleted in Copper is deleted for all of
 * them, those connected later, too (D3).
 */
function ofAccount(connection: string) {
  const account = connection.slice(0, connection.indexOf(":") + 1);
  return account === ""
    ? sql<boolean>`connection = ${connection}`
    : sql<boolean>`connection >= ${account} and connection < ${`${account.slice(0, -1)};`}`;
}

/** Returns the addresses of people deleted from the account, as keys. */
export async function deletedOf(database: Kysely<Tables>, connection: string): Promise<string[]> {
  const rows = await database.selectFrom("deleted").select("key").distinct().where(ofAccount(connection)).execute();
  return rows.map(({ key }) => key);
}

/**
 * @param connection names the Copper account and the audience (W9)
 * @param now milliseconds since 1970
 */
export function learning(connection: string, now: () => number) {
  async function put(on: Kysely<Tables>, table: DocumentTable, rows: Rows): Promise<void> {
    for (const part of portions(rows, ROWS)) {
      const unique = new Map(part.map(([key, document]) => [String(key), JSON.stringify(document)]));
      await on
        .insertInto(table)
        .values([...unique].map(([key, json]) => ({ connection, key, json })))
        .onConflict((conflict) =>
          conflict.columns(["connection", "key"]).doUpdateSet({ json: sql<string>`excluded.json` }),
        )
        .execute();
    }
  }
  async function drop(on: Kysely<Tables>, table: DocumentTable, keys: readonly (string | number)[]): Promise<void> {
    for (const part of portions(keys, ROWS))
      await on.deleteFrom(table).where("connection", "=", connection).where("key", "in", part.map(String)).execute();
  }
  async function putLinks(on: Kysely<Tables>, links: Iterable<Link>): Promise<void> {
    for (const part of portions(links, ROWS)) {
      const unique = new Map(part.map((link) => [link.personId, link]));
      await on
        .insertInto("links")
        .values(
          [...unique.values()].map((link) => ({
            connection,
            key: String(link.personId),
            json: JSON.stringify(link),
            member: link.memberKey,
            at: now(),
          })),
        )
        .onConflict((conflict) =>
          conflict.columns(["connection", "key"]).doUpdateSet({
            json: sql<string>`excluded.json`,
            member: sql<string>`excluded.member`,
            at: sql<number>`excluded.at`,
          }),
        )
        .execute();
    }
  }
  /** Keeps what people are found by beside them. */
  async function name(on: Kysely<Tables>, kind: "persons" | "members", rows: Rows): Promise<void> {
    for (const part of portions(rows, ROWS)) {
      const unique = new Map(part.map(([key, one]) => [String(key), nameText(one as Person)]));
      await on
        .insertInto("names")
        .values([...unique].map(([key, text]) => ({ connection, kind, key, text })))
        .onConflict((conflict) =>
          conflict.columns(["connection", "kind", "key"]).doUpdateSet({ text: sql<string>`excluded.text` }),
        )
        .execute();
    }
  }
  async function unname(on: Kysely<Tables>, kind: "persons" | "members", keys: readonly (string | number)[]) {
    for (const part of portions(keys, ROWS))
      await on
        .deleteFrom("names")
        .where("connection", "=", connection)
        .where("kind", "=", kind)
        .where("key", "in", part.map(String))
        .execute();
  }
  async function learn(on: Kysely<Tables>, learnt: Learnt): Promise<void> {
    const left = learnt.standings === undefined ? await leftBehind(on, connection, learnt) : [];
    await drop(on, "persons", learnt.personsGone ?? []);
    await drop(on, "members", learnt.membersGone ?? []);
    await drop(on, "links", learnt.unlinked ?? []);
    // Whoever is gone stands nowhere
    for (const part of portions(goneKeys(learnt), ROWS)) await dropStandings(on, connection, part, now());
    await drop(on, "rejections", learnt.rejectionsLifted ?? []);
    await drop(on, "reviews", learnt.reviewsOver ?? []);
    await drop(on, "troubles", learnt.troublesOver ?? []);
    for (const part of portions(learnt.restored ?? [], ROWS))
      await on.deleteFrom("deleted").where(ofAccount(connection)).where("key", "in", part.map(String)).execute();
    await drop(on, "wishes", (learnt.wishesOver ?? []).map(wishKey));
    for (const part of portions(learnt.persons ?? [], ROWS)) {
      const rows: Rows = part.map((one) => [one.id, one]);
      await put(on, "persons", rows);
      await name(on, "persons", rows);
    }
    for (const part of portions(learnt.members ?? [], ROWS)) {
      const rows: Rows = part.map((one) => [one.key, one]);
      await put(on, "members", rows);
      await name(on, "members", rows);
    }
    await unname(on, "persons", learnt.personsGone ?? []);
    await unname(on, "members", learnt.membersGone ?? []);
    await putLinks(on, learnt.links ?? []);
    await put(
      on,
      "wishes",
      (learnt.wishes ?? []).map((one) => [wishKey(one), one]),
    );
    await put(
      on,
      "rejections",
      (learnt.rejections ?? []).map((one) => [one.address, one]),
    );
    await put(
      on,
      "reviews",
      (learnt.reviews ?? []).map((one) => [one.personId, one]),
    );
    await put(
      on,
      "troubles",
      (learnt.troubles ?? []).map((one) => [one.contact, one]),
    );
    await put(
      on,
      "deleted",
      (learnt.deleted ?? []).map((address) => [address, address]),
    );
    await put(
      on,
      "engagements",
      (learnt.engaged ?? []).map((one) => [engagementKey(one), one]),
    );
    for (const campaign of learnt.engagementOver ?? [])
      await on
        .deleteFrom("engagements")
        .where("connection", "=", connection)
        .where(sql<boolean>`substr(key, 1, ${campaign.length + 1}) = ${`${campaign} `}`)
        .execute();
    await putStandings(
      on,
      connection,
      left.map((memberKey) => waitingAlone(memberKey, now())),
    );
    for (const part of portions(learnt.standings ?? [], ROWS)) await putStandings(on, connection, part);
    for (const part of portions(learnt.standingsOver ?? [], ROWS)) await dropStandings(on, connection, part, now());
    await put(on, "facts", Object.entries(learnt.facts ?? {}));
  }
  return { put, learn };
}

function wishKey({ personId, field }: Wish): string {
  return `${personId} ${field}`;
}
