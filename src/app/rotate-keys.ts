/** Replaces the key that seals the credentials in the database. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { settingOf } from "../config/setting-sources.ts";
import type { ConnectionRepository } from "../ports/connection-repository.ts";
import { freshKey, keysIn, vaultOf } from "../vault/vault.ts";
import { keysOf, resealed } from "./stored-connections.ts";

/** What a rotation did. */
export interface Rotated {
  /** How many connections were sealed again. */
  readonly count: number;
  /** The fingerprint of the key in force. */
  readonly key: string;
  /** The key file that was written; "" if the keys are in the environment. */
  readonly file: string;
}

/**
 * Seals all credentials again with the first key of the list. With a key file it creates that key.
 * @returns `undefined` if there is no key file and fewer than two keys
 * @throws VaultKeyError
 */
export async function rotateKeys(
  connections: ConnectionRepository,
  environment: NodeJS.ProcessEnv,
  folder: string,
): Promise<Rotated | undefined> {
  const file = settingOf("CONNECTIONS_KEY_FILE", environment, folder);
  const keys = keysOf(environment, folder);
  vaultOf(keys);
  const several = keysIn(keys);
  if (file === "" && several.length < 2) return undefined;
  /** Replaces the file atomically, so that an interruption cannot lose the keys. */
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const ring = file === "" ? several : [freshKey(), ...several];
  // Keep old and new keys in the file until all credentials are sealed again
  if (file !== "") write(`${ring.join("\n")}\n`);
  const vault = vaultOf(ring.join(" "));
  const count = await connections.reseal((connection) => resealed(connection, vault));
  // Another rotation may have written the file meanwhile
  if (file !== "" && readFileSync(file, "utf8").startsWith(ring[0]!)) write(`${ring[0]}\n`);
  return { count, key: vault.key, file };
}

/** Writes a new key to a file that only its owner can read. */
export function writeKeyFile(file: string): void {
  writeFileSync(file, `${freshKey()}\n`, { mode: 0o600, flag: "wx" });
}
