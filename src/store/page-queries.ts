/** Queries for people: past runs, contacts by name, a contact's history, and what waits for a decision. */
import { type Kysely, sql } from "kysely";
import { addressKey } from "../domain/address.ts";
import type { Link, Member, Person, Rejection } from "../domain/contact.ts";
import { chunks } from "../plan/collections.ts";
import type { PublishedActivities } from "../ports/engagement.ts";
import type {
  ConflictResolution,
  JournalEntry,
  KnownContact,
  Review,
  RunLine,
  Store,
  Trouble,
} from "../ports/store.ts";
import { holdingsOf } from "./counts.ts";
import { isPostgres } from "./dialect.ts";
import { engagementKey, hasAddress, ROWS, searchKey } from "./projections.ts";
import type { DocumentTable, Tables } from "./tables.ts";

type Queries = Pick<
  Store,
  | "atAddress"
  | "runs"
  | "holdings"
  | "waiting"
  | "resolutions"
  | "search"
  | "contact"
  | "contacts"
  | "history"
  | "engagements"
>;

/**
 * Implements these methods of the port `Store`.
 * @param connection names the Copper account and the audience (W9)
 */
export function queriesOn(database: Kysely<Tables>, connection: string): Queries {
  const rows = <T extends DocumentTable>(table: T) =>
    database.selectFrom(table as "persons").where("connection", "=", connection);
  /** Returns a document by its key. */
  async function one<T>(table: DocumentTable, key: string | number): Promise<T | undefined> {
    const row = await rows(table).select("json").where("key", "=", String(key)).executeTakeFirst();
    return row && (JSON.parse(row.json) as T);
  }
  /** Returns all documents of a table. Only for the small tables. */
  async function every<T>(table: DocumentTable): Promise<T[]> {
    return (await rows(table).select("json").orderBy("key").execute()).map((row) => JSON.parse(row.json) as T);
  }
  /** Returns the link to a member. */
  async function linkOfMember(memberKey: string): Promise<Link | undefined> {
    const row = await database
      .selectFrom("links")
      .select("json")
      .where("connection", "=", connection)
      .where("member", "=", memberKey)
      .executeTakeFirst();
    return row && (JSON.parse(row.json) as Link);
  }
  /** Selects records whose search text contains all pieces literally; there are no wildcards. */
  const hitsOf = (pieces: readonly string[]) => {
    const all = database.selectFrom("names").select(["kind", "key"]).where("connection", "=", connection);
    const holds = (piece: string) =>
      isPostgres(database)
        ? sql<boolean>`position(cast(${piece} as text) in text) > 0`
        : sql<boolean>`instr(text, ${piece}) > 0`;
    return pieces.reduce((query, piece) => query.where(holds(piece)), all);
  };
  /** Returns a contact with both records and the link, from either record's key. */
  const contact: Queries["contact"] = async (who) => {
    const link = "personId" in who ? await one<Link>("links", who.personId) : await linkOfMember(who.memberKey);
    const personId = "personId" in who ? who.personId : link?.personId;
    const memberKey = "memberKey" in who ? who.memberKey : link?.memberKey;
    const person = personId === undefined ? undefined : await one<Person>("persons", personId);
    const member = memberKey === undefined ? undefined : await one<Member>("members", memberKey);
    return { ...(person && { person }), ...(member && { member }), ...(link && { link }) };
  };
  /** Returns records by key. PostgreSQL answers several queries of `ROWS` keys at once. */
  async function several<T>(table: DocumentTable, keys: readonly string[]): Promise<Map<string, T>> {
    const parts = await Promise.all(
      [...chunks(keys, ROWS)].map((part) => rows(table).select(["key", "json"]).where("key", "in", part).execute()),
    );
    return new Map(parts.flat().map(({ key, json }) => [key, JSON.parse(json) as T]));
  }
  return {
    contact,
    async contacts(personIds) {
      const ids = personIds.map(String);
      const [persons, links] = await Promise.all([several<Person>("persons", ids), several<Link>("links", ids)]);
      const members = await several<Member>(
        "members",
        [...links.values()].map((link) => link.memberKey),
      );
      return ids.flatMap((id): KnownContact[] => {
        const [person, link] = [persons.get(id), links.get(id)];
        const member = link && members.get(link.memberKey);
        return person === undefined ? [] : [{ person, ...(link && { link }), ...(member && { member }) }];
      });
    },
    async runs(limit, offset = 0, syncs = false) {
      let query = database
        .selectFrom("runs")
        .select("line")
        .where("connection", "=", connection)
        .where("line", "is not", null)
        .where("line", "!=", "null")
        .orderBy("started_at", "desc")
        .orderBy("id", "desc")
        .offset(offset)
        .limit(limit);
      if (syncs) query = query.where("kind", "=", "sync");
      return (await query.execute()).map((row) => JSON.parse(row.line!) as RunLine);
    },
    holdings: () => holdingsOf(database, connection),
    async waiting() {
      return {
        reviews: await every<Review>("reviews"),
        rejections: await every<Rejection>("rejections"),
        troubles: await every<Trouble>("troubles"),
      };
    },
    resolutions: () => every<ConflictResolution>("wishes"),
    engagements: async (of) => [...(await several<PublishedActivities>("engagements", of.map(engagementKey))).values()],
    async search(text, limit) {
      const words = searchKey(text).split(" ").filter(Boolean);
      // Descending, so that `persons` come before `members`
      const hits = await hitsOf(words).orderBy("kind", "desc").orderBy("key").limit(limit).execute();
      const found = new Map<string, KnownContact>();
      for (const { kind, key } of hits) {
        const known = await contact(kind === "persons" ? { personId: Number(key) } : { memberKey: key });
        // Both records of a pair may match, so keep the contact once
        found.set(known.person ? `p${known.person.id}` : `m${key}`, known);
      }
      return [...found.values()];
    },
    async atAddress(address) {
      const found = new Map<string, KnownContact>();
      // The search text only contains the address, so compare the record's addresses exactly
      for (const { kind, key } of await hitsOf([searchKey(addressKey(address))])
        .orderBy("kind", "desc")
        .orderBy("key")
        .execute()) {
        const known = await contact(kind === "persons" ? { personId: Number(key) } : { memberKey: key });
        const addresses = [known.person?.emails ?? [], known.member?.email ?? []].flat();
        if (hasAddress(addresses, address)) found.set(known.person ? `p${known.person.id}` : `m${key}`, known);
      }
      return [...found.values()];
    },
    async history(personId, limit) {
      const found = await database
        .selectFrom("journal")
        .select(["id", "run", "operation", "state"])
        .where("connection", "=", connection)
        .where("person", "=", String(personId))
        .orderBy("id", "desc")
        .limit(limit)
        .execute();
      return found.map(({ id, run, operation, state }) => ({
        id: Number(id),
        run,
        operation: JSON.parse(operation) as JournalEntry["operation"],
        state: state as JournalEntry["state"],
      }));
    },
  };
}
