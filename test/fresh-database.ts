/** A SQLite file of a test's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import { onTestFinished } from "vitest";
import { openDatabase } from "../src/store/open.ts";
import type { Tables } from "../src/store/tables.ts";

/** Makes a folder that goes with the test. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sync-fresh-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a database that is empty, and goes with the test. */
export async function freshDatabase(): Promise<Kysely<Tables>> {
  const database = await openDatabase(`sqlite:${join(freshFolder(), "fresh.db")}`);
  onTestFinished(() => database.destroy());
  return database;
}
