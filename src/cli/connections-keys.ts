/** `connections key` and `rotate`: manage the key that seals the credentials in the database. */
import { existsSync } from "node:fs";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { rotateKeys, writeKeyFile } from "../app/rotate-keys.ts";
import { connectionShape } from "../config/yaml.ts";
import { withInstallation } from "../main/installation.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { freshKey } from "../vault/vault.ts";
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
    writeKeyFile(file);
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
  return withInstallation(async (installation) => {
    const rotated = await rotateKeys(installation.connections, process.env, process.cwd());
    if (rotated === undefined) throw new UsageError(t("connections.needTwo"));
    const { count, key, file } = rotated;
    await note(installation, "", "rotate", key);
    terminal.print(`${t("connections.rotated", { count })}\n`);
    if (file !== "") terminal.print(`${t("connections.rotatedFile", { file })}\n`);
    return EXIT.ok;
  });
}
