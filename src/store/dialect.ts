/** What of the two databases differs. */
import type { Kysely } from "kysely";

/** Whether it is PostgreSQL, where SQLite needs something else. */
export function isPostgres<T>(database: Kysely<T>): boolean {
  return database.getExecutor().adapter.constructor.name === "PostgresAdapter";
}
