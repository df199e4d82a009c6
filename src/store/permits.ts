/** Leave for requests to an account, held over all processes that share a database. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { type AccountLimits, admit, ended, NOTHING_SPENT, type Permits, type Spent } from "../plan/limits.ts";
import { isPostgres } from "./migrations.ts";
import type { Tables } from "./tables.ts";

/** The database's own clock, the same for every machine, in ms; ours where it is a file. */
export async function databaseClock(database: Kysely<Tables>, now: () => number): Promise<number> {
  if (!isPostgres(database)) return now();
  const { rows } = await sql<{
    now: string;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(database);
  return Number(rows[0]!.now);
}

/**
 * Leave for requests, held over all processes on one PostgreSQL.
 * @param account whose limits they are; may become known better while it is used
 */
export function permitsOf(database: Kysely<Tables>, account: () => string, limits: AccountLimits): Permits {
  /** Changes what is kept of the account, nobody else in between. */
  function change<T>(work: (spent: Spent, now: number) => { readonly spent: Spent; readonly told: T }): Promise<T> {
    const mine = account();
    return database.transaction().execute(async (on) => {
      const read = () =>
        on.selectFrom("limits").select("json").where("account", "=", mine).forUpdate().executeTakeFirst();
      let row = await read();
      if (row === undefined) {
        await on
          .insertInto("limits")
          .values({ account: mine, json: JSON.stringify(NOTHING_SPENT) })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        row = await read();
      }
      const now = await databaseClock(on, Date.now);
      const { spent, told } = work(JSON.parse(row!.json) as Spent, now);
      await on
        .updateTable("limits")
        .set({ json: JSON.stringify(spent) })
        .where("account", "=", mine)
        .execute();
      return told;
    });
  }
  return {
    async enter(bulk, stop) {
      const id = randomUUID();
      for (;;) {
        const wait = await change((spent, now) => {
          const answer = admit(spent, limits, { id, bulk }, now);
          return { spent: answer.spent, told: answer.wait };
        });
        if (wait === 0 || stop.aborted) break;
        // Not all who wait should ask again at the same moment
        await delay(wait * (1 + Math.random() / 4), undefined, { signal: stop }).catch(() => undefined);
      }
      return async () => {
        if (limits.connections === undefined) return;
        await change((spent) => ({ spent: ended(spent, id), told: undefined }));
      };
    },
  };
}
