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

/** The longest wait for a connection to PostgreSQL (ms). */
const CONNECT = 30_000;
/** PostgreSQL ends a transaction that is idle for this long (ms), so that a process that hangs gives back its locks. */
const STUCK = 15_000;

/**
 * How long to wait for another program that writes to the same file (ms), and the interval between two tries (ms).
 * `SQLITE_BUSY` is the error code.
 */
const BUSY = 10_000;
const PAUSE = 25;
const SQLITE_BUSY = 5;

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
    database = url.startsWith("sqlite:") ? await sqlite(url.slice("sqlite:".length)) : await postgres(url);
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
  const file = url.startsWith("sqlite:") ? resolve(url.slice("sqlite:".length)) : "";
  if (!existsSync(file) || isSound(file)) return undefined;
  const aside = `${file}.unreadable-${stamp}`;
  for (const part of ["", "-wal", "-shm"]) if (existsSync(file + part)) renameSync(file + part, aside + part);
  return aside;
}

/** Returns the folder for a run's scratch files: beside a SQLite file, else the system's own. */
export function scratchFolder(url: string): string {
  return url.startsWith("sqlite:") ? dirname(resolve(url.slice("sqlite:".length))) : tmpdir();
}

/** Returns whether SQLite can read a file. Checks its structure, and not only its header. */
function isSound(file: string): boolean {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file);
    const [first] = database.prepare("pragma quick_check(1)").all();
    return Object.values(first ?? {})[0] === "ok";
  } catch {
    return false;
  } finally {
    database?.close();
  }
}

/** Opens a SQLite file, and creates it with its folders if it does not exist. */
async function sqlite(path: string): Promise<Kysely<Tables>> {
  const file = resolve(path);
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

/**
 * Switches to write-ahead logging. If two programs create the same file, SQLite's own timeout does not cover this step,
 * so retry here.
 */
async function writeAhead(database: DatabaseSync): Promise<void> {
  for (let left = BUSY; ; left -= PAUSE) {
    try {
      database.exec("pragma journal_mode = wal");
      return;
    } catch (error) {
      const code = (error as { errcode?: number }).errcode ?? 0;
      if ((code & 0xff) !== SQLITE_BUSY || left <= 0) {
        database.close();
        throw error;
      }
      await new Promise((done) => setTimeout(done, PAUSE));
    }
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

/** Opens a pool of connections to PostgreSQL. Loads the driver only here, since most installations use SQLite. */
async function postgres(url: string): Promise<Kysely<Tables>> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT,
    idle_in_transaction_session_timeout: STUCK,
  });
  // The next query reports a broken connection
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new Kysely<Tables>({ dialect: new DatabaseErrorDialect(new PostgresDialect({ pool })) });
}
