/**
 * `serve` for the connections of the database: one door to all of them, a worker beside it, and what people and
 * services wish goes into the queue, where any worker may take it.
 */
import type { Kysely } from "kysely";
import { settingOf } from "../config/settings.ts";
import { SECRET_HEADER } from "../copper/webhook.ts";
import type { House } from "../dashboard/house.ts";
import { type Listening, type Place, serveDashboard } from "../dashboard/serve.ts";
import type { Decided } from "../deletions/decide.ts";
import type { Wish } from "../deletions/wish.ts";
import { type Language, texts } from "../i18n/texts.ts";
import type { SettingShown } from "../pages/settings.tsx";
import type { StoredConnection } from "../plan/many.ts";
import type { Queue } from "../queue/queue.ts";
import { htmlReport } from "../report/html.ts";
import { textReport } from "../report/text.ts";
import { type Hastener, hastener } from "../schedule/hasten.ts";
import { entranceOf } from "../store/entrances.ts";
import { isPostgresUrl, openDatabase } from "../store/open.ts";
import { doneSoFar, noteDone, rosterOf } from "../store/roster.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { examine } from "./doctor.ts";
import { UsageWrong } from "./exit.ts";
import { explain } from "./failures.ts";
import { knowsSecret, newsIn } from "./hooks.ts";
import { settingsOfStored, vaultHere, withRoster } from "./stored.ts";
import type { Terminal } from "./terminal.ts";
import { open } from "./wire.ts";
import { accountIn, type Fulfilled, startWorker } from "./worker.ts";

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

/** Everything open: the door, the queue and a worker. Throws DatabaseUnusable, KeyUnusable. */
export async function openMany(url: string, terminal: Terminal): Promise<Listening> {
  const of = (name: "HOST" | "PORT" | "TOKEN" | "URL") => settingOf(`DASHBOARD_${name}`, process.env, process.cwd());
  const database = await openDatabase(url);
  const worker = await startWorker(database, url, RUNS, terminal).catch(async (error: unknown) => {
    await database.destroy();
    throw error;
  });
  const roster = rosterOf(database);
  const houses = new Map<string, Served>();
  const place = { host: of("HOST"), port: Number(of("PORT")), token: of("TOKEN"), url: of("URL") };
  const listening = await serveDashboard(
    {
      async houses() {
        const stored = await roster.list();
        return stored.map((one) => {
          const there = houses.get(one.name);
          // Another connection under its name, or one that was set up anew
          const key = JSON.stringify([one.scope, one.audience, one.interval, one.own]);
          if (there?.key === key) {
            there.now = one;
            return there.house;
          }
          const gathering = hastener();
          const now = () => houses.get(one.name)?.now ?? one;
          const house = houseOf(now, database, worker.queue, terminal.language, gathering);
          houses.set(one.name, { key, now: one, house, gathering });
          return house;
        });
      },
      audit: () => doneSoFar(database),
      entrance: (token) => entranceOf(database, token, Date.now()),
    },
    place,
  ).catch(async (error: unknown) => {
    await worker.stop();
    await database.destroy();
    throw notListening(error, place, terminal);
  });
  const hastening = setInterval(() => {
    for (const [name, { now, gathering }] of houses) {
      const hints = gathering.take(Date.now());
      if (hints === undefined) continue;
      worker.queue
        .ask(name, accountIn(now), { do: "sync", yes: false, hints })
        .catch(() => gathering.add(hints, Date.now()));
    }
  }, BEAT);
  return {
    ...listening,
    async close() {
      clearInterval(hastening);
      await listening.close();
      await worker.stop();
      await database.destroy();
    },
  };
}

/** @param now the connection as it is by now; its name, account and audience stay */
function houseOf(
  now: () => StoredConnection,
  database: Kysely<Tables>,
  queue: Queue,
  language: Language,
  gathering: Hastener,
): House {
  const { name, scope, audience, interval } = now();
  const store = databaseStore(database, scope, Date.now, { ends: false });

  /** Puts a wish into the queue and waits for what comes of it; nobody has to stay for it to be done. */
  async function wish(what: Wish, stop: AbortSignal): Promise<Fulfilled> {
    const id = await queue.ask(name, accountIn({ scope }), what);
    for (;;) {
      await new Promise((done) => setTimeout(done, LOOK));
      const job = await queue.state(id);
      if (job === undefined || job.state === "ended") {
        const output = (job?.output ?? {}) as Fulfilled;
        if (output.error !== undefined) throw new Unfulfilled(output.error);
        return output;
      }
      if (stop.aborted && job.state === "waiting") await queue.cancel(id);
      if (stop.aborted) return {};
    }
  }
  async function decided(what: Wish, stop: AbortSignal, tell: (done: Decided) => void): Promise<void> {
    const output = await wish(what, stop);
    for (const one of (output.decided ?? []) as readonly Decided[]) tell(one);
  }
  return {
    name,
    store,
    language,
    audience,
    interval,
    settings: shownOf(now()),
    now: Date.now,
    log: (line) => void process.stderr.write(`${name}: ${line}\n`),
    hooks: {
      header: SECRET_HEADER,
      knows: (secret) => knowsSecret(store, secret),
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
    noted(who, what) {
      const code = what.do === "decide" ? (what.forget ? "forget" : what.decision) : what.do;
      const detail = "ids" in what ? String(what.ids.length) : "run" in what ? what.run : "";
      const entry = { at: new Date().toISOString(), who, connection: name, what: code, detail };
      noteDone(database, entry).catch((error: unknown) => void process.stderr.write(`audit: ${String(error)}\n`));
    },
  };
}

/** Its own settings, as they may be shown; what is sealed is not among them. */
function shownOf({ own }: StoredConnection): SettingShown[] {
  const { settings = {} } = own as { settings?: Record<string, string> };
  return Object.entries(settings).map(([name, value]) => ({ name, value, from: "connection" }));
}
