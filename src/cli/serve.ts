/** `serve`: the dashboard, wired to the services and the settings. */

import { explain } from "../app/error-messages.ts";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { scopeOfHook } from "../app/webhooks.ts";
import { readSettings, type Settings, SettingsError, settingOf } from "../config/settings.ts";
import { connectionNames } from "../config/yaml.ts";
import { SECRET_HEADER } from "../copper/webhook.ts";
import { type Language, texts } from "../i18n/texts.ts";
import type { Store } from "../ports/store.ts";
import { every } from "../schedule/every.ts";
import { isDue } from "../schedule/next-run.ts";
import { isPostgresUrl } from "../store/open.ts";
import { logUnhandledRejections, stderrLogger, type Terminal, untilInterrupted } from "../terminal/terminal.ts";
import { type ListenAddress, type Listening, serveDashboard } from "../web/server.ts";
import { hostedOf, serialByAccount, type Unread } from "./hosted.ts";
import { hasConnections, notListening, openMany } from "./serve-many.ts";
import { needsSetup, setupOf } from "./setup.ts";

/** Between two looks whether a run is due, ms; a machine that slept catches up at the first one. */
const LOOK = 15_000;
/** Between two looks whether a notification is to be followed, ms. */
const BEAT = 500;
/** Between two looks whether what could not be opened is to be tried again, ms. */
const RETRY_LOOK = 1_000;
/** The pages open at once; services that answer soon are waited for so long (ms), so that the first page is whole. */
const FIRST_LOOK = 3_000;
const LEAST_LOOK = 200;

/** The command: until Ctrl-C, for every connection that `sync.config.yaml` names. Throws UsageError. */
export async function serve(terminal: Terminal): Promise<number> {
  logUnhandledRejections(stderrLogger());
  const folder = process.cwd();
  const chosen = process.env.SYNC_CONNECTION;
  const url = settingOf("DATABASE_URL", process.env, folder);
  if (!chosen && (await hasConnections(url))) {
    const listening = await openMany(url, terminal);
    terminal.print(`${terminal.t("serve.ready", { link: listening.link })}\n`);
    await untilInterrupted();
    await listening.close();
    return EXIT.ok;
  }
  const reread = (name: string) => readSettings({ ...process.env, SYNC_CONNECTION: name }, folder);
  const fresh = !chosen && needsSetup(process.env, folder, url);
  const listening = fresh
    ? await openDashboard([], terminal, process.env, reread, folder)
    : await openDashboard(settingsHere(chosen, folder, url, terminal), terminal, process.env, reread);
  terminal.print(`${terminal.t(fresh ? "setup.ready" : "serve.ready", { link: listening.link })}\n`);
  if (fresh && isPostgresUrl(url)) terminal.print(`${terminal.t("setup.orMany")}\n`);
  const ticking = every(LOOK, listening.look, listening.failed);
  await untilInterrupted();
  ticking.end();
  await listening.close();
  return EXIT.ok;
}

/**
 * The settings of the connections of a folder; one whose settings are wrong stops no other.
 * Throws SettingsError where all are wrong, and UsageError where a database for many is empty.
 */
function settingsHere(chosen: string | undefined, folder: string, url: string, { t }: Terminal): (Settings | Unread)[] {
  const all = (chosen ? [chosen] : connectionNames(folder)).map((connection): Settings | Unread => {
    try {
      return readSettings({ ...process.env, SYNC_CONNECTION: connection }, folder);
    } catch (error) {
      return { connection, error };
    }
  });
  for (const { error } of all.filter((one) => "error" in one)) {
    if (all.some((one) => !("error" in one))) break;
    const keyless = error instanceof SettingsError && error.faults.every((fault) => fault.code === "missing");
    if (keyless && !chosen && isPostgresUrl(url)) throw new UsageError(t("serve.noConnections"));
    throw error;
  }
  return all;
}

/** Where the dashboard listens before there are settings. */
function placeIn(environment: NodeJS.ProcessEnv, folder: string): ListenAddress {
  const of = (name: "HOST" | "PORT" | "TOKEN" | "URL") => settingOf(`DASHBOARD_${name}`, environment, folder);
  return { host: of("HOST"), port: Number(of("PORT")), token: of("TOKEN"), url: of("URL") };
}

interface Open extends Listening {
  /** Begins the runs that are due. */
  look(): Promise<void>;
  /** Tries again at once what could not be opened. */
  retry(): Promise<void>;
  /** Says what went wrong in between. */
  failed(error: unknown): void;
  /** By the order of the settings. */
  readonly stores: readonly Store[];
}

/**
 * The dashboard of one connection or several, listening. It opens whatever a key, a service or an audience does: what
 * is wrong with a connection is on its pages, and tried again by itself (A11).
 * @param all no settings at all where they are to be made by the set-up
 * @param environment shown as where settings come from
 * @param reread reads a connection's settings anew
 * @param unset the folder that the set-up is for; absent where there is none
 * Throws UsageError, DatabaseError.
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
    // One after another: the first makes the tables of a new database
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
        hookHeader: SECRET_HEADER,
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
          // While something is going on it stays for the next time
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
