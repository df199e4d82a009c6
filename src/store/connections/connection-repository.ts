/** The connections table. */
import { type Kysely, type Selectable, sql } from "kysely";
import {
  type ConnectionRepository,
  ConnectionTaken,
  type Glance,
  type StoredConnection,
} from "../../ports/connection-repository.ts";
import type { RunLine } from "../../ports/store.ts";
import { isPostgres } from "../dialect.ts";
import type { Tables } from "../tables.ts";

/** Converts a row, whose settings are JSON and whose time may be a text in PostgreSQL. */
function stored(row: Selectable<Tables["connections"]>): StoredConnection {
  const { json, state, due, ...rest } = row;
  return { ...rest, state: state === "paused" ? "paused" : "active", due: Number(due), own: JSON.parse(json) };
}

/** Keeps others from changing connections until this transaction ends. With SQLite, a transaction is alone anyway. */
async function lockConnections(on: Kysely<Tables>): Promise<void> {
  if (isPostgres(on)) await sql`lock table connections in share row exclusive mode`.execute(on);
}

/** Throws ConnectionTaken if a connection is no longer as it was read. Each sealing gives another text. */
async function assertUnchanged(on: Kysely<Tables>, { id, name, sealed }: StoredConnection): Promise<void> {
  const there = await on.selectFrom("connections").select(["name", "sealed"]).where("id", "=", id).executeTakeFirst();
  if (there?.sealed !== sealed || there.name !== name) throw new ConnectionTaken("changed", name);
}

/**
 * Deletes a connection, the links that open it, and its lease: a run that is under way then writes nothing more (A5).
 */
async function deleteConnection(on: Kysely<Tables>, id: string): Promise<void> {
  const scope = on.selectFrom("connections").select("scope").where("id", "=", id);
  await on.deleteFrom("leases").where("connection", "in", scope).execute();
  await on.deleteFrom("entrances").where("connection", "=", id).execute();
  await on.deleteFrom("connections").where("id", "=", id).execute();
}

/** Implements the port `ConnectionRepository` on a database. */
export function connectionRepository(database: Kysely<Tables>): ConnectionRepository {
  return {
    async list() {
      return (await database.selectFrom("connections").selectAll().orderBy("name").execute()).map(stored);
    },
    async find(name) {
      const row = await database.selectFrom("connections").selectAll().where("name", "=", name).executeTakeFirst();
      return row && stored(row);
    },
    async get(id) {
      const row = await database.selectFrom("connections").selectAll().where("id", "=", id).executeTakeFirst();
      return row && stored(row);
    },
    add: ({ own, ...rest }, replaced) =>
      database.transaction().execute(async (on) => {
        const row = { ...rest, json: JSON.stringify(own) };
        await lockConnections(on);
        if (replaced !== undefined) await assertUnchanged(on, replaced);
        const others = on
          .selectFrom("connections")
          .select("name")
          .where("id", "!=", replaced?.id ?? "");
        if ((await others.where("name", "=", row.name).executeTakeFirst()) !== undefined)
          throw new ConnectionTaken("name", row.name);
        // Two connections to one audience would overwrite each other's changes
        const same = await others.where("scope", "=", row.scope).executeTakeFirst();
        if (same !== undefined) throw new ConnectionTaken("scope", same.name);
        if (replaced?.id === row.id) await on.deleteFrom("connections").where("id", "=", row.id).execute();
        else if (replaced !== undefined) await deleteConnection(on, replaced.id);
        await on.insertInto("connections").values(row).execute();
      }),
    change: (before, { own, ...some }) =>
      database.transaction().execute(async (on) => {
        await lockConnections(on);
        await assertUnchanged(on, before);
        const name = some.name ?? before.name;
        const taken = on.selectFrom("connections").select("id").where("name", "=", name).where("id", "!=", before.id);
        if ((await taken.executeTakeFirst()) !== undefined) throw new ConnectionTaken("name", name);
        await on
          .updateTable("connections")
          .set({ ...some, ...(own !== undefined && { json: JSON.stringify(own) }) })
          .where("id", "=", before.id)
          .execute();
      }),
    async set(id, some) {
      await database.updateTable("connections").set(some).where("id", "=", id).execute();
    },
    reseal: (begin) =>
      database.transaction().execute(async (on) => {
        await lockConnections(on);
        const sealed = begin();
        const all = (await on.selectFrom("connections").selectAll().execute()).map(stored);
        for (const one of all)
          await on
            .updateTable("connections")
            .set({ sealed: sealed(one) })
            .where("id", "=", one.id)
            .execute();
        return all.length;
      }),
    remove: (id) =>
      database.transaction().execute(async (on) => {
        await lockConnections(on);
        await deleteConnection(on, id);
      }),
  };
}

/**
 * Returns a summary of every connection, from one statement. Decisions and probes are no syncs, and do not count.
 * @returns by connection id
 */
export async function glancesOf(database: Kysely<Tables>): Promise<ReadonlyMap<string, Glance>> {
  const lastLine = (outcomes?: readonly string[]) => {
    const runs = sql`select line from runs where runs.connection = connections.scope and kind = 'sync' and line is not null and line <> 'null'`;
    const of = outcomes === undefined ? sql`` : sql` and outcome in (${sql.join(outcomes)})`;
    return sql<string | null>`(${runs}${of} order by started_at desc, id desc limit 1)`;
  };
  const rows = await database
    .selectFrom("connections")
    .select([
      "id",
      lastLine().as("last"),
      lastLine(["ok", "partial"]).as("success"),
      // `JSON.stringify` writes exactly this text; within a string its quotes would be escaped
      sql<
        number | string
      >`(select count(*) from reviews where reviews.connection = connections.scope and json like '%"ignored":false%')`.as(
        "marked",
      ),
    ])
    .execute();
  const lineOf = (json: string | null): RunLine | null => json && JSON.parse(json);
  return new Map(
    rows.map(({ id, last, success, marked }) => [
      id,
      { last: lineOf(last), lastSuccess: lineOf(success)?.finishedAt ?? null, marked: Number(marked) },
    ]),
  );
}

/**
 * Takes connections whose run is due, soonest first. Several processes may call it at once: row locks give each
 * connection to one of them.
 * @param now Unix ms
 * @param most the most connections to take
 * @param next returns when a connection is due again (Unix ms)
 * @param take receives the connections in the same transaction, so that none is lost
 */
export function takeDue(
  database: Kysely<Tables>,
  now: number,
  most: number,
  next: (connection: StoredConnection) => number,
  take: (on: Kysely<Tables>, due: readonly StoredConnection[]) => Promise<void>,
): Promise<void> {
  return database.transaction().execute(async (on) => {
    const rows = await on
      .selectFrom("connections")
      .selectAll()
      .where("state", "=", "active")
      .where("due", "<=", now)
      .orderBy("due")
      .limit(most)
      // Skip rows that another process has locked, instead of waiting for them
      .forUpdate()
      .skipLocked()
      .execute();
    const due = rows.map(stored);
    for (const one of due)
      await on
        .updateTable("connections")
        .set({ due: next(one) })
        .where("id", "=", one.id)
        .execute();
    if (due.length > 0) await take(on, due);
  });
}
