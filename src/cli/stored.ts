/** Connections that the database keeps: their credentials opened, and their settings as any other's. */
import { readFileSync } from "node:fs";
import { isSecret } from "../config/secrecy.ts";
import { readSettings, type SettingName, type Settings, settingOf } from "../config/settings.ts";
import { type Connection, connectionNames, connectionShape } from "../config/yaml.ts";
import type { Roster, StoredConnection } from "../plan/many.ts";
import { openDatabase } from "../store/open.ts";
import { rosterOf } from "../store/roster.ts";
import { KeyUnusable, type Vault, vaultOf } from "../vault/vault.ts";

/** The keys of the installation as they are written, from `CONNECTIONS_KEY` or the file. Throws KeyUnusable. */
export function keysOf(environment: NodeJS.ProcessEnv, folder: string): string {
  const file = settingOf("CONNECTIONS_KEY_FILE", environment, folder);
  if (file === "") return settingOf("CONNECTIONS_KEY", environment, folder);
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new KeyUnusable("unreadable", `${file} (${(error as NodeJS.ErrnoException).code ?? ""})`);
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

/** Seals anew what another key sealed, or what is to belong to another name. Throws KeyUnusable. */
export function resealed({ name, sealed }: StoredConnection, vault: Vault, to = name): string {
  return vault.seal(vault.open(sealed, about(name)), about(to));
}

/** The secret settings of a stored connection. Throws KeyUnusable. */
export function secretsIn({ name, sealed }: StoredConnection, vault: Vault): Record<string, string> {
  return JSON.parse(vault.open(sealed, about(name))) as Record<string, string>;
}

/** Returns one of a stored connection's settings that are not sealed, in force. */
export function openSettingOf({ own }: Pick<StoredConnection, "own">, name: SettingName): string {
  const { settings = {} } = own as { settings?: Readonly<Record<string, string>> };
  return settings[name]?.trim() || settingOf(name, process.env, process.cwd());
}

/** A stored connection's settings, in force. Throws KeyUnusable, SettingsWrong. */
export function settingsOfStored(stored: StoredConnection, vault: Vault): Settings {
  const open = connectionShape.parse(stored.own);
  const secret = secretsIn(stored, vault);
  return readSettings(process.env, process.cwd(), { ...open, settings: { ...open.settings, ...secret } });
}

/** The settings of the connection that was asked for: of the files, else of the database. */
export async function chosenSettings(): Promise<Settings> {
  const name = process.env.SYNC_CONNECTION ?? "";
  if (name === "" || connectionNames(process.cwd()).includes(name)) return readSettings(process.env, process.cwd());
  return withRoster(async (roster) => {
    const stored = await roster.find(name);
    return stored === undefined ? readSettings(process.env, process.cwd()) : settingsOfStored(stored, vaultHere());
  });
}

/** Opens the database for its connections only. Throws DatabaseUnusable. */
export async function withRoster<T>(
  work: (roster: Roster, database: Awaited<ReturnType<typeof openDatabase>>) => Promise<T>,
): Promise<T> {
  const database = await openDatabase(settingOf("DATABASE_URL", process.env, process.cwd()));
  try {
    return await work(rosterOf(database), database);
  } finally {
    await database.destroy();
  }
}
