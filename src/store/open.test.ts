import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { sql } from "kysely";
import { expect, onTestFinished, test, vi } from "vitest";
import { freshFolder } from "../../test/fresh-database.ts";
import { isPostgresUrl, openDatabase, scratchFolder, setAsideUnreadable } from "./open.ts";

const freshFile = (name = "own.db") => {
  const file = join(freshFolder(), name);
  return { file, url: `sqlite:${file}` };
};
/** Opens a file with another program. */
const otherwise = (file: string) => {
  const database = new DatabaseSync(file);
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
};

test("which database a URL names, and where a run has room beside it", () => {
  const urls = ["sqlite:/a/b.db", "postgres://h/d", "postgresql://h/d", "mysql://h/d"];
  expect(urls.map(isPostgresUrl)).toEqual([false, true, true, false]);
  expect([scratchFolder("sqlite:/a/b.db"), scratchFolder("postgres://h/d")]).toEqual(["/a", tmpdir()]);
});
test("a file is made with its folders and for its owner only; one that is there keeps its rights", async () => {
  const { file, url } = freshFile("folder/within/own.db");
  await (await openDatabase(url)).destroy();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o640);
  await (await openDatabase(url)).destroy();
  expect(statSync(file).mode & 0o777).toBe(0o640);
});
test("A11: the log is written ahead, and whoever finds the file locked waits ten seconds", async () => {
  const { url } = freshFile();
  const database = await openDatabase(url);
  const pragma = async (name: string) =>
    Object.values((await sql<object>`pragma ${sql.raw(name)}`.execute(database)).rows[0]!)[0];
  expect([await pragma("journal_mode"), await pragma("synchronous")]).toEqual(["wal", 1]);
  expect(await pragma("busy_timeout")).toBe(10_000);
  await database.destroy();
});
test("A11: much that was written is copied into the file by a thread", async () => {
  const { file, url } = freshFile();
  const database = await openDatabase(url);
  const size = 40_000_000;
  await sql`insert into facts values ('c', 'k', hex(zeroblob(${size / 2})))`.execute(database);
  await vi.waitFor(() => expect(statSync(file).size).toBeGreaterThan(size), { timeout: 60_000, interval: 10 });
  await database.destroy();
});
test("what is no database is refused as unreadable, and closed again", async () => {
  const { file, url } = freshFile();
  writeFileSync(file, "words ".repeat(1_000));
  await expect(openDatabase(url)).rejects.toMatchObject({ code: "unreadable" });
  const server = openDatabase("postgres://nobody@127.0.0.1:1/none");
  await expect(server).rejects.toMatchObject({
    code: "unreadable",
    away: true,
    message: expect.stringContaining("ECONNREFUSED"),
  });
});
test("what a newer program has written is refused as newer, and closed again", async () => {
  const { file, url } = freshFile();
  await (await openDatabase(url)).destroy();
  const newer = otherwise(file);
  newer.exec(`insert into kysely_migration values ('999-later', 'x')`);
  newer.exec(`update facts set json = '"999-later"' where key = 'least step'`);
  newer.close();
  await expect(openDatabase(url)).rejects.toMatchObject({ code: "newer", message: "999-later" });
  // The log goes with the last connection to the file
  expect(readdirSync(join(file, ".."))).toEqual([basename(file)]);
});
test("a migration that fails makes the database unreadable, in the words of the failure", async () => {
  const { file, url } = freshFile();
  otherwise(file).exec("create table persons (other text)");
  await expect(openDatabase(url)).rejects.toMatchObject({
    code: "unreadable",
    message: expect.stringContaining("persons"),
  });
});
/** Makes a file whose header is sound and one of whose pages is not. Whoever made it has it open. */
function damaged() {
  const { file, url } = freshFile();
  const database = otherwise(file);
  database.exec("pragma journal_mode = wal; create table t (x); create index i on t (x); insert into t values (1)");
  const value = (query: string) => Number(Object.values(database.prepare(query).get()!)[0]);
  const [page, size] = [value("select rootpage from sqlite_master where name = 'i'"), value("pragma page_size")];
  database.exec("pragma wal_checkpoint(truncate)");
  const bytes = readFileSync(file);
  bytes.fill(0, (page - 1) * size, page * size);
  writeFileSync(file, bytes);
  return { file, url, database, names: () => readdirSync(join(file, "..")).sort() };
}
test("a file that is damaged gets another name; nothing of it is lost", () => {
  const { file, url, database, names } = damaged();
  database.close();
  const before = readFileSync(file);
  expect(setAsideUnreadable(url, "2026")).toBe(`${file}.unreadable-2026`);
  expect(names()).toEqual(["own.db.unreadable-2026"]);
  expect(readFileSync(`${file}.unreadable-2026`)).toEqual(before);
});
test("what is no database gets another name, too", () => {
  const { file, url } = freshFile();
  writeFileSync(file, "words ".repeat(1_000));
  expect(setAsideUnreadable(url, "2026")).toBe(`${file}.unreadable-2026`);
});
test("the log of a damaged file goes with it", () => {
  const { database, url, names } = damaged();
  database.exec("create table other (x)");
  setAsideUnreadable(url, "2026");
  expect(names()).toEqual(["", "-shm", "-wal"].map((part) => `own.db.unreadable-2026${part}`));
});
test("a file that is sound, or not there, keeps its name; so does a server", async () => {
  const { file, url } = freshFile();
  expect(setAsideUnreadable(url, "2026")).toBeUndefined();
  expect(readdirSync(join(file, ".."))).toEqual([]);
  await (await openDatabase(url)).destroy();
  expect(setAsideUnreadable(url, "2026")).toBeUndefined();
  expect(readdirSync(join(file, ".."))).toEqual([basename(file)]);
  expect(setAsideUnreadable("postgres://h/d", "2026")).toBeUndefined();
});
