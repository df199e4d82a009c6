/** `connections key` and `rotate`: manage the key that seals the credentials in the database. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { keysOf, resealed } from "../app/stored-connections.ts";
import { settingOf } from "../config/setting-sources.ts";
import { connectionShape } from "../config/yaml.ts";
import { withInstallation } from "../main/installation.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { freshKey, keysIn, vaultOf } from "../vault/vault.ts";
import { renewKeys } from "./connections-changes.ts";
import { note } from "./connections-parts.ts";

/**
 * `connections key [FILE]`: creates a new sealing key, printed or in a file that only its owner can read. With the name
 * of a connection it replaces that connection's API keys. A name has no dot or slash; a file name here must have one.
 * @throws UsageError if the file exists
 */
export async function connectionsKey(file: string | undefined, terminal: Terminal): Promise<number> {
  const { t, print } = terminal;
  if (file !== undefined && connectionShape.shape.name.safeParse(file).success) return renewKeys(file, terminal);
  if (file === undefined) print(`${freshKey()}\n`);
  else {
    if (existsSync(file)) throw new UsageError(t("connections.keyExists", { file }));
    writeFileSync(file, `${freshKey()}\n`, { mode: 0o600 });
    print(`${t("connections.keyWritten", { file })}\n`);
  }
  return EXIT.ok;
}

/**
 * `connections rotate`: seals all credentials again with the first key of the list. With a key file it creates that
 * key.
 * @throws UsageError without a key file, if there are fewer than two keys
 * @throws VaultKeyError
 */
export async function connectionsRotate(terminal: Terminal): Promise<number> {
  const { t } = terminal;
  const folder = process.cwd();
  const file = settingOf("CONNECTIONS_KEY_FILE", process.env, folder);
  const keys = keysOf(process.env, folder);
  vaultOf(keys);
  const several = keysIn(keys);
  if (file === "" && several.length < 2) throw new UsageError(t("connections.needTwo"));
  /** Replaces the file atomically, so that an interruption cannot lose the keys. */
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const ring = file === "" ? several : [freshKey(), ...several];
  // Keep old and new keys in the file until all credentials are sealed again
  if (file !== "") write(`${ring.join("\n")}\n`);
  const vault = vaultOf(ring.join(" "));
  return withInstallation(async (installation) => {
    const count = await installation.connections.reseal((connection) => resealed(connection, vault));
    await note(installation, "", "rotate", vault.key);
    if (file !== "" && readFileSync(file, "utf8").startsWith(ring[0]!)) write(`${ring[0]}\n`);
    terminal.print(`${t("connections.rotated", { count })}\n`);
    if (file !== "") terminal.print(`${t("connections.rotatedFile", { file })}\n`);
    return EXIT.ok;
  });
}
