/** A dialect whose failures are told as what they are: a database that can no longer be used. */
import { setImmediate as turn } from "node:timers/promises";
import type {
  DatabaseConnection,
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely,
  QueryCompiler,
} from "kysely";
import { DatabaseError } from "./database-error.ts";
import { oneWriter } from "./one-writer.ts";

/** A database in this process answers without waiting: after so long (ms) of its work the event loop has its turn. */
const TURN = 20;

/**
 * Lets thousands of statements in a row leave the event loop its turns: pages are answered and leases renewed
 * meanwhile.
 */
function yielding(): (connection: DatabaseConnection) => Pick<DatabaseConnection, "executeQuery"> {
  let since = performance.now();
  return (connection) => ({
    async executeQuery(...args) {
      const result = await connection.executeQuery<never>(...args);
      if (performance.now() - since < TURN) return result;
      await turn();
      since = performance.now();
      return result;
    },
  });
}

/** Wraps a dialect: a full disk, a locked file or a server that went away is thrown as DatabaseError. */
export class DatabaseErrorDialect implements Dialect {
  readonly #own: Dialect;
  readonly #file: string | undefined;
  /** @param file the database's, where it is in this process, so that its answers come without waiting */
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
    const inTurn = yielding();
    const { executing, ...transactions } = oneWriter(driver, this.#file);
    return withDatabaseErrors(driver, {
      ...transactions,
      acquireConnection: async (...args: Parameters<Driver["acquireConnection"]>) => {
        const connection = await driver.acquireConnection(...args);
        const own: DatabaseConnection = withDatabaseErrors<DatabaseConnection>(connection, {
          executeQuery: executing(() => own, inTurn(connection).executeQuery),
        });
        return own;
      },
    });
  }
}

/** The same object, whose promises are refused with DatabaseError. */
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
  if (error instanceof DatabaseError) throw error;
  throw new DatabaseError("lost", error instanceof Error ? error.message : String(error));
}
