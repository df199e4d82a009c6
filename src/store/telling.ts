/** A dialect whose failures are told as what they are: a database that can no longer be used. */
import type {
  DatabaseConnection,
  DatabaseIntrospector,
  Dialect,
  DialectAdapter,
  Driver,
  Kysely,
  QueryCompiler,
} from "kysely";
import { DatabaseUnusable } from "./unusable.ts";

/** Wraps a dialect: a full disk, a locked file or a server that went away is thrown as DatabaseUnusable. */
export class TellingDialect implements Dialect {
  readonly #own: Dialect;
  constructor(own: Dialect) {
    this.#own = own;
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
    return telling(driver, {
      acquireConnection: async (...args: Parameters<Driver["acquireConnection"]>) => {
        const connection = await driver.acquireConnection(...args);
        return telling<DatabaseConnection>(connection, {});
      },
    });
  }
}

/** The same object, whose promises are refused with DatabaseUnusable. */
function telling<T extends object>(own: T, instead: Partial<T>): T {
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
  if (error instanceof DatabaseUnusable) throw error;
  throw new DatabaseUnusable("lost", error instanceof Error ? error.message : String(error));
}
