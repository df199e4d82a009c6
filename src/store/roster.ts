/** Connections in the database, and who did what to them. */
import type { Kysely, Selectable } from "kysely";
import type { AuditEntry, Roster, StoredConnection } from "../plan/many.ts";
import type { Tables } from "./tables.ts";

/** Longest list of what was done. */
const LISTED = 500;

function stored(row: Selectable<Tables["connections"]>): StoredConnection {
  const { json, state, due, ...rest } = row;
  return { ...rest, state: state === "paused" ? "paused" : "active", due: Number(due), own: JSON.parse(json) };
}

/** The connections of a database. */
export function rosterOf(database: Kysely<Tables>): Roster {
  return {
    async list() {
      return (await database.selectFrom("connections").selectAll().orderBy("name").execute()).map(stored);
    },
    async find(name) {
      const row = await database.selectFrom("connections").selectAll().where("name", "=", name).executeTakeFirst();
      return row && stored(row);
    },
    async put({ own, ...rest }) {
      const row = { ...rest, json: JSON.stringify(own) };
      const { name: _, ...others } = row;
      await database
        .insertInto("connections")
        .values(row)
        .onConflict((conflict) => conflict.column("name").doUpdateSet(others))
        .execute();
    },
    async set(name, some) {
      await database.updateTable("connections").set(some).where("name", "=", name).execute();
    },
    reseal: (again) =>
      database.transaction().execute(async (on) => {
        const all = (await on.selectFrom("connections").selectAll().execute()).map(stored);
        for (const one of all)
          await on
            .updateTable("connections")
            .set({ sealed: again(one) })
            .where("name", "=", one.name)
            .execute();
        return all.length;
      }),
    async remove(name) {
      await database.deleteFrom("entrances").where("connection", "=", name).execute();
      await database.deleteFrom("connections").where("name", "=", name).execute();
    },
  };
}

/** Connections of which a run is due, soonest first. For several that ask at once: each is given to one of them. */
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
      .forUpdate()
      .skipLocked()
      .execute();
    const due = rows.map(stored);
    for (const one of due)
      await on
        .updateTable("connections")
        .set({ due: next(one) })
        .where("name", "=", one.name)
        .execute();
    if (due.length > 0) await take(on, due);
  });
}

/** Writes down what somebody did. */
export async function noteDone(database: Kysely<Tables>, entry: AuditEntry): Promise<void> {
  await database.insertInto("audit").values(entry).execute();
}

/** What was done, newest first. @param connection one of them only */
export async function doneSoFar(database: Kysely<Tables>, connection?: string): Promise<readonly AuditEntry[]> {
  const all = database.selectFrom("audit").select(["at", "who", "connection", "what", "detail"]);
  const of = connection === undefined ? all : all.where("connection", "=", connection);
  return of.orderBy("id", "desc").limit(LISTED).execute();
}
