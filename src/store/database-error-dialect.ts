/** A Kysely dialect that throws DatabaseError for any failure, and serializes the writers of a SQLite file. */
import type {
  DatabaseConnection,
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely,
  QueryCompiler,
} from "kysely";
import { dueBreak } from "../limits/breaks.ts";
import { databaseError } from "./database-error.ts";
import { oneWriter } from "./one-writer.ts";

/**
 * Wraps a connection to SQLite, which runs in this process and never waits. Thousands of statements in a row then let
 * the event loop run, so that pages are answered and leases renewed.
 */
function yielding(connection: DatabaseConnection): Pick<DatabaseConnection, "executeQuery"> {
  return {
    async executeQuery(...args) {
      const result = await connection.executeQuery<never>(...args);
      await dueBreak();
      return result;
    },
  };
}

/** Wraps a dialect, so that a full disk, a locked file or a lost server is thrown as DatabaseError. */
export class DatabaseErrorDialect implements Dialect {
  readonly #own: Dialect;
  readonly #file: string | undefined;
  /**
   * @param own the dialect of the database
   * @param file the SQLite file; absent for PostgreSQL
   */
  constructor(own: Dialect, file?: string) {
    this.#own = own;
    this.#file = file;
  }
  createAdapter(): DialectAdapter {
    return this.#own.createAdapter();
  }
  createQueryCompiler(): QueryCompiler {
    return this.#own.createQueryCompiler();
  }
  createIntrospector(database: Kysely<unknown>): DatabaseIntrospector {
    return this.#own.createIntrospector(database);
  }
  createDriver(): Driver {
    const driver = this.#own.createDriver();
    if (this.#file === undefined)
      return withDatabaseErrors(driver, {
        acquireConnection: async (...args: Parameters<Driver["acquireConnection"]>) =>
          withDatabaseErrors<DatabaseConnection>(await driver.acquireConnection(...args), {}),
      });
    // SQLite: serialize writers, and give the event loop its turns
    const { executing, ...transactions } = oneWriter(driver, this.#file);
    return withDatabaseErrors(driver, {
      ...transactions,
      acquireConnection: async (...args: Parameters<Driver["acquireConnection"]>) => {
        const connection = await driver.acquireConnection(...args);
        const own: DatabaseConnection = withDatabaseErrors<DatabaseConnection>(connection, {
          executeQuery: executing(() => own, yielding(connection).executeQuery),
        });
        return own;
      },
    });
  }
}

/**
 * Returns a proxy of an object whose promises reject with DatabaseError.
 * @param instead methods that replace the object's own
 */
function withDatabaseErrors<T extends object>(own: T, instead: Partial<T>): T {
  return new Proxy(own, {
    get(target, name) {
      const value: unknown = Reflect.get(instead, name) ?? Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        const answer: unknown = Reflect.apply(value, target, args);
        return answer instanceof Promise ? answer.catch(rethrow) : answer;
      };
    },
  });
}

function rethrow(error: unknown): never {
  throw databaseError("lost", error);
}
