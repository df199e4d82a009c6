/** Opens a database by its URL: a SQLite file, or PostgreSQL. The differences in opening the two are only here. */
import { chmodSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, resolve } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type DialectAdapter, Kysely, PostgresDialect, type SqliteDatabase, SqliteDialect } from "kysely";
import { DatabaseError, databaseError } from "./database-error.ts";
import { DatabaseErrorDialect } from "./database-error-dialect.ts";
import { migrate } from "./migrations.ts";
import type { Tables } from "./tables.ts";
import { checkpoints } from "./wal-checkpoints.ts";
import { BUSY, writeAhead } from "./write-ahead.ts";

/** Returns whether a URL names PostgreSQL, which several machines can share. */
export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:/.test(url);
}

/**
 * Opens a database and runs its migrations.
 * @param url `sqlite:PATH` or `postgres://…`
 * @param step the last migration to run; for tests that begin with an earlier version
 * @throws DatabaseError `newer`, or `unreadable` for any other failure
 */
export async function openDatabase(url: string, step?: string): Promise<Kysely<Tables>> {
  let database: Kysely<Tables> | undefined;
  try {
    const file = fileOf(url);
    database = file === undefined ? await postgres(url) : await sqlite(file);
    await migrate(database, step);
    return database;
  } catch (error) {
    await database?.destroy();
    if (error instanceof DatabaseError && error.code === "newer") throw error;
    throw databaseError("unreadable", error);
  }
}

/**
 * Renames a SQLite file that cannot be read, so that a new one can be made. Nothing is deleted.
 * @param url the database
 * @param stamp makes the new name unique
 * @returns the new name; `undefined` if the file is sound, or the URL names no existing file
 */
export function setAsideUnreadable(url: string, stamp: string): string | undefined {
  const file = fileOf(url);
  if (file === undefined || !existsSync(file) || isSound(file)) return undefined;
  const aside = `${file}.unreadable-${stamp}`;
  for (const part of ["", "-wal", "-shm"]) if (existsSync(file + part)) renameSync(file + part, aside + part);
  return aside;
}

/** Returns the folder for a run's scratch files: beside a SQLite file, else the system's own. */
export function scratchFolder(url: string): string {
  const file = fileOf(url);
  return file === undefined ? tmpdir() : dirname(file);
}

/** Returns the path of the SQLite file that a URL names; `undefined` for PostgreSQL. */
function fileOf(url: string): string | undefined {
  return url.startsWith("sqlite:") ? resolve(url.slice("sqlite:".length)) : undefined;
}

/** Returns whether SQLite can read a file. Checks its structure, and not only its header. */
function isSound(file: string): boolean {
  try {
    using database = new DatabaseSync(file);
    return database.prepare("pragma quick_check(1)").get()?.quick_check === "ok";
  } catch {
    return false;
  }
}

/** Opens a SQLite file, and creates it with its folders if it does not exist. */
async function sqlite(file: string): Promise<Kysely<Tables>> {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = !existsSync(file);
  const database = new DatabaseSync(file);
  // The file holds personal data, so only the owner may read it
  if (fresh) chmodSync(file, 0o600);
  // With write-ahead logging, `normal` keeps the file consistent after a power failure
  database.exec(`pragma busy_timeout = ${BUSY}; pragma synchronous = normal`);
  await writeAhead(database);
  return new Kysely<Tables>({
    dialect: new DatabaseErrorDialect(new WholeSteps({ database: wrapped(database, file) }), file),
  });
}

/**
 * Kysely's SQLite dialect with transactional DDL, which SQLite has. A migration's steps then apply together or not at
 * all, even if the process is killed. And only one program runs them.
 */
class WholeSteps extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    const adapter = super.createAdapter();
    return Object.defineProperty(adapter, "supportsTransactionalDdl", { get: () => true });
  }
}

/** Wraps `node:sqlite` in the interface that Kysely's SQLite dialect expects. */
function wrapped(database: DatabaseSync, file: string): SqliteDatabase {
  const written = checkpoints(database, file);
  return {
    close: () => database.close(),
    prepare(sql) {
      // SQLite refuses a transaction that reads first and writes later, without waiting, if another one wrote in
      // between
      const statement = database.prepare(sql === "begin" ? "begin immediate" : sql);
      return {
        reader: statement.columns().length > 0,
        all: (values) => statement.all(...(values as SQLInputValue[])),
        run(values) {
          const result = statement.run(...(values as SQLInputValue[]));
          written();
          return result;
        },
        iterate: (values) => statement.iterate(...(values as SQLInputValue[])) as IterableIterator<unknown>,
      };
    },
  };
}

/** Opens PostgreSQL. Loads the driver only here, since most installations use SQLite. */
async function postgres(url: string): Promise<Kysely<Tables>> {
  const { postgresPool } = await import("./postgres-pool.ts");
  return new Kysely<Tables>({ dialect: new DatabaseErrorDialect(new PostgresDialect({ pool: postgresPool(url) })) });
}
