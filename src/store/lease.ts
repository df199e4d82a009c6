/**
 * The lease on a connection (A5), and the fence: a process that lost the lease cannot write any more, however late it
 * continues. PostgreSQL's clock counts, so that machines with different clocks agree on the end of a lease.
 */
import type { Kysely, Transaction } from "kysely";
import { LeaseLost } from "../ports/connection-repository.ts";
import type { Store } from "../ports/store.ts";
import { crashed, isAlive } from "./lease-holder.ts";
import { databaseClock } from "./shared-rate-limiter.ts";
import type { Tables } from "./tables.ts";

/**
 * A lease expires if its holder does not renew it for this long (ms; A5). It is renewed `RENEWALS` times within that.
 */
const LEASE = 45_000;
const RENEWALS = 5;

/** Options of a lease. By default: the processes of this machine, and the database's clock. */
export interface LeaseOptions {
  /** Returns whether a process of this machine is running. */
  readonly alive?: ((pid: number) => boolean) | undefined;
  /** Returns the time (Unix ms) on one clock for all processes. */
  readonly clock?: ((on: Kysely<Tables>) => Promise<number>) | undefined;
}

/** The lease of one connection, with writes that depend on it. */
export interface Lease extends Pick<Store, "lock" | "unlock" | "holds"> {
  /** Runs work in a transaction. If a lease was taken, renews it first. Throws LeaseLost if another process has it. */
  fenced<T>(work: (on: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Stops the renewal. */
  close(): void;
}

/**
 * Returns the lease of a connection; it is not taken yet.
 * @param connection names the Copper account and the audience (W9)
 * @param now Unix ms, only for display
 */
export function leaseOn(
  database: Kysely<Tables>,
  connection: string,
  now: () => number,
  { alive = isAlive, clock = (on) => databaseClock(on, now) }: LeaseOptions,
): Lease {
  let renewal: NodeJS.Timeout | undefined;
  let mine: string | undefined;
  /**
   * Until when the lease is surely ours, on two clocks of this machine. `running` stops while the machine sleeps, and
   * `wall` may be set back, so both must agree.
   */
  let sure = { wall: 0, running: 0 };
  const surely = (from: { wall: number; running: number }) => {
    sure = { wall: from.wall + LEASE, running: from.running + LEASE };
  };
  const moment = () => ({ wall: Date.now(), running: performance.now() });

  /**
   * Renews the lease.
   * @returns whether it was still ours
   */
  async function renew(on: Kysely<Tables>, holder: string): Promise<boolean> {
    const from = moment();
    const { numUpdatedRows } = await on
      .updateTable("leases")
      .set({ expires: (await clock(on)) + LEASE })
      .where("connection", "=", connection)
      .where("holder", "=", holder)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) surely(from);
    else sure = { wall: 0, running: 0 };
    return numUpdatedRows > 0n;
  }
  return {
    async lock(holder) {
      const from = moment();
      const time = await clock(database);
      const lease = { connection, holder, since: new Date(now()).toISOString(), expires: time + LEASE };
      const seen = () =>
        database.selectFrom("leases").selectAll().where("connection", "=", connection).executeTakeFirst();
      const there = await seen();
      // Free: there is none, it has expired, or its holder has died
      const free = there === undefined || Number(there.expires) <= time || crashed(there.holder, alive);
      if (!free) return { held: false, by: there.holder, since: there.since };
      // Replace only the lease that was read, so that of two processes at once only one succeeds
      const insert = database.insertInto("leases").values(lease);
      if (there === undefined) await insert.onConflict((conflict) => conflict.doNothing()).execute();
      else
        await database
          .updateTable("leases")
          .set(lease)
          .where("connection", "=", connection)
          .where("holder", "=", there.holder)
          .where("expires", "=", there.expires)
          .execute();
      const held = await seen();
      if (held?.holder !== holder) return { held: false, by: held?.holder ?? "", since: held?.since ?? lease.since };
      mine = holder;
      surely(from);
      // Ignore a failure, since the next renewal follows and every write checks the lease in the database
      // biome-ignore lint/style/noRestrictedGlobals: its failures are answered here
      renewal = setInterval(() => renew(database, holder).catch(() => undefined), LEASE / RENEWALS);
      renewal.unref();
      return { held: true };
    },
    async unlock(holder) {
      // Clear it first, so that no renewal runs after the deletion
      clearInterval(renewal);
      mine = undefined;
      await database.deleteFrom("leases").where("connection", "=", connection).where("holder", "=", holder).execute();
    },
    holds() {
      const { wall, running } = moment();
      return mine === undefined || (wall < sure.wall && running < sure.running);
    },
    fenced: (work) =>
      database.transaction().execute(async (on) => {
        if (mine !== undefined && !(await renew(on, mine))) throw new LeaseLost(connection);
        return work(on);
      }),
    close: () => clearInterval(renewal),
  };
}
