/** What a PostgreSQL would be asked, without one: for tests of the SQL that a SQLite file does not have. */
import { DummyDriver, Kysely, PostgresDialect } from "kysely";
import type { Tables } from "../src/store/tables.ts";

/**
 * Returns a database that keeps the statements it is given.
 * @param rows returns the rows that a statement finds; by default none
 */
export function postgresStatements(rows: (sql: string) => readonly object[] = () => []): {
  readonly database: Kysely<Tables>;
  readonly statements: readonly string[];
  /** What stands for `$1`, `$2`, …, by statement. */
  readonly values: readonly (readonly unknown[])[];
} {
  const statements: string[] = [];
  const values: (readonly unknown[])[] = [];
  const connection = {
    executeQuery: async ({ sql, parameters }: { readonly sql: string; readonly parameters: readonly unknown[] }) => {
      statements.push(sql);
      values.push(parameters);
      return { rows: rows(sql) as never[] };
    },
    async *streamQuery() {},
  };
  const postgres = new PostgresDialect({ pool: undefined as never });
  const database = new Kysely<Tables>({
    dialect: {
      createAdapter: () => postgres.createAdapter(),
      createQueryCompiler: () => postgres.createQueryCompiler(),
      createIntrospector: (of) => postgres.createIntrospector(of),
      createDriver: () => Object.assign(new DummyDriver(), { acquireConnection: async () => connection }),
    },
  });
  return { database, statements, values };
}
