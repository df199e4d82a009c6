/** What `serve` serves: the connections of the database, those of the files, or the set-up. */
import { settingOf } from "../config/setting-sources.ts";
import { readSettings } from "../config/settings.ts";
import { every } from "../schedule/every.ts";
import { isPostgresUrl } from "../store/open.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { openDashboard, settingsHere } from "./file-dashboard.ts";
import { needsSetup } from "./set-up.ts";
import { hasConnections, openMany } from "./stored-dashboard.ts";

/** How often to check whether a run is due (ms). After a sleep of the machine, the first check catches up. */
const LOOK = 15_000;

/** A server that is up, and performs the runs that are due. */
export interface Serving {
  /** The address for the operator, with a token that is valid once. */
  readonly link: string;
  /** What the first page is. `set-up-or-many`: the database could hold connections of its own instead. */
  readonly first: "connections" | "set-up" | "set-up-or-many";
  /** Ends the runs and the server. */
  close(): Promise<void>;
}

/**
 * Starts the server for this folder and environment.
 * @throws UsageError, DatabaseError, SettingsError, VaultKeyError
 */
export async function startServing(terminal: Terminal): Promise<Serving> {
  const folder = process.cwd();
  const chosen = process.env.SYNC_CONNECTION;
  const url = settingOf("DATABASE_URL", process.env, folder);
  if (!chosen && (await hasConnections(url, terminal))) {
    const { link, close } = await openMany(url, terminal);
    return { link, first: "connections", close };
  }
  const reread = (name: string) => readSettings({ ...process.env, SYNC_CONNECTION: name }, folder);
  const fresh = !chosen && needsSetup(process.env, folder, url);
  const dashboard = fresh
    ? await openDashboard([], terminal, process.env, reread, folder)
    : await openDashboard(settingsHere(chosen, folder, url, terminal), terminal, process.env, reread);
  const ticking = every(LOOK, dashboard.look, dashboard.failed);
  return {
    link: dashboard.link,
    first: fresh ? (isPostgresUrl(url) ? "set-up-or-many" : "set-up") : "connections",
    async close() {
      ticking.end();
      await dashboard.close();
    },
  };
}
