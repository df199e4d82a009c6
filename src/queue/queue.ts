/**
 * The job queue for workers with many connections: pg-boss on the PostgreSQL database of the state. A connection has at
 * most one run waiting and one in progress. Its commands run one after another. If a worker dies, another one gets its
 * job.
 */
import { PgBoss } from "pg-boss";
import type { Command } from "../ports/command.ts";

/** A job for one connection. Without a command it is the scheduled run. */
export interface Job {
  /** The connection's name. */
  readonly connection: string;
  /** The connection's id; absent in jobs of an earlier version. */
  readonly id?: string;
  readonly wish?: Command;
}

/** The connection that a job is for. */
export interface Target {
  readonly id: string;
  readonly name: string;
  /** The Copper account, whose limits several connections may share. */
  readonly account: string;
}

/** The job cannot run now: another process holds the lease, or the database is unavailable. It is tried again. */
export class RetryLater extends Error {}

/** Executes a statement in the caller's transaction. */
interface Executor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** Jobs of runs and commands. */
export interface Queue {
  /**
   * Adds the runs that are due, in the transaction that moves their due times. So no run is lost or added twice.
   * @param connections the connections whose run is due
   * @param on the transaction
   */
  due(connections: readonly Target[], on: Executor): Promise<void>;
  /**
   * Adds a command.
   * @returns the job's id, for `state` and `cancel`
   */
  enqueue(connection: Target, command: Command): Promise<string>;
  /** Returns the state of a command; `undefined` if the queue no longer has it. */
  state(id: string): Promise<{ readonly state: "waiting" | "going" | "ended"; readonly output: unknown } | undefined>;
  /** Cancels a command. One in progress ends within seconds, after its current request. */
  cancel(id: string): Promise<void>;
  /**
   * Starts to work on jobs.
   * @param runs the most runs at once; half as many commands run besides
   * @param work runs a job, and throws RetryLater if it has to be tried again; its signal ends it
   */
  work(runs: number, work: (job: Job, stop: AbortSignal) => Promise<unknown>): Promise<void>;
  /** Takes no more jobs, and waits for those in progress, up to 20 s. */
  stop(): Promise<void>;
}

const RUNS = "sync-runs";
const COMMANDS = "sync-wishes";
/**
 * A worker without a heartbeat for this long is dead (s). With the check every `LOOK` (s), its job is free within a
 * minute.
 */
const HEARTBEAT = 30;
const LOOK = 5;
/** The time between two heartbeats (s). A job that was cancelled learns of it with the next one. */
const BEAT = 3;
/** The time between two tries while another process holds the lease (s). */
const AGAIN = 5;
/** The most jobs at once for one account in each queue, so that other accounts get their turn. */
const PER_ACCOUNT = 2;
/** The longest time for one job (s). A healthy job sends heartbeats all the while. */
const LONGEST = 23 * 3_600;
/** How long an ended job is kept (s), so that its result can be read. */
const KEPT = 3_600;
/** The interval between two checks for new jobs (s). */
const POLL = 1;

/** Options of both queues. The retries outlast any wait for a lease. */
const COMMON = {
  retryLimit: 100_000,
  retryDelay: AGAIN,
  expireInSeconds: LONGEST,
  heartbeatSeconds: HEARTBEAT,
  deleteAfterSeconds: KEPT,
};

/**
 * Opens the queue. Creates its tables if there are none; one process does so while others wait.
 * @param url `postgres://…`
 * @param failed receives errors between two tries
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
      {
        localConcurrency: runs,
        pollingIntervalSeconds: POLL,
        groupConcurrency: PER_ACCOUNT,
        heartbeatRefreshSeconds: BEAT,
      },
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
