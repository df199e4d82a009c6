/**
 * One writer at a time for each SQLite file, within this process. A second one would wait inside SQLite, which stops the
 * whole process: then the first could never end what it has begun, and both would fail as "locked".
 */
import type { DatabaseConnection, Driver, TransactionSettings } from "kysely";

/** By file, when whoever writes now has ended. */
const busy = new Map<string, Promise<void>>();

/** Waits until nobody writes to a file. @returns what ends one's own writing */
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

/** Statements that wait for nobody: those that only read, and raw ones, with which transactions begin and end. */
const READS: readonly string[] = ["SelectQueryNode", "RawNode"];

/**
 * Makes transactions, and single statements that write, wait for each other over all connections to one file.
 * @param file its path
 */
export function oneWriter(driver: Driver, file: string) {
  /** What ends the transaction of a connection. */
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
    /** @param execute how a statement is executed on that connection */
    executing:
      (
        connection: () => DatabaseConnection,
        execute: DatabaseConnection["executeQuery"],
      ): DatabaseConnection["executeQuery"] =>
      async (compiled, ...rest) => {
        if (READS.includes(compiled.query.kind) || open.has(connection())) return execute(compiled, ...rest);
        const leave = await enter(file);
        return execute<never>(compiled, ...rest).finally(leave);
      },
  };
}
