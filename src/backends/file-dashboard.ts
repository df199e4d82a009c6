/** The dashboard of connections of the files: reads their settings, opens each as far as possible, starts their runs. */

import { explain } from "../app/error-messages.ts";
import { UsageError } from "../app/exit-codes.ts";
import { scopeOfHook } from "../app/webhooks.ts";
import { settingOf } from "../config/setting-sources.ts";
import { readSettings, type Settings, SettingsError } from "../config/settings.ts";
import { connectionNames } from "../config/yaml.ts";
import { type Language, texts } from "../i18n/texts.ts";
import type { Store } from "../ports/store.ts";
import { every } from "../schedule/every.ts";
import { isDue } from "../schedule/next-run.ts";
import { isPostgresUrl } from "../store/open.ts";
import { stderrLogger, type Terminal } from "../terminal/terminal.ts";
import { type ListenAddress, type Listening, serveDashboard } from "../web/server.ts";
import { hostedOf, serialByAccount, type Unread } from "./file-connection.ts";
import { setupOf } from "./set-up.ts";
import { notListening } from "./stored-dashboard.ts";

/** How often to check for webhook notifications that are due (ms). */
const BEAT = 500;
/** How often to check whether a connection should be opened again (ms). */
const RETRY_LOOK = 1_000;
/** How long to wait for all connections (ms), so that the first page is complete; and the least for each. */
const FIRST_LOOK = 3_000;
const LEAST_LOOK = 200;

/**
 * Reads the settings of all connections of a folder. An error in one does not stop the others.
 * @throws SettingsError if all are invalid
 * @throws UsageError if the database is for many connections and empty
 */
export function settingsHere(
  chosen: string | undefined,
  folder: string,
  url: string,
  { t }: Terminal,
): (Settings | Unread)[] {
  const all = (chosen ? [chosen] : connectionNames(folder)).map((connection): Settings | Unread => {
    try {
      return readSettings({ ...process.env, SYNC_CONNECTION: connection }, folder);
    } catch (error) {
      return { connection, error };
    }
  });
  for (const { error } of all.filter((one) => "error" in one)) {
    if (all.some((one) => !("error" in one))) break;
    // Only keys are missing: with PostgreSQL the user probably forgot `connections add`
    const keyless = error instanceof SettingsError && error.faults.every((fault) => fault.code === "missing");
    if (keyless && !chosen && isPostgresUrl(url)) throw new UsageError(t("serve.noConnections"));
    throw error;
  }
  return all;
}

/** Returns the dashboard's address from the environment, before there are complete settings. */
function placeIn(environment: NodeJS.ProcessEnv, folder: string): ListenAddress {
  const of = (name: "HOST" | "PORT" | "TOKEN" | "URL") => settingOf(`DASHBOARD_${name}`, environment, folder);
  return { host: of("HOST"), port: Number(of("PORT")), token: of("TOKEN"), url: of("URL") };
}

/** An open dashboard. */
interface Open extends Listening {
  /** Starts the runs that are due. */
  look(): Promise<void>;
  /** Tries at once to open what failed, without waiting. */
  retry(): Promise<void>;
  /** Logs an error of a timer. */
  failed(error: unknown): void;
  /** The stores, in the order of the settings. */
  readonly stores: readonly Store[];
}

/**
 * Starts the dashboard of one or several connections. It starts even if a key or a service fails: the page of the
 * connection shows the problem, and the connection is tried again (A11).
 * @param all the settings; empty if the set-up is to create them
 * @param environment is shown as the source of settings
 * @param reread reads a connection's settings again
 * @param unset the folder for the set-up; absent if there is none
 * @throws UsageError, DatabaseError
 */
export async function openDashboard(
  all: readonly (Settings | Unread)[],
  terminal: Terminal,
  environment: NodeJS.ProcessEnv = process.env,
  reread?: (name: string) => Settings,
  unset?: string,
): Promise<Open> {
  const place = all.find((one) => "dashboard" in one)?.dashboard ?? placeIn(environment, unset ?? process.cwd());
  const inTurn = serialByAccount();
  const { language } = terminal;
  const say = stderrLogger();
  const failed = (error: unknown) => say(`serve: ${explain(error, terminal.t).text}`);
  const host = (settings: Settings | Unread, spoken: Language = language) => {
    const again = () => {
      if (reread !== undefined) return reread(settings.connection === "default" ? "" : settings.connection);
      if ("error" in settings) throw settings.error;
      return settings;
    };
    return hostedOf(settings, spoken, environment, inTurn, say, again);
  };
  const hosted = all.map((settings) => host(settings));
  try {
    const until = Date.now() + FIRST_LOOK;
    // Open them serially: the first one creates the tables of a new database
    for (const one of hosted) await one.begin(Math.max(LEAST_LOOK, until - Date.now()));
    let setup =
      unset === undefined
        ? undefined
        : setupOf(unset, environment, async (settings, spoken) => {
            const first = host(settings, spoken);
            await first.begin(FIRST_LOOK);
            hosted.push(first);
            setup = undefined;
            listening.sync(first.backend());
          });
    const listening: Listening = await serveDashboard(
      {
        setup: () => setup,
        backends: async () => hosted.map((one) => one.backend()),
        async hooked(secret) {
          for (const database of new Set(hosted.flatMap((one) => one.wired()?.database ?? []))) {
            const scope = await scopeOfHook(database, secret);
            const whose = hosted.find((one) => scope !== undefined && one.wired()?.connection === scope);
            if (whose !== undefined) return whose.backend();
          }
          return undefined;
        },
        language,
        explain(error, reader) {
          const { code, text } = explain(error, texts(reader));
          return {
            text: hosted.reduce((clean, one) => one.wired()?.clean(clean) ?? clean, text),
            passing: code === "database",
          };
        },
        log: say,
      },
      place,
    );
    const debouncing = every(
      BEAT,
      async () => {
        for (const one of hosted) {
          const due = one.gathering.take(Date.now());
          // If a job is running, keep the contacts for the next check
          if (due !== undefined && !listening.sync(one.backend(), due)) one.gathering.add(due, Date.now());
        }
      },
      failed,
    );
    const retry = async () => {
      for (const one of hosted) await one.retry(Date.now());
    };
    const retrying = every(RETRY_LOOK, retry, failed);
    return {
      ...listening,
      failed,
      retry: async () => {
        for (const one of hosted) await one.retry(Number.POSITIVE_INFINITY);
      },
      get stores() {
        return hosted.map((one) => one.backend().store);
      },
      async look() {
        for (const one of hosted) {
          const backend = one.backend();
          const [last] = await backend.store.runs(1, 0, true);
          const began = last === undefined ? undefined : Date.parse(last.startedAt);
          if (isDue(began, Date.now(), backend.interval, one.wait)) listening.sync(backend);
        }
      },
      async close() {
        debouncing.end();
        retrying.end();
        await listening.close();
        for (const one of hosted) await one.close();
      },
    };
  } catch (error) {
    for (const one of hosted) await one.close();
    throw notListening(error, place, terminal);
  }
}
