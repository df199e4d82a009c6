/**
 * The standings table. Only contacts that are not plainly in step have a row; all other records are the rest. So the
 * table does not grow with the accounts. Before the first complete run, the rest is unknown.
 */
import { type Kysely, sql } from "kysely";
import type { Link, Member, Person } from "../domain/contact.ts";
import { chunks } from "../plan/collections.ts";
import {
  type KeptStanding,
  type ReasonCount,
  SIDES,
  type StandingReason,
  sidesOf,
  standingKey,
  UNSTORED,
} from "../plan/standings.ts";
import type { KnownContact, StandingContact, StateChanges, Store } from "../ports/store.ts";
import { holdingsOf } from "./counts.ts";
import { readFact } from "./facts.ts";
import { countsOf, plainStanding, ROWS, unstoredOf } from "./projections.ts";
import type { Tables } from "./tables.ts";

/** Writes standings; the last one of several for a contact counts. */
export async function putStandings(
  on: Kysely<Tables>,
  connection: string,
  standings: readonly KeptStanding[],
): Promise<void> {
  const unique = new Map(standings.map((one) => [standingKey(one), one]));
  if (unique.size === 0) return;
  await on
    .insertInto("standings")
    .values(
      [...unique].map(([key, one]) => ({
        connection,
        key,
        reason: one.reason,
        sides: sidesOf(one),
        ...(one.counted && { skipped: one.counted }),
        json: JSON.stringify(one),
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(["connection", "key"]).doUpdateSet({
        reason: sql<string>`excluded.reason`,
        sides: sql<string>`excluded.sides`,
        skipped: sql<string | null>`excluded.skipped`,
        json: sql<string>`excluded.json`,
      }),
    )
    .execute();
}

/**
 * Deletes the rows of contacts that are plainly in step now, and records this time on their links.
 * @param keys contacts' keys (`standingKey`)
 * @param now Unix ms
 */
export async function dropStandings(
  on: Kysely<Tables>,
  connection: string,
  keys: readonly string[],
  now: number,
): Promise<void> {
  await on.deleteFrom("standings").where("connection", "=", connection).where("key", "in", keys).execute();
  const persons = keys.filter((key) => key.startsWith("p")).map((key) => key.slice(1));
  if (persons.length > 0)
    await on
      .updateTable("links")
      .set({ at: now })
      .where("connection", "=", connection)
      .where("key", "in", persons)
      .execute();
}

/**
 * Returns the keys of members that stay while their people are about to go. One query for each person is enough, since
 * people are few here: a complete run writes all standings itself.
 */
export async function leftBehind(
  on: Kysely<Tables>,
  connection: string,
  { personsGone = [], membersGone = [] }: StateChanges,
): Promise<string[]> {
  const found: string[] = [];
  for (const personId of personsGone) {
    const link = await on
      .selectFrom("links")
      .innerJoin("members", (join) =>
        join.onRef("members.connection", "=", "links.connection").onRef("members.key", "=", "links.member"),
      )
      .select("members.key")
      .where("links.connection", "=", connection)
      .where("links.key", "=", String(personId))
      .executeTakeFirst();
    if (link !== undefined && !membersGone.includes(link.key)) found.push(link.key);
  }
  return found;
}

/** Returns the ids of the people among these. */
function personIdsOf(all: readonly { readonly personId?: number | undefined }[]): number[] {
  return all.map((one) => one.personId).filter((id) => id !== undefined);
}

/** Returns the keys of the members among these. */
function memberKeysOf(all: readonly { readonly memberKey?: string | undefined }[]): string[] {
  return all.map((one) => one.memberKey).filter((key) => key !== undefined);
}

/**
 * Implements these methods of the port `Store`.
 * @param connection names the Copper account and the audience (W9)
 */
export function standingQueries(
  database: Kysely<Tables>,
  connection: string,
): Pick<Store, "standingCounts" | "standingCount" | "standings" | "standingsAt" | "standingOf"> {
  const rows = () => database.selectFrom("standings").where("standings.connection", "=", connection);
  /** Returns people or members by key. */
  async function several<T>(table: "persons" | "members", keys: readonly string[]): Promise<Map<string, T>> {
    const found = new Map<string, T>();
    for (const part of chunks(keys, ROWS)) {
      const some = await database
        .selectFrom(table as "persons")
        .select(["key", "json"])
        .where("connection", "=", connection)
        .where("key", "in", part)
        .execute();
      for (const { key, json } of some) found.set(key, JSON.parse(json) as T);
    }
    return found;
  }
  /** Returns the links of these people, and when each was last in step, by id. */
  async function linksOf(personIds: readonly number[]) {
    const links = new Map<string, { readonly link: Link; readonly at: number | string | null }>();
    for (const part of chunks(personIds, ROWS)) {
      const found = await database
        .selectFrom("links")
        .select(["key", "json", "at"])
        .where("connection", "=", connection)
        .where("key", "in", part.map(String))
        .execute();
      for (const { key, json, at } of found) links.set(key, { link: JSON.parse(json) as Link, at });
    }
    return links;
  }
  /**
   * Returns whether a run has looked at every contact once. Until then, nothing is known of a contact without a row.
   */
  async function isLookedAt(): Promise<boolean> {
    return (await readFact(database, connection, "looked at")) !== undefined;
  }
  /** Returns the number of rows with one of these reasons. */
  async function countOfReasons(reasons: readonly StandingReason[]): Promise<number> {
    if (reasons.length === 0) return 0;
    const { n } = await rows()
      .select((all) => all.fn.countAll().as("n"))
      .where("reason", "in", reasons)
      .executeTakeFirstOrThrow();
    return Number(n);
  }
  /** Returns how many records have a standing but are not stored. */
  async function unstored(): Promise<{ readonly copper: number; readonly mailchimp: number }> {
    const found = await rows()
      .select("json")
      .where("reason", "in", [...UNSTORED])
      .execute();
    const standings = found.map(({ json }) => JSON.parse(json) as KeptStanding);
    const ids = personIdsOf(standings).map(String);
    return unstoredOf(standings, await several("persons", ids), await several("members", memberKeysOf(standings)));
  }
  /** Adds the records of each standing. */
  async function whole(standings: readonly KeptStanding[]): Promise<StandingContact[]> {
    const ids = personIdsOf(standings);
    const persons = await several<Person>("persons", ids.map(String));
    const members: ReadonlyMap<string | undefined, Member> = await several("members", memberKeysOf(standings));
    const links = await linksOf(ids);
    return standings.map((standing) => {
      const person = persons.get(String(standing.personId));
      const member = members.get(standing.memberKey);
      const link = links.get(String(standing.personId))?.link;
      return { standing, ...(person && { person }), ...(member && { member }), ...(link && { link }) };
    });
  }
  /** Returns people without a row. A member without a row is always part of such a pair. */
  async function plain(reason: StandingReason, limit: number, offset: number): Promise<StandingContact[]> {
    const found = await database
      .selectFrom("persons")
      .leftJoin("standings", (join) =>
        join
          .onRef("standings.connection", "=", "persons.connection")
          .on("standings.key", "=", sql<string>`'p' || persons.key`),
      )
      .select("persons.key")
      .where("persons.connection", "=", connection)
      .where("standings.key", "is", null)
      .orderBy("persons.key")
      .limit(limit)
      .offset(offset)
      .execute();
    const ids = found.map(({ key }) => Number(key));
    const links = await linksOf(ids);
    const known = await whole(
      ids.map((personId) => {
        const memberKey = links.get(String(personId))?.link.memberKey;
        return { personId, ...(memberKey !== undefined && { memberKey }), reason, since: "" };
      }),
    );
    return known.map((one) => ({
      ...one,
      standing: plainStanding(one, reason, links.get(String(one.standing.personId))?.at),
    }));
  }
  /** Returns the stored standings with these keys. */
  async function kept(keys: readonly string[]): Promise<KeptStanding[]> {
    const found: KeptStanding[] = [];
    for (const part of chunks(keys, ROWS))
      for (const { json } of await rows().select("json").where("key", "in", part).execute())
        found.push(JSON.parse(json) as KeptStanding);
    return found;
  }
  return {
    async standingCounts(): Promise<readonly ReasonCount[]> {
      // By reason alone, in the order of the index: by reason and sides, the database would sort all rows first
      const found = await rows()
        .select("reason")
        .select(SIDES.map((sides) => sql<number | string>`count(*) filter (where sides = ${sides})`.as(sides)))
        .groupBy("reason")
        .execute();
      const counted = found.flatMap((row) =>
        SIDES.map((sides) => ({ reason: row.reason, sides, n: Number(row[sides]) })),
      );
      const { persons, members } = await holdingsOf(database, connection);
      const away = await unstored();
      const there = { copper: persons + away.copper, mailchimp: members + away.mailchimp };
      return countsOf(counted, there, await isLookedAt());
    },
    standingCount: countOfReasons,
    async standings(reasons, limit, offset = 0) {
      const rest = (await isLookedAt()) ? "in-step" : "not-looked-at";
      const kept = reasons.filter((one) => one !== rest);
      const found =
        kept.length === 0
          ? []
          : await rows()
              .select("json")
              .where("reason", "in", kept)
              .orderBy("reason")
              .orderBy("key")
              .limit(limit)
              .offset(offset)
              .execute();
      const contacts = await whole(found.map(({ json }) => JSON.parse(json) as KeptStanding));
      // Contacts without a row come after all that have one, so the offset goes on from there
      if (!reasons.includes(rest) || contacts.length === limit) return contacts;
      const from = Math.max(0, offset - (await countOfReasons(kept)));
      return [...contacts, ...(await plain(rest, limit - contacts.length, from))];
    },
    standingsAt: kept,
    async standingOf(known: readonly KnownContact[]) {
      const rest = (await isLookedAt()) ? "in-step" : "not-looked-at";
      const keys = known.flatMap(({ person, member }) => [
        ...(person ? [`p${person.id}`] : []),
        ...(member ? [`m${member.key}`] : []),
      ]);
      const standings = new Map((await kept(keys)).map((one) => [standingKey(one), one]));
      const links = await linksOf(personIdsOf(known.map(({ person }) => ({ personId: person?.id }))));
      return known.map((one) => ({
        ...one,
        standing:
          standings.get(`p${one.person?.id}`) ??
          standings.get(`m${one.member?.key}`) ??
          plainStanding(one, rest, links.get(String(one.person?.id))?.at),
      }));
    },
  };
}
