/** The store (port `Store`) on a database: the state of one connection. */
import { randomUUID } from "node:crypto";
import { hostname, tmpdir } from "node:os";
import type { Kysely } from "kysely";
import type { Link, Member, Person } from "../contact/contact.ts";
import type { Operation } from "../plan/operations.ts";
import type { Store } from "../plan/ports.ts";
import { learning, ROWS } from "./learn.ts";
import { runLine } from "./lines.ts";
import { lookUps } from "./look-ups.ts";
import { spooledRoom } from "./shelf.ts";
import type { DocumentTable, Tables } from "./tables.ts";
import { outdated } from "./thin.ts";

/** Rows per reading. */
const PAGE = 2_000;
/** A lease that its holder has not renewed for so long (ms) is anybody's (A5). */
const LEASE = 90_000;

interface StoreOptions {
  /** Whether a process of this machine is running. */
  alive?(pid: number): boolean;
  /** The folder for what does not fit into memory during a run. */
  readonly scratch?: string;
}

/**
 * @param connection names the Copper account and the audience (W9)
 * @param now milliseconds since 1970
 */
export function databaseStore(
  database: Kysely<Tables>,
  connection: string,
  now: () => number,
  { alive = isAlive, scratch = tmpdir() }: StoreOptions = {},
): Store {
  let renewal: NodeJS.Timeout | undefined;

  /** Page by page: there may be a million rows. */
  async function each(table: DocumentTable, row: (key: string, json: string) => void): Promise<void> {
    for (let last = ""; ; ) {
      const rows = await database
        .selectFrom(table)
        .select(["key", "json"])
        .where("connection", "=", connection)
        .where("key", ">", last)
        .orderBy("key")
        .limit(PAGE)
        .execute();
      for (const { key, json } of rows) row(key, json);
      if (rows.length < PAGE) return;
      last = rows.at(-1)!.key;
    }
  }
  async function all<T>(table: DocumentTable): Promise<T[]> {
    const found: T[] = [];
    await each(table, (_, json) => found.push(JSON.parse(json) as T));
    return found;
  }
  const { put, learn: learnIn } = learning(connection);
  const mine = () => database.selectFrom("runs").where("connection", "=", connection);

  return {
    async load() {
      const room = spooledRoom(scratch);
      const persons = room.records<number, Person>();
      const members = room.records<string, Member>();
      const links = room.records<number, Link>();
      await each("persons", (key, json) => persons.setText(Number(key), json));
      await each("members", (key, json) => members.setText(key, json));
      await each("links", (key, json) => links.setText(Number(key), json));
      return {
        persons,
        members,
        links,
        room,
        rejections: await all("rejections"),
        reviews: await all("reviews"),
        troubles: await all("troubles"),
        wishes: await all("wishes"),
        deleted: await all("deleted"),
      };
    },
    learn: (learnt) => database.transaction().execute((on) => learnIn(on, learnt)),
    async fact<T>(name: string) {
      const row = await database
        .selectFrom("facts")
        .select("json")
        .where("connection", "=", connection)
        .where("key", "=", name)
        .executeTakeFirst();
      return row && (JSON.parse(row.json) as T);
    },
    async lock(holder) {
      const lease = { connection, holder, since: new Date(now()).toISOString(), expires: now() + LEASE };
      const there = await database
        .selectFrom("leases")
        .selectAll()
        .where("connection", "=", connection)
        .executeTakeFirst();
      const free = there === undefined || Number(there.expires) <= now() || crashed(there.holder, alive);
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
      const held = await database
        .selectFrom("leases")
        .selectAll()
        .where("connection", "=", connection)
        .executeTakeFirstOrThrow();
      if (held.holder !== holder) return { held: false, by: held.holder, since: held.since };
      renewal = setInterval(() => {
        database
          .updateTable("leases")
          .set({ expires: now() + LEASE })
          .where("connection", "=", connection)
          .where("holder", "=", holder)
          .execute()
          .catch(() => undefined);
      }, LEASE / 3);
      renewal.unref();
      return { held: true };
    },
    async unlock(holder) {
      clearInterval(renewal);
      await database.deleteFrom("leases").where("connection", "=", connection).where("holder", "=", holder).execute();
    },
    async beginRun(run, startedAt) {
      await database
        .insertInto("runs")
        .values({
          connection,
          id: run,
          started_at: startedAt,
          outcome: "running",
          document: "null",
          report: "{}",
          line: null,
        })
        .execute();
    },
    async journal(run, operations) {
      const ids: number[] = [];
      for (let at = 0; at < operations.length; at += ROWS) {
        const rows = operations.slice(at, at + ROWS).map((operation) => ({
          connection,
          run,
          operation: JSON.stringify(operation),
          state: "sent",
          answer: "",
          person: operation.personId === undefined ? null : String(operation.personId),
        }));
        const added = await database.insertInto("journal").values(rows).returning("id").execute();
        ids.push(...added.map((row) => Number(row.id)).sort((one, other) => one - other));
      }
      return ids;
    },
    async answer(answers, learnt) {
      await database.transaction().execute(async (on) => {
        for (const { id, ok, answer } of answers)
          await on
            .updateTable("journal")
            .set({ state: ok ? "done" : "failed", answer: JSON.stringify(answer ?? null) })
            .where("id", "=", id)
            .execute();
        await learnIn(on, learnt);
      });
    },
    async inDoubt() {
      const rows = await database
        .selectFrom("journal")
        .selectAll()
        .where("connection", "=", connection)
        .where("state", "=", "sent")
        .execute();
      return rows.map((row) => ({
        id: Number(row.id),
        run: row.run,
        operation: JSON.parse(row.operation),
        state: "sent" as const,
      }));
    },
    async closeDoubts(ids) {
      for (let at = 0; at < ids.length; at += ROWS)
        await database
          .updateTable("journal")
          .set({ state: "seen" })
          .where("id", "in", ids.slice(at, at + ROWS))
          .execute();
    },
    async *operations(run) {
      for (let last = 0; ; ) {
        const rows = await database
          .selectFrom("journal")
          .select(["id", "operation"])
          .where("connection", "=", connection)
          .where("run", "=", run)
          .where("state", "=", "done")
          .where("id", ">", last)
          .orderBy("id")
          .limit(ROWS)
          .execute();
        for (const row of rows) yield JSON.parse(row.operation) as Operation;
        if (rows.length < ROWS) return;
        last = Number(rows.at(-1)!.id);
      }
    },
    async endRun(run, document, report) {
      await database
        .updateTable("runs")
        .set({
          outcome: document.outcome,
          document: JSON.stringify(document),
          report: JSON.stringify(report),
          line: JSON.stringify(runLine(run, document)),
        })
        .where("connection", "=", connection)
        .where("id", "=", run)
        .execute();
      const all = await mine().select(["id", "started_at as startedAt"]).execute();
      for (const id of outdated(all, now())) {
        await database.deleteFrom("runs").where("connection", "=", connection).where("id", "=", id).execute();
        await database.deleteFrom("journal").where("connection", "=", connection).where("run", "=", id).execute();
      }
    },
    ...lookUps(database, connection),
    async run(id) {
      const row = await mine().selectAll().where("id", "=", id).executeTakeFirst();
      return row && { document: JSON.parse(row.document), report: JSON.parse(row.report) };
    },
    keep: (copy) => put(database, "copies", [[copy.personId, copy]]),
    copies: () => all("copies"),
    async restoredAs(personId, newId) {
      const row = await database
        .selectFrom("copies")
        .select("json")
        .where("connection", "=", connection)
        .where("key", "=", String(personId))
        .executeTakeFirst();
      if (row) await put(database, "copies", [[personId, { ...JSON.parse(row.json), restoredAs: newId }]]);
    },
    async close() {
      clearInterval(renewal);
      await database.destroy();
    },
  };
}

/** A name for this process that tells later whether it still lives. */
export function holderName(): string {
  return `${hostname()}:${process.pid}:${randomUUID()}`;
}

/** Whether a lease's holder ran on this machine and is dead: then nobody has to wait for the lease to end. */
function crashed(holder: string, alive: (pid: number) => boolean): boolean {
  const [host, pid] = holder.split(":");
  return host === hostname() && !alive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
