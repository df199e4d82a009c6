/** What the commands on connections of the database share: finding one, asking where it leads, noting who did what. */
import { userInfo } from "node:os";
import type { Kysely } from "kysely";
import { UsageError } from "../app/exit-codes.ts";
import { isSecret } from "../config/secrecy.ts";
import { SETTINGS, type Settings } from "../config/settings.ts";
import { wire } from "../main/wire.ts";
import type { ConnectionRepository, StoredConnection } from "../ports/connection-repository.ts";
import { noteDone } from "../store/connections/connection-repository.ts";
import type { Tables } from "../store/tables.ts";
import { showWaits, type Terminal } from "../terminal/terminal.ts";

export type Database = Kysely<Tables>;

/** Writes down what whoever sits at the terminal did. */
export function note(database: Database, connection: string, what: string, detail = ""): Promise<void> {
  return noteDone(database, { at: new Date().toISOString(), who: userInfo().username, connection, what, detail });
}

/** Settings that belong to the installation, not to a connection. */
export const OF_ALL: readonly string[] = ["DATABASE_URL", "CONNECTIONS_KEY", "CONNECTIONS_KEY_FILE"];

/** What `--set` says. Throws UsageError. */
export function settingsIn(texts: readonly string[], { t }: Terminal): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = "", value = ""] = /^([A-Z_]+)=(.*)$/.exec(text) ?? [];
      // A key on the command line is in the list of processes
      if (!(name in SETTINGS) || OF_ALL.includes(name) || isSecret(name))
        throw new UsageError(t("connections.badSet", { text: isSecret(name) ? `${name}=…` : text }));
      return [name, value];
    }),
  );
}

/** Asks both services where a connection leads: its account and audience, and the audience's name. */
export async function placeOf(
  settings: Settings,
  database: Database,
  terminal: Terminal,
): Promise<{ scope: string; audience: string }> {
  const how = { waits: showWaits(terminal) };
  const wired = await wire(settings, new AbortController().signal, undefined, database, how);
  const { name } = await wired.mailchimp.audience();
  return { scope: wired.connection, audience: name };
}

/** Lines whose columns stand under each other. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? "").length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, at) => cell.padEnd(widths[at]!))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** Finds a connection by its name. Throws UsageError. */
export async function known(
  repository: ConnectionRepository,
  name: string,
  { t }: Terminal,
): Promise<StoredConnection> {
  const found = await repository.find(name);
  if (found === undefined) throw new UsageError(t("connections.unknown", { name }));
  return found;
}
