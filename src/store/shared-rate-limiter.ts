/** Rate limits of an account, shared by all processes on one database. */
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

/**
 * Returns the time (ms) on the database's clock, which is the same for all machines. For a file it is our own clock.
 * @param now our own clock (Unix ms)
 */
export async function databaseClock(database: Kysely<Tables>, now: () => number): Promise<number> {
  if (!isPostgres(database)) return now();
  const { rows } = await sql<{
    now: string;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(database);
  return Number(rows[0]!.now);
}

/**
 * Returns a function that changes an account's state in a transaction, under a row lock.
 * @param account the account's row; asked again at each change
 */
function changing(database: Kysely<Tables>, account: () => string) {
  return <T>(work: (spent: Spent, now: number) => { readonly spent: Spent; readonly told: T }): Promise<T> => {
    const mine = account();
    return database.transaction().execute(async (on) => {
      const read = () =>
        on.selectFrom("limits").select("json").where("account", "=", mine).forUpdate().executeTakeFirst();
      let row = await read();
      // A row that does not exist cannot be locked, so insert it and read it again
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

/** Waits longer than this (ms) are reported. */
const WORTH_TELLING = 2_000;

/** The priority of requests, and a callback for longer waits. */
export interface RequestPriority {
  readonly rank?: Rank;
  /** @param ms until the request may be sent */
  waits?(ms: number): void;
}

/**
 * Returns a rate limiter shared by all processes on one PostgreSQL database.
 * @param account returns the account's row; may return a more exact one after a while
 * @param limits the account's limits
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
        if (wait === 0) break;
        if (stop.aborted) return undefined;
        if (!told && wait > WORTH_TELLING) {
          told = true;
          waits?.(wait);
        }
        // Add jitter, so that waiting processes do not all ask again at the same moment
        await delay(wait * (1 + Math.random() / 4), undefined, { signal: stop }).catch(() => undefined);
      }
      return async (quickest = 0) => {
        // Only requests in flight and bulk requests have an end that counts
        if (limits.connections === undefined && !bulk) return;
        await change((spent, now) => ({
          spent: ended(spent, id, bulk ? sent : undefined, now - quickest),
          told: undefined,
        }));
      };
    },
  };
}

/** The row of requests with new keys, which run one at a time over all processes. */
const FIRST_REQUESTS = "first looks";

/**
 * Sends the first request with a new key, whose account is not known yet. The request is charged to the account
 * afterwards. While that account's minute is full, no other process may try a new key. So several new keys of one
 * account do not exceed its limit together.
 * @param limits the account's limits
 * @param stop ends the wait for the turn
 * @param look asks for the account; one request if all goes well
 * @param account returns the account's row from that answer
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
    // Keep the only turn occupied until the account has room again
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
    await leave?.();
  }
}
