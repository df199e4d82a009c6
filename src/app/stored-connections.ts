/**
 * Connections of the database: opens their credentials, and reads their settings like those of any other connection.
 */
import { readFileSync } from "node:fs";
import { isSecret } from "../config/secrecy.ts";
import { type SettingName, settingOf } from "../config/setting-sources.ts";
import { readSettings, type Settings } from "../config/settings.ts";
import { type Connection, connectionShape } from "../config/yaml.ts";
import type { ConnectionRepository, StoredConnection } from "../ports/connection-repository.ts";
import { freshIdentity } from "../store/connections/identities.ts";
import { type Vault, VaultKeyError, vaultOf } from "../vault/vault.ts";

/**
 * Returns the sealing keys as written in `CONNECTIONS_KEY` or its file.
 * @throws VaultKeyError if the file cannot be read
 */
export function keysOf(environment: NodeJS.ProcessEnv, folder: string): string {
  const file = settingOf("CONNECTIONS_KEY_FILE", environment, folder);
  if (file === "") return settingOf("CONNECTIONS_KEY", environment, folder);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new VaultKeyError("unreadable", `${file} (${(error as NodeJS.ErrnoException).code ?? ""})`);
  }
}

/**
 * Returns the vault for the current keys. Reads them each time, since they may have been rotated.
 * @throws VaultKeyError
 */
export function vaultHere(): Vault {
  return vaultOf(keysOf(process.env, process.cwd()));
}

/** The text that is bound to the sealed credentials, so that they cannot be moved to another connection. */
const about = (name: string) => `connection ${name}`;

/** Returns the part of a connection that is stored as plain text. */
export function openPartOf(connection: Connection): Connection {
  const open = Object.entries(connection.settings).filter(([name]) => !isSecret(name));
  return { ...connection, settings: Object.fromEntries(open) };
}

/** Splits a connection into the part stored as plain text and the sealed part. */
export function partsOf(connection: Connection, vault: Vault): Pick<StoredConnection, "own" | "sealed"> {
  const secret = Object.entries(connection.settings).filter(([name]) => isSecret(name));
  return {
    own: openPartOf(connection),
    sealed: vault.seal(JSON.stringify(Object.fromEntries(secret)), about(connection.name)),
  };
}

/**
 * Adds a connection with its credentials sealed by the current key.
 * @param connection with its credentials
 * @param rest the other parts
 * @param replaced the connection whose place it takes, as it was read
 * @throws VaultKeyError, ConnectionTaken
 */
export async function addSealed(
  repository: ConnectionRepository,
  connection: Connection,
  rest: Omit<StoredConnection, "id" | "own" | "sealed">,
  replaced: StoredConnection | undefined,
): Promise<void> {
  const vault = vaultHere();
  // With another account or audience it gets a new id, so that old access tokens, sessions and jobs cannot reach it
  const id = replaced?.scope === rest.scope ? replaced.id : freshIdentity();
  const added = { ...rest, id, ...partsOf(connection, vault) };
  await repository.add(added, replaced);
  // If the key was rotated meanwhile, the rotation did not see this connection, and dropped the key that sealed it
  const now = vaultHere();
  if (now.key !== vault.key) await repository.change(added, partsOf(connection, now));
}

/**
 * Seals credentials again with the current key, or for another name.
 * @throws VaultKeyError
 */
export function resealed({ name, sealed }: StoredConnection, vault: Vault, to = name): string {
  return vault.seal(vault.open(sealed, about(name)), about(to));
}

/**
 * Returns the secret settings of a stored connection.
 * @throws VaultKeyError
 */
export function secretsIn({ name, sealed }: StoredConnection, vault: Vault): Record<string, string> {
  return JSON.parse(vault.open(sealed, about(name))) as Record<string, string>;
}

/** Returns a setting of a stored connection that is not sealed; the common value if it has none. */
export function openSettingOf({ own }: Pick<StoredConnection, "own">, name: SettingName): string {
  const { settings = {} } = own as { settings?: Readonly<Record<string, string>> };
  return settings[name]?.trim() || settingOf(name, process.env, process.cwd());
}

/**
 * Returns a stored connection's settings, with the common ones as defaults.
 * @throws VaultKeyError, SettingsError
 */
export function settingsOfStored(stored: StoredConnection, vault: Vault): Settings {
  const open = connectionShape.parse(stored.own);
  const secret = secretsIn(stored, vault);
  return readSettings(process.env, process.cwd(), { ...open, settings: { ...open.settings, ...secret } });
}
