/**
 * One writer at a time for each SQLite file, within this process. A second writer would wait inside SQLite, which
 * blocks the whole process. Then the first could never finish its transaction, and both would fail as "locked".
 */
import type { DatabaseConnection, Driver, TransactionSettings } from "kysely";

/** By file: resolves when the current writer has finished. */
const busy = new Map<string, Promise<void>>();

/**
 * Waits until there is no other writer of a file.
 * @returns a function that ends this one's turn
 */
async function enter(file: string): Promise<() => void> {
  const before = busy.get(file) ?? Promise.resolve();
  let leave = () => {};
  const mine = new Promise<void>((done) => {
    leave = done;
  });
  busy.set(
    file,
    before.then(() => mine),
  );
  await before;
  return leave;
}

/** Statements that need not wait: reads, and raw statements, which begin and end transactions. */
const READS: readonly string[] = ["SelectQueryNode", "RawNode"];

/**
 * Makes transactions and single writes wait for each other, over all connections to one file.
 * @param driver the driver of the database
 * @param file the path of the SQLite file
 * @returns replacements for the driver's methods, and `executing`, which wraps the execution of statements
 */
export function oneWriter(driver: Driver, file: string) {
  /** By connection: the function that ends its transaction's turn. */
  const open = new Map<DatabaseConnection, () => void>();
  const ended =
    (end: (connection: DatabaseConnection) => Promise<void>) =>
    async (connection: DatabaseConnection): Promise<void> => {
      try {
        await end(connection);
      } finally {
        open.get(connection)?.();
        open.delete(connection);
      }
    };
  return {
    async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
      const leave = await enter(file);
      try {
        await driver.beginTransaction(connection, settings);
      } catch (error) {
        leave();
        throw error;
      }
      open.set(connection, leave);
    },
    commitTransaction: ended((connection) => driver.commitTransaction(connection)),
    rollbackTransaction: ended((connection) => driver.rollbackTransaction(connection)),
    /**
     * Returns an execute function that waits for other writers before a single write.
     * @param connection returns the connection of the statement
     * @param execute the connection's own execute function
     */
    executing:
      (
        connection: () => DatabaseConnection,
        execute: DatabaseConnection["executeQuery"],
      ): DatabaseConnection["executeQuery"] =>
      async (compiled, ...rest) => {
        // Within a transaction, the connection has its turn already
        if (READS.includes(compiled.query.kind) || open.has(connection())) return execute(compiled, ...rest);
        const leave = await enter(file);
        return execute<never>(compiled, ...rest).finally(leave);
      },
  };
}
