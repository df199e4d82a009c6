/**
 * `serve` for the connections of the database: one server for all, and a worker in the same process. Commands from
 * pages and webhooks go into the queue, where any worker can take them.
 */

import { examine } from "../app/doctor.ts";
import { explain } from "../app/error-messages.ts";
import { UsageError } from "../app/exit-codes.ts";
import { openSettingOf, settingsOfStored, vaultHere } from "../app/stored-connections.ts";
import { newsIn, scopeOfHook } from "../app/webhooks.ts";
import { settingOf } from "../config/setting-sources.ts";
import { partsOfScope } from "../domain/scope.ts";
import { type Language, texts } from "../i18n/texts.ts";
import { type Installation, installationIn } from "../main/installation.ts";
import { openWhenUp } from "../main/open-when-up.ts";
import { open } from "../main/wire.ts";
import type { Command } from "../ports/command.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import type { Queue } from "../queue/queue.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import { type Debouncer, debouncer } from "../schedule/debounce.ts";
import { every } from "../schedule/every.ts";
import { nextDue } from "../schedule/next-run.ts";
import { SECRET_HEADER } from "../services/copper.ts";
import { connectionRepository, glancesOf } from "../store/connections/connection-repository.ts";
import { isPostgresUrl, openDatabase } from "../store/open.ts";
import { stderrLogger, type Terminal } from "../terminal/terminal.ts";
import type { DashboardBackend } from "../web/backend.ts";
import { type ListenAddress, type Listening, serveDashboard } from "../web/server.ts";
import type { SettingShown } from "../web/views/settings.tsx";
import type { CommandResult } from "../worker/jobs.ts";
import { sayOnce, startWorker, targetOf } from "../worker/worker.ts";
import { elsewhereOfStored } from "./service-pages.ts";
import { storedEditor } from "./settings-editors.ts";

/** Runs at the same time in this process, besides the pages. */
const RUNS = 2;
/** How often to check the state of a command (ms). */
const LOOK = 400;
/** How often to check for webhook notifications that are due (ms). */
const BEAT = 500;

/** A connection of the dashboard, with the contacts of its webhook notifications. */
interface Served {
  /** The parts of the stored connection that its backend was created from. */
  readonly key: string;
  /** The stored connection as last read, which happens at every request. */
  now: StoredConnection;
  readonly backend: DashboardBackend;
  readonly gathering: Debouncer;
}

/** A command failed; the message is a text for the reader. */
class CommandFailed extends Error {}

/** Turns an error of `listen` into a UsageError that names the address; returns other errors unchanged. */
export function notListening(error: unknown, { host, port }: ListenAddress, { t }: Terminal): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (!["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "ERR_SOCKET_BAD_PORT"].includes(code)) return error;
  return new UsageError(t("serve.port", { host, port: String(port), detail: code }));
}

/** Returns whether the database has connections. Waits for its server (A11). @throws DatabaseError */
export async function hasConnections(url: string, terminal: Terminal): Promise<boolean> {
  if (!isPostgresUrl(url)) return false;
  const database = await openWhenUp(url, sayOnce(stderrLogger(), terminal));
  try {
    return (await connectionRepository(database).list()).length > 0;
  } finally {
    await database.destroy();
  }
}

/**
 * Starts the server, the queue and a worker.
 * @param url the PostgreSQL database
 * @throws DatabaseError, VaultKeyError
 * @throws UsageError if the address cannot be used
 */
export async function openMany(url: string, terminal: Terminal): Promise<Listening> {
  const of = (name: "HOST" | "PORT" | "TOKEN" | "URL") => settingOf(`DASHBOARD_${name}`, process.env, process.cwd());
  const { language } = terminal;
  const database = await openDatabase(url);
  const worker = await startWorker(database, url, RUNS, terminal).catch(async (error: unknown) => {
    await database.destroy();
    throw error;
  });
  const installation = installationIn(database);
  const { connections, audit, accessTokens } = installation;
  /** The connections of the dashboard, by id. */
  const served = new Map<string, Served>();
  const say = stderrLogger();
  const backends = async () => {
    const stored = await connections.list();
    const there = new Set(stored.map((one) => one.id));
    for (const id of served.keys()) if (!there.has(id)) served.delete(id);
    return stored.map((one) => {
      // Create a new backend after a change of these parts
      const key = JSON.stringify([one.name, one.scope, one.audience, one.interval, one.own]);
      const known = served.get(one.id);
      if (known?.key === key) {
        known.now = one;
        return known.backend;
      }
      // Keep what webhooks already reported
      const gathering = known?.gathering ?? debouncer();
      const now = () => served.get(one.id)?.now ?? one;
      const backend = backendOf(one, now, installation, worker.queue, language, gathering, say);
      served.set(one.id, { key, now: one, backend, gathering });
      return backend;
    });
  };
  const place = { host: of("HOST"), port: Number(of("PORT")), token: of("TOKEN"), url: of("URL") };
  const listening = await serveDashboard(
    {
      backends,
      audit: () => audit.list(),
      glances: () => glancesOf(database),
      async pause(id, pause) {
        const one = await connections.get(id);
        if (one === undefined) return;
        const due = nextDue(one.name, one.interval, Date.now());
        await connections.set(id, pause ? { state: "paused" } : { state: "active", due, failures: 0, trouble: null });
        const entry = { at: new Date().toISOString(), who: "operator", connection: one.name, detail: "" };
        await audit.append({ ...entry, what: pause ? "pause" : "resume" });
      },
      links: () => accessTokens.all(Date.now()),
      async unlink(id, link) {
        const one = await connections.get(id);
        if (one === undefined || (await accessTokens.revoke(id, [link])) === 0) return;
        const entry = { at: new Date().toISOString(), who: "operator", connection: one.name, detail: "1" };
        await audit.append({ ...entry, what: "unlink" });
      },
      accessTokens,
      async hooked(secret) {
        const scope = await scopeOfHook(database, secret);
        if (scope === undefined) return undefined;
        const all = await backends();
        return all.find(({ id }) => served.get(id)?.now.scope === scope);
      },
      hookHeader: SECRET_HEADER,
      language,
      explain(error, reader) {
        const { code, text } = explain(error, texts(reader));
        // Do not show the database's address to visitors
        return code === "database"
          ? { text: texts(reader)("wrong.database"), passing: true }
          : { text, passing: false };
      },
      log: say,
    },
    place,
  ).catch(async (error: unknown) => {
    await worker.stop();
    await database.destroy();
    throw notListening(error, place, terminal);
  });
  const debouncing = every(
    BEAT,
    async () => {
      for (const { now, gathering } of served.values()) {
        const hints = gathering.take(Date.now());
        if (hints === undefined) continue;
        await worker.queue.enqueue(targetOf(now), { do: "sync", yes: false, hints }).catch((error: unknown) => {
          gathering.add(hints, Date.now());
          throw error;
        });
      }
    },
    (error) => say(`webhooks: ${error instanceof Error ? error.message : String(error)}`),
  );
  return {
    ...listening,
    async close() {
      debouncing.end();
      await listening.close();
      await worker.stop();
      await database.destroy();
    },
  };
}

/**
 * Creates the backend of one connection.
 * @param stored the connection when the backend is created
 * @param now returns the connection as last read; its id, account and audience stay the same
 * @param say writes a line to the log of the process
 */
function backendOf(
  stored: StoredConnection,
  now: () => StoredConnection,
  { connections, audit, database, storeOf }: Installation,
  queue: Queue,
  language: Language,
  gathering: Debouncer,
  say: (line: string) => void,
): DashboardBackend {
  const { id, name, scope, audience, interval } = stored;
  const store = storeOf(scope);
  const log = (line: string) => say(`${name}: ${line}`);

  /** Puts a command into the queue and waits for its result. The command is performed even if the visitor leaves. */
  async function queued(what: Command, stop: AbortSignal): Promise<CommandResult> {
    const asked = await queue.enqueue(targetOf(stored), what);
    for (;;) {
      await new Promise((done) => setTimeout(done, LOOK));
      // An unreachable queue still has the command
      const job = await queue.state(asked).catch(() => "away" as const);
      if (job === "away" && !stop.aborted) continue;
      if (job === "away") return {};
      if (job === undefined || job.state === "ended") {
        const output = (job?.output ?? {}) as CommandResult;
        if (output.error !== undefined) throw new CommandFailed(output.error);
        return output;
      }
      if (stop.aborted && job.state === "waiting") await queue.cancel(asked);
      if (stop.aborted) return {};
    }
  }
  return {
    id,
    name,
    store,
    language,
    audience,
    archiveTag: openSettingOf(stored, "ARCHIVE_TAG"),
    elsewhere: elsewhereOfStored(stored),
    interval,
    settings: shownOf(stored),
    now: Date.now,
    log,
    hooks: {
      async receive(side, body) {
        const news = await newsIn(store, side, body, partsOfScope(scope).audienceId);
        if (news !== undefined && news.personIds.length + news.emails.length > 0) gathering.add(news, Date.now());
        return news !== undefined;
      },
    },
    async perform(command, signal, progress) {
      const { run, decided } = await queued(command, signal);
      for (const one of decided ?? []) progress.decided(one);
      if (run === undefined && command.do !== "decide" && command.do !== "restore")
        throw new CommandFailed(texts(language)("connections.noAnswer"));
      return run;
    },
    async examine(reader) {
      // Do not show the database's address to clients
      const settings = { ...settingsOfStored(now(), vaultHere()), database: "PostgreSQL" };
      return examine(settings, await open(settings, new AbortController().signal, undefined, database), texts(reader));
    },
    report: (document, reader) => ({
      text: textReport(document, texts(reader)),
      html: htmlReport(document, reader),
    }),
    explain: (error, reader) => (error instanceof CommandFailed ? error.message : explain(error, texts(reader)).text),
    standing() {
      const { state, trouble, due } = now();
      return { paused: state === "paused", trouble, due };
    },
    changing: storedEditor(now, store, async (before, parts, change) => {
      await connections.change(before, parts);
      const detail = [...Object.keys(change.settings), ...(change.filter === undefined ? [] : ["filter"])].join(" ");
      await audit.append({
        at: new Date().toISOString(),
        who: "operator",
        connection: name,
        what: "set",
        detail,
      });
    }),
    noted(who, what) {
      const code = what.do === "decide" ? (what.forget ? "forget" : what.decision) : what.do;
      const detail = "ids" in what ? String(what.ids.length) : "run" in what ? what.run : "";
      const entry = { at: new Date().toISOString(), who, connection: name, what: code, detail };
      audit.append(entry).catch((error: unknown) => log(`audit: ${String(error)}`));
    },
  };
}

/** Returns the connection's own settings; sealed ones are not included. */
function shownOf({ own }: StoredConnection): SettingShown[] {
  const { settings = {} } = own as { settings?: Record<string, string> };
  return Object.entries(settings).map(([name, value]) => ({ name, value, from: "connection" }));
}
