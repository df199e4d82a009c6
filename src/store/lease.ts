/**
 * The lease on a connection (A5), and the fence that goes with it: whoever lost it writes nothing more, however late he
 * comes back. The database's clock counts, so that machines whose clocks differ agree on when a lease ends.
 */
import { randomUUID } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { Kysely, Transaction } from "kysely";
import { LeaseLost } from "../ports/connection-repository.ts";
import type { Store } from "../ports/store.ts";
import { databaseClock } from "./shared-rate-limiter.ts";
import type { Tables } from "./tables.ts";

/** A lease that its holder has not renewed for so long (ms) is anybody's (A5). */
const LEASE = 45_000;
const RENEWALS = 5;

export interface LeaseOptions {
  /** Whether a process of this machine is running. */
  readonly alive?: ((pid: number) => boolean) | undefined;
  /** Milliseconds since 1970, of one clock for everybody. */
  readonly clock?: ((on: Kysely<Tables>) => Promise<number>) | undefined;
}

export interface Lease extends Pick<Store, "lock" | "unlock" | "holds"> {
  /** Does something in one transaction; where a lease was taken, only while it is ours. Throws LeaseLost. */
  fenced<T>(work: (on: Transaction<Tables>) => Promise<T>): Promise<T>;
  close(): void;
}

/** @param now milliseconds since 1970, for people */
export function leaseOn(
  database: Kysely<Tables>,
  connection: string,
  now: () => number,
  { alive = isAlive, clock = (on) => databaseClock(on, now) }: LeaseOptions,
): Lease {
  let renewal: NodeJS.Timeout | undefined;
  let mine: string | undefined;
  /** Until when it is surely ours, on this machine's clocks: one stops while the machine sleeps, one may be put back. */
  let sure = { wall: 0, running: 0 };
  const surely = (from: { wall: number; running: number }) => {
    sure = { wall: from.wall + LEASE, running: from.running + LEASE };
  };
  const moment = () => ({ wall: Date.now(), running: performance.now() });

  /** Renews it. @returns whether it was still ours */
  async function renew(on: Kysely<Tables>): Promise<boolean> {
    const from = moment();
    const { numUpdatedRows } = await on
      .updateTable("leases")
      .set({ expires: (await clock(on)) + LEASE })
      .where("connection", "=", connection)
      .where("holder", "=", mine ?? "")
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
      const free = there === undefined || Number(there.expires) <= time || crashed(there.holder, alive);
      if (!free) return { held: false, by: there.holder, since: there.since };
      // Only over the very lease that was seen: of two that come at once, one finds another's name
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
      // A renewal that fails is followed by the next; what the lease is for asks the database itself
      // biome-ignore lint/style/noRestrictedGlobals: its failures are answered here
      renewal = setInterval(() => renew(database).catch(() => undefined), LEASE / RENEWALS);
      renewal.unref();
      return { held: true };
    },
    async unlock(holder) {
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
        if (mine !== undefined && !(await renew(on))) throw new LeaseLost(connection);
        return work(on);
      }),
    close: () => clearInterval(renewal),
  };
}

/** A name for this process that tells later whether it still lives. */
export function holderName(): string {
  return `${machine()}:${process.pid}:${randomUUID()}`;
}

/** Whether a lease's holder ran on this machine and is dead: then nobody has to wait for the lease to end. */
function crashed(holder: string, alive: (pid: number) => boolean): boolean {
  const [host, pid] = holder.split(":");
  return host === machine() && !alive(Number(pid));
}

/**
 * Where process numbers mean the same processes. Machines made from one image have one name, and containers on one
 * machine have numbers of their own: Linux tells them apart.
 */
function machine(): string {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").slice(0, 8);
    const [space = ""] = /\d+/.exec(readlinkSync("/proc/self/ns/pid")) ?? [];
    return `${hostname()}-${boot}-${space}`;
  } catch {
    return hostname();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
