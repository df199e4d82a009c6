import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";
import { expect, onTestFinished, test, vi } from "vitest";
import { checkpoints } from "./wal-checkpoints.ts";

/** Opens a new file in WAL mode. */
function opened() {
  const folder = mkdtempSync(join(tmpdir(), "checkpoints-"));
  const file = join(folder, "sync.db");
  const database = new DatabaseSync(file);
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });
  database.exec("pragma journal_mode = wal; pragma synchronous = normal; create table t (text)");
  /** Returns the pages of the log that the file does not have yet. */
  const left = (): number => {
    const { log, checkpointed } = database.prepare("pragma wal_checkpoint(noop)").get() as Record<string, number>;
    return log! - checkpointed!;
  };
  const write = (megabytes: number) => {
    database.exec("begin");
    const insert = database.prepare("insert into t values (?)");
    for (let at = 0; at < megabytes; at += 1) insert.run("x".repeat(1024 * 1024));
    database.exec("commit");
  };
  return { database, file, left, write };
}

test("A11: a commit of many pages does not copy them into the file; a thread does", async () => {
  const { database, file, left, write } = opened();
  const written = checkpoints(database, file);
  write(40);
  expect(left()).toBeGreaterThan(10_000);
  written();
  await vi.waitFor(() => expect(left()).toBe(0), { timeout: 60_000, interval: 20 });
  expect(database.prepare("select count(*) as n from t").get()).toEqual({ n: 40 });
});

test("A11: the log of a few pages waits for more", () => {
  const { database, file, left, write } = opened();
  const written = checkpoints(database, file);
  write(10);
  const before = left();
  written();
  expect(left()).toBe(before);
  expect(before).toBeGreaterThan(2_000);
});

/** A connection to a file with so long a log, and the threads that are started for it. */
function withLog(file: string, isOpen = true) {
  /** The end of each. */
  const threads: Promise<unknown>[] = [];
  const started = (thread: Worker) => threads.push(new Promise((done) => thread.once("exit", done)));
  process.on("worker", started);
  onTestFinished(() => {
    process.off("worker", started);
  });
  const state = { log: 0, checkpointed: 0, isTransaction: false };
  const exec = vi.fn();
  const database = { exec, isOpen, prepare: () => ({ get: () => state }) };
  Object.defineProperty(database, "isTransaction", { get: () => state.isTransaction });
  const written = checkpoints(database as unknown as DatabaseSync, file);
  exec.mockClear();
  const after = async (now: Partial<typeof state>) => {
    Object.assign(state, now);
    written();
    // Node tells of a new thread a moment later
    await new Promise((next) => process.nextTick(next));
  };
  return { threads, exec, after };
}

test("A11: one thread at a time copies, once 8,000 pages are left and no transaction is open; it keeps nothing alive", async () => {
  const { file } = opened();
  const unref = vi.spyOn(Worker.prototype, "unref");
  onTestFinished(() => unref.mockRestore());
  const { threads, after } = withLog(file);
  await after({ log: 9_000, checkpointed: 1_001 });
  await after({ log: 9_000, checkpointed: 1_000, isTransaction: true });
  expect(threads).toHaveLength(0);
  await after({ isTransaction: false });
  await after({});
  expect(threads).toHaveLength(1);
  expect(unref).toHaveBeenCalledOnce();
  await threads[0];
  await after({});
  expect(threads).toHaveLength(2);
  await threads[1];
});
test.each([
  [true, [["pragma wal_checkpoint(passive)"]]],
  [false, []],
])("A11: where the thread fails, a connection that is open (%s) copies itself", async (isOpen, asked) => {
  const { threads, exec, after } = withLog("/there/is/no/such/folder/own.db", isOpen);
  await after({ log: 9_000 });
  await threads[0];
  expect(exec.mock.calls).toEqual(asked);
});
