/** `connections key` and `rotate`: the key that seals the credentials of the connections in the database. */
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { keysOf, resealed } from "../app/stored-connections.ts";
import { settingOf } from "../config/settings.ts";
import { connectionShape } from "../config/yaml.ts";
import { withConnections } from "../main/open-connections.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { freshKey, keysIn, vaultOf } from "../vault/vault.ts";
import { renewKeys } from "./connections-changes.ts";
import { note } from "./connections-parts.ts";

/**
 * `connections key [FILE]`: a new key for sealing, printed or in a file that only its owner can read; with the name of
 * a connection, other credentials for it. A name has neither a dot nor a slash, a file here must. Throws UsageError.
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

/** `connections rotate`: everything sealed with the first key; where they are in a file, with one made for it. */
export async function connectionsRotate(terminal: Terminal): Promise<number> {
  const { t } = terminal;
  const folder = process.cwd();
  const file = settingOf("CONNECTIONS_KEY_FILE", process.env, folder);
  const keys = keysOf(process.env, folder);
  vaultOf(keys);
  const several = keysIn(keys);
  if (file === "" && several.length < 2) throw new UsageError(t("connections.needTwo"));
  /** At once or not at all, whatever happens meanwhile. */
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  };
  const ring = file === "" ? several : [freshKey(), ...several];
  // Both are in the file while some are sealed with the one and some with the other
  if (file !== "") write(`${ring.join("\n")}\n`);
  const vault = vaultOf(ring.join(" "));
  return withConnections(async (repository, database) => {
    const count = await repository.reseal((connection) => resealed(connection, vault));
    await note(database, "", "rotate", vault.key);
    if (file !== "" && readFileSync(file, "utf8").startsWith(ring[0]!)) write(`${ring[0]}\n`);
    terminal.print(`${t("connections.rotated", { count })}\n`);
    if (file !== "") terminal.print(`${t("connections.rotatedFile", { file })}\n`);
    return EXIT.ok;
  });
}
