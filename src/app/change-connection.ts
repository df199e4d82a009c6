/** Changes the settings of a connection of the database. `connections set` and the pages both use it. */
import { readSettings, type Settings } from "../config/settings.ts";
import { type Connection, connectionShape } from "../config/yaml.ts";
import type { ConnectionParts, StoredConnection } from "../ports/connection-repository.ts";
import { nextDue } from "../schedule/next-run.ts";
import type { Vault } from "../vault/vault.ts";
import { partsOf, secretsIn } from "./stored-connections.ts";

/** The parts to change. An empty setting returns to the common value; a `null` filter removes the filter. */
export interface ConnectionChange {
  readonly settings: Readonly<Record<string, string>>;
  readonly filter?: Connection["filter"] | null;
  readonly fields?: Connection["fields"];
}

/**
 * Returns the parts to store, and the settings that are then in force. Stores nothing.
 * @throws SettingsError if the result would be invalid
 * @throws VaultKeyError if the credentials cannot be opened
 */
export function changedConnection(
  there: StoredConnection,
  { settings: set, filter, fields }: ConnectionChange,
  vault: Vault,
): { readonly after: ConnectionParts; readonly settings: Settings } {
  const { filter: before, ...own } = connectionShape.parse(there.own);
  const all = { ...own.settings, ...secretsIn(there, vault), ...set };
  const kept = filter === undefined ? before : (filter ?? undefined);
  const connection: Connection = {
    ...own,
    settings: Object.fromEntries(Object.entries(all).filter(([, value]) => value !== "")),
    ...(fields && { fields }),
    ...(kept && { filter: kept }),
  };
  const settings = readSettings(process.env, process.cwd(), connection);
  const { interval } = settings;
  const due = interval === there.interval ? there.due : nextDue(there.name, interval, Date.now());
  return { after: { ...partsOf(connection, vault), interval, due }, settings };
}
