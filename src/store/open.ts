/** Opens a database by its URL: one SQLite file, or PostgreSQL. What the two differ in is here and nowhere else. */
import { chmodSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, resolve } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type DialectAdapter, Kysely, PostgresDialect, type SqliteDatabase, SqliteDialect } from "kysely";
import { DatabaseError } from "./database-error.ts";
import { DatabaseErrorDialect } from "./database-error-dialect.ts";
import { migrate } from "./migrations.ts";
import type { Tables } from "./tables.ts";

/** Longest wait for a connection to PostgreSQL, ms. */
const CONNECT = 30_000;
/** A process that stops in the middle of a transaction (ms) lets go of its locks: somebody may have to take over. */
const STUCK = 15_000;

/** How long (ms) is waited for another program that writes to the same file, and between two looks. */
const BUSY = 10_000;
const PAUSE = 25;
const SQLITE_BUSY = 5;

/** Whether several machines can share it. */
export function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:/.test(url);
}

/**
 * @param url `sqlite:PATH` or `postgres://…`
 * @param step the last step to take; for tests that begin with an earlier version
 * @returns the database, migrated. Throws DatabaseError.
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
    throw new DatabaseError("unreadable", error instanceof Error ? error.message : String(error));
  }
}

/**
 * Puts a SQLite file that cannot be read out of the way, so that a new one can be made; nothing is deleted.
 * @param stamp what tells it from others
 * @returns its new name; `undefined` where there is nothing wrong with it, or it is no file
 */
export function setAsideUnreadable(url: string, stamp: string): string | undefined {
  const file = url.startsWith("sqlite:") ? resolve(url.slice("sqlite:".length)) : "";
  if (!existsSync(file) || isSound(file)) return undefined;
  const aside = `${file}.unreadable-${stamp}`;
  for (const part of ["", "-wal", "-shm"]) if (existsSync(file + part)) renameSync(file + part, aside + part);
  return aside;
}

/** The folder beside the data for what is too much for memory during a run; the system's own where there is none. */
export function scratchFolder(url: string): string {
  return url.startsWith("sqlite:") ? dirname(resolve(url.slice("sqlite:".length))) : tmpdir();
}

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

async function sqlite(path: string): Promise<Kysely<Tables>> {
  const file = resolve(path);
  mkdirSync(dirname(file), { recursive: true });
  const fresh = !existsSync(file);
  const database = new DatabaseSync(file);
  // The file holds people's data
  if (fresh) chmodSync(file, 0o600);
  database.exec(`pragma busy_timeout = ${BUSY}; pragma synchronous = normal`);
  await writeAhead(database);
  return new Kysely<Tables>({
    dialect: new DatabaseErrorDialect(new WholeSteps({ database: wrapped(database) }), file),
  });
}

/**
 * SQLite, which takes changes of tables back like any others: the steps of a migration are taken together or not at all,
 * whoever is killed in between, and by one program only.
 */
class WholeSteps extends SqliteDialect {
  override createAdapter(): DialectAdapter {
    const adapter = super.createAdapter();
    return Object.defineProperty(adapter, "supportsTransactionalDdl", { get: () => true });
  }
}

/** Where two programs make the same file, the one that comes second waits: no timeout of SQLite's covers this step. */
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

/** `node:sqlite` in the shape in which Kysely's SQLite dialect takes a driver. */
function wrapped(database: DatabaseSync): SqliteDatabase {
  return {
    close: () => database.close(),
    prepare(sql) {
      // One that reads first and then writes would be refused, without waiting, where somebody wrote in between
      const statement = database.prepare(sql === "begin" ? "begin immediate" : sql);
      return {
        reader: statement.columns().length > 0,
        all: (values) => statement.all(...(values as SQLInputValue[])),
        run: (values) => statement.run(...(values as SQLInputValue[])),
        iterate: (values) => statement.iterate(...(values as SQLInputValue[])) as IterableIterator<unknown>,
      };
    },
  };
}

async function postgres(url: string): Promise<Kysely<Tables>> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT,
    idle_in_transaction_session_timeout: STUCK,
  });
  // A connection that breaks between two queries is told by the next one
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return new Kysely<Tables>({ dialect: new DatabaseErrorDialect(new PostgresDialect({ pool })) });
}
