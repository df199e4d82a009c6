/**
 * Personal data: everything stored about one human being over all connections, found by an address. Serves access
 * requests and erasure requests. The services' own records are not touched.
 */
import { type Kysely, sql } from "kysely";
import { addressKey, validKeys } from "../../domain/address.ts";
import type { Link, Member, Person, Rejection } from "../../domain/contact.ts";
import type { RunDocument } from "../../plan/run-document.ts";
import { type KeptStanding, standingKey } from "../../plan/standings.ts";
import type { KeptCopy, Trouble } from "../../ports/store.ts";
import { addressesOf, dropAddresses } from "../addresses.ts";
import { forgetCounts } from "../counts.ts";
import { isPostgres } from "../dialect.ts";
import { searchKey } from "../projections.ts";
import type { DocumentTable, Tables } from "../tables.ts";
import { beginAnew } from "../touched.ts";

/** A row with its content. */
export interface KeptRow {
  readonly table: DocumentTable | "standings" | "journal" | "runs";
  readonly connection: string;
  /** The row's key, the journal entry's number, or the run's id. */
  readonly key: string;
  readonly document: unknown;
}

/** Everything stored about one human being. */
export interface Kept {
  /** All their addresses, as keys. */
  readonly addresses: readonly string[];
  readonly personIds: readonly number[];
  /** Their ids in Mailchimp's API paths. */
  readonly memberIds: readonly string[];
  readonly rows: readonly KeptRow[];
}

/** Rows in one query. */
const PAGE = 2_000;
/** The parts of a run document that name contacts. */
const NAMING = ["conflicts", "failures", "notes"] as const;

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
        ids.has(personId) || memberKeys.has(memberKey) || mentions(JSON.stringify(detail ?? {}), addresses),
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
    ...kept.rows.flatMap(({ table, key }) => (table === "members" ? [standingKey({ memberKey: key })] : [])),
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
      await forgetCounts(on, connection);
      await beginAnew(on, connection, null);
    }
  });
  // SQLite keeps deleted content in the file until a vacuum. PostgreSQL removes it by itself, in its own vacuum
  if (isPostgres(database)) return;
  await sql`vacuum`.execute(database);
  await sql`pragma wal_checkpoint(truncate)`.execute(database);
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
  for (let at = 0; ; at += PAGE) {
    const rows = await database
      .selectFrom(table as "persons")
      .select(["connection", "key", "json"])
      .orderBy("connection")
      .orderBy("key")
      .offset(at)
      .limit(PAGE)
      .execute();
    for (const { connection, key, json } of rows) {
      const document = JSON.parse(json) as T;
      if (about(document)) found.push({ table, connection, key, document });
    }
    if (rows.length < PAGE) return found;
  }
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

/** Returns whether a text contains one of the addresses, without regard to case. */
function mentions(text: string, addresses: ReadonlySet<string>): boolean {
  const plain = text.normalize("NFC").toLowerCase();
  return [...addresses].some((address) => plain.includes(JSON.stringify(address).slice(1, -1)));
}

/** Returns the journal entries about these people, or that mention an address. */
async function journalled(
  database: Kysely<Tables>,
  addresses: ReadonlySet<string>,
  ids: ReadonlySet<number>,
): Promise<KeptRow[]> {
  const found: KeptRow[] = [];
  for (let last = 0; ; ) {
    const rows = await database
      .selectFrom("journal")
      .selectAll()
      .where("id", ">", last)
      .orderBy("id")
      .limit(PAGE)
      .execute();
    for (const row of rows)
      if ((row.person !== null && ids.has(Number(row.person))) || mentions(row.operation, addresses))
        found.push({
          table: "journal",
          connection: row.connection,
          key: String(row.id),
          document: { run: row.run, state: row.state, operation: JSON.parse(row.operation) as unknown },
        });
    if (rows.length < PAGE) return found;
    last = Number(rows.at(-1)!.id);
  }
}

/** Returns the parts of run documents about the contact. */
async function reported(database: Kysely<Tables>, addresses: ReadonlySet<string>): Promise<KeptRow[]> {
  const found: KeptRow[] = [];
  const runs = await database.selectFrom("runs").select(["connection", "id"]).execute();
  for (const { connection, id } of runs) {
    const row = await runRow(database, connection, id);
    if (row === undefined || !mentions(row.document + row.report, addresses)) continue;
    const document = JSON.parse(row.document) as RunDocument | null;
    const about = NAMING.map(
      (part) => [part, document?.[part].filter((one) => addresses.has(addressKey(one.contact)))] as const,
    );
    found.push({ table: "runs", connection, key: id, document: Object.fromEntries(about) });
  }
  return found;
}

function runRow(database: Kysely<Tables>, connection: string, id: string) {
  return database
    .selectFrom("runs")
    .select(["document", "report"])
    .where("connection", "=", connection)
    .where("id", "=", id)
    .executeTakeFirst();
}

/** Removes what names the contact from a run's document, and makes its reports again. */
async function silence(
  on: Kysely<Tables>,
  connection: string,
  id: string,
  addresses: ReadonlySet<string>,
  report: (document: RunDocument) => Readonly<Record<string, string>>,
): Promise<void> {
  const row = await runRow(on, connection, id);
  const before = row && (JSON.parse(row.document) as RunDocument | null);
  if (before == null) return;
  const others = <T extends { readonly contact: string }>(list: readonly T[]) =>
    list.filter((one) => !mentions(JSON.stringify(one), addresses));
  const document: RunDocument = {
    ...before,
    conflicts: others(before.conflicts),
    failures: others(before.failures),
    notes: others(before.notes),
    ...(before.attention && {
      attention: before.attention.map((one) => ({ ...one, first: others(one.first) })),
    }),
    rejected: { ...before.rejected, new: others(before.rejected.new) },
    summary: Object.fromEntries(
      Object.entries(before.summary).map(([kind, { count, first }]) => [kind, { count, first: others(first) }]),
    ),
    guard: before.guard && {
      ...before.guard,
      contacts: before.guard.contacts.filter((contact) => !addresses.has(addressKey(contact))),
    },
  };
  await on
    .updateTable("runs")
    .set({ document: JSON.stringify(document), report: JSON.stringify(report(document)) })
    .where("connection", "=", connection)
    .where("id", "=", id)
    .execute();
}
