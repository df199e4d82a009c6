/** How a SQLite file is switched to write-ahead logging, while other programs may use it. */
import type { DatabaseSync } from "node:sqlite";

/** How long to wait for another program that writes to the same file (ms). */
export const BUSY = 10_000;
/** The interval between two tries (ms). */
const PAUSE = 25;
/** The error code of SQLite for a locked file. Its upper bytes hold details. */
const SQLITE_BUSY = 5;

/**
 * Switches to write-ahead logging. If two programs create the same file, SQLite's own timeout does not cover this step,
 * so retry here. If it fails, closes the database and throws SQLite's error.
 */
export async function writeAhead(database: Pick<DatabaseSync, "exec" | "close">): Promise<void> {
  for (let left = BUSY; ; left -= PAUSE) {
    try {
      database.exec("pragma journal_mode = wal");
      return;
    } catch (error) {
      const { errcode } = error as { readonly errcode: number };
      if ((errcode & 0xff) !== SQLITE_BUSY || left <= 0) {
        database.close();
        throw error;
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
  }
}
