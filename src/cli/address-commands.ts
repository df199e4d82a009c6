/** `export ADDRESS` and `forget ADDRESS`: hand out or erase what is stored about one person (GDPR, 15 and 17). */
import { writeFileSync } from "node:fs";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { forgetPerson, personData } from "../app/person-data.ts";
import { settingOf } from "../config/setting-sources.ts";
import { canBeAddress } from "../domain/address.ts";
import { type Installation, withInstallation } from "../main/installation.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** Opens the database. @throws UsageError if the text cannot be an address */
function withAddress(
  address: string,
  { t }: Terminal,
  work: (database: Installation["database"], logs: string) => Promise<number>,
): Promise<number> {
  if (!canBeAddress(address)) throw new UsageError(t("address.none", { address }));
  // Read single settings only: the command must work even if others are invalid
  const logs = settingOf("LOG_DIR", process.env, process.cwd());
  return withInstallation(({ database }) => work(database, logs));
}

/**
 * `export`: writes one JSON document to standard output, or to a file that only its owner can read.
 * @throws UsageError, DatabaseError
 */
export async function exportCommand(address: string, flags: { out?: string }, terminal: Terminal): Promise<number> {
  return withAddress(address, terminal, async (database, logs) => {
    const data = await personData(database, logs, address);
    const document = { schema: 1, address, ...data };
    if (flags.out === undefined) terminal.json(document);
    else {
      writeFileSync(flags.out, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600 });
      terminal.print(`${terminal.t("address.exported", { file: flags.out, count: data.rows.length })}\n`);
    }
    return EXIT.ok;
  });
}

/**
 * `forget`: erases the person from the database and the logs.
 * @throws RunInProgress if a run writes to one of the connections
 * @throws UsageError without `--yes`, since erasing cannot be undone
 */
export async function forgetCommand(address: string, flags: { yes?: boolean }, terminal: Terminal): Promise<number> {
  const { t } = terminal;
  return withAddress(address, terminal, async (database, logs) => {
    if (!flags.yes) {
      const { rows } = await personData(database, logs, address);
      throw new UsageError(t("address.needYes", { address, count: rows.length }));
    }
    const { rows: count, lines } = await forgetPerson(database, logs, address);
    terminal.print(`${t(count + lines === 0 ? "address.unknown" : "address.forgotten", { address, count, lines })}\n`);
    return EXIT.ok;
  });
}
