/** Differences between the two databases. */
import { type Kysely, PostgresAdapter } from "kysely";

/** Returns whether a database is PostgreSQL, for SQL that SQLite does not have. */
export function isPostgres<T>(database: Kysely<T>): boolean {
  return database.getExecutor().adapter instanceof PostgresAdapter;
}
