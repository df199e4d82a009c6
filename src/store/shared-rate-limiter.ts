/** Leave for requests to an account, held over all processes that share a database. */
import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import {
  type AccountLimits,
  admit,
  charged,
  ended,
  fullUntil,
  NOTHING_SPENT,
  type Rank,
  type RateLimiter,
  type Spent,
} from "../limits/rate-limiter.ts";
import { isPostgres } from "./dialect.ts";
import type { Tables } from "./tables.ts";

/** The database's own clock, the same for every machine, in ms; ours where it is a file. */
export async function databaseClock(database: Kysely<Tables>, now: () => number): Promise<number> {
  if (!isPostgres(database)) return now();
  const { rows } = await sql<{
    now: string;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(database);
  return Number(rows[0]!.now);
}

/** Changes what is kept of an account, nobody else in between. */
function changing(database: Kysely<Tables>, account: () => string) {
  return <T>(work: (spent: Spent, now: number) => { readonly spent: Spent; readonly told: T }): Promise<T> => {
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
  };
}

/** A wait that is longer (ms) is told. */
const WORTH_TELLING = 2_000;

/** Who asks, and whom to tell of a longer wait. */
export interface RequestPriority {
  readonly rank?: Rank;
  /** @param ms until there is room again */
  waits?(ms: number): void;
}

/**
 * Leave for requests, held over all processes on one PostgreSQL.
 * @param account whose limits they are; may become known better while it is used
 */
export function sharedRateLimiter(
  database: Kysely<Tables>,
  account: () => string,
  limits: AccountLimits,
  { rank = "asked", waits }: RequestPriority = {},
): RateLimiter {
  const change = changing(database, account);
  return {
    async acquire(bulk, stop) {
      const id = randomUUID();
      let sent = 0;
      let told = false;
      for (;;) {
        const wait = await change((spent, now) => {
          const answer = admit(spent, limits, { id, bulk, rank }, now);
          sent = now;
          return { spent: answer.spent, told: answer.wait };
        });
        if (wait === 0 || stop.aborted) break;
        if (!told && wait > WORTH_TELLING) waits?.(wait);
        told ||= wait > WORTH_TELLING;
        // Not all who wait should ask again at the same moment
        await delay(wait * (1 + Math.random() / 4), undefined, { signal: stop }).catch(() => undefined);
      }
      return async (quickest = 0) => {
        if (limits.connections === undefined && !bulk) return;
        await change((spent, now) => ({
          spent: ended(spent, id, bulk ? sent : undefined, now - quickest),
          told: undefined,
        }));
      };
    },
  };
}

/** First looks are one at a time, whoever takes them. */
const FIRST_REQUESTS = "first looks";

/**
 * Takes a first look with a key of which nobody knows yet whose it is. Its requests are counted for the account once
 * that is known; as long as that account's minute is full, nobody takes another first look, so that several new keys
 * of one account do not add up to more than it allows.
 * @param look asks whose it is; one request where all goes well
 * @param account names the account's row by what the look told
 */
export async function chargeFirstRequest<T>(
  database: Kysely<Tables>,
  limits: AccountLimits,
  stop: AbortSignal,
  look: () => Promise<T>,
  account: (told: T) => string,
): Promise<T> {
  const leave = await sharedRateLimiter(database, () => FIRST_REQUESTS, { connections: 1 }).acquire(false, stop);
  try {
    const told = await look();
    const until = await changing(database, () => account(told))((spent, now) => {
      const after = charged(spent, now);
      return { spent: after, told: fullUntil(after, limits, now) };
    });
    if (until !== undefined)
      await changing(
        database,
        () => FIRST_REQUESTS,
      )((spent) => {
        const open = { ...spent.open, [randomUUID()]: until };
        return { spent: { ...spent, open }, told: undefined };
      });
    return told;
  } finally {
    await leave();
  }
}
