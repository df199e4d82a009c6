/** Saves a run's changes: records by key, and the search texts, addresses and counts that depend on them. */
import { type Kysely, sql } from "kysely";
import type { Link, Member, Person } from "../domain/contact.ts";
import { partsOfScope, scopesOfAccount } from "../domain/scope.ts";
import { chunks } from "../plan/collections.ts";
import type { ConflictResolution, Holdings, StateChanges } from "../ports/store.ts";
import { addressesOf, dropAddresses, putAddresses, sortedAddresses } from "./addresses.ts";
import { addCounts, type Counted, type CountedTable, holdingsOf, nothingCounted } from "./counts.ts";
import { engagementKey, goneKeys, nameText, ROWS, waitingAlone } from "./projections.ts";
import { dropStandings, leftBehind, putStandings } from "./standings.ts";
import type { DocumentTable, Tables } from "./tables.ts";
import { beginAnew, touchThem } from "./touched.ts";

/** Returns whether a table held nothing before these changes: then no row of it is looked for. */
type IsEmpty = (table: CountedTable) => Promise<boolean>;

type Rows = readonly (readonly [key: string | number, document: unknown])[];

/**
 * Returns the condition for the rows of all audiences of an account. A person deleted in Copper is deleted for all of
 * them, including those connected later (D3).
 */
export function ofAccount(connection: string) {
  const { accountId } = partsOfScope(connection);
  if (accountId === "") return sql<boolean>`connection = ${connection}`;
  const [from, to] = scopesOfAccount(accountId);
  return sql<boolean>`connection >= ${from} and connection < ${to}`;
}

/** Returns the addresses of people deleted from the account, as keys. */
export async function deletedOf(database: Kysely<Tables>, connection: string): Promise<string[]> {
  const rows = await database.selectFrom("deleted").select("key").distinct().where(ofAccount(connection)).execute();
  return rows.map(({ key }) => key);
}

/**
 * Returns the functions that write a connection's changes.
 * @param connection names the Copper account and the audience (W9)
 * @param now Unix ms
 */
export function changeWriter(connection: string, now: () => number) {
  /** Inserts or replaces documents. If a key is there twice, the last one counts. */
  async function put(on: Kysely<Tables>, table: DocumentTable, rows: Rows): Promise<void> {
    for (const part of chunks(rows, ROWS)) {
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
  /**
   * Deletes documents by key.
   * @returns how many there were
   */
  async function drop(on: Kysely<Tables>, table: DocumentTable, keys: readonly (string | number)[]): Promise<number> {
    let dropped = 0;
    for (const part of chunks(keys, ROWS)) {
      const { numDeletedRows } = await on
        .deleteFrom(table)
        .where("connection", "=", connection)
        .where("key", "in", part.map(String))
        .executeTakeFirstOrThrow();
      dropped += Number(numDeletedRows);
    }
    return dropped;
  }
  /** Returns the stored rows with these keys. */
  async function there(on: Kysely<Tables>, table: "persons" | "members" | "links", keys: readonly string[]) {
    return on
      .selectFrom(table as "persons")
      .select(["key", "json"])
      .where("connection", "=", connection)
      .where("key", "in", keys)
      .execute();
  }
  /**
   * Writes people or members with their search texts and addresses.
   * @returns how many are new
   */
  async function putRecords(
    on: Kysely<Tables>,
    kind: "persons" | "members",
    records: Iterable<Person | Member>,
    isEmpty: IsEmpty,
  ): Promise<number> {
    let more = 0;
    const fresh = sortedAddresses(on, connection);
    for (const all of chunks(records, ROWS)) {
      // If a contact is in the list several times, the last one counts
      const part = new Map(all.map((one) => ["emails" in one ? String(one.id) : one.key, one]));
      const rows: Rows = [...part];
      const empty = await isEmpty(kind);
      const before = empty ? [] : await there(on, kind, [...part.keys()]);
      await put(on, kind, rows);
      await name(on, kind, rows);
      more += rows.length - before.length;
      if (empty) {
        await fresh.add([...part.values()].flatMap(addressesOf));
        continue;
      }
      const old = new Map(before.map(({ key, json }) => [key, addressesOf(JSON.parse(json))]));
      const moved = [...part].map(([key, one]) => ({ before: old.get(key) ?? [], now: addressesOf(one) }));
      const others = moved.filter(({ before, now }) => JSON.stringify(before) !== JSON.stringify(now));
      await dropAddresses(
        on,
        connection,
        others.flatMap((one) => one.before),
      );
      await putAddresses(
        on,
        connection,
        others.flatMap((one) => one.now),
      );
    }
    await fresh.end();
    return more;
  }
  /**
   * Deletes people or members with their search texts and addresses.
   * @returns how many there were
   */
  async function dropRecords(
    on: Kysely<Tables>,
    kind: "persons" | "members",
    gone: readonly (string | number)[],
  ): Promise<number> {
    for (const part of chunks(gone, ROWS)) {
      const rows = await there(on, kind, part.map(String));
      await dropAddresses(
        on,
        connection,
        rows.flatMap(({ json }) => addressesOf(JSON.parse(json))),
      );
    }
    await unname(on, kind, gone);
    return drop(on, kind, gone);
  }
  /**
   * Writes links.
   * @returns how many are new, and the highest position among all of these
   */
  async function putLinks(
    on: Kysely<Tables>,
    links: Iterable<Link>,
    isEmpty: IsEmpty,
  ): Promise<Pick<Counted, "links" | "since">> {
    const counts = { links: 0, since: 0 };
    for (const part of chunks(links, ROWS)) {
      const unique = new Map(part.map((link) => [link.personId, link]));
      for (const { since } of part) counts.since = Math.max(counts.since, since);
      const before = (await isEmpty("links")) ? [] : await there(on, "links", [...unique.keys()].map(String));
      counts.links += unique.size - before.length;
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
    return counts;
  }
  /** Writes the search texts of records. */
  async function name(on: Kysely<Tables>, kind: "persons" | "members", rows: Rows): Promise<void> {
    for (const part of chunks(rows, ROWS)) {
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
  /** Deletes the search texts of records. */
  async function unname(on: Kysely<Tables>, kind: "persons" | "members", keys: readonly (string | number)[]) {
    for (const part of chunks(keys, ROWS))
      await on
        .deleteFrom("names")
        .where("connection", "=", connection)
        .where("kind", "=", kind)
        .where("key", "in", part.map(String))
        .execute();
  }
  /**
   * Writes all parts of a change, in the caller's transaction. Deletes before it inserts, so that a record which is
   * gone and returns in one change is stored. Standings are the other way round, see `StateChanges`.
   */
  async function saveChanges(on: Kysely<Tables>, stateChanges: StateChanges): Promise<void> {
    // Before any deletion, since this reads the links that are about to go
    await touchThem(on, connection, stateChanges, ofAccount(connection));
    const left = stateChanges.standings === undefined ? await leftBehind(on, connection, stateChanges) : [];
    const counts = nothingCounted();
    let before: Holdings | undefined;
    const filled = new Set<CountedTable>();
    const isEmpty: IsEmpty = async (table) => {
      before ??= await holdingsOf(on, connection);
      if (before[table] > 0) return false;
      filled.add(table);
      return true;
    };
    if ([stateChanges.personsGone, stateChanges.membersGone, stateChanges.unlinked].some((gone) => gone?.length))
      before = await holdingsOf(on, connection);
    counts.persons -= await dropRecords(on, "persons", stateChanges.personsGone ?? []);
    counts.members -= await dropRecords(on, "members", stateChanges.membersGone ?? []);
    counts.links -= await drop(on, "links", stateChanges.unlinked ?? []);
    // A record that is gone has no standing
    for (const part of chunks(goneKeys(stateChanges), ROWS)) await dropStandings(on, connection, part, now());
    await drop(on, "rejections", stateChanges.rejectionsLifted ?? []);
    await drop(on, "reviews", stateChanges.reviewsOver ?? []);
    await drop(on, "troubles", stateChanges.troublesOver ?? []);
    for (const part of chunks(stateChanges.restored ?? [], ROWS))
      await on.deleteFrom("deleted").where(ofAccount(connection)).where("key", "in", part.map(String)).execute();
    await drop(on, "wishes", (stateChanges.resolutionsOver ?? []).map(resolutionKey));
    counts.persons += await putRecords(on, "persons", stateChanges.persons ?? [], isEmpty);
    counts.members += await putRecords(on, "members", stateChanges.members ?? [], isEmpty);
    const { links, since } = await putLinks(on, stateChanges.links ?? [], isEmpty);
    counts.links += links;
    counts.since = since;
    if (before !== undefined) await addCounts(on, connection, before, counts, filled);
    await put(
      on,
      "wishes",
      (stateChanges.resolutions ?? []).map((one) => [resolutionKey(one), one]),
    );
    await put(
      on,
      "rejections",
      (stateChanges.rejections ?? []).map((one) => [one.address, one]),
    );
    await put(
      on,
      "reviews",
      (stateChanges.reviews ?? []).map((one) => [one.personId, one]),
    );
    await put(
      on,
      "troubles",
      (stateChanges.troubles ?? []).map((one) => [one.contact, one]),
    );
    await put(
      on,
      "deleted",
      (stateChanges.deleted ?? []).map((address) => [address, address]),
    );
    await put(
      on,
      "engagements",
      (stateChanges.engaged ?? []).map((one) => [engagementKey(one), one]),
    );
    // A key is the campaign, a space and the person's id
    for (const campaign of stateChanges.engagementOver ?? [])
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
    for (const part of chunks(stateChanges.standings ?? [], ROWS)) await putStandings(on, connection, part);
    for (const part of chunks(stateChanges.standingsOver ?? [], ROWS)) await dropStandings(on, connection, part, now());
    await put(on, "facts", Object.entries(stateChanges.facts ?? {}));
    if (stateChanges.decided !== undefined) await beginAnew(on, connection, stateChanges.decided);
  }
  return { put, saveChanges };
}

function resolutionKey({ personId, field }: ConflictResolution): string {
  return `${personId} ${field}`;
}
