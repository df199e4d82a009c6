/** What every store must do, on SQLite and on a real PostgreSQL. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RootOperationNode } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { LeaseLost } from "../../src/plan/many.ts";
import { newLink, type Operation } from "../../src/plan/operations.ts";
import type { Store } from "../../src/plan/ports.ts";
import { holderName } from "../../src/store/lease.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { erase, keptOf } from "../../src/store/one-address.ts";
import { openDatabase } from "../../src/store/open.ts";
import { databaseStore } from "../../src/store/store.ts";
import { DatabaseUnusable } from "../../src/store/unusable.ts";
import { emptyDocument } from "../../src/sync/document.ts";
import { world } from "../house-sync.ts";
import { type Postgres, startPostgres } from "../postgres.ts";

const folder = mkdtempSync(join(tmpdir(), "sync-store-"));
let postgres: Postgres;
const urls: Record<string, string> = { sqlite: `sqlite:${join(folder, "store.db")}` };
beforeAll(async () => {
  postgres = await startPostgres();
  urls.postgres = postgres.url;
});
afterAll(async () => {
  await postgres.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(["sqlite", "postgres"])("a store on %s", (kind) => {
  let time = 1_000_000;
  const alive = new Set<number>();
  const open = async (connection = "1:a"): Promise<Store> =>
    databaseStore(await openDatabase(urls[kind]!), connection, () => time, {
      alive: (pid) => alive.has(pid),
      clock: async () => time,
    });
  const person = {
    id: 7,
    name: "Ana 李",
    emails: ["a@b.fr"],
    fields: { first_name: "Ana" },
    tags: ["🗑️"],
    createdAt: 1,
    modifiedAt: 2,
  };
  const member = {
    key: "k",
    id: "h",
    email: "a@b.fr",
    status: "subscribed" as const,
    fields: {},
    tags: [{ id: 1, name: "é" }],
    changedAt: 3,
  };
  const operation = {
    side: "mailchimp",
    operation: "update-member",
    contact: "a@b.fr",
    reason: "changed-in-copper",
    before: {},
    settles: {},
    personId: 7,
    member,
    fields: {},
  } as Operation;

  test("keeps what a run has learnt, per connection (W9), and forgets what is gone", async () => {
    const store = await open();
    const link = newLink(7, "k", "a@b.fr", 1);
    await store.learn({
      persons: [person],
      members: [member],
      links: [link],
      rejections: [{ address: "x@y.fr", code: "FORGOTTEN_EMAIL", message: "m" }],
      deleted: ["d@e.fr"],
      facts: { marks: { a: 1 } },
    });
    await store.learn({ persons: [{ ...person, name: "Anna" }] });
    const everything = async (one: Store) => {
      const { persons, members, links, deleted, rejections } = await one.load();
      return { people: [...persons.values(), ...members.values(), ...links.values()], deleted, rejections };
    };
    expect(await everything(store)).toMatchObject({
      people: [{ ...person, name: "Anna" }, member, link],
      deleted: ["d@e.fr"],
    });
    expect(await store.fact("marks")).toEqual({ a: 1 });
    const other = await open("2:a");
    expect(await everything(other)).toMatchObject({ people: [] });
    await store.learn({
      personsGone: [7],
      membersGone: ["k"],
      unlinked: [7],
      rejectionsLifted: ["x@y.fr"],
      restored: ["d@e.fr"],
    });
    expect(await everything(store)).toEqual({ people: [], rejections: [], deleted: [] });
    await Promise.all([store.close(), other.close()]);
  });
  test("A1: a write without an answer is in doubt until it is closed", async () => {
    const store = await open();
    const [first, second] = await store.journal("r1", [operation, operation]);
    await store.answer([{ id: first!, ok: true, answer: null }], { persons: [person] });
    expect((await store.inDoubt()).map((entry) => [entry.id, entry.operation.contact])).toEqual([[second, "a@b.fr"]]);
    await store.closeDoubts([second!]);
    expect(await store.inDoubt()).toEqual([]);
    await store.close();
  });
  test("A5: a lease is held by one, ends by itself, and falls at once with its process", async () => {
    const [one, two] = [await open(), await open()];
    alive.add(process.pid);
    const [first, second] = [holderName(), holderName()];
    expect(await one.lock(first)).toEqual({ held: true });
    expect(await two.lock(second)).toMatchObject({ held: false, by: first });
    alive.clear();
    expect(await two.lock(second)).toEqual({ held: true });
    alive.add(process.pid);
    expect(await one.lock(first)).toMatchObject({ held: false });
    time += 1_000_000;
    expect(await one.lock(first)).toEqual({ held: true });
    await one.unlock(first);
    expect(await two.lock(second)).toEqual({ held: true });
    await two.unlock(second);
    await Promise.all([one.close(), two.close()]);
  });
  test("A1, A5: whoever lost the lease writes nothing more, neither what is to be sent nor what was answered", async () => {
    const [late, next] = [await open("1:fence"), await open("1:fence")];
    alive.add(process.pid);
    await late.lock("other-machine:1:late");
    await late.beginRun("r1", "2026-01-01T00:00:00Z");
    const [id] = await late.journal("r1", [operation]);
    time += 1_000_000;
    expect(await next.lock("other-machine:2:next")).toEqual({ held: true });
    await expect(late.journal("r1", [operation])).rejects.toBeInstanceOf(LeaseLost);
    await expect(late.answer([{ id: id!, ok: true, answer: null }], {})).rejects.toBeInstanceOf(LeaseLost);
    await expect(late.learn({ facts: { late: true } })).rejects.toBeInstanceOf(LeaseLost);
    await expect(late.endRun("r1", emptyDocument("r1", "c", ""), {})).rejects.toBeInstanceOf(LeaseLost);
    expect((await next.inDoubt()).map((entry) => entry.id)).toEqual([id]);
    expect(await next.fact("late")).toBeUndefined();
    // Nobody took it: renewed, however late
    time += 1_000_000;
    expect(await next.journal("r2", [operation])).toHaveLength(1);
    // Sure of it without asking only as long as it cannot have run out, by either of this machine's clocks
    expect([late.holds(), next.holds()]).toEqual([false, true]);
    for (const [clock, now] of [
      [vi.spyOn(performance, "now"), performance.now()],
      [vi.spyOn(Date, "now"), Date.now()],
    ] as const) {
      clock.mockReturnValue(now + 46_000);
      expect(next.holds()).toBe(false);
      clock.mockRestore();
      expect(next.holds()).toBe(true);
    }
    await Promise.all([late.close(), next.close()]);
  });
  test("A5: every change of the store goes through the fence, and every method is a change or a look", async () => {
    const [late, next] = [await open("1:every"), await open("1:every")];
    await late.lock("other-machine:1:late");
    await late.keep({ personId: 7, emails: [], restoredAs: null } as never);
    const [id] = await late.journal("r1", [operation]);
    time += 1_000_000;
    expect(await next.lock("other-machine:2:next")).toEqual({ held: true });
    const changes: Partial<Record<keyof Store, () => Promise<unknown>>> = {
      learn: () => late.learn({ facts: { late: true } }),
      beginRun: () => late.beginRun("r2", "2026-01-01T00:00:00Z"),
      journal: () => late.journal("r1", [operation]),
      answer: () => late.answer([{ id: id!, ok: true, answer: null }], {}),
      closeDoubts: () => late.closeDoubts([id!]),
      endRun: () => late.endRun("r1", emptyDocument("r1", "c", ""), {}),
      keep: () => late.keep({ personId: 8, emails: [], restoredAs: null } as never),
      restoredAs: () => late.restoredAs(7, 9),
    };
    const looks: readonly (keyof Store)[] = [
      ...(["load", "fact", "inDoubt", "operations", "runs", "run", "holdings", "waiting", "wishes"] as const),
      ...(["engagements", "search", "contact", "contacts", "history", "copies", "atAddress"] as const),
      ...(["lock", "unlock", "holds", "close"] as const),
    ];
    expect(Object.keys(late).sort()).toEqual([...Object.keys(changes), ...looks].sort());
    for (const [name, change] of Object.entries(changes))
      await expect(change(), name).rejects.toBeInstanceOf(LeaseLost);
    expect(await next.copies()).toMatchObject([{ personId: 7, restoredAs: null }]);
    expect(await next.inDoubt()).toHaveLength(1);
    await Promise.all([late.close(), next.close()]);
  });
  test("thousands of answers are a few statements, whatever they say", async () => {
    let asked = 0;
    const counted = {
      transformQuery: ({ node }: { node: RootOperationNode }) => {
        asked += 1;
        return node;
      },
      transformResult: async <R>({ result }: { result: R }) => result,
    };
    const database = (await openDatabase(urls[kind]!)).withPlugin(counted);
    const store = databaseStore(database, "1:answers", () => time, { clock: async () => time });
    const ids: number[] = [];
    for (let portion = 0; portion < 4; portion += 1)
      ids.push(
        ...(await store.journal(
          "r1",
          Array.from({ length: 500 }, () => operation),
        )),
      );
    asked = 0;
    await store.answer(
      ids.map((id, index) => ({
        id,
        ok: index % 2 === 0,
        answer: index % 2 === 0 ? null : { message: `no ${index}` },
      })),
      {},
    );
    expect(asked).toBeLessThan(10);
    const rows = await database.selectFrom("journal").selectAll().where("connection", "=", "1:answers").execute();
    const told = new Map(rows.map((row) => [Number(row.id), [row.state, row.answer]]));
    expect(ids.map((id) => told.get(id))).toEqual(
      ids.map((_, index) => (index % 2 === 0 ? ["done", "null"] : ["failed", `{"message":"no ${index}"}`])),
    );
    await store.close();
  });
  test("A5: tens of thousands of rows leave the event loop its turns: pages and leases live meanwhile", async () => {
    const store = await open("1:turns");
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 1);
    const many = Array.from({ length: 20_000 }, (_, at) => ({ ...person, id: at + 1, name: `Person ${at}` }));
    const during = async (work: () => Promise<unknown>) => {
      turns = 0;
      await work();
      return turns;
    };
    expect(await during(() => store.learn({ persons: many }))).toBeGreaterThan(3);
    expect(await during(() => store.load())).toBeGreaterThan(1);
    clearInterval(counting);
    await store.learn({ personsGone: many.map((one) => one.id) });
    await store.close();
  });
  test("keeps runs with their reports, newest first", async () => {
    const store = await open();
    for (const run of ["r1", "r2"]) {
      const document = {
        ...emptyDocument(run, "default", `2026-01-0${run.slice(1)}T00:00:00Z`),
        outcome: "ok" as const,
      };
      await store.beginRun(run, document.startedAt);
      await store.endRun(run, document, { fr: "é" });
    }
    expect((await store.runs(10)).map((one) => one.run)).toEqual(["r2", "r1"]);
    expect(await store.run("r1")).toMatchObject({ document: { outcome: "ok" }, report: { fr: "é" } });
    await store.close();
  });
  test("what is kept of one address is found in whatever case, and taken out", async () => {
    const name = "address";
    if (kind === "postgres") await postgres.createDatabase(name);
    const url =
      kind === "postgres" ? urls.postgres!.replace(/postgres$/, name) : `sqlite:${join(folder, "address.db")}`;
    const database = await openDatabase(url);
    const store = databaseStore(database, "1:a", () => time);
    const other = { ...person, id: 8, emails: ["other@b.fr"] };
    await store.learn({
      persons: [person, other],
      members: [member],
      links: [newLink(7, "k", "a@b.fr", 1)],
      deleted: ["a@b.fr"],
    });
    await store.beginRun("r1", "2026-01-01T00:00:00Z");
    const failure = {
      side: "mailchimp",
      operation: "update-member",
      code: "REFUSED",
      message: "",
      retry: true,
    } as const;
    const failures = [
      { ...failure, contact: "A@b.fr" },
      { ...failure, contact: "other@b.fr" },
    ];
    await store.endRun("r1", { ...emptyDocument("r1", "default", ""), failures }, { en: "A@b.fr and other@b.fr" });
    const kept = await keptOf(database, "A@B.fr");
    expect(kept.rows.map((row) => row.table).sort()).toEqual(["deleted", "links", "members", "persons", "runs"]);
    await erase(database, kept, (document) => ({ en: document.failures.map((one) => one.contact).join() }));
    expect((await keptOf(database, "a@b.fr")).rows).toEqual([]);
    expect(await store.holdings()).toEqual({ persons: 1, members: 0, links: 0 });
    expect(await store.run("r1")).toMatchObject({
      document: { failures: [{ contact: "other@b.fr" }] },
      report: { en: "other@b.fr" },
    });
    await store.close();
  });
  test("a database of the first version is brought here, and what it held is found again", async () => {
    if (kind === "postgres") await postgres.createDatabase("first");
    const url =
      kind === "postgres" ? urls.postgres!.replace(/postgres$/, "first") : `sqlite:${join(folder, "first.db")}`;
    const old = await openDatabase(url, "001-first");
    const link = newLink(7, "k", "a@b.fr", 1);
    for (const [table, key, document] of [
      ["persons", "7", person],
      ["members", "k", member],
      ["links", "7", link],
    ] as const)
      await old
        .insertInto(table)
        .values({ connection: "1:a", key, json: JSON.stringify(document) } as never)
        .execute();
    await old.destroy();
    const store = databaseStore(await openDatabase(url), "1:a", () => time);
    expect(await store.search("ana", 5)).toEqual([{ person, member, link }]);
    expect(await store.contact({ memberKey: "k" })).toEqual({ person, member, link });
    await store.close();
  });
  test("finds contacts by any piece of a name or address, without accents or case, and their history", async () => {
    const store = await open("3:a");
    await store.learn({ persons: [{ ...person, name: "Élodie Müller" }], members: [member], links: [] });
    expect((await store.search("elodie B.FR", 5)).map((one) => one.person?.id)).toEqual([7]);
    expect(await store.search("%", 5)).toEqual([]);
    expect((await store.search("nobody", 5)).length).toBe(0);
    const [id] = await store.journal("r1", [operation]);
    await store.answer([{ id: id!, ok: true, answer: null }], {});
    expect(await store.history(7, 5)).toMatchObject([{ run: "r1", state: "done", operation: { contact: "a@b.fr" } }]);
    expect(await store.holdings()).toEqual({ persons: 1, members: 1, links: 0 });
    await store.learn({ wishes: [{ personId: 7, field: "title", value: "x" }] });
    expect(await store.wishes()).toEqual([{ personId: 7, field: "title", value: "x" }]);
    await store.learn({ wishesOver: [{ personId: 7, field: "title", value: "x" }] });
    expect((await store.load()).wishes).toEqual([]);
    await store.close();
  });
  test("case 49: in a search “_”, “%” and “\\” are letters; an address is found exactly", async () => {
    const [own, memory] = [await open("4:a"), memoryStore(() => time)];
    const names = ["Jean_Paul", "JeanXPaul", "a%b", "axb", "back\\slash"];
    const addresses = ["a_b@ex.fr", "axb@ex.fr", "xa_b@ex.fr", "a_b@ex.fr.example", "ä_b@ex.fr"];
    for (const store of [own, memory]) {
      await store.learn({
        persons: names.map((name, at) => ({ ...person, id: at + 1, name, emails: [] })),
        members: addresses.map((email, at) => ({ ...member, key: `k${at}`, id: `h${at}`, email })),
      });
      const found = async (text: string) => (await store.search(text, 50)).map((one) => one.person?.name);
      expect(await found("jean_paul")).toEqual(["Jean_Paul"]);
      expect(await found("a%b")).toEqual(["a%b"]);
      expect(await found("%")).toEqual(["a%b"]);
      expect(await found("\\")).toEqual(["back\\slash"]);
      const at = async (address: string) => (await store.atAddress(address)).map((one) => one.member?.email);
      expect(await at("A_b@ex.fr ")).toEqual(["a_b@ex.fr"]);
      expect(await at("%")).toEqual([]);
      expect(await at("b@ex.fr")).toEqual([]);
    }
    await own.close();
  });
  test("a database that a newer program brought further is used as long as that leaves what this one needs", async () => {
    const database = await openDatabase(urls[kind]!);
    const names = database as unknown as import("kysely").Kysely<{
      kysely_migration: { name: string; timestamp: string };
    }>;
    await names.insertInto("kysely_migration").values({ name: "999-later", timestamp: "x" }).execute();
    await (await openDatabase(urls[kind]!)).destroy();
    await database.updateTable("facts").set({ json: '"999-later"' }).where("key", "=", "least step").execute();
    await database.destroy();
    await expect(openDatabase(urls[kind]!)).rejects.toMatchObject({ code: "newer" });
    await expect(openDatabase(urls[kind]!)).rejects.toBeInstanceOf(DatabaseUnusable);
  });
  test("a whole sync runs on it, and a second one writes nothing", async () => {
    const own = await world({ people: 80, seed: 5 });
    const name = kind === "postgres" ? "fresh" : "";
    if (kind === "postgres") await postgres.createDatabase(name);
    const env = kind === "postgres" ? { DATABASE_URL: urls.postgres!.replace(/postgres$/, name) } : {};
    await own.sync({}, env);
    own.writes();
    expect((await own.sync({}, env)).operations).toEqual([]);
    expect(own.writes()).toEqual([]);
    await own.close();
  });
});
