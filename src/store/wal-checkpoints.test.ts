import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
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
