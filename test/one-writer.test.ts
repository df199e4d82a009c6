/** A11: several connections of one process to one SQLite file never lock each other out. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDatabase } from "../src/store/open.ts";
import { databaseStore } from "../src/store/store.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sync-writers-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const url = () => `sqlite:${join(folder, "sync.db")}`;

test("a database that is not there yet is made once, however many open it at the same moment", async () => {
  const all = await Promise.all(Array.from({ length: 5 }, () => openDatabase(url())));
  const stores = all.map((database) => databaseStore(database, "1:a", Date.now, { ends: true }));
  for (const store of stores) expect(await store.runs(1)).toEqual([]);
  await Promise.all(stores.map((store) => store.close()));
});
test("whoever writes much, and leaves others their turns, is waited for", async () => {
  const [one, other] = await Promise.all([openDatabase(url()), openDatabase(url())]);
  const [writer, page] = [one, other].map((database) => databaseStore(database!, "1:a", Date.now));
  const persons = Array.from({ length: 20_000 }, (_, id) => ({
    id,
    name: `Somebody ${id}`,
    emails: [`a${id}@exemple.fr`],
    fields: {},
    tags: [],
    createdAt: 1,
    modifiedAt: 1,
  }));
  const long = writer!.saveChanges({ persons });
  let reads = 0;
  const looking = (async () => {
    while (reads < 3) {
      await page!.holdings();
      reads += 1;
    }
  })();
  await page!.saveChanges({ facts: { runs: 1 } });
  await Promise.all([long, looking, page!.beginRun("r1", "2026-01-01T00:00:00Z")]);
  expect(await page!.fact("runs")).toBe(1);
  expect((await page!.holdings()).persons).toBe(20_000);
  await Promise.all([writer!.close(), page!.close()]);
});
test("a transaction that fails lets the next one begin", async () => {
  const database = await openDatabase(url());
  const failing = database.transaction().execute(async () => {
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  const store = databaseStore(database, "1:a", Date.now);
  await store.saveChanges({ facts: { runs: 2 } });
  expect(await store.fact("runs")).toBe(2);
  await store.close();
});
test("another program cannot write between what a transaction reads and what it writes then", async () => {
  const file = join(folder, "both.db");
  const database = await openDatabase(`sqlite:${file}`);
  const another = new DatabaseSync(file, { timeout: 0 });
  try {
    const row = { connection: "c", key: "k", json: "1" };
    await database.transaction().execute(async (on) => {
      await on.selectFrom("facts").selectAll().execute();
      expect(() => another.exec("insert into facts (connection, key, json) values ('c', 'other', '2')")).toThrow(
        /locked/,
      );
      await on.insertInto("facts").values(row).execute();
    });
    expect(await database.selectFrom("facts").selectAll().where("connection", "=", "c").execute()).toEqual([row]);
  } finally {
    another.close();
    await database.destroy();
  }
});
