/**
 * Copies SQLite's write-ahead log into the database file, in a thread of its own. SQLite would do it inside a commit,
 * and wait there for the disk: half a second after a first sync, in which no page is answered.
 */
import type { DatabaseSync } from "node:sqlite";
import { Worker } from "node:worker_threads";

/** Pages of the log that are worth starting a thread (4 KB each). SQLite's own limit is 1,000. */
const PAGES = 8_000;

/** The thread's program. As text, because a bundle has no file for it. It opens its own connection to the file. */
const THREAD = `
const { workerData } = require("node:worker_threads");
const { DatabaseSync } = require("node:sqlite");
const database = new DatabaseSync(workerData);
database.exec("pragma synchronous = normal; pragma wal_checkpoint(passive)");
database.close();
`;

/**
 * Switches off SQLite's own checkpoints.
 * @param database a connection in WAL mode
 * @param file its path
 * @returns a function to call after each write; it starts a thread if the log is long enough
 */
export function checkpoints(database: DatabaseSync, file: string): () => void {
  database.exec("pragma wal_autocheckpoint = 0");
  // Where SQLite does not know `noop`, this is a passive checkpoint
  const look = database.prepare("pragma wal_checkpoint(noop)");
  let working = false;
  return () => {
    if (working || database.isTransaction) return;
    const { log, checkpointed } = look.get() as { log: number; checkpointed: number };
    if (log - checkpointed < PAGES) return;
    working = true;
    const thread = new Worker(THREAD, { eval: true, workerData: file, execArgv: [], env: {}, stderr: true });
    thread.on("error", () => database.isOpen && database.exec("pragma wal_checkpoint(passive)"));
    thread.on("exit", () => {
      working = false;
    });
    thread.unref();
  };
}
