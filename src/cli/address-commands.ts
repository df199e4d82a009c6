/** `export ADDRESS` and `forget ADDRESS`: hand out or erase what is stored about one person (GDPR, 15 and 17). */
import { writeFileSync } from "node:fs";
import type { Kysely } from "kysely";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { reportsOf } from "../app/new-run.ts";
import { eraseLogLines, logLines } from "../config/log.ts";
import { settingOf } from "../config/setting-sources.ts";
import { canBeAddress } from "../domain/address.ts";
import { holderName } from "../store/lease.ts";
import { openDatabase } from "../store/open.ts";
import { erase, type Kept, keptOf } from "../store/privacy/data-subject.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { RunInProgress } from "../sync/run.ts";
import type { Terminal } from "../terminal/terminal.ts";

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

/**
 * Opens the database and looks up what is stored for an address.
 * @throws UsageError if the text cannot be an address
 */
async function found<T>(
  address: string,
  terminal: Terminal,
  work: (logs: string, database: Kysely<Tables>, kept: Kept) => Promise<T>,
): Promise<T> {
  if (!canBeAddress(address)) throw new UsageError(terminal.t("address.none", { address }));
  // Read single settings only: the command must work even if others are invalid
  const of = (name: "DATABASE_URL" | "LOG_DIR") => settingOf(name, process.env, process.cwd());
  const database = await openDatabase(of("DATABASE_URL"));
  try {
    return await work(of("LOG_DIR"), database, await keptOf(database, address));
  } finally {
    await database.destroy();
  }
}

/**
 * `export`: writes one JSON document to standard output, or to a file that only its owner can read.
 * @throws UsageError, DatabaseError
 */
export function exportCommand(address: string, flags: { out?: string }, terminal: Terminal): Promise<number> {
  return found(address, terminal, async (logs, _, kept) => {
    const document = { schema: 1, address, ...kept, log: logLines(logs, piecesOf(kept)) };
    if (flags.out === undefined) terminal.json(document);
    else {
      writeFileSync(flags.out, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
      terminal.print(`${terminal.t("address.exported", { file: flags.out, count: kept.rows.length })}\n`);
    }
    return EXIT.ok;
  });
}

/**
 * `forget`: erases the person from the database and the logs. Holds the leases of the connections concerned meanwhile,
 * so that no run writes the records back.
 * @throws RunInProgress if a run holds one of the leases
 * @throws UsageError without `--yes`, since erasing cannot be undone
 */
export function forgetCommand(address: string, flags: { yes?: boolean }, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  return found(address, terminal, async (logs, database, kept) => {
    if (!flags.yes) throw new UsageError(t("address.needYes", { address, count: kept.rows.length }));
    const holder = holderName();
    // The address may be known to several connections of the database
    const stores = [...new Set(kept.rows.map((row) => row.connection))].map((one) =>
      databaseStore(database, one, Date.now),
    );
    try {
      for (const store of stores) {
        const lease = await store.lock(holder);
        if (!lease.held) throw new RunInProgress(lease.by, lease.since);
      }
      await erase(database, kept, reportsOf);
    } finally {
      for (const store of stores) await store.unlock(holder);
    }
    const lines = eraseLogLines(logs, piecesOf(kept));
    terminal.print(
      `${t(kept.rows.length + lines === 0 ? "address.unknown" : "address.forgotten", { address, count: kept.rows.length, lines })}\n`,
    );
    return EXIT.ok;
  });
}
