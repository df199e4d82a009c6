/** Opens a database for a process that is meant to stay up: if its server is away, it waits (A11). */
import type { Kysely } from "kysely";
import { DatabaseError } from "../store/database-error.ts";
import { openDatabase } from "../store/open.ts";
import type { Tables } from "../store/tables.ts";
import { systemClock } from "./system-clock.ts";

/** The first and the longest wait between two tries (ms). */
const FIRST = 1_000;
const LONGEST = 30_000;

/** Is told once that the database is away, and once that it is back. */
export interface Away {
  failed(error: unknown): void;
  well(): void;
}

/**
 * Opens the database. Tries again, with growing waits, as long as its server cannot be reached.
 * @param url `postgres://…`
 * @throws DatabaseError if it would be no use to wait, as with a wrong password
 */
export async function openWhenUp(url: string, away: Away): Promise<Kysely<Tables>> {
  const never = new AbortController().signal;
  for (let pause = FIRST; ; pause = Math.min(LONGEST, pause * 2)) {
    try {
      const database = await openDatabase(url);
      away.well();
      return database;
    } catch (error) {
      if (!(error instanceof DatabaseError && error.away)) throw error;
      away.failed(error);
      await systemClock.wait(pause, never);
    }
  }
}
