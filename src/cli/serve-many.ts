/**
 * `serve` for the connections of the database: all of them at one address, a worker beside it, and what people and
 * services wish goes into the queue, where any worker may take it.
 */
import type { Kysely } from "kysely";
import { settingOf } from "../config/settings.ts";
import { SECRET_HEADER } from "../copper/webhook.ts";
import type { House } from "../dashboard/house.ts";
import { type Listening, type Place, serveDashboard } from "../dashboard/serve.ts";
import type { Decided } from "../deletions/decision.ts";
import type { Wish } from "../deletions/wish.ts";
import { type Language, texts } from "../i18n/texts.ts";
import type { SettingShown } from "../pages/settings.tsx";
import type { StoredConnection } from "../plan/many.ts";
import type { Queue } from "../queue/queue.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import { every } from "../schedule/every.ts";
import { type Hastener, hastener } from "../schedule/hasten.ts";
import { nextDue } from "../schedule/phase.ts";
import { closeEntrances, entranceHolds, entranceOf, entrancesOfAll } from "../store/entrances.ts";
import { isPostgresUrl, openDatabase } from "../store/open.ts";
import { doneSoFar, glancesOf, noteDone, rosterOf } from "../store/roster.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { examine } from "./doctor.ts";
import { elsewhereOfStored } from "./elsewhere.ts";
import { UsageWrong } from "./exit.ts";
import { explain } from "./failures.ts";
import { newsIn, scopeOfHook } from "./hooks.ts";
import { storedDesk } from "./settings-desk.ts";
import { openSettingOf, settingsOfStored, vaultHere, withRoster } from "./stored.ts";
import { saying, type Terminal } from "./terminal.ts";
import { open } from "./wire.ts";
import { type Fulfilled, startWorker, targetOf } from "./worker.ts";

/** Runs that this process does beside the pages. */
const RUNS = 2;
/** Between two looks what became of a wish, ms. */
const LOOK = 400;
/** Between two looks whether notifications are to be followed, ms. */
const BEAT = 500;

/** A connection that is shown, and what the services have told of it. */
interface Served {
  /** What it was made of. */
  readonly key: string;
  /** As the database had it when it was asked last: at every request. */
  now: StoredConnection;
  readonly house: House;
  readonly gathering: Hastener;
}

/** A wish could not be done; in words. */
class Unfulfilled extends Error {}

/** Where the dashboard cannot listen: whoever set the place is told; anything else as it is. */
export function notListening(error: unknown, { host, port }: Place, { t }: Terminal): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (!["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "ERR_SOCKET_BAD_PORT"].includes(code)) return error;
  return new UsageWrong(t("serve.port", { host, port: String(port), detail: code }));
}

/** Whether the database has connections of its own to be served. */
export async function hasConnections(url: string): Promise<boolean> {
  return isPostgresUrl(url) && withRoster(async (roster) => (await roster.list()).length > 0);
}

/** Everything open: the pages, the queue and a worker. Throws DatabaseUnusable, KeyUnusable. */
export async function openMany(url: string, terminal: Terminal): Promise<Listening> {
  const of = (name: "HOST" | "PORT" | "TOKEN" | "URL") => settingOf(`DASHBOARD_${name}`, process.env, process.cwd());
  const { language } = terminal;
  const database = await openDatabase(url);
  const worker = await startWorker(database, url, RUNS, terminal).catch(async (error: unknown) => {
    await database.destroy();
    throw error;
  });
  const roster = rosterOf(database);
  /** By identity. */
  const served = new Map<string, Served>();
  const say = saying();
  const houses = async () => {
    const stored = await roster.list();
    const there = new Set(stored.map((one) => one.id));
    for (const id of served.keys()) if (!there.has(id)) served.delete(id);
    return stored.map((one) => {
      // Renamed, or set up anew
      const key = JSON.stringify([one.name, one.scope, one.audience, one.interval, one.own]);
      const known = served.get(one.id);
      if (known?.key === key) {
        known.now = one;
        return known.house;
      }
      const gathering = known?.gathering ?? hastener();
      const now = () => served.get(one.id)?.now ?? one;
      const house = houseOf(one, now, database, worker.queue, language, gathering);
      served.set(one.id, { key, now: one, house, gathering });
      return house;
    });
  };
  const place = { host: of("HOST"), port: Number(of("PORT")), token: of("TOKEN"), url: of("URL") };
  const listening = await serveDashboard(
    {
      houses,
      audit: () => doneSoFar(database),
      glances: () => glancesOf(database),
      async pause(id, pause) {
        const one = await roster.get(id);
        if (one === undefined) return;
        const due = nextDue(one.name, one.interval, Date.now());
        await roster.set(id, pause ? { state: "paused" } : { state: "active", due, failures: 0, trouble: null });
        const entry = { at: new Date().toISOString(), who: "operator", connection: one.name, detail: "" };
        await noteDone(database, { ...entry, what: pause ? "pause" : "resume" });
      },
      links: () => entrancesOfAll(database, Date.now()),
      async unlink(id, link) {
        const one = await roster.get(id);
        if (one === undefined || (await closeEntrances(database, id, [link])) === 0) return;
        const entry = { at: new Date().toISOString(), who: "operator", connection: one.name, detail: "1" };
        await noteDone(database, { ...entry, what: "unlink" });
      },
      entrances: {
        opens: (token) => entranceOf(database, token, Date.now()),
        holds: (opened) => entranceHolds(database, opened, Date.now()),
      },
      async hooked(secret) {
        const scope = await scopeOfHook(database, secret);
        if (scope === undefined) return undefined;
        const all = await houses();
        return all.find(({ id }) => served.get(id)?.now.scope === scope);
      },
      hookHeader: SECRET_HEADER,
      language,
      explain(error, reader) {
        const { code, text } = explain(error, texts(reader));
        // Where the database is, is nothing for whoever comes by
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
  const hastening = every(
    BEAT,
    async () => {
      for (const { now, gathering } of served.values()) {
        const hints = gathering.take(Date.now());
        if (hints === undefined) continue;
        await worker.queue.ask(targetOf(now), { do: "sync", yes: false, hints }).catch((error: unknown) => {
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
      hastening.end();
      await listening.close();
      await worker.stop();
      await database.destroy();
    },
  };
}

/**
 * @param stored the connection as it is shown
 * @param now the same as it is by now; its identity, account and audience stay
 */
function houseOf(
  stored: StoredConnection,
  now: () => StoredConnection,
  database: Kysely<Tables>,
  queue: Queue,
  language: Language,
  gathering: Hastener,
): House {
  const { id, name, scope, audience, interval } = stored;
  const store = databaseStore(database, scope, Date.now, { ends: false });
  const say = saying();
  const log = (line: string) => say(`${name}: ${line}`);

  /** Puts a wish into the queue and waits for what comes of it; nobody has to stay for it to be done. */
  async function wish(what: Wish, stop: AbortSignal): Promise<Fulfilled> {
    const asked = await queue.ask(targetOf(stored), what);
    for (;;) {
      await new Promise((done) => setTimeout(done, LOOK));
      // A queue that is away for a while has not forgotten the wish
      const job = await queue.state(asked).catch(() => "away" as const);
      if (job === "away" && !stop.aborted) continue;
      if (job === "away") return {};
      if (job === undefined || job.state === "ended") {
        const output = (job?.output ?? {}) as Fulfilled;
        if (output.error !== undefined) throw new Unfulfilled(output.error);
        return output;
      }
      if (stop.aborted && job.state === "waiting") await queue.cancel(asked);
      if (stop.aborted) return {};
    }
  }
  async function decided(what: Wish, stop: AbortSignal, tell: (done: Decided) => void): Promise<void> {
    const output = await wish(what, stop);
    for (const one of (output.decided ?? []) as readonly Decided[]) tell(one);
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
        const news = await newsIn(store, side, body, scope.slice(scope.indexOf(":") + 1));
        if (news !== undefined && news.personIds.length + news.emails.length > 0) gathering.add(news, Date.now());
        return news !== undefined;
      },
    },
    async run(what, stop) {
      const { run } = await wish(what, stop);
      if (run === undefined) throw new Unfulfilled(texts(language)("connections.noAnswer"));
      return run;
    },
    decide: (ids, decision, forget, stop, tell) => decided({ do: "decide", ids, decision, forget }, stop, tell),
    restore: (ids, stop, tell) => decided({ do: "restore", ids }, stop, tell),
    async examine(reader) {
      // Where the database is, is nothing for a client
      const settings = { ...settingsOfStored(now(), vaultHere()), database: "PostgreSQL" };
      return examine(settings, await open(settings, new AbortController().signal, undefined, database), texts(reader));
    },
    report: (document, reader) => ({
      text: textReport(document, texts(reader)),
      html: htmlReport(document, reader),
    }),
    explain: (error, reader) => (error instanceof Unfulfilled ? error.message : explain(error, texts(reader)).text),
    standing() {
      const { state, trouble, due } = now();
      return { paused: state === "paused", trouble, due };
    },
    changing: storedDesk(now, store, async (after, change) => {
      const { put } = rosterOf(database);
      await put(after);
      const detail = [...Object.keys(change.settings), ...(change.filter === undefined ? [] : ["filter"])].join(" ");
      await noteDone(database, {
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
      noteDone(database, entry).catch((error: unknown) => log(`audit: ${String(error)}`));
    },
  };
}

/** Its own settings, as they may be shown; what is sealed is not among them. */
function shownOf({ own }: StoredConnection): SettingShown[] {
  const { settings = {} } = own as { settings?: Record<string, string> };
  return Object.entries(settings).map(([name, value]) => ({ name, value, from: "connection" }));
}
