/**
 * The queue of those who work for many connections: pg-boss on the PostgreSQL that holds the state. A connection has
 * one run waiting and one under way at most; commands wait in line, connection by connection; a worker
 * that is no longer heard of loses its job to another.
 */
import { PgBoss } from "pg-boss";
import type { Command } from "../ports/command.ts";

/** A piece of work for one connection; without a command it is the run at its interval. */
export interface Job {
  /** The connection's name. */
  readonly connection: string;
  /** Its identity; absent in what a release before identities has left. */
  readonly id?: string;
  readonly wish?: Command;
}

/** The connection that a job is for. */
export interface Target {
  readonly id: string;
  readonly name: string;
  /** The Copper account, whose limits it shares with others. */
  readonly account: string;
}

/** It cannot be done now: another process holds the connection, the database is away. It is tried again. */
export class RetryLater extends Error {}

/** Where a statement goes: a transaction of whoever asks. */
interface Executor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

export interface Queue {
  /** Runs that are due, in the same transaction that has moved their next time. */
  due(connections: readonly Target[], on: Executor): Promise<void>;
  /** @returns the name under which its state is asked for */
  enqueue(connection: Target, command: Command): Promise<string>;
  /** What became of a command; `undefined` where nobody knows it any more. */
  state(id: string): Promise<{ readonly state: "waiting" | "going" | "ended"; readonly output: unknown } | undefined>;
  /** Takes a command back that nobody has begun. */
  cancel(id: string): Promise<void>;
  /** Works, so many jobs at once. @param work throws Later where it is to be tried again; its signal ends it */
  work(runs: number, work: (job: Job, stop: AbortSignal) => Promise<unknown>): Promise<void>;
  /** Takes no more, and waits for what is under way. */
  stop(): Promise<void>;
}

const RUNS = "sync-runs";
const COMMANDS = "sync-wishes";
/** A worker that has not been heard of for so long (s) is dead. With the looks: within a minute. */
const HEARTBEAT = 30;
const LOOK = 5;
/** Between two tries while another process holds the connection, s. */
const AGAIN = 5;
/** At the same time for one account: the others have a right to their turn. */
const PER_ACCOUNT = 2;
/** Longest time for one job, s; a healthy one is heard of all the while. */
const LONGEST = 23 * 3_600;
/** What has ended is kept for so long (s). */
const KEPT = 3_600;
/** Between two looks whether there is something to do, s. */
const POLL = 1;

const COMMON = {
  retryLimit: 100_000,
  retryDelay: AGAIN,
  expireInSeconds: LONGEST,
  heartbeatSeconds: HEARTBEAT,
  deleteAfterSeconds: KEPT,
};

/**
 * Opens the queue; its tables are made where there are none, by one while the others wait.
 * @param url `postgres://…` @param failed told what goes wrong between two tries
 */
export async function openQueue(url: string, failed: (error: Error) => void): Promise<Queue> {
  const boss = new PgBoss({
    connectionString: url,
    schema: "sync_queue",
    max: 6,
    schedule: false,
    superviseIntervalSeconds: LOOK,
    monitorIntervalSeconds: LOOK,
    registerInstance: false,
    openTelemetry: { enabled: false },
  });
  boss.on("error", failed);
  await boss.start();
  await boss.createQueue(RUNS, { policy: "stately", ...COMMON });
  await boss.createQueue(COMMANDS, { policy: "key_strict_fifo", ...COMMON });
  const work = (queue: string, runs: number, handle: (job: Job, stop: AbortSignal) => Promise<unknown>) =>
    boss.work<Job, unknown>(
      queue,
      { localConcurrency: runs, pollingIntervalSeconds: POLL, groupConcurrency: PER_ACCOUNT },
      async ([job]) => (await handle(job!.data, job!.signal)) ?? null,
    );
  return {
    async due(connections, on) {
      await boss.insert(
        RUNS,
        connections.map(({ id, name, account }) => ({
          data: { connection: name, id },
          singletonKey: id,
          group: { id: account },
        })),
        { db: on as never },
      );
    },
    async enqueue({ id, name, account }, command) {
      const job: Job = { connection: name, id, wish: command };
      return (await boss.send(COMMANDS, job, { singletonKey: id, group: { id: account }, priority: 1 })) ?? "";
    },
    async state(id) {
      const [found] = await boss.findJobs(COMMANDS, { id });
      if (found === undefined) return undefined;
      const { state, output } = found;
      if (state === "created" || state === "retry") return { state: "waiting", output };
      return { state: state === "active" ? "going" : "ended", output };
    },
    cancel: (id) => boss.cancel(COMMANDS, id).then(() => undefined),
    async work(runs, handle) {
      await work(RUNS, runs, handle);
      await work(COMMANDS, Math.max(1, Math.floor(runs / 2)), handle);
    },
    stop: () => boss.stop({ graceful: true, timeout: 20_000 }),
  };
}
