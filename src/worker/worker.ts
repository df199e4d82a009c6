/**
 * `worker`: performs the runs of all connections of the database, and the commands of pages and webhooks. Any number of
 * processes can work: the queue gives each job to one, and the lease lets only one write (A5).
 */
import { CompiledQuery, type Kysely } from "kysely";
import { EXIT, UsageError } from "../app/exit-codes.ts";
import { secretsIn, vaultHere } from "../app/stored-connections.ts";
import { settingOf } from "../config/setting-sources.ts";
import { errorText } from "../domain/error-text.ts";
import { partsOfScope } from "../domain/scope.ts";
import { openWhenUp } from "../main/open-database-when-up.ts";
import type { ConnectionRepository, StoredConnection } from "../ports/connection-repository.ts";
import { openQueue, type Queue, type Target } from "../queue/queue.ts";
import { every } from "../schedule/every.ts";
import { nextDue } from "../schedule/next-run.ts";
import { connectionRepository, takeDue } from "../store/connections/connection-repository.ts";
import { isPostgresUrl } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";
import { logUnhandledRejections, stderrLogger, type Terminal, untilInterrupted } from "../terminal/terminal.ts";
import { carryOut } from "./jobs.ts";

/** How often to check which connections are due (ms). */
const LOOK = 5_000;
/** The most connections that are queued at one check. */
const AT_ONCE = 500;

/**
 * The command: waits for the database, and works until Ctrl-C.
 * @throws UsageError without PostgreSQL, VaultKeyError, DatabaseError
 */
export async function workerCommand(flags: { readonly runs: string }, terminal: Terminal): Promise<number> {
  const url = settingOf("DATABASE_URL", process.env, process.cwd());
  if (!isPostgresUrl(url)) throw new UsageError(terminal.t("connections.sqlite"));
  const runs = Number(flags.runs);
  if (!Number.isInteger(runs) || runs < 1)
    throw new UsageError(terminal.t("setting.not-a-number", { name: "--runs", detail: "1" }));
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
      if (!away) say(t("worker.waits", { detail: errorText(error) }));
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
