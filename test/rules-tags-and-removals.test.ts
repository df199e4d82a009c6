import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decide } from "../src/app/decisions/decide.ts";
import { restore } from "../src/app/decisions/restore.ts";
import { decidePartsOf, smallRun } from "../src/app/decisions/small-run.ts";
import { readSettings } from "../src/config/settings.ts";
import { wire } from "../src/main/wire.ts";
import { edit, type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

describe("tags", () => {
  test("T1, T2, T5: ours come and go, those set by hand in Mailchimp stay, our own are not sent", async () => {
    const person = own.person({
      first_name: "Ana",
      email: "a@exemple.fr",
      tags: ["Salon ⭐", "vip", "mailchimp:other"],
    });
    const member = own.member("a@exemple.fr", {
      merge_fields: { FNAME: "Ana" },
      tags: [
        { id: 5, name: "VIP" },
        { id: 6, name: "By hand" },
      ],
    });
    const document = await own.sync();
    expect(document.mailchimp).toMatchObject({ tagsAdded: 1, tagsRemoved: 0 });
    expect(own.tagsOf("a@exemple.fr")).toEqual(["By hand", "VIP", "salon ⭐"]);
    edit(own, person, { tags: [] });
    await own.sync();
    expect(own.tagsOf("a@exemple.fr")).toEqual(["By hand", "VIP"]);
    expect(member.status).toBe("subscribed");
    expect((await own.sync()).operations).toEqual([]);
  });
  test("T1: a name too long is shortened in a stable way, by tag for many members", async () => {
    const long = `Très ${"é".repeat(120)}`;
    for (let index = 0; index < 40; index += 1) {
      own.person({ first_name: "Ana", email: `a${index}@exemple.fr`, tags: [long, "Two"] });
      own.member(`a${index}@exemple.fr`, { merge_fields: { FNAME: "Ana" } });
    }
    await own.sync();
    expect(own.writes().filter((one) => one.includes("/tags"))).toEqual([]);
    for (let index = 0; index < 40; index += 1) {
      expect(own.tagsOf(`a${index}@exemple.fr`)).toHaveLength(2);
      expect(Math.max(...own.tagsOf(`a${index}@exemple.fr`).map((name) => name.length))).toBeLessThanOrEqual(100);
    }
    expect((await own.sync()).operations).toEqual([]);
  });
  test("T3: TAG_STYLE=alphanumeric folds accents and drops emoji", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr", tags: ["🎉 Fête_2026 - Œuvre!"] });
    await own.sync({}, { TAG_STYLE: "alphanumeric" });
    expect(own.tagsOf("a@exemple.fr")).toEqual(["Fete_2026 - oeuvre".toLowerCase()]);
  });
  test("T4: tag writes say is_syncing", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr", tags: ["VIP"] });
    own.member("a@exemple.fr", { merge_fields: { FNAME: "Ana" } });
    await own.sync();
    expect(own.mailchimp.asked.find((one) => one.path.endsWith("/tags"))?.body).toMatchObject({ is_syncing: true });
  });
});

describe("marked for deletion", () => {
  const open = () => wire(readSettings(own.env, own.folder), new AbortController().signal);
  test("D2, D6: a marked person is left out on both sides, and back with his old baseline when unmarked", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
    const member = own.member("a@exemple.fr", { merge_fields: { FNAME: "Ana" } });
    await own.sync();
    edit(own, person, { tags: ["🗑️ à supprimer"], first_name: "Anna" });
    edit(own, member, { merge_fields: { FNAME: "Ana", PHONE: "12" } });
    own.writes();
    const document = await own.sync();
    expect(document).toMatchObject({ pendingDeletions: 1, skipped: { markedForDeletion: 1 } });
    expect(own.writes()).toEqual([]);
    edit(own, person, { tags: [] });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields).toMatchObject({ FNAME: "Anna", PHONE: "12" });
    expect(own.worlds.copper.people.get(person.id)!.phone_numbers[0]!.number).toBe("12");
  });
  test("D3, C1: archived by a decision, and back to the status he had when the archive tag goes", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr", tags: ["VIP"] });
    await own.sync();
    edit(own, person, { tags: ["VIP", "🗑 A Supprimer"] });
    await own.sync();
    const wired = await open();
    const { perform } = smallRun(wired, { run: "r", kind: "decisions", connection: "default", report: () => ({}) });
    const parts = decidePartsOf(wired, perform);
    expect((await decide(parts, person.id, "archive", false)).result).toBe("archived");
    await wired.store.close();
    expect(own.worlds.copper.people.get(person.id)!.tags).toEqual(["vip", "📥 INACTIF"]);
    expect(own.at("a@exemple.fr")!.status).toBe("archived");
    own.writes();
    await own.sync();
    expect(own.writes()).toEqual([]);
    edit(own, person, { tags: ["VIP"] });
    await own.sync();
    expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
    expect((await own.sync()).operations).toEqual([]);
  });
  test("D3, D5: deleted with a copy, nothing recreates him, restored with a new id; an unmarked person is left alone", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr", tags: ["VIP"], details: "a note" });
    const other = own.person({ first_name: "Bob", email: "b@exemple.fr" });
    await own.sync();
    for (const one of [person, other]) edit(own, one, { tags: [...one.tags, "À SUPPRIMER"] });
    await own.sync();
    edit(own, other, { tags: [] });
    const wired = await open();
    const { perform } = smallRun(wired, { run: "r", kind: "decisions", connection: "default", report: () => ({}) });
    const parts = decidePartsOf(wired, perform);
    expect((await decide(parts, other.id, "delete", false)).result).toBe("unmarked");
    expect((await decide(parts, person.id, "delete", false)).result).toBe("deleted");
    expect(own.worlds.copper.people.has(person.id)).toBe(false);
    expect(own.worlds.copper.people.has(other.id)).toBe(true);
    await own.sync();
    expect(own.at("a@exemple.fr")!.status).toBe("archived");
    const id = Number((await restore(parts, (await wired.store.copies())[0]!)).detail);
    await wired.store.close();
    expect(own.worlds.copper.people.get(id)).toMatchObject({ first_name: "Ana", details: "a note", tags: ["vip"] });
    expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
    expect((await own.sync()).operations).toEqual([]);
  });
});

describe("gone", () => {
  test("G1, C1: a person gone from Copper: his member is archived, never deleted; kept on demand", async () => {
    own.person({ first_name: "Bob", email: "b@exemple.fr" });
    for (const env of [{}, { COPPER_DELETED: "keep" }]) {
      const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
      await own.sync({}, env);
      own.worlds.copper.people.delete(person.id);
      await own.sync({}, env);
      expect(own.at("a@exemple.fr")!.status).toBe("COPPER_DELETED" in env ? "subscribed" : "archived");
      expect((await own.sync({}, env)).operations).toEqual([]);
    }
  });
  test("G2: a member archived or deleted in Mailchimp is not put back, and the person stays", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
    own.person({ first_name: "Bob", email: "b@exemple.fr" });
    await own.sync();
    own.worlds.mailchimp.members.delete(own.at("a@exemple.fr")!.id);
    edit(own, own.at("b@exemple.fr")!, { status: "archived" });
    own.writes();
    await own.sync();
    await own.sync();
    expect(own.writes()).toEqual([]);
    expect(own.worlds.copper.people.has(person.id)).toBe(true);
    expect(own.at("b@exemple.fr")!.status).toBe("archived");
  });
  test("G3: a reading that ends early concludes nothing from absence", async () => {
    for (let index = 0; index < 250; index += 1) own.person({ first_name: "Ana", email: `a${index}@exemple.fr` });
    await own.sync();
    own.writes();
    own.copper.fault = (asked) =>
      asked.path.endsWith("/search") && (asked.body as { minimum_created_date?: number }).minimum_created_date
        ? { reply: { status: 200, body: [] }, when: "after" }
        : undefined;
    await own.sync({ yes: true });
    own.copper.fault = undefined;
    expect(own.writes()).toEqual([]);
  });
  test("G4: too many removals are refused before the first write; --yes lets them through", async () => {
    const people = Array.from({ length: 30 }, (_, index) =>
      own.person({ first_name: "Ana", email: `a${index}@exemple.fr` }),
    );
    await own.sync();
    for (const person of people.slice(0, 11)) own.worlds.copper.people.delete(person.id);
    edit(own, people[20]!, { first_name: "Changed" });
    own.writes();
    const document = await own.sync();
    expect(document).toMatchObject({
      outcome: "refused",
      guard: { code: "too-many-removals", removals: 11, limit: 10 },
    });
    expect(own.writes()).toEqual([]);
    expect(await own.sync({ yes: true })).toMatchObject({
      outcome: "ok",
      guard: null,
      mailchimp: { archived: 11, updated: 1 },
    });
  });
  test.each(["copper", "mailchimp"] as const)("G4: an empty answer from %s is always refused", async (side) => {
    for (let index = 0; index < 5; index += 1) own.person({ first_name: "Ana", email: `a${index}@exemple.fr` });
    await own.sync();
    own.writes();
    const kept = { copper: new Map(own.worlds.copper.people), mailchimp: new Map(own.worlds.mailchimp.members) };
    if (side === "copper") own.worlds.copper.people.clear();
    else own.worlds.mailchimp.members.clear();
    expect(await own.sync({ yes: true })).toMatchObject({ outcome: "refused", guard: { code: `empty-${side}` } });
    expect(own.writes()).toEqual([]);
    for (const [id, person] of kept.copper) own.worlds.copper.people.set(id, person);
    for (const [id, member] of kept.mailchimp) own.worlds.mailchimp.members.set(id, member);
    expect(await own.sync()).toMatchObject({ outcome: "ok", operations: [] });
  });
});

describe("a generated world", () => {
  test.each([1, 2, 3])(
    "V6: seed %i: the plan is what is done, the second run writes nothing, no status changes",
    async (seed) => {
      const large = await world({ people: 400, seed, copper: { nameParts: "taken" } });
      try {
        const byHand = [...large.worlds.mailchimp.members.values()]
          .filter((one) => one.tags.some((tag) => tag.name === "Set by hand"))
          .map((one) => one.id);
        const before = new Map([...large.worlds.mailchimp.members].map(([id, member]) => [id, member.status]));
        const planned = await large.plan();
        expect(large.writes()).toEqual([]);
        const done = await large.sync();
        const names = (document: typeof done) => document.operations!.map((one) => `${one.operation} ${one.contact}`);
        const failed = done.failures.map((one) => `${one.operation} ${one.contact}`);
        expect(
          names(done)
            .filter((one) => !one.startsWith("tag-person"))
            .concat(failed)
            .sort(),
        ).toEqual(
          names(planned)
            .filter((one) => !one.startsWith("tag-person"))
            .sort(),
        );
        large.writes();
        expect((await large.sync()).operations).toEqual([]);
        expect((await large.sync({ full: true })).operations).toEqual([]);
        expect(large.writes()).toEqual([]);
        for (const id of byHand)
          expect(large.worlds.mailchimp.members.get(id)!.tags.map((tag) => tag.name)).toContain("Set by hand");
        for (const [id, status] of before) expect(large.worlds.mailchimp.members.get(id)!.status).toBe(status);
      } finally {
        await large.close();
      }
    },
  );
});
