import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import { expect, test } from "vitest";
import { DatabaseError } from "./database-error.ts";
import { DatabaseErrorDialect } from "./database-error-dialect.ts";
import type { Tables } from "./tables.ts";

/** A connection of a driver that counts for itself, as drivers do with methods and properties of their own. */
interface OwnConnection {
  readonly number: number;
  free(): number;
}

/**
 * Opens a database whose driver does nothing.
 * @param fails what a step of it fails with
 */
function opened(file: string | undefined, fails: Partial<Record<string, Error>> = {}) {
  const asked: string[] = [];
  const freed: unknown[] = [];
  const step = async (name: string) => {
    asked.push(name);
    if (fails[name]) throw fails[name];
  };
  const connection = {
    number: 7,
    free: () => 8,
    async executeQuery({ sql }: { readonly sql: string }) {
      await step(sql.split(" ")[0]!);
      return { rows: [] };
    },
    async *streamQuery() {},
  };
  const driver = Object.assign(new DummyDriver(), {
    async acquireConnection() {
      await step("connect");
      return connection;
    },
    beginTransaction: () => step("begin"),
    commitTransaction: () => step("commit"),
    rollbackTransaction: () => step("rollback"),
    releaseConnection: async (one: unknown) => {
      freed.push((one as OwnConnection).number, (one as OwnConnection).free());
    },
  });
  const dialect = new DatabaseErrorDialect(
    {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => driver,
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
    file,
  );
  const database = new Kysely<Tables>({ dialect });
  const fact = { connection: "c", key: "k", json: "1" };
  return { database, dialect, asked, freed, write: () => database.insertInto("facts").values(fact).execute() };
}
let files = 0;
const file = () => {
  files += 1;
  return `file ${files}`;
};

test.each([["a file"], ["a server"]])(
  "whatever a driver of %s fails at is a lost database, in its words",
  async (kind) => {
    for (const name of ["connect", "begin", "commit", "insert"]) {
      const { database } = opened(kind === "a file" ? file() : undefined, {
        [name]: Object.assign(new Error(`no ${name}`), { code: "ECONNRESET" }),
      });
      const written = database
        .transaction()
        .execute((on) => on.insertInto("facts").values({ connection: "c", key: "k", json: "1" }).execute());
      const error = await written.catch((reason) => reason);
      expect(error, name).toBeInstanceOf(DatabaseError);
      expect(error).toMatchObject({ code: "lost", message: `no ${name}`, away: true });
    }
  },
);
test.each([["a file"], ["a server"]])("the driver of %s finds its own connections as it made them", async (kind) => {
  const { write, freed } = opened(kind === "a file" ? file() : undefined);
  await write();
  expect(freed).toEqual([7, 8]);
});
test("the introspector is that of the database", () => {
  const { dialect, database } = opened(undefined);
  expect(dialect.createIntrospector(database as Kysely<unknown>)).toBeInstanceOf(SqliteIntrospector);
});
test("A11: a transaction that could not begin, or that has ended, keeps nobody waiting and leaves nobody out", async () => {
  const name = file();
  const order: string[] = [];
  const failing = opened(name, { begin: new Error("no begin") });
  await expect(failing.database.transaction().execute(async () => undefined)).rejects.toThrow("no begin");
  const [one, other] = [opened(name), opened(name)];
  for (const { asked } of [one, other])
    asked.push = (...steps) => order.push(...steps.filter((step) => step !== "connect"));
  await one.database.connection().execute(async (same) => {
    await same.transaction().execute(async (on) => on.selectFrom("facts").selectAll().execute());
    let written: Promise<unknown> | undefined;
    await other.database.transaction().execute(async (on) => {
      written = same.insertInto("facts").values({ connection: "c", key: "k", json: "1" }).execute();
      for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
      await on.selectFrom("facts").selectAll().execute();
    });
    await written;
  });
  expect(order).toEqual(["begin", "select", "commit", "begin", "select", "commit", "insert"]);
});
test("A11: a write to a file waits for the transaction of another connection; a server has its own order", async () => {
  for (const [name, expected] of [
    [file(), ["begin", "select", "commit", "insert"]],
    [undefined, ["begin", "select", "insert", "commit"]],
  ] as const) {
    const [one, other] = [opened(name), opened(name)];
    const order: string[] = [];
    for (const { asked } of [one, other])
      asked.push = (...steps) => order.push(...steps.filter((step) => step !== "connect"));
    let written: Promise<unknown> | undefined;
    await one.database.transaction().execute(async (on) => {
      await on.selectFrom("facts").selectAll().execute();
      written = other.write();
      // Enough for a write that waits for nobody
      for (let turn = 0; turn < 20; turn += 1) await new Promise((next) => setImmediate(next));
    });
    await written;
    expect(order).toEqual(expected);
  }
});
