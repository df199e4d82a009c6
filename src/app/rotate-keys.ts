/** Replaces the key that seals the credentials in the database. */
import { chownSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
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
  const keys = () => keysOf(environment, folder);
  vaultOf(keys());
  if (file === "" && keysIn(keys()).length < 2) return undefined;
  let ring: readonly string[] = [];
  let key = "";
  const count = await connections.reseal(() => {
    // Read the keys only now: another rotation may have ended while this one waited, and its key must not get lost
    ring = file === "" ? keysIn(keys()) : [freshKey(), ...keysIn(keys())];
    // Keep old and new keys in the file until all credentials are sealed again
    if (file !== "") replaceFile(file, ring);
    const vault = vaultOf(ring.join(" "));
    key = vault.key;
    return (connection) => resealed(connection, vault);
  });
  // Another rotation may have written the file meanwhile
  if (file !== "" && readFileSync(file, "utf8").startsWith(ring[0]!)) replaceFile(file, ring.slice(0, 1));
  return { count, key, file };
}

/** Replaces a key file atomically, so that an interruption cannot lose the keys. Its owner stays, whoever runs this. */
function replaceFile(file: string, keys: readonly string[]): void {
  const { uid, gid } = statSync(file);
  writeFileSync(`${file}.new`, `${keys.join("\n")}\n`, { mode: 0o600 });
  if (process.getuid?.() === 0) chownSync(`${file}.new`, uid, gid);
  renameSync(`${file}.new`, file);
}

/** Writes a new key to a file that only its owner can read. */
export function writeKeyFile(file: string): void {
  writeFileSync(file, `${freshKey()}\n`, { mode: 0o600, flag: "wx" });
}
