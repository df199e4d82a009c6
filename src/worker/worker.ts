/**
 * `worker`: performs the runs of all connections of the database, and the commands of pages and webhooks. Any number of
 * processes can work: the queue gives each job to one, and the lease lets only one write (A5).
 */

import { CompiledQuery, type Kysely } from "kysely";
import { explain } from "../app/error-messages.ts";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { notify, notifyOfFailure } from "../app/notify.ts";
import { type Service, serviceAway, servicesBack } from "../app/outages.ts";
import { perform } from "../app/perform.ts";
import { secretsIn, settingsOfStored, vaultHere } from "../app/stored-connections.ts";
import type { Wired } from "../app/wired.ts";
import { cleanHere } from "../config/clean-here.ts";
import { settingOf } from "../config/setting-sources.ts";
import type { Settings } from "../config/settings.ts";
import { partsOfScope } from "../domain/scope.ts";
import { ServiceError } from "../http/answer.ts";
import type { Language } from "../i18n/texts.ts";
import { openWhenUp } from "../main/open-when-up.ts";
import { systemClock } from "../main/system-clock.ts";
import { wire } from "../main/wire.ts";
import type { Decided } from "../plan/decision.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { type Command, isWritingRun } from "../ports/command.ts";
import { type ConnectionRepository, LeaseLost, type StoredConnection } from "../ports/connection-repository.ts";
import { type Job, openQueue, type Queue, RetryLater, type Target } from "../queue/queue.ts";
import { every } from "../schedule/every.ts";
import { nextDue } from "../schedule/next-run.ts";
import { connectionRepository, takeDue } from "../store/connections/connection-repository.ts";
import { DatabaseError } from "../store/database-error.ts";
import { isPostgresUrl } from "../store/open.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { RunInProgress } from "../sync/run.ts";
import { logUnhandledRejections, stderrLogger, type Terminal, untilInterrupted } from "../terminal/terminal.ts";

/** How often to check which connections are due (ms). */
const LOOK = 5_000;
/** The commands that this version knows. */
const COMMANDS: readonly string[] = ["sync", "plan", "undo", "decide", "restore"] satisfies Command["do"][];
/** The most connections that are queued at one check. */
const AT_ONCE = 500;

/** The command: waits for the database, and works until Ctrl-C. Throws UsageError without PostgreSQL, VaultKeyError, DatabaseError. */
export async function workerCommand(flags: { readonly runs?: string }, terminal: Terminal): Promise<number> {
  const url = settingOf("DATABASE_URL", process.env, process.cwd());
  if (!isPostgresUrl(url)) throw new UsageError(terminal.t("connections.sqlite"));
  const runs = Math.max(1, Number(flags.runs) || 4);
  const say = stderrLogger();
  logUnhandledRejections(say);
  const database = await openWhenUp(url, sayOnce(say, terminal));
  try {
    const worker = await startWorker(database, url, runs, terminal);
    const count = (await connectionRepository(database).list()).length;
    terminal.print(`${terminal.t("worker.ready", { count, runs })}\n`);
    await untilInterrupted();
    await worker.stop();
  } finally {
    await database.destroy();
  }
  terminal.print(`${terminal.t("worker.ended")}\n`);
  return EXIT.ok;
}

/** A running worker. */
export interface Worker {
  readonly queue: Queue;
  /** Interrupts the jobs in progress, and waits for their end. They return to the queue. */
  stop(): Promise<void>;
}

/**
 * Starts a worker in this process. Throws VaultKeyError, DatabaseError.
 * @param database a PostgreSQL database; it stays open when the worker stops
 * @param url the same database, for the queue's own connections
 * @param runs the most jobs at the same time
 */
export async function startWorker(
  database: Kysely<Tables>,
  url: string,
  runs: number,
  terminal: Terminal,
): Promise<Worker> {
  const ending = new AbortController();
  const say = stderrLogger();
  const away = sayOnce(say, terminal);
  const repository = connectionRepository(database);
  await opensSomething(repository);
  const queue = await openQueue(url, away.failed);
  const waiting = new Set<string>();
  await queue.work(runs, (job, stop) =>
    carryOut(job, AbortSignal.any([stop, ending.signal]), { database, repository, terminal, waiting, say }),
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
 * Checks that the vault opens at least one connection; throws VaultKeyError if none opens. A worker with a wrong key
 * must not start, since it would mark all connections as failing.
 */
async function opensSomething(repository: ConnectionRepository): Promise<void> {
  const vault = vaultHere();
  let why: unknown;
  for (const stored of await repository.list())
    try {
      secretsIn(stored, vault);
      return;
    } catch (error) {
      why ??= error;
    }
  if (why !== undefined) throw why;
}

/** Logs once that the database is unreachable, and once that it is back. */
export function sayOnce(say: (line: string) => void, { t }: Terminal) {
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

/** Returns the target of a connection's jobs. */
export function targetOf({ id, name, scope }: Pick<StoredConnection, "id" | "name" | "scope">): Target {
  return { id, name, account: partsOfScope(scope).accountId };
}

interface Around {
  readonly database: Kysely<Tables>;
  readonly repository: ConnectionRepository;
  readonly terminal: Terminal;
  /** Connections for which the log already says that another process holds the lease. */
  readonly waiting: Set<string>;
  say(line: string): void;
}

/** Performs one job. Throws RetryLater if it must be tried again. @returns the result for the sender of the command */
async function carryOut(job: Job, stop: AbortSignal, around: Around): Promise<unknown> {
  const { database, repository, terminal, waiting, say } = around;
  const { wish: command } = job;
  const { t } = terminal;
  const stored = await connectionOf(job, repository);
  // Removed or paused in the meantime
  if (stored === undefined || (stored.state === "paused" && command === undefined)) return undefined;
  const { name } = stored;
  let settings: Settings | undefined;
  let wired: Wired | undefined;
  try {
    settings = settingsOfStored(stored, vaultHere());
    wired = await wire(settings, stop, systemClock, database, { rank: command === undefined ? "clock" : "asked" });
    const told = await performCommand(wired, command ?? { do: "sync", yes: false }, stop, terminal.language);
    waiting.delete(name);
    if (told.run !== undefined && command?.do !== "plan") await keepOutcome(repository, stored, told.run, command);
    // An outage is over once a run reaches both services
    if (told.away === undefined && stored.trouble === "unreachable" && told.run !== undefined)
      await servicesBack({ database, connection: stored, channels: settings.notify, t, say });
    if (told.away !== undefined)
      await serviceAway(told.away, { database, connection: stored, channels: settings.notify, t, say });
    if (told.run !== undefined) say(t("worker.ran", { name, outcome: t(`outcome.${told.run.outcome}`) }));
    // Interrupted: the next worker continues from the journal
    if (stop.aborted) throw new RetryLater(name);
    return told;
  } catch (error) {
    if (stop.aborted || error instanceof RetryLater) throw new RetryLater(name);
    if (error instanceof RunInProgress || error instanceof LeaseLost || isLost(error)) {
      if (!waiting.has(name)) say(t("worker.later", { name }));
      waiting.add(name);
      throw new RetryLater(name);
    }
    const { code, text } = explain(error, t);
    const message = (wired?.clean ?? cleanHere())(text);
    say(t("worker.failed", { name, text: message }));
    await repository.set(stored.id, setBack(stored, code, command));
    // Without settings there is no channel; the overview shows the problem
    if (settings !== undefined) {
      const channels = settings.notify;
      if (error instanceof ServiceError && error.code === "unreachable")
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
 * Finds the connection of a job. Drops a command for a connection that was replaced, since its people ids belong to
 * another account. A run queued by a release without connection ids is found by name.
 */
async function connectionOf(
  { id, connection, wish: command }: Job,
  repository: ConnectionRepository,
): Promise<StoredConnection | undefined> {
  if (id !== undefined) return repository.get(id);
  return command === undefined ? repository.find(connection) : undefined;
}

function isLost(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "lost";
}

/** The result of a command, as stored with the job. */
export interface CommandResult {
  readonly run?: RunDocument;
  readonly decided?: readonly Decided[];
  readonly error?: string;
  /** The service that could not be reached. */
  readonly away?: Service;
}

async function performCommand(
  wired: Wired,
  command: Command,
  stop: AbortSignal,
  language: Language,
): Promise<CommandResult> {
  // Leave a command of a later release to a worker that knows it
  if (!COMMANDS.includes(command.do)) throw new RetryLater(wired.name);
  const decided: Decided[] = [];
  const finished = await perform(wired, command, stop, {
    reading: () => undefined,
    applying: () => undefined,
    decided: (one) => decided.push(one),
  });
  if (finished === undefined) return { decided };
  const { document, error } = finished;
  wired.log(`run ${document.run}: ${document.outcome}`);
  if (error instanceof LeaseLost || isLost(error)) throw error;
  // An outage affects other connections, too, so one alert is sent for all
  const away = error instanceof ServiceError && error.code === "unreachable" ? error.service : undefined;
  if (isWritingRun(command) && away === undefined) await notify(wired, language, document);
  return { run: document, ...(away && { away }) };
}

/** Stores the outcome of a run with its connection, so that a failing one is tried less often. */
async function keepOutcome(
  repository: ConnectionRepository,
  stored: StoredConnection,
  run: RunDocument,
  command?: Command,
): Promise<void> {
  if (run.outcome === "interrupted" || run.outcome === "planned") return;
  const well = run.outcome === "ok" || run.outcome === "partial";
  const why = run.error?.code ?? run.guard?.code ?? run.outcome;
  await repository.set(stored.id, well ? { failures: 0, trouble: null } : setBack(stored, why, command));
}

/**
 * Returns the fields for another failure: the next run is postponed. A failed command does not postpone it, since
 * repeated clicks must not delay a connection for hours.
 * @param trouble the reason, as a code
 */
function setBack({ name, interval, failures }: StoredConnection, trouble: string, command: Command | undefined) {
  if (command !== undefined) return { trouble };
  return { failures: failures + 1, trouble, due: nextDue(name, interval, Date.now(), failures + 1) };
}
