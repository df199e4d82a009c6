/**
 * `worker`: runs of all connections of the database, and what people and services wish in between. Any number of
 * processes on any number of machines; the queue gives each job to one, the lease lets one write (A5).
 */
import { CompiledQuery, type Kysely } from "kysely";
import { environmentFile } from "../config/env-file.ts";
import { redactor, secretsOf } from "../config/log.ts";
import { type Settings, settingOf } from "../config/settings.ts";
import type { Wish } from "../deletions/wish.ts";
import type { Language } from "../i18n/texts.ts";
import { anyChannel, type Channels } from "../notify/channels.ts";
import { LeaseLost, type Roster, type StoredConnection } from "../plan/many.ts";
import type { RunDocument } from "../plan/run-document.ts";
import { type Job, Later, openQueue, type Queue } from "../queue/queue.ts";
import { nextDue } from "../schedule/phase.ts";
import { isPostgresUrl, openDatabase } from "../store/open.ts";
import { rosterOf, takeDue } from "../store/roster.ts";
import type { Tables } from "../store/tables.ts";
import { DatabaseUnusable } from "../store/unusable.ts";
import { RunInProgress } from "../sync/run.ts";
import { decideAll, locked, restoreAll } from "./decisions.ts";
import { EXIT, UsageWrong } from "./exit.ts";
import { explain } from "./failures.ts";
import { notify } from "./notifying.ts";
import { settingsOfStored, vaultHere } from "./stored.ts";
import { flagsOf, runTelling } from "./sync-commands.ts";
import { interrupted, type Terminal } from "./terminal.ts";
import { systemClock, type Wired, wire } from "./wire.ts";

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
  // Without it there is nothing that could be done: told now rather than by each run
  vaultHere();
  const ending = new AbortController();
  const clean = redactor(secretsOf({ ...environmentFile(process.cwd()), ...process.env }));
  const say = (line: string) => void process.stderr.write(`${clean(line)}\n`);
  const queue = await openQueue(url, say);
  const roster = rosterOf(database);
  const waiting = new Set<string>();
  await queue.work(runs, (job, stop) =>
    carryOut(job, AbortSignal.any([stop, ending.signal]), { database, roster, terminal, waiting, say }),
  );
  const look = async () => {
    try {
      await takeDue(
        database,
        Date.now(),
        AT_ONCE,
        (one) => nextDue(one.name, one.interval, Date.now(), one.failures),
        (on, due) =>
          queue.due(
            due.map((one) => ({ name: one.name, account: accountIn(one) })),
            {
              executeSql: async (text, values = []) => {
                const { rows } = await on.executeQuery(CompiledQuery.raw(text, values));
                return { rows };
              },
            },
          ),
      );
    } catch (error) {
      say(`due: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  await look();
  const ticking = setInterval(() => void look(), LOOK);
  return {
    queue,
    async stop() {
      clearInterval(ticking);
      ending.abort();
      await queue.stop();
    },
  };
}

/** The Copper account of a connection: whose limits it shares. */
export function accountIn({ scope }: Pick<StoredConnection, "scope">): string {
  return scope.slice(0, scope.indexOf(":"));
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
async function carryOut({ connection: name, wish }: Job, stop: AbortSignal, around: Around): Promise<unknown> {
  const { database, roster, terminal, waiting, say } = around;
  const { t } = terminal;
  const stored = await roster.find(name);
  // Taken away or paused since
  if (stored === undefined || (stored.state === "paused" && wish === undefined)) return undefined;
  let settings: Settings | undefined;
  let wired: Wired | undefined;
  try {
    settings = settingsOfStored(stored, vaultHere());
    wired = await wire(settings, stop, systemClock, database);
    const told = await fulfil(wired, wish ?? { do: "sync", yes: false }, stop, terminal.language);
    waiting.delete(name);
    if (told.run !== undefined && wish?.do !== "plan") await keepOutcome(roster, stored, told.run);
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
    await roster.set(name, setBack(stored, code));
    // Told once; without its settings there is nobody to tell, and the overview shows it
    if (stored.trouble === null && settings !== undefined) await tellTrouble(name, message, settings.notify, around);
    return { error: message };
  } finally {
    await wired?.store.close();
  }
}

function isLost(error: unknown): boolean {
  return error instanceof DatabaseUnusable && error.code === "lost";
}

/** What came of a wish. */
export interface Fulfilled {
  readonly run?: RunDocument;
  readonly decided?: readonly unknown[];
  readonly error?: string;
}

async function fulfil(wired: Wired, wish: Wish, stop: AbortSignal, language: Language): Promise<Fulfilled> {
  // What a later release wishes is left to a worker that knows it
  if (!WISHES.includes(wish.do)) throw new Later(wired.name);
  const decided: unknown[] = [];
  if (wish.do === "decide") {
    const tell = (one: unknown) => void decided.push(one);
    await locked(wired, () => decideAll(wired, wish.ids, wish.decision, wish.forget, stop, tell));
    return { decided };
  }
  if (wish.do === "restore") {
    await locked(wired, () => restoreAll(wired, wish.ids, stop, (one) => void decided.push(one)));
    return { decided };
  }
  const { flags, planOnly } = flagsOf(wish);
  const quiet = { reading: () => undefined, applying: () => undefined };
  const { document, error } = await runTelling(wired, flags, planOnly, stop, quiet);
  wired.log(`run ${document.run}: ${document.outcome}`);
  if (error instanceof LeaseLost || isLost(error)) throw error;
  if (!planOnly) await notify(wired, language, document);
  return { run: document };
}

/** How a run went is kept with the connection: one that fails is tried less often. */
async function keepOutcome(roster: Roster, stored: StoredConnection, run: RunDocument): Promise<void> {
  if (run.outcome === "interrupted" || run.outcome === "planned") return;
  const well = run.outcome === "ok" || run.outcome === "partial";
  const why = run.error?.code ?? run.guard?.code ?? run.outcome;
  await roster.set(stored.name, well ? { failures: 0, trouble: null } : setBack(stored, why));
}

/** Once more it did not go well: the next time comes later. @param trouble why, as a code */
function setBack({ name, interval, failures }: StoredConnection, trouble: string) {
  return { failures: failures + 1, trouble, due: nextDue(name, interval, Date.now(), failures + 1) };
}

/** Tells of a connection that could not even begin. */
async function tellTrouble(name: string, text: string, channels: Channels, { terminal: { t }, say }: Around) {
  if (!anyChannel(channels)) return;
  const { sendEverywhere } = await import("../notify/send.ts");
  const message = { subject: t("trouble.subject", { name }), text: t("trouble.text", { name, text }) };
  for (const line of await sendEverywhere(channels, message)) say(`notify ${line}`);
}
