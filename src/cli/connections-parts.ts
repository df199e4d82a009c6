/** What the commands on connections of the database share: look one up, ask where it leads, write the audit log. */
import { userInfo } from "node:os";
import { UsageError } from "../app/exit-codes.ts";
import { isSecret } from "../config/secrecy.ts";
import { SETTINGS } from "../config/setting-sources.ts";
import type { Settings } from "../config/settings.ts";
import type { Installation } from "../main/installation.ts";
import { wire } from "../main/wire.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import { showWaits, type Terminal } from "../terminal/terminal.ts";

/** Records in the audit log what the user of the terminal did. */
export function note({ audit }: Installation, connection: string, what: string, detail = ""): Promise<void> {
  return audit.append({ at: new Date().toISOString(), who: userInfo().username, connection, what, detail });
}

/** Settings of the whole installation, which a connection cannot override. */
export const OF_ALL: readonly string[] = ["DATABASE_URL", "CONNECTIONS_KEY", "CONNECTIONS_KEY_FILE"];

/**
 * Parses the values of `--set`.
 * @throws UsageError for unknown settings and for secrets
 */
export function settingsIn(texts: readonly string[], { t }: Terminal): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name = "", value = ""] = /^([A-Z_]+)=(.*)$/.exec(text) ?? [];
      // Refuse secrets: every user of the machine can see the command line in the process list
      if (!(name in SETTINGS) || OF_ALL.includes(name) || isSecret(name))
        throw new UsageError(t("connections.badSet", { text: isSecret(name) ? `${name}=…` : text }));
      return [name, value];
    }),
  );
}

/**
 * Asks both services which account and audience the settings lead to.
 * @returns the scope (`account:audience`) and the audience's name
 * @throws ServiceError, SettingsError
 */
export async function placeOf(
  settings: Settings,
  { database }: Installation,
  terminal: Terminal,
): Promise<{ scope: string; audience: string }> {
  const how = { waits: showWaits(terminal) };
  const wired = await wire(settings, new AbortController().signal, undefined, database, how);
  const { name } = await wired.mailchimp.audience();
  return { scope: wired.connection, audience: name };
}

/**
 * Finds a connection by name.
 * @throws UsageError if there is none
 */
export async function known({ connections }: Installation, name: string, { t }: Terminal): Promise<StoredConnection> {
  const found = await connections.find(name);
  if (found === undefined) throw new UsageError(t("connections.unknown", { name }));
  return found;
}
