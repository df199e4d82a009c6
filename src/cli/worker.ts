/**
 * `worker`: runs of all connections of the database, and what people and services wish in between. Any number of
 * processes on any number of machines; the queue gives each job to one, the lease lets one write (A5).
 */
import { CompiledQuery, type Kysely } from "kysely";
import { environmentFile } from "../config/env-file.ts";
import { redactor } from "../config/log.ts";
import { secretsOf } from "../config/secrecy.ts";
import { type Settings, settingOf } from "../config/settings.ts";
import type { Wish } from "../deletions/wish.ts";
import { RemoteUnusable } from "../http/request.ts";
import type { Language } from "../i18n/texts.ts";
import { LeaseLost, type Roster, type StoredConnection } from "../plan/many.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { type Job, Later, openQueue, type Queue, type Target } from "../queue/queue.ts";
import { every } from "../schedule/every.ts";
import { nextDue } from "../schedule/phase.ts";
import { isPostgresUrl, openDatabase } from "../store/open.ts";
import { rosterOf, takeDue } from "../store/roster.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { DatabaseUnusable } from "../store/unusable.ts";
import { RunInProgress } from "../sync/run.ts";
import { decideAll, locked, restoreAll } from "./decisions.ts";
import { EXIT, UsageWrong } from "./exit.ts";
import { explain } from "./failures.ts";
import { notify, notifyOfFailure } from "./notifying.ts";
import { type Service, serviceAway, servicesBack } from "./outages.ts";
import { secretsIn, settingsOfStored, vaultHere } from "./stored.ts";
import { flagsOf, runTelling } from "./sync-commands.ts";
import { systemClock } from "./system-clock.ts";
import { interrupted, saying, stayUp, type Terminal } from "./terminal.ts";
import { type Wired, wire } from "./wire.ts";

/** Between two looks what is due, ms. */
const LOOK = 5_000;
const WISHES: readonly string[] = ["sync", "plan", "undo", "decide", "restore"] satisfies Wish["do"][];
/** Connections that are given to the queue at one look. */
const AT_ONCE = 500;

/** The command: until Ctrl-C. Throws UsageWrong, KeyUnusable, DatabaseUnusable. */
export async function workerCommand(flags: { readonly runs?: string }, terminal: Terminal): Promise<number> {
  const url = settingOf("DATABASE_URL", process.env, process.cwd());
  if (!isPostgresUrl(url)) throw new UsageWrong(terminal.t("connections.sqlite"));
  const runs = Math.max(1, Number(flags.runs) || 4);
  stayUp(saying());
  const database = await openDatabase(url);
  try {
    const worker = await startWorker(database, url, runs, terminal);
    const count = (await rosterOf(database).list()).length;
    terminal.print(`${terminal.t("worker.ready", { count, runs })}\n`);
    await interrupted();
    await worker.stop();
  } finally {
    await database.destroy();
  }
  terminal.print(`${terminal.t("worker.ended")}\n`);
  return EXIT.ok;
}

export interface Worker {
  readonly queue: Queue;
  stop(): Promise<void>;
}

/** Works in this process, beside whatever else it does. @param database a PostgreSQL; stays open when it stops */
export async function startWorker(
  database: Kysely<Tables>,
  url: string,
  runs: number,
  terminal: Terminal,
): Promise<Worker> {
  const ending = new AbortController();
  const clean = redactor(secretsOf({ ...environmentFile(process.cwd()), ...process.env }));
  const say = saying(clean);
  const away = sayOnce(say, terminal);
  const roster = rosterOf(database);
  await opensSomething(roster);
  const queue = await openQueue(url, away.failed);
  const waiting = new Set<string>();
  await queue.work(runs, (job, stop) =>
    carryOut(job, AbortSignal.any([stop, ending.signal]), { database, roster, terminal, waiting, say }),
  );
  const look = () =>
    takeDue(
      database,
      Date.now(),
      AT_ONCE,
      (one) => nextDue(one.name, one.interval, Date.now(), one.failures),
      (on, due) =>
        queue.due(due.map(targetOf), {
          executeSql: async (text, values = []) => {
            const { rows } = await on.executeQuery(CompiledQuery.raw(text, values));
            return { rows };
          },
        }),
    );
  await look();
  const ticking = every(LOOK, look, away.failed, away.well);
  return {
    queue,
    async stop() {
      ticking.end();
      ending.abort();
      await queue.stop();
    },
  };
}

/**
 * A worker with another key than the connections were sealed with would only set them all back: it does not begin.
 * Throws KeyUnusable where there are connections and none opens.
 */
async function opensSomething(roster: Roster): Promise<void> {
  const vault = vaultHere();
  let why: unknown;
  for (const stored of await roster.list())
    try {
      secretsIn(stored, vault);
      return;
    } catch (error) {
      why ??= error;
    }
  if (why !== undefined) throw why;
}

/** Says once that the database is away, and once that it is there again. */
function sayOnce(say: (line: string) => void, { t }: Terminal) {
  let away = false;
  return {
    failed(error: unknown) {
      if (!away) say(t("worker.waits", { detail: error instanceof Error ? error.message : String(error) }));
      away = true;
    },
    well() {
      if (away) say(t("worker.goesOn"));
      away = false;
    },
  };
}

/** Returns what a job for a connection is addressed to; its account is the first part of its scope. */
export function targetOf({ id, name, scope }: Pick<StoredConnection, "id" | "name" | "scope">): Target {
  return { id, name, account: scope.slice(0, scope.indexOf(":")) };
}

interface Around {
  readonly database: Kysely<Tables>;
  readonly roster: Roster;
  readonly terminal: Terminal;
  /** Connections of which was said that another process holds them. */
  readonly waiting: Set<string>;
  say(line: string): void;
}

/** One job. @returns what whoever asked for it is told. Throws Later where it is to be tried again. */
async function carryOut(job: Job, stop: AbortSignal, around: Around): Promise<unknown> {
  const { database, roster, terminal, waiting, say } = around;
  const { wish } = job;
  const { t } = terminal;
  const stored = await connectionOf(job, roster);
  // Taken away or paused since
  if (stored === undefined || (stored.state === "paused" && wish === undefined)) return undefined;
  const { name } = stored;
  let settings: Settings | undefined;
  let wired: Wired | undefined;
  try {
    settings = settingsOfStored(stored, vaultHere());
    wired = await wire(settings, stop, systemClock, database, { rank: wish === undefined ? "clock" : "asked" });
    const told = await fulfil(wired, wish ?? { do: "sync", yes: false }, stop, terminal.language);
    waiting.delete(name);
    if (told.run !== undefined && wish?.do !== "plan") await keepOutcome(roster, stored, told.run, wish);
    if (told.away === undefined && stored.trouble === "unreachable" && told.run !== undefined)
      await servicesBack({ database, connection: stored, channels: settings.notify, t, say });
    if (told.away !== undefined)
      await serviceAway(told.away, { database, connection: stored, channels: settings.notify, t, say });
    if (told.run !== undefined) say(t("worker.ran", { name, outcome: t(`outcome.${told.run.outcome}`) }));
    // Ended in the middle: whoever takes it up goes on from the journal
    if (stop.aborted) throw new Later(name);
    return told;
  } catch (error) {
    if (stop.aborted || error instanceof Later) throw new Later(name);
    if (error instanceof RunInProgress || error instanceof LeaseLost || isLost(error)) {
      if (!waiting.has(name)) say(t("worker.later", { name }));
      waiting.add(name);
      throw new Later(name);
    }
    const { code, text } = explain(error, t);
    const message = (wired?.clean ?? String)(text);
    say(t("worker.failed", { name, text: message }));
    await roster.set(stored.id, setBack(stored, code, wish));
    // Without its settings there is nobody to tell, and the overview shows it
    if (settings !== undefined) {
      const channels = settings.notify;
      if (error instanceof RemoteUnusable && error.code === "unreachable")
        await serviceAway(error.service, { database, connection: stored, channels, t, say });
      else {
        const store = databaseStore(database, stored.scope, Date.now, { ends: false });
        await notifyOfFailure({ name, channels, store, log: say }, terminal.language, { code, message });
      }
    }
    return { error: message };
  } finally {
    await wired?.store.close();
  }
}

/**
 * Finds the connection of a job. What somebody asked of a connection that was replaced since is for nobody: the people
 * that it names are of another account. A run left by a release before identities goes by the name.
 */
async function connectionOf({ id, connection, wish }: Job, roster: Roster): Promise<StoredConnection | undefined> {
  if (id !== undefined) return roster.get(id);
  return wish === undefined ? roster.find(connection) : undefined;
}

function isLost(error: unknown): boolean {
  return error instanceof DatabaseUnusable && error.code === "lost";
}

/** What came of a wish. */
export interface Fulfilled {
  readonly run?: RunDocument;
  readonly decided?: readonly unknown[];
  readonly error?: string;
  /** The service that could not be reached. */
  readonly away?: Service;
}

async function fulfil(wired: Wired, wish: Wish, stop: AbortSignal, language: Language): Promise<Fulfilled> {
  // What a later release wishes is left to a worker that knows it
  if (!WISHES.includes(wish.do)) throw new Later(wired.name);
  const decided: unknown[] = [];
  const tell = (one: unknown) => {
    decided.push(one);
  };
  if (wish.do === "decide") {
    await locked(wired, () => decideAll(wired, wish.ids, wish.decision, wish.forget, stop, tell));
    return { decided };
  }
  if (wish.do === "restore") {
    await locked(wired, () => restoreAll(wired, wish.ids, stop, tell));
    return { decided };
  }
  const { flags, planOnly } = flagsOf(wish);
  const quiet = { reading: () => undefined, applying: () => undefined };
  const { document, error } = await runTelling(wired, flags, planOnly, stop, quiet);
  wired.log(`run ${document.run}: ${document.outcome}`);
  if (error instanceof LeaseLost || isLost(error)) throw error;
  // An outage concerns others, too, and is told for all of them at once
  const away = error instanceof RemoteUnusable && error.code === "unreachable" ? error.service : undefined;
  if (!planOnly && away === undefined) await notify(wired, language, document);
  return { run: document, ...(away && { away }) };
}

/** How a run went is kept with the connection: one that fails is tried less often. */
async function keepOutcome(roster: Roster, stored: StoredConnection, run: RunDocument, wish?: Wish): Promise<void> {
  if (run.outcome === "interrupted" || run.outcome === "planned") return;
  const well = run.outcome === "ok" || run.outcome === "partial";
  const why = run.error?.code ?? run.guard?.code ?? run.outcome;
  await roster.set(stored.id, well ? { failures: 0, trouble: null } : setBack(stored, why, wish));
}

/**
 * Once more it did not go well: the next time comes later. What somebody asked for in between does not put it off: a
 * click that is repeated must not silence a connection for hours.
 * @param trouble why, as a code
 */
function setBack({ name, interval, failures }: StoredConnection, trouble: string, wish: Wish | undefined) {
  if (wish !== undefined) return { trouble };
  return { failures: failures + 1, trouble, due: nextDue(name, interval, Date.now(), failures + 1) };
}
