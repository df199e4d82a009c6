/** Where past runs name a contact, and the same runs without the contact. */
import type { Kysely } from "kysely";
import { addressKey } from "../../domain/address.ts";
import { mentionedIn, mentioning } from "../../domain/mentions-in-text.ts";
import type { RunDocument } from "../../plan/run-document.ts";
import type { Tables } from "../tables.ts";
import type { KeptRow } from "./kept-row.ts";

/** The parts of a run document that name contacts. */
const NAMING = ["conflicts", "failures", "notes"] as const;

/** Returns the parts of run documents about the contact. */
export async function reported(database: Kysely<Tables>, addresses: ReadonlySet<string>): Promise<KeptRow[]> {
  const found: KeptRow[] = [];
  const mentioned = mentioning([...addresses]);
  const runs = await database.selectFrom("runs").select(["connection", "id"]).execute();
  for (const { connection, id } of runs) {
    const row = await runRow(database, connection, id);
    if (row === undefined) continue;
    const document = JSON.parse(row.document) as RunDocument | null;
    if (!mentionedIn([document, JSON.parse(row.report)], mentioned)) continue;
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
export async function silence(
  on: Kysely<Tables>,
  connection: string,
  id: string,
  addresses: ReadonlySet<string>,
  report: (document: RunDocument) => Readonly<Record<string, string>>,
): Promise<void> {
  const row = await runRow(on, connection, id);
  const before = row && (JSON.parse(row.document) as RunDocument | null);
  if (before == null) return;
  const mentioned = mentioning([...addresses]);
  const others = <T extends { readonly contact: string }>(list: readonly T[]) =>
    list.filter((one) => !mentionedIn(one, mentioned));
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
