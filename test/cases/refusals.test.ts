/** A refusal about something else holds no contact up for ever (V5, C6, A10). */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Fault, SimRequest } from "../../src/simulators/server.ts";
import { edit, type World, world } from "../harness.ts";
import { addMerge, quietly } from "./fields.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const problem = (detail: string, errors?: { field: string; message: string }[], title = "Invalid Resource"): Fault => ({
  reply: { status: 400, body: { type: "x", title, status: 400, detail, instance: "", ...(errors && { errors }) } },
  when: "before",
});
const merges = (field: string) => problem("Your merge fields were invalid.", [{ field, message: "is invalid" }]);
const bodyOf = (asked: SimRequest) => JSON.stringify(asked.body ?? {});

describe("V5, A10: fields", () => {
  test("case 2: a required merge field that nobody mapped stops nobody, and is told once", async () => {
    own.person({ first_name: "Old", email: "old@exemple.fr" });
    await own.sync();
    addMerge(own, "MMERGE3", { type: "radio", required: true, options: { choices: ["a", "b"] } });
    edit(own, own.worlds.copper.people.get(500_001)!, { first_name: "Older", name: "Older" });
    for (let index = 0; index < 6; index += 1) own.person({ first_name: `New${index}`, email: `n${index}@exemple.fr` });
    const { outcome, notes } = await own.sync();
    expect(outcome).toBe("ok");
    for (let index = 0; index < 6; index += 1)
      expect(own.at(`n${index}@exemple.fr`)!.merge_fields.FNAME).toBe(`New${index}`);
    expect(own.at("old@exemple.fr")!.merge_fields.FNAME).toBe("Older");
    expect(notes.filter((one) => one.field === "MMERGE3")).toEqual([
      { contact: "", code: "required-field", field: "MMERGE3" },
    ]);
    expect(await quietly(own)).toEqual([]);
  });
  test("case 21: a required last name that is missing, or is cleared, stops no other field", async () => {
    own.worlds.mailchimp.merges.find((one) => one.tag === "LNAME")! as { required: boolean };
    Object.assign(own.worlds.mailchimp.merges.find((one) => one.tag === "LNAME")!, { required: true });
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    const bob = own.person({ first_name: "Bob", last_name: "Martin", email: "b@exemple.fr" });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Ana");
    edit(own, bob, { first_name: "Robert", last_name: null, name: "Robert" });
    await own.sync();
    expect(own.at("b@exemple.fr")!.merge_fields).toMatchObject({ FNAME: "Robert", LNAME: "Martin" });
    expect(await quietly(own)).toEqual([]);
    expect(own.worlds.copper.people.get(bob.id)!.last_name).toBeNull();
  });
  test("case 3: an incomplete address that Mailchimp has already does not hold up a first name", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
    own.member("a@exemple.fr", {
      merge_fields: { FNAME: "Ana", ADDRESS: { addr1: "", city: "Paris", state: "", zip: "75002" } },
    });
    await own.sync();
    edit(own, person, { first_name: "Anna", name: "Anna" });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Anna");
    expect(await quietly(own)).toEqual([]);
  });
  test.each(["alone", "item:0 of the whole request", "member by member", "for no field at all"])(
    "case 6: a title that is refused, %s, is left out and told; everybody goes through, nobody is told as rejected",
    async (how) => {
      addMerge(own, "TITLE");
      own.person({ first_name: "Ana", title: "BAD title", email: "a@exemple.fr" });
      const count = how === "alone" ? 0 : 7;
      for (let index = 0; index < count; index += 1)
        own.person({ first_name: `Bob${index}`, title: "Good", email: `b${index}@exemple.fr` });
      own.mailchimp.fault = (asked) => {
        if (asked.method === "GET" || !bodyOf(asked).includes("BAD title")) return undefined;
        if (how === "for no field at all") return problem("Your merge fields were invalid.");
        const many = (asked.body as { members?: { merge_fields: { TITLE?: string } }[] }).members;
        if (many === undefined) return merges("merge_fields.TITLE");
        const at = many.findIndex((one) => one.merge_fields.TITLE === "BAD title");
        return how === "member by member" ? merges("") : merges(`members.item:${at}.merge_fields.TITLE`);
      };
      const ran = await own.sync();
      for (const { body } of own.mailchimp.asked) expect(body, "nobody was sent").not.toMatchObject({ members: [] });
      expect(own.at("a@exemple.fr")!.merge_fields).toMatchObject({ FNAME: "Ana" });
      expect(own.at("a@exemple.fr")!.merge_fields.TITLE ?? "").toBe("");
      for (let index = 0; index < count; index += 1)
        expect(own.at(`b${index}@exemple.fr`)!.merge_fields).toMatchObject({ TITLE: "Good" });
      expect(ran.notes).toContainEqual(
        expect.objectContaining({
          contact: "a@exemple.fr",
          field: "title",
          code: "refused-before",
          value: "BAD title",
        }),
      );
      expect(own.worlds.copper.people.get(500_001)!.tags).toEqual([]);
      expect(await quietly(own)).toEqual([]);
    },
  );
  test.each([400, 403, 422] as const)(
    "V5: a field that Copper refuses under %i is left out and told, and the rest goes through",
    async (refusalStatus) => {
      await own.close();
      own = await world({ copper: { refusalStatus } });
      const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
      own.member("a@exemple.fr", { merge_fields: { FNAME: "Ana", LNAME: "Martin", PHONE: "no number" } });
      own.copper.fault = (asked) =>
        asked.method !== "GET" && bodyOf(asked).includes("no number")
          ? { reply: { status: refusalStatus, body: { success: false, message: "no" } }, when: "before" }
          : undefined;
      const { notes } = await own.sync();
      expect(own.worlds.copper.people.get(person.id)!.last_name).toBe("Martin");
      expect(notes).toContainEqual(expect.objectContaining({ field: "phone", code: "refused-before" }));
      expect(await quietly(own)).toEqual([]);
    },
  );
});

describe("C6: only words about the address itself make it refused for good", () => {
  test.each([
    "a@exemple.fr has too many recent signup requests",
    "a@exemple.fr has signed up to a lot of lists very recently; we're not allowing more signups for now",
    "Invalid tag name.",
    "This audience is over its contact limit.",
  ])("case 7: “%s” is tried again and arrives, and nobody is told as rejected", async (words) => {
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    let left = 3;
    own.mailchimp.fault = (asked) => {
      if (asked.method !== "POST" || left === 0) return undefined;
      left -= 1;
      return problem(words);
    };
    for (let run = 0; run < 4; run += 1) await own.sync();
    expect(own.at("a@exemple.fr")!.status).toBe("subscribed");
    expect(own.worlds.copper.people.get(500_001)!.tags).toEqual([]);
    expect((await own.sync()).rejected.total).toBe(0);
  });
});

describe("A10: moves that Mailchimp refuses", () => {
  test("case 28: addresses of members who are not subscribed stay, everything else of theirs goes on, and it is quiet", async () => {
    const states = ["unsubscribed", "cleaned", "pending", "archived", "transactional"];
    for (const state of states) {
      own.person({ first_name: `A ${state}`, email: `${state}@exemple.fr` });
      own.member(`${state}@exemple.fr`, { status: state, merge_fields: { FNAME: `A ${state}` } });
    }
    await own.sync();
    for (const [index, state] of states.entries())
      edit(own, own.worlds.copper.people.get(500_001 + index)!, {
        emails: [{ email: `new-${state}@exemple.fr`, category: "work" }],
        tags: [...own.worlds.copper.people.get(500_001 + index)!.tags, "VIP"],
        first_name: `B ${state}`,
        name: `B ${state}`,
      });
    const first = await own.sync();
    expect(first.notes.filter((one) => one.code === "status-forbids")).toHaveLength(5);
    expect(first.outcome).toBe("ok");
    for (const state of ["unsubscribed", "pending", "transactional"]) {
      const member = own.at(`${state}@exemple.fr`)!;
      expect([member.status, member.merge_fields.FNAME]).toEqual([state, `B ${state}`]);
      expect(member.tags.map((tag) => tag.name.toLowerCase())).toContain("vip");
    }
    expect(own.worlds.mailchimp.members.size).toBe(5);
    expect(await quietly(own)).toEqual([]);
    expect((await own.sync()).outcome).toBe("ok");
    // As soon as they are subscribed the move is made
    edit(own, own.at("pending@exemple.fr")!, { status: "subscribed" });
    await own.sync();
    expect(own.at("new-pending@exemple.fr")!.status).toBe("subscribed");
  });
  test("A10: a move that is refused for no known reason is not asked for at every run, and other fields go on", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
    await own.sync();
    own.mailchimp.fault = (asked) =>
      asked.method === "PATCH" && bodyOf(asked).includes("email_address")
        ? problem("The resource submitted could not be validated.", [{ field: "email address", message: "no" }])
        : undefined;
    edit(own, person, { emails: [{ email: "b@exemple.fr", category: "work" }] });
    const writes: number[] = [];
    own.writes();
    for (let run = 0; run < 12; run += 1) {
      await own.sync();
      writes.push(own.writes().length);
    }
    expect(writes.filter((count) => count > 0).length).toBeLessThan(6);
    edit(own, person, { first_name: "Anna", name: "Anna" });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Anna");
    own.mailchimp.fault = undefined;
    for (let run = 0; run < 20; run += 1) await own.sync();
    expect(own.at("b@exemple.fr")!.status).toBe("subscribed");
    expect(own.worlds.copper.people.get(person.id)!.emails.map((one) => one.email)).toEqual(["b@exemple.fr"]);
  });
});
