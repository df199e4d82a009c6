/** Hands out or erases what is stored about one person, in the database and in the logs (GDPR, 15 and 17). */
import type { Kysely } from "kysely";
import { eraseLogLines, logLines } from "../config/log.ts";
import type { Store } from "../ports/store.ts";
import { textReports } from "../report/text-reports.ts";
import { holderName } from "../store/lease-holder.ts";
import { erase, type Kept, keptOf } from "../store/privacy/data-subject.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { RunInProgress } from "../sync/run.ts";

/** What is stored about a person. */
export interface PersonData extends Kept {
  /** The lines of the logs that name the person. */
  readonly log: readonly string[];
}

/**
 * Returns what is stored for an address, in all connections of the database.
 * @param logs the folder of the logs
 */
export async function personData(database: Kysely<Tables>, logs: string, address: string): Promise<PersonData> {
  const kept = await keptOf(database, address);
  return { ...kept, log: logLines(logs, piecesOf(kept)) };
}

/**
 * Erases it. Holds the leases of the connections concerned meanwhile, so that no run writes the records back.
 * @returns how many rows of the database and lines of the logs were erased
 * @throws RunInProgress if a run holds one of the leases
 */
export async function forgetPerson(
  database: Kysely<Tables>,
  logs: string,
  address: string,
): Promise<{ readonly rows: number; readonly lines: number }> {
  const holder = holderName();
  const held = new Map<string, Store>();
  try {
    for (;;) {
      const kept = await keptOf(database, address);
      const others = [...new Set(kept.rows.map((row) => row.connection))].filter((one) => !held.has(one));
      if (others.length === 0) {
        await erase(database, kept, textReports);
        return { rows: kept.rows.length, lines: eraseLogLines(logs, piecesOf(kept)) };
      }
      // A run may have stored more until its lease was ours, so look again under the leases
      for (const connection of others) {
        const store = databaseStore(database, connection, Date.now);
        const lease = await store.lock(holder);
        if (!lease.held) throw new RunInProgress(lease.by, lease.since);
        held.set(connection, store);
      }
    }
  } finally {
    for (const store of held.values()) await store.unlock(holder);
  }
}

/**
 * Returns the texts that identify the person in a log: addresses, plain and URL-encoded, and the paths of the records.
 */
function piecesOf(kept: Kept): string[] {
  return [
    ...kept.addresses.flatMap((address) => [address, encodeURIComponent(address)]),
    ...kept.memberIds.map((id) => `members/${id}`),
    ...kept.personIds.flatMap((id) => [
      `people/${id}`,
      ...["archive", "delete", "ignore", "restore"].map((what) => `deletions ${what} ${id}`),
    ]),
  ];
}
