/** The store (port `Store`) on a database: the state of one connection. */
import { tmpdir } from "node:os";
import type { Kysely } from "kysely";
import type { Link, Member, Person } from "../domain/contact.ts";
import { chunks } from "../plan/collections.ts";
import type { Operation } from "../plan/operations.ts";
import type { KeptStanding } from "../plan/standings.ts";
import type { Facts } from "../ports/facts.ts";
import type { JournalEntry, Lists, Store } from "../ports/store.ts";
import { readFact } from "./facts.ts";
import { writeAnswers } from "./journal-answers.ts";
import { type LeaseOptions, leaseOn } from "./lease.ts";
import { neighboursIn } from "./neighbours.ts";
import { queriesOn } from "./page-queries.ts";
import { PAGE, pages, pagesIn } from "./pages.ts";
import { ROWS, runLine } from "./projections.ts";
import { outdated } from "./retention.ts";
import { changeWriter, deletedOf, ofAccount } from "./save-changes.ts";
import { diskCollections } from "./spill/disk-map.ts";
import { standingQueries } from "./standings.ts";
import type { DocumentTable, Tables } from "./tables.ts";

interface StoreOptions extends LeaseOptions {
  /** The folder for data that does not fit into memory during a run. */
  readonly scratch?: string;
  /** Whether closing the store closes the database. False if others use it, too. */
  readonly ends?: boolean;
}

/**
 * Returns the store of a connection.
 * @param connection names the Copper account and the audience (W9)
 * @param now Unix ms
 */
export function databaseStore(
  database: Kysely<Tables>,
  connection: string,
  now: () => number,
  { scratch = tmpdir(), ends = true, ...options }: StoreOptions = {},
): Store {
  const lease = leaseOn(database, connection, now, options);

  /** Passes all rows of a table to a function, page by page, since there may be a million. */
  async function each(table: DocumentTable | "standings", row: (key: string, json: string) => void): Promise<void> {
    for await (const page of pagesIn(database, connection, table)) for (const { key, json } of page) row(key, json);
  }
  /** Returns all documents of a table. Only for the small tables. */
  async function all<T>(table: DocumentTable): Promise<T[]> {
    const found: T[] = [];
    await each(table, (_, json) => found.push(JSON.parse(json) as T));
    return found;
  }
  /** Reads the small tables. */
  async function lists(): Promise<Lists> {
    return {
      collections: diskCollections(scratch),
      rejections: await all("rejections"),
      reviews: await all("reviews"),
      troubles: await all("troubles"),
      resolutions: await all("wishes"),
      deleted: await deletedOf(database, connection),
    };
  }
  const writer = changeWriter(connection, now);
  const mine = () => database.selectFrom("runs").where("connection", "=", connection);

  return {
    async load() {
      const collections = diskCollections(scratch);
      const persons = collections.records<number, Person>();
      const members = collections.records<string, Member>();
      const links = collections.records<number, Link>();
      await each("persons", (key, json) => persons.setText(Number(key), json));
      await each("members", (key, json) => members.setText(key, json));
      await each("links", (key, json) => links.setText(Number(key), json));
      const standings = collections.records<string, KeptStanding>();
      await each("standings", (key, json) => standings.setText(key, json));
      return { ...(await lists()), persons, members, links, standings, collections };
    },
    lists,
    ...neighboursIn(database, connection),
    saveChanges: (stateChanges) => lease.fenced((on) => writer.saveChanges(on, stateChanges)),
    fact: <Name extends keyof Facts>(name: Name) => readFact<Facts[Name]>(database, connection, name),
    lock: lease.lock,
    unlock: lease.unlock,
    holds: lease.holds,
    async shared() {
      const other = await database
        .selectFrom("facts")
        .select("connection")
        // Only a connection that has been read has cursors
        .where("key", "=", "marks")
        .where(ofAccount(connection))
        .where("connection", "!=", connection)
        .executeTakeFirst();
      if (other === undefined) return undefined;
      const told = await database
        .selectFrom("links")
        .select("json")
        .where(ofAccount(connection))
        .where("connection", "!=", connection)
        // Read only links with at least one status tag of ours
        .where("json", "like", '%"toldPut":["%')
        .execute();
      const links = told.map((row): Required<Pick<Link, "personId" | "toldPut">> => JSON.parse(row.json));
      const byPerson = Map.groupBy(links, (link) => link.personId);
      return new Map([...byPerson].map(([id, each]) => [id, each.flatMap((link) => link.toldPut)]));
    },
    async beginRun(run, startedAt, kind) {
      const row = { connection, id: run, started_at: startedAt, outcome: "running", document: "null", report: "{}" };
      await lease.fenced((on) =>
        on
          .insertInto("runs")
          .values({ ...row, line: null, ...(kind && { kind }) })
          .execute(),
      );
    },
    async journal(run, operations) {
      const ids: number[] = [];
      for (const part of chunks(operations, ROWS)) {
        const rows = part.map((operation) => ({
          connection,
          run,
          operation: JSON.stringify(operation),
          state: "sent",
          answer: "",
          person: operation.personId === undefined ? null : String(operation.personId),
        }));
        const added = await lease.fenced((on) => on.insertInto("journal").values(rows).returning("id").execute());
        // The database may return the rows in another order, and ids must match the operations
        ids.push(...added.map((row) => Number(row.id)).sort((one, other) => one - other));
      }
      return ids;
    },
    async answer(answers, stateChanges) {
      await lease.fenced(async (on) => {
        await writeAnswers(on, connection, answers);
        await writer.saveChanges(on, stateChanges);
      });
    },
    async inDoubt() {
      const found: JournalEntry[] = [];
      const all = pages<{ id: number; run: string; operation: string }>(PAGE, (last) =>
        database
          .selectFrom("journal")
          .select(["id", "run", "operation"])
          .where("connection", "=", connection)
          .where("state", "=", "sent")
          .where("id", ">", last?.id ?? 0)
          .orderBy("id")
          .limit(PAGE)
          .execute(),
      );
      for await (const page of all)
        for (const { id, run, operation } of page)
          found.push({ id: Number(id), run, operation: JSON.parse(operation), state: "sent" });
      return found;
    },
    async closeDoubts(ids) {
      await lease.fenced(async (on) => {
        for (const part of chunks(ids, ROWS))
          await on
            .updateTable("journal")
            .set({ state: "seen" })
            .where("connection", "=", connection)
            .where("id", "in", part)
            .execute();
      });
    },
    async *operations(run) {
      const all = pages<{ id: number; operation: string }>(ROWS, (last) =>
        database
          .selectFrom("journal")
          .select(["id", "operation"])
          .where("connection", "=", connection)
          .where("run", "=", run)
          .where("state", "=", "done")
          .where("id", ">", last?.id ?? 0)
          .orderBy("id")
          .limit(ROWS)
          .execute(),
      );
      for await (const page of all) for (const { operation } of page) yield JSON.parse(operation) as Operation;
    },
    async endRun(run, document, report) {
      const ended = {
        outcome: document.outcome,
        document: JSON.stringify(document),
        report: JSON.stringify(report),
        line: JSON.stringify(runLine(run, document)),
      };
      const all = await mine().select(["id", "started_at as startedAt"]).execute();
      await lease.fenced(async (on) => {
        await on.updateTable("runs").set(ended).where("connection", "=", connection).where("id", "=", run).execute();
        // Delete runs together with their journal, in the transaction that ends this one
        for (const part of chunks(outdated(all, now()), ROWS)) {
          await on.deleteFrom("runs").where("connection", "=", connection).where("id", "in", part).execute();
          await on.deleteFrom("journal").where("connection", "=", connection).where("run", "in", part).execute();
        }
      });
    },
    ...queriesOn(database, connection),
    ...standingQueries(database, connection),
    async run(id) {
      const row = await mine().selectAll().where("id", "=", id).executeTakeFirst();
      return row && { document: JSON.parse(row.document), report: JSON.parse(row.report) };
    },
    keep: (copy) => lease.fenced((on) => writer.put(on, "copies", [[copy.personId, copy]])),
    copies: () => all("copies"),
    async restoredAs(personId, newId) {
      await lease.fenced(async (on) => {
        const row = await on
          .selectFrom("copies")
          .select("json")
          .where("connection", "=", connection)
          .where("key", "=", String(personId))
          .executeTakeFirst();
        if (row) await writer.put(on, "copies", [[personId, { ...JSON.parse(row.json), restoredAs: newId }]]);
      });
    },
    async close() {
      lease.close();
      if (ends) await database.destroy();
    },
  };
}
