/** Carries out one job of the queue: a run that is due, or what somebody asked for on a page. */
import type { Kysely } from "kysely";
import { explain } from "../app/error-messages.ts";
import { notify, notifyOfFailure } from "../app/notify.ts";
import { serviceAway, servicesBack } from "../app/outages.ts";
import { perform } from "../app/perform-command.ts";
import { settingsOfStored, vaultHere } from "../app/stored-connections.ts";
import type { Wired } from "../app/wired.ts";
import { cleanHere } from "../config/mask-own-secrets.ts";
import type { Settings } from "../config/settings.ts";
import { ServiceError } from "../http/answer.ts";
import type { Language } from "../i18n/texts.ts";
import { systemClock } from "../main/system-clock.ts";
import { wire } from "../main/wire.ts";
import type { Decided } from "../plan/decision.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { type Command, isWritingRun } from "../ports/command.ts";
import { type ConnectionRepository, LeaseLost, type StoredConnection } from "../ports/connection-repository.ts";
import { type Job, RetryLater } from "../queue/queue.ts";
import { nextDue } from "../schedule/next-run.ts";
import type { Service } from "../services/services.ts";
import { DatabaseError } from "../store/database-error.ts";
import { databaseStore } from "../store/store.ts";
import type { Tables } from "../store/tables.ts";
import { RunInProgress } from "../sync/run.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** The commands that this version knows. */
const COMMANDS: readonly string[] = ["sync", "plan", "undo", "decide", "restore"] satisfies Command["do"][];
/** What carrying out a job needs besides the job. */
export interface Around {
  readonly database: Kysely<Tables>;
  readonly repository: ConnectionRepository;
  readonly terminal: Terminal;
  /** Connections for which the log already says that another process holds the lease. */
  readonly waiting: Set<string>;
  say(line: string): void;
}

/** Performs one job. Throws RetryLater if it must be tried again. @returns the result for the sender of the command */
export async function carryOut(job: Job, stop: AbortSignal, around: Around): Promise<unknown> {
  const { database, repository, terminal, waiting, say } = around;
  const { wish: command } = job;
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
    await performed(told, stored, settings, command, around);
    // Interrupted: the next worker continues from the journal
    if (stop.aborted) throw new RetryLater(name);
    return told;
  } catch (error) {
    if (stop.aborted || error instanceof RetryLater) throw new RetryLater(name);
    if (error instanceof RunInProgress || error instanceof LeaseLost || isLost(error)) {
      if (!waiting.has(name)) say(terminal.t("worker.later", { name }));
      waiting.add(name);
      throw new RetryLater(name);
    }
    return failed(error, stored, settings, wired?.clean ?? cleanHere(), command, around);
  } finally {
    await wired?.store.close();
  }
}

/** Stores and logs the outcome of a command, and tells of outages that begin or end. */
async function performed(
  { run, away }: CommandResult,
  connection: StoredConnection,
  { notify: channels }: Settings,
  command: Command | undefined,
  { database, repository, terminal: { t }, say }: Around,
): Promise<void> {
  const { name } = connection;
  if (run !== undefined && command?.do !== "plan") await keepOutcome(repository, connection, run, command);
  const outage = { database, connection, channels, t, say };
  // An outage is over once a run reaches both services
  if (away === undefined && connection.trouble === "unreachable" && run !== undefined) await servicesBack(outage);
  if (away !== undefined) await serviceAway(away, outage);
  if (run !== undefined) say(t("worker.ran", { name, outcome: t(`outcome.${run.outcome}`) }));
}

/**
 * Stores, logs and tells that a command failed.
 * @param settings `undefined` if they could not be read: then there is no channel, and the overview shows the problem
 * @returns the result for the sender of the command
 */
async function failed(
  error: unknown,
  connection: StoredConnection,
  settings: Settings | undefined,
  clean: (text: string) => string,
  command: Command | undefined,
  { database, repository, terminal: { t, language }, say }: Around,
): Promise<CommandResult> {
  const { name } = connection;
  const { code, text } = explain(error, t);
  const message = clean(text);
  say(t("worker.failed", { name, text: message }));
  await repository.set(connection.id, setBack(connection, code, command));
  if (settings === undefined) return { error: message };
  const channels = settings.notify;
  if (error instanceof ServiceError && error.code === "unreachable")
    await serviceAway(error.service, { database, connection, channels, t, say });
  else {
    const store = databaseStore(database, connection.scope, Date.now, { ends: false });
    await notifyOfFailure({ name, channels, store, log: say }, language, { code, message });
  }
  return { error: message };
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
