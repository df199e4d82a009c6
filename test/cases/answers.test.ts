/** The answer to a write decides what was written (V13, A8, T6, T7, W8, W11). */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { shown } from "../../src/simulators/mailchimp-rules.ts";
import type { Fault, SimRequest } from "../../src/simulators/server.ts";
import { edit, type World, world } from "../harness.ts";
import { addMerge, quietly } from "./fields.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const copperPerson = (id = 500_001) => own.worlds.copper.people.get(id)!;
/** A member's tags; Copper gives them in lower case. */
const tagsOf = (email: string) => own.at(email)!.tags.map((tag) => tag.name.toLowerCase());
/** Answers a write to a record with the record as it is, and does nothing. */
const ignoringMembers = (asked: SimRequest): Fault | undefined => {
  const member = own.worlds.mailchimp.members.get(asked.path.split("/")[5] ?? "");
  return asked.method === "PATCH" && member !== undefined
    ? { reply: { status: 200, body: shown(member, own.worlds.mailchimp, false) }, when: "before" }
    : undefined;
};
const ignoringPeople = (asked: SimRequest): Fault | undefined => {
  const person = own.worlds.copper.people.get(Number(asked.path.split("/").at(-1)));
  return asked.method === "PUT" && person !== undefined
    ? { reply: { status: 200, body: person }, when: "before" }
    : undefined;
};

describe("V13: what came back as it was before was not taken", () => {
  test("case 33: a first name that Mailchimp ignores is not counted, told, and arrives when it is taken again", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
    await own.sync();
    own.mailchimp.fault = ignoringMembers;
    edit(own, person, { first_name: "Anna", name: "Anna" });
    const ran = await own.sync();
    expect(ran.mailchimp.updated).toBe(0);
    expect(ran.notes).toContainEqual(
      expect.objectContaining({ contact: "a@exemple.fr", code: "not-taken", field: "first_name", value: "Anna" }),
    );
    expect(ran.failures).toContainEqual(expect.objectContaining({ contact: "a@exemple.fr", code: "NOT_TAKEN" }));
    own.writes();
    let tries = 0;
    for (let run = 0; run < 12; run += 1) {
      await own.sync();
      if (own.writes().length > 0) tries += 1;
    }
    expect(tries).toBeGreaterThan(0);
    expect(tries).toBeLessThan(6);
    own.mailchimp.fault = undefined;
    for (let run = 0; run < 14; run += 1) await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Anna");
    expect(copperPerson().first_name).toBe("Anna");
    expect(await quietly(own)).toEqual([]);
  });
  test("case 33: the next change is tried at once", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
    await own.sync();
    own.mailchimp.fault = ignoringMembers;
    edit(own, person, { first_name: "Anna", name: "Anna" });
    await own.sync();
    own.mailchimp.fault = undefined;
    edit(own, person, { first_name: "Hanna", name: "Hanna" });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Hanna");
  });
  test("case 33: an address that Mailchimp ignores is not put back into Copper, and moves when it is taken", async () => {
    const person = own.person({ first_name: "Ana", email: "old@exemple.fr" });
    await own.sync();
    own.mailchimp.fault = ignoringMembers;
    edit(own, person, { emails: [{ email: "new@exemple.fr", category: "work" }] });
    const ran = await own.sync();
    expect(ran.failures).toContainEqual(expect.objectContaining({ operation: "move-address", code: "NOT_TAKEN" }));
    for (let run = 0; run < 4; run += 1) await own.sync();
    expect(copperPerson().emails.map((one) => one.email)).toEqual(["new@exemple.fr"]);
    own.mailchimp.fault = undefined;
    for (let run = 0; run < 8; run += 1) await own.sync();
    expect(own.at("new@exemple.fr")!.status).toBe("subscribed");
    expect(copperPerson().emails.map((one) => one.email)).toEqual(["new@exemple.fr"]);
  });
  test("case 33: a write that Copper ignores is not counted, told, and arrives later", async () => {
    own.person({ first_name: "Ana", last_name: "Lopez", email: "a@exemple.fr" });
    await own.sync();
    own.copper.fault = ignoringPeople;
    const member = own.at("a@exemple.fr")!;
    edit(own, member, { merge_fields: { ...member.merge_fields, FNAME: "Anna" } });
    const ran = await own.sync();
    expect(ran.copper.updated).toBe(0);
    expect(ran.notes).toContainEqual(expect.objectContaining({ code: "not-taken", field: "first_name" }));
    own.copper.fault = undefined;
    for (let run = 0; run < 4; run += 1) await own.sync();
    expect(copperPerson().first_name).toBe("Anna");
    expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Anna");
  });
  test("V13: an address that Copper ignores is told, and Mailchimp keeps its own", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    await own.sync();
    const member = own.at("a@exemple.fr")!;
    own.worlds.mailchimp.members.delete(member.id);
    own.member("b@exemple.fr", { contact_id: member.contact_id, merge_fields: member.merge_fields });
    own.copper.fault = ignoringPeople;
    const ran = await own.sync();
    expect(ran.failures).toContainEqual(expect.objectContaining({ operation: "add-address", code: "NOT_TAKEN" }));
    await own.sync();
    expect(own.at("b@exemple.fr")!.status).toBe("subscribed");
    own.copper.fault = undefined;
    for (let run = 0; run < 4; run += 1) await own.sync();
    expect(copperPerson().emails.map((one) => one.email)).toEqual(["b@exemple.fr", "a@exemple.fr"]);
  });
  test("V13: tags that the 500-batch passes over are written in the same run", async () => {
    await own.close();
    own = await world({ mailchimp: { bulkTags: false } });
    for (let index = 0; index < 12; index += 1)
      own.person({ first_name: `Ana${index}`, tags: ["VIP", `T${index}`], email: `a${index}@exemple.fr` });
    await own.sync();
    for (let index = 0; index < 12; index += 1) expect(tagsOf(`a${index}@exemple.fr`)).toEqual(["vip", `t${index}`]);
    expect(await quietly(own)).toEqual([]);
  });
  test("V13, T1: a tag that is gone again after each write is not written at every run", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    await own.sync();
    edit(own, copperPerson(), { tags: ["VIP"] });
    const writes: number[] = [];
    own.writes();
    for (let run = 0; run < 12; run += 1) {
      await own.sync();
      writes.push(own.writes().length);
      own.at("a@exemple.fr")!.tags = [];
    }
    expect(writes.filter((count) => count > 0).length).toBeLessThan(7);
    for (let run = 0; run < 25; run += 1) await own.sync();
    expect(tagsOf("a@exemple.fr")).toEqual(["vip"]);
  });
});

describe("W8: a name is written whole and in its parts", () => {
  test("C3: a tag by which Copper is told something, and which it ignores, is not written at every run, and arrives later", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    own.member("a@exemple.fr", { status: "unsubscribed", merge_fields: { FNAME: "Ana" } });
    own.copper.fault = ignoringPeople;
    own.writes();
    let tries = 0;
    for (let run = 0; run < 12; run += 1) {
      await own.sync();
      if (own.writes().length > 0) tries += 1;
    }
    expect(tries).toBeGreaterThan(0);
    expect(tries).toBeLessThan(6);
    own.copper.fault = undefined;
    for (let run = 0; run < 30; run += 1) await own.sync();
    expect(copperPerson().tags).toEqual(["mailchimp:unsubscribed"]);
    expect(await quietly(own)).toEqual([]);
  });
  test.each(["taken", "ignored", "refused"] as const)(
    "case 44: where Copper's name parts are %s, a name changed in Mailchimp arrives, and it is quiet",
    async (nameParts) => {
      await own.close();
      own = await world({ copper: { nameParts } });
      const people = [1, 2, 3].map((n) =>
        own.person({ first_name: "Ana", last_name: `Lopez${n}`, email: `a${n}@exemple.fr` }),
      );
      await own.sync();
      for (const n of [1, 2, 3]) {
        const member = own.at(`a${n}@exemple.fr`)!;
        edit(own, member, { merge_fields: { ...member.merge_fields, FNAME: "Anna", LNAME: `Perez${n}` } });
      }
      own.member("new@exemple.fr", { merge_fields: { FNAME: "Bob", LNAME: "Martin" } });
      expect((await own.sync()).outcome).toBe("ok");
      for (const [index, person] of people.entries())
        expect(copperPerson(person.id)).toMatchObject({
          name: `Anna Perez${index + 1}`,
          first_name: "Anna",
          last_name: `Perez${index + 1}`,
        });
      const bob = [...own.worlds.copper.people.values()].find((one) => one.emails[0]!.email === "new@exemple.fr")!;
      expect([bob.first_name, bob.last_name]).toEqual(["Bob", "Martin"]);
      expect(await quietly(own)).toEqual([]);
    },
  );
  test("W8, V8: what else stands in a name stays", async () => {
    own.person({ first_name: "Ana", last_name: "Lopez", name: "Ana Maria Lopez", email: "a@exemple.fr" });
    await own.sync();
    const member = own.at("a@exemple.fr")!;
    edit(own, member, { merge_fields: { ...member.merge_fields, FNAME: "Anna" } });
    await own.sync();
    expect(copperPerson().name).toBe("Anna Maria Lopez");
  });
});

describe("T6, T7, W11: what comes back in another spelling", () => {
  test("case 9: signs that come back as HTML entities are sent as they are, and are no change", async () => {
    const names = ["R&D <Lab>", `"Ana" O'Neil`, "a & b", "<b>"];
    for (const [index, name] of names.entries())
      own.person({ first_name: name, name, tags: [`${name} & Co`], email: `a${index}@exemple.fr` });
    await own.sync();
    for (const [index, name] of names.entries()) {
      const member = own.at(`a${index}@exemple.fr`)!;
      expect(member.merge_fields.FNAME).toBe(name);
      expect(tagsOf(member.email_address)).toEqual([`${name} & Co`.toLowerCase()]);
    }
    expect(await quietly(own)).toEqual([]);
    edit(own, copperPerson(), { tags: [] });
    await own.sync();
    expect(own.at("a0@exemple.fr")!.tags).toEqual([]);
    expect(await quietly(own)).toEqual([]);
  });
  test("case 15: addresses as typed are cleaned for sending; nobody is made twice", async () => {
    const typed = [
      "mailto:x1@ex.fr",
      "Jean <x2@ex.fr>",
      "x3\u200b@ex.fr",
      "\u202ax4@ex.fr\u202c",
      "x5@ex.fr.",
      "x6@ex.fr; x7@ex.fr",
      "x10@exämple.fr",
      "mailto:x8@ex.fr?subject=a",
      "x9@ex．fr",
    ];
    for (const [index, email] of typed.entries()) own.person({ first_name: `Ana${index}`, email });
    await own.sync();
    const there = [...own.worlds.mailchimp.members.values()].map((one) => one.email_address).sort();
    const plain = [1, 2, 3, 4, 8, 9].map((number) => `x${number}@ex.fr`);
    expect(there).toEqual(["x10@xn--exmple-cua.fr", ...plain].sort());
    expect(own.worlds.copper.people.size).toBe(typed.length);
    expect(copperPerson(500_002).emails[0]!.email).toBe("Jean <x2@ex.fr>");
    expect(await quietly(own)).toEqual([]);
    expect(own.worlds.copper.people.size).toBe(typed.length);
  });
  test("W11: a member at the address that somebody typed with a name is theirs", async () => {
    own.person({ first_name: "Jean", email: "Jean <x2@ex.fr>" });
    own.member("x2@ex.fr", { merge_fields: { FNAME: "Jean" } });
    const { copper, mailchimp } = await own.sync();
    expect([copper.created, mailchimp.created]).toEqual([0, 0]);
  });
  test("T6: of a record that shows fifty of sixty tags nothing is concluded from those that it lacks", async () => {
    const tags = Array.from({ length: 60 }, (_, index) => `Tag ${index}`);
    own.person({ first_name: "Ana", tags, email: "a@exemple.fr" });
    await own.sync();
    expect(own.at("a@exemple.fr")!.tags).toHaveLength(60);
    expect(await quietly(own)).toEqual([]);
    const member = own.at("a@exemple.fr")!;
    edit(own, member, { merge_fields: { ...member.merge_fields, LNAME: "Lopez" } });
    await own.sync();
    expect(await quietly(own)).toEqual([]);
    edit(own, copperPerson(), { tags: tags.slice(0, 59) });
    await own.sync();
    expect(tagsOf("a@exemple.fr")).toEqual(tags.slice(0, 59).map((tag) => tag.toLowerCase()));
  });
  test("V11: a merge field that Mailchimp does not have any more is not written, and no change of it is concluded", async () => {
    addMerge(own, "TITLE");
    own.person({ first_name: "Ana", title: "CEO", email: "a@exemple.fr" });
    await own.sync();
    own.mailchimp.bend = (_, reply) => {
      const body = JSON.parse(JSON.stringify(reply.body ?? null));
      for (const one of body?.members ?? []) delete one.merge_fields.TITLE;
      return { ...reply, body };
    };
    await own.sync({ full: true });
    expect(copperPerson().title).toBe("CEO");
    expect(await quietly(own)).toEqual([]);
  });
});
