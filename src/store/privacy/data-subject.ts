/**
 * Personal data: everything stored about one human being over all connections, found by an address. Serves access
 * requests and erasure requests. The services' own records are not touched.
 */
import { type Kysely, type Selectable, sql } from "kysely";
import { addressKey, validKeys } from "../../domain/address.ts";
import type { Link, Member, Person, Rejection } from "../../domain/contact.ts";
import { mentionedIn, mentioning } from "../../domain/mentions-in-text.ts";
import type { UnfinishedDecision } from "../../plan/decision.ts";
import type { RunDocument } from "../../plan/run-document.ts";
import { type KeptStanding, standingKey } from "../../plan/standings.ts";
import type { KeptCopy, Trouble } from "../../ports/store.ts";
import { addressesOf, dropAddresses } from "../addresses.ts";
import { forgetCounts } from "../counts.ts";
import { isPostgres } from "../dialect.ts";
import { putFact, readFact } from "../facts.ts";
import { PAGE, pages, pagesOf } from "../pages.ts";
import { searchKey } from "../projections.ts";
import type { DocumentTable, Tables } from "../tables.ts";
import { beginAnew } from "../touched.ts";
import type { KeptRow } from "./kept-row.ts";
import { reported, silence } from "./run-mentions.ts";

/** Everything stored about one human being. */
export interface Kept {
  /** All their addresses, as keys. */
  readonly addresses: readonly string[];
  readonly personIds: readonly number[];
  /** Their ids in Mailchimp's API paths. */
  readonly memberIds: readonly string[];
  readonly rows: readonly KeptRow[];
}

/**
 * Returns everything stored about the contact with an address. Further addresses of the same people are searched, too.
 * @param address as typed or as a key
 */
export async function keptOf(database: Kysely<Tables>, address: string): Promise<Kept> {
  const addresses = new Set([addressKey(address)]);
  const rows: KeptRow[] = [];
  const persons = await named<Person>(database, "persons", addresses, (one) => one.emails);
  for (const { document } of persons) for (const key of validKeys(document.emails)) addresses.add(key);
  const members = await named<Member>(database, "members", addresses, (one) => [one.email]);
  const copies = await every<KeptCopy>(database, "copies", (one) => meets(one.emails, addresses));
  for (const { document } of copies) for (const key of validKeys(document.emails)) addresses.add(key);
  const memberKeys = new Set(members.map((one) => one.document.key));
  const ids = new Set([...persons.map((one) => one.document.id), ...copies.map((one) => one.document.personId)]);
  const links = await every<Link>(
    database,
    "links",
    (one) => ids.has(one.personId) || memberKeys.has(one.memberKey) || addresses.has(one.address),
  );
  for (const { document } of links) ids.add(document.personId);
  const mentioned = mentioning([...addresses]);
  const keyed = (one: { readonly personId: number }) => ids.has(one.personId);
  rows.push(
    ...persons,
    ...members,
    ...links,
    ...copies,
    ...(await every<Rejection>(database, "rejections", (one) => addresses.has(one.address))),
    ...(await every<{ personId: number }>(database, "reviews", keyed)),
    ...(await every<{ personId: number }>(database, "wishes", keyed)),
    ...(await every<{ personId: number }>(database, "engagements", keyed)),
    ...(await every<Trouble>(database, "troubles", (one) => addresses.has(addressKey(one.contact)))),
    ...(await every<KeptStanding>(
      database,
      "standings",
      ({ personId = -1, memberKey = "", detail }) =>
        ids.has(personId) || memberKeys.has(memberKey) || mentionedIn(detail, mentioned),
    )),
    ...(await every<string>(database, "deleted", (one) => addresses.has(one))),
    ...(await journalled(database, addresses, ids)),
    ...(await reported(database, addresses)),
  );
  return {
    addresses: [...addresses],
    personIds: [...ids],
    memberIds: [...new Set(members.map((one) => one.document.id))],
    rows,
  };
}

/**
 * Deletes everything that `keptOf` found. A run keeps its figures, but its document and reports no longer name the
 * contact.
 * @param kept the rows to delete
 * @param report makes a run's reports again from its document
 */
export async function erase(
  database: Kysely<Tables>,
  kept: Kept,
  report: (document: RunDocument) => Readonly<Record<string, string>>,
): Promise<void> {
  const ownKeys = new Set([
    ...kept.personIds.map((personId) => standingKey({ personId })),
    ...kept.rows.filter(({ table }) => table === "members").map(({ key }) => standingKey({ memberKey: key })),
  ]);
  await database.transaction().execute(async (on) => {
    for (const { table, connection, key, document } of kept.rows)
      if (table === "journal") await on.deleteFrom("journal").where("id", "=", Number(key)).execute();
      else if (table === "runs") await silence(on, connection, key, new Set(kept.addresses), report);
      else if (table === "standings" && !ownKeys.has(key) && !key.startsWith("?"))
        await leaveUnsaid(on, connection, key, document as KeptStanding);
      else {
        await on.deleteFrom(table).where("connection", "=", connection).where("key", "=", key).execute();
        await on
          .deleteFrom("names")
          .where("connection", "=", connection)
          .where("kind", "=", table)
          .where("key", "=", key)
          .execute();
        if (table === "persons" || table === "members")
          await dropAddresses(on, connection, addressesOf(document as Person | Member));
      }
    // Rows were deleted directly, so count and decide everything again
    for (const connection of new Set(kept.rows.map((one) => one.connection))) {
      await unname(on, connection, kept.personIds);
      await forgetCounts(on, connection);
      await beginAnew(on, connection, null);
    }
  });
  // SQLite keeps deleted content in the file until a vacuum. PostgreSQL removes it by itself, in its own vacuum
  if (isPostgres(database)) return;
  await sql`vacuum`.execute(database);
  await sql`pragma wal_checkpoint(truncate)`.execute(database);
}

/** Removes the names from decisions that a later run finishes. The decisions stay. */
async function unname(on: Kysely<Tables>, connection: string, personIds: readonly number[]): Promise<void> {
  const all = (await readFact<UnfinishedDecision[]>(on, connection, "decisions")) ?? [];
  if (!all.some((one) => personIds.includes(one.personId))) return;
  const next = all.map((one) => (personIds.includes(one.personId) ? { ...one, name: String(one.personId) } : one));
  await putFact(on, connection, "decisions", next);
}

/** Removes the details of another contact's standing that mention this one. That contact's reason stays. */
async function leaveUnsaid(on: Kysely<Tables>, connection: string, key: string, standing: KeptStanding): Promise<void> {
  const { detail: _, ...rest } = standing;
  await on
    .updateTable("standings")
    .set({ json: JSON.stringify(rest) })
    .where("connection", "=", connection)
    .where("key", "=", key)
    .execute();
}

function meets(emails: readonly string[], addresses: ReadonlySet<string>): boolean {
  return emails.some((email) => addresses.has(addressKey(email)));
}

/** Returns the rows of a table that a test accepts. Reads the whole table, since documents have no index. */
async function every<T>(
  database: Kysely<Tables>,
  table: DocumentTable | "standings",
  about: (document: T) => boolean,
): Promise<(KeptRow & { readonly document: T })[]> {
  const found: (KeptRow & { readonly document: T })[] = [];
  for await (const page of pagesOf(database, table))
    for (const { connection, key, json } of page) {
      const document = JSON.parse(json) as T;
      if (about(document)) found.push({ table, connection, key, document });
    }
  return found;
}

/** Finds people or members by their search text, then compares the addresses exactly. */
async function named<T>(
  database: Kysely<Tables>,
  table: "persons" | "members",
  addresses: ReadonlySet<string>,
  emails: (document: T) => readonly string[],
): Promise<(KeptRow & { readonly document: T })[]> {
  const found = new Map<string, KeptRow & { readonly document: T }>();
  for (const address of addresses) {
    const rows = await database
      .selectFrom("names")
      .innerJoin(`${table as "persons"} as record`, (join) =>
        join.onRef("record.connection", "=", "names.connection").onRef("record.key", "=", "names.key"),
      )
      .select(["record.connection", "record.key", "record.json"])
      .where("names.kind", "=", table)
      .where("names.text", "like", `%${searchKey(address).replace(/[\\%_]/g, "_")}%`)
      .execute();
    for (const { connection, key, json } of rows) {
      const document = JSON.parse(json) as T;
      if (meets(emails(document), addresses)) found.set(`${connection} ${key}`, { table, connection, key, document });
    }
  }
  return [...found.values()];
}

/** Returns the journal entries about these people, or that mention an address. */
async function journalled(
  database: Kysely<Tables>,
  addresses: ReadonlySet<string>,
  ids: ReadonlySet<number>,
): Promise<KeptRow[]> {
  const mentioned = mentioning([...addresses]);
  const own: ReadonlySet<string | null> = new Set([...ids].map(String));
  const found: KeptRow[] = [];
  const all = pages<Selectable<Tables["journal"]>>(PAGE, (last) =>
    database
      .selectFrom("journal")
      .selectAll()
      .where("id", ">", last?.id ?? 0)
      .orderBy("id")
      .limit(PAGE)
      .execute(),
  );
  for await (const page of all)
    for (const row of page) {
      const operation = JSON.parse(row.operation) as unknown;
      if (!own.has(row.person) && !mentionedIn(operation, mentioned)) continue;
      found.push({
        table: "journal",
        connection: row.connection,
        key: String(row.id),
        document: { run: row.run, state: row.state, operation },
      });
    }
  return found;
}
