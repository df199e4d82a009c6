/** Connections that the database keeps: their credentials opened, and their settings as any other's. */
import { readFileSync } from "node:fs";
import { isSecret } from "../config/secrecy.ts";
import { readSettings, type SettingName, type Settings, settingOf } from "../config/settings.ts";
import { type Connection, connectionShape } from "../config/yaml.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import { type Vault, VaultKeyError, vaultOf } from "../vault/vault.ts";

/** The keys of the installation as they are written, from `CONNECTIONS_KEY` or the file. Throws VaultKeyError. */
export function keysOf(environment: NodeJS.ProcessEnv, folder: string): string {
  const file = settingOf("CONNECTIONS_KEY_FILE", environment, folder);
  if (file === "") return settingOf("CONNECTIONS_KEY", environment, folder);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new VaultKeyError("unreadable", `${file} (${(error as NodeJS.ErrnoException).code ?? ""})`);
  }
}

/** Read anew each time: a key that was changed meanwhile is the one to use. */
export function vaultHere(): Vault {
  return vaultOf(keysOf(process.env, process.cwd()));
}

/** What belongs together: nobody can put one connection's credentials into another's place. */
const about = (name: string) => `connection ${name}`;

/** Parts a connection into what may be read in the database and what is sealed. */
export function partsOf(connection: Connection, vault: Vault): Pick<StoredConnection, "own" | "sealed"> {
  const secret = ([name]: [string, string]) => isSecret(name);
  const all = Object.entries(connection.settings);
  const open = Object.fromEntries(all.filter((one) => !secret(one)));
  return {
    own: { ...connection, settings: open },
    sealed: vault.seal(JSON.stringify(Object.fromEntries(all.filter(secret))), about(connection.name)),
  };
}

/** Seals anew what another key sealed, or what is to belong to another name. Throws VaultKeyError. */
export function resealed({ name, sealed }: StoredConnection, vault: Vault, to = name): string {
  return vault.seal(vault.open(sealed, about(name)), about(to));
}

/** The secret settings of a stored connection. Throws VaultKeyError. */
export function secretsIn({ name, sealed }: StoredConnection, vault: Vault): Record<string, string> {
  return JSON.parse(vault.open(sealed, about(name))) as Record<string, string>;
}

/** Returns one of a stored connection's settings that are not sealed, in force. */
export function openSettingOf({ own }: Pick<StoredConnection, "own">, name: SettingName): string {
  const { settings = {} } = own as { settings?: Readonly<Record<string, string>> };
  return settings[name]?.trim() || settingOf(name, process.env, process.cwd());
}

/** A stored connection's settings, in force. Throws VaultKeyError, SettingsError. */
export function settingsOfStored(stored: StoredConnection, vault: Vault): Settings {
  const open = connectionShape.parse(stored.own);
  const secret = secretsIn(stored, vault);
  return readSettings(process.env, process.cwd(), { ...open, settings: { ...open.settings, ...secret } });
}
