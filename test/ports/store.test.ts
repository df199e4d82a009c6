import { expect, test } from "vitest";
import { newLink } from "../../src/plan/link-patch.ts";
import type { Store } from "../../src/ports/store.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { openDatabase } from "../../src/store/open.ts";
import { erase, keptOf } from "../../src/store/privacy/data-subject.ts";
import { databaseStore } from "../../src/store/store.ts";
import { emptyDocument } from "../../src/sync/document.ts";
import { world } from "../harness.ts";

import { member, operation, person } from "../records.ts";
import { onEachDatabase } from "./each-database.ts";

const NOTHING_READ = {
  copper: { side: 0, ours: 0 },
  mailchimp: { side: 0, ours: 0 },
  wholeAt: { copper: 0, mailchimp: 0 },
  surplus: 0,
};

onEachDatabase("what every store must do", (around) => {
  test("A5: gives the lease once, also to its holder, and again after they gave it back", async () => {
    const store = await around.open();
    expect(await store.lock("a run")).toEqual({ held: true });
    expect(await store.lock("a run")).toMatchObject({ held: false, by: "a run" });
    await store.unlock("a run");
    expect(await store.lock("a run")).toEqual({ held: true });
    await store.unlock("a run");
  });
  test("keeps what a run has changed, per connection (W9), and forgets what is gone", async () => {
    const store = await around.open();
    const link = newLink(7, "k", "a@b.fr", 1);
    await store.saveChanges({
      persons: [person],
      members: [member],
      links: [link],
      rejections: [{ address: "x@y.fr", code: "FORGOTTEN_EMAIL", message: "m" }],
      deleted: ["d@e.fr"],
      facts: { findings: { namePartsTaken: true } },
    });
    await store.saveChanges({ persons: [{ ...person, name: "Anna" }] });
    const everything = async (one: Store) => {
      const { persons, members, links, deleted, rejections } = await one.load();
      return { people: [...persons.values(), ...members.values(), ...links.values()], deleted, rejections };
    };
    expect(await everything(store)).toMatchObject({
      people: [{ ...person, name: "Anna" }, member, link],
      deleted: ["d@e.fr"],
    });
    expect(await store.fact("findings")).toEqual({ namePartsTaken: true });
    const other = await around.open("2:a");
    expect(await everything(other)).toMatchObject({ people: [] });
    await store.saveChanges({
      personsGone: [7],
      membersGone: ["k"],
      unlinked: [7],
      rejectionsLifted: ["x@y.fr"],
      restored: ["d@e.fr"],
    });
    expect(await everything(store)).toEqual({ people: [], rejections: [], deleted: [] });
    await Promise.all([store.close(), other.close()]);
  });
  test("a run that is too old goes with its journal, and no other", async () => {
    const store = await around.open("8:old");
    around.time = Date.parse("2026-06-01T00:00:00Z");
    for (const [run, startedAt] of [
      ["old", "2025-01-01T00:00:00Z"],
      ["young", "2026-05-31T00:00:00Z"],
    ] as const) {
      await store.beginRun(run, startedAt);
      await store.journal(run, [operation]);
    }
    expect((await store.inDoubt()).map((one) => one.run)).toEqual(["old", "young"]);
    await store.endRun("young", emptyDocument("young", "default", "2026-05-31T00:00:00Z"), {});
    expect((await store.inDoubt()).map((one) => one.run)).toEqual(["young"]);
    expect([await store.run("old"), (await store.run("young"))?.document.run]).toEqual([undefined, "young"]);
    await store.close();
  });
  test("C7: what other audiences of the account have told is known by person, and nothing of another account", async () => {
    const [one, other, stranger] = [
      await around.open("7:one"),
      await around.open("7:other"),
      await around.open("70:stranger"),
    ];
    expect(await one.shared()).toBeUndefined();
    const told = { ...newLink(1, "k", "a@exemple.fr", 1), toldPut: ["left"] };
    for (const store of [other, stranger])
      await store.saveChanges({ facts: { marks: NOTHING_READ }, links: [told, newLink(2, "l", "b@exemple.fr", 2)] });
    expect(await one.shared()).toEqual(new Map([[1, ["left"]]]));
    await Promise.all([one, other, stranger].map((store) => store.close()));
  });
  test("A1: a write without an answer is in doubt until it is closed", async () => {
    const store = await around.open();
    const [first, second] = await store.journal("r1", [operation, operation]);
    await store.answer([{ id: first!, ok: true, answer: null }], { persons: [person] });
    expect((await store.inDoubt()).map((entry) => [entry.id, entry.operation.contact])).toEqual([[second, "a@b.fr"]]);
    await store.closeDoubts([second!]);
    expect(await store.inDoubt()).toEqual([]);
    await store.close();
  });
  test("keeps runs with their reports, newest first", async () => {
    const [own, memory] = [await around.open(), memoryStore(() => around.time)];
    for (const store of [own, memory]) {
      for (const run of ["r1", "r2"]) {
        const document = {
          ...emptyDocument(run, "default", `2026-01-0${run.slice(1)}T00:00:00Z`),
          outcome: "ok" as const,
        };
        await store.beginRun(run, document.startedAt);
        await store.endRun(run, document, { fr: "é" });
      }
      expect((await store.runs(10)).map((one) => one.run)).toEqual(["r2", "r1"]);
      const decided = { ...emptyDocument("r3", "default", "2026-01-03T00:00:00Z"), kind: "decisions" as const };
      await store.beginRun("r3", decided.startedAt, "decisions");
      await store.endRun("r3", decided, {});
      await store.beginRun("r4", "2026-01-04T00:00:00Z");
      expect((await store.runs(10)).map((one) => one.run)).toEqual(["r3", "r2", "r1"]);
      expect((await store.runs(1, 1, true)).map((one) => one.run)).toEqual(["r1"]);
      expect(await store.run("r1")).toMatchObject({ document: { outcome: "ok" }, report: { fr: "é" } });
    }
    await own.close();
  });
  test("what is kept of one address is found in whatever case, and taken out", async () => {
    const url = await around.fresh("address");
    const database = await openDatabase(url);
    const store = databaseStore(database, "1:a", () => around.time);
    const other = { ...person, id: 8, emails: ["other@b.fr"] };
    await store.saveChanges({
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
    expect(await store.holdings()).toMatchObject({ persons: 1, members: 0, links: 0 });
    expect(await store.run("r1")).toMatchObject({
      document: { failures: [{ contact: "other@b.fr" }] },
      report: { en: "other@b.fr" },
    });
    await store.close();
  });
  test("finds contacts by any piece of a name or address, without accents or case, and their history", async () => {
    const store = await around.open("3:a");
    await store.saveChanges({ persons: [{ ...person, name: "Élodie Müller" }], members: [member], links: [] });
    expect((await store.search("elodie B.FR", 5)).map((one) => one.person?.id)).toEqual([7]);
    expect(await store.search("%", 5)).toEqual([]);
    expect((await store.search("nobody", 5)).length).toBe(0);
    const [id] = await store.journal("r1", [operation]);
    await store.answer([{ id: id!, ok: true, answer: null }], {});
    expect(await store.history(7, 5)).toMatchObject([{ run: "r1", state: "done", operation: { contact: "a@b.fr" } }]);
    expect(await store.holdings()).toMatchObject({ persons: 1, members: 1, links: 0 });
    await store.saveChanges({ resolutions: [{ personId: 7, field: "title", value: "x" }] });
    expect(await store.resolutions()).toEqual([{ personId: 7, field: "title", value: "x" }]);
    await store.saveChanges({ resolutionsOver: [{ personId: 7, field: "title", value: "x" }] });
    expect((await store.load()).resolutions).toEqual([]);
    await store.close();
  });
  test("case 49: in a search “_”, “%” and “\\” are letters; an address is found exactly", async () => {
    const [own, memory] = [await around.open("4:a"), memoryStore(() => around.time)];
    const names = ["Jean_Paul", "JeanXPaul", "a%b", "axb", "back\\slash"];
    const addresses = ["a_b@ex.fr", "axb@ex.fr", "xa_b@ex.fr", "a_b@ex.fr.example", "ä_b@ex.fr"];
    for (const store of [own, memory]) {
      await store.saveChanges({
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
  test("a whole sync runs on it, and a second one writes nothing", async () => {
    const own = await world({ people: 80, seed: 5 });
    const env = around.kind === "postgres" ? { DATABASE_URL: await around.fresh("fresh") } : {};
    await own.sync({}, env);
    own.writes();
    expect((await own.sync({}, env)).operations).toEqual([]);
    expect(own.writes()).toEqual([]);
    await own.close();
  });
});
