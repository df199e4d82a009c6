import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());
const copperPerson = (id: number) => own.worlds.copper.people.get(id)!;

describe("who is who", () => {
  test("W1, W2: an address in another case with spaces is the same; any of the person's addresses links", async () => {
    const person = own.person({
      first_name: "Ana",
      emails: [
        { email: "first@exemple.fr", category: "work" },
        { email: "  ANA@Exemple.FR ", category: "home" },
      ],
    });
    own.member("ana@exemple.fr");
    const document = await own.sync();
    expect(document).toMatchObject({ outcome: "ok", copper: { created: 0 }, mailchimp: { created: 0, updated: 1 } });
    expect(own.at("ana@exemple.fr")!.merge_fields.FNAME).toBe("Ana");
    expect(copperPerson(person.id).emails).toHaveLength(2);
  });
  test("W3: a second address makes neither a second member nor a second person", async () => {
    own.person({
      first_name: "Ana",
      emails: [
        { email: "a@exemple.fr", category: "work" },
        { email: "b@exemple.fr", category: "home" },
      ],
    });
    own.member("a@exemple.fr");
    own.member("b@exemple.fr");
    const document = await own.sync();
    expect(document).toMatchObject({ copper: { created: 0 }, mailchimp: { created: 0 } });
    expect(document.notes).toContainEqual(expect.objectContaining({ code: "second-member" }));
  });
  test("W4: an address changed in Copper moves the member, who keeps their status and history", async () => {
    const person = own.person({ first_name: "Ana", email: "old@exemple.fr" });
    const member = own.member("old@exemple.fr");
    await own.sync();
    edit(own, person, { emails: [{ email: "new@exemple.fr", category: "work" }] });
    await own.sync();
    expect(own.at("old@exemple.fr")).toBeUndefined();
    expect(own.at("new@exemple.fr")).toMatchObject({ status: "subscribed", contact_id: member.contact_id });
    expect((await own.sync()).operations).toEqual([]);
  });
  test("W4: an address that already is another member is a conflict and no write", async () => {
    const person = own.person({ first_name: "Ana", email: "old@exemple.fr" });
    own.member("old@exemple.fr", { merge_fields: { FNAME: "Ana" } });
    await own.sync();
    own.member("taken@exemple.fr", { status: "unsubscribed" });
    edit(own, person, { emails: [{ email: "taken@exemple.fr", category: "work" }] });
    own.writes();
    const document = await own.sync();
    expect(document.conflicts).toEqual([expect.objectContaining({ field: "email", kept: "none" })]);
    expect(own.writes()).toEqual([]);
  });
  test("W5: an address changed in Mailchimp goes before the old one", async () => {
    const person = own.person({ first_name: "Ana", email: "old@exemple.fr" });
    const member = own.member("old@exemple.fr", { merge_fields: { FNAME: "Ana" } });
    await own.sync();
    own.worlds.mailchimp.members.delete(member.id);
    own.member("new@exemple.fr", {
      ...member,
      id: "ignored",
      email_address: "new@exemple.fr",
      last_changed: new Date((own.clock + 5) * 1000).toISOString(),
    });
    await own.sync();
    expect(copperPerson(person.id).emails.map((one) => one.email)).toEqual(["new@exemple.fr", "old@exemple.fr"]);
    expect((await own.sync()).operations).toEqual([]);
  });
  test("W6: of two people who share an address the older one is the contact, from run to run", async () => {
    own.person({ first_name: "Second", email: "shared@exemple.fr", date_created: own.clock - 10 });
    own.person({ first_name: "First", email: "SHARED@exemple.fr", date_created: own.clock - 1000 });
    const document = await own.sync();
    expect(document.skipped.duplicateEmail).toBe(1);
    expect(own.at("shared@exemple.fr")!.merge_fields.FNAME).toBe("First");
    expect((await own.sync()).operations).toEqual([]);
  });
  test("W7: without an address that can be one: counted, not sent, not an error", async () => {
    own.person({ first_name: "None" });
    own.person({ first_name: "Wrong", email: "not an address" });
    const document = await own.sync();
    expect(document).toMatchObject({
      outcome: "ok",
      skipped: { noEmail: 1, invalidEmail: 1 },
      mailchimp: { created: 0 },
    });
  });
  test("W8: a member without a name becomes a person named by his address, who takes a real name later", async () => {
    const member = own.member("nameless@exemple.fr");
    await own.sync();
    const person = [...own.worlds.copper.people.values()][0]!;
    expect(person.name).toBe("nameless@exemple.fr");
    expect((await own.sync()).operations).toEqual([]);
    edit(own, member, { merge_fields: { FNAME: "Ana", LNAME: "Petit" } });
    await own.sync();
    expect(copperPerson(person.id)).toMatchObject({ name: "Ana Petit", first_name: "Ana", last_name: "Petit" });
    expect(own.at("nameless@exemple.fr")!.merge_fields.FNAME).toBe("Ana");
  });
  test("W9: another account starts afresh, another key goes on", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    await own.sync();
    Object.assign(own.worlds.copper, { key: "another-key" });
    own.writes();
    await own.sync({}, { COPPER_API_KEY: "another-key" });
    expect(own.writes()).toEqual([]);
  });
});

describe("consent", () => {
  test.each(["unsubscribed", "pending", "cleaned", "archived"])(
    "C1, C2: no run changes a member who is %s",
    async (status) => {
      const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
      own.member("a@exemple.fr", { status, merge_fields: { FNAME: "Ana" } });
      await own.sync();
      edit(own, person, { first_name: "Anna", tags: ["VIP"] });
      await own.sync({ full: true });
      expect(own.at("a@exemple.fr")!.status).toBe(status);
    },
  );
  test.each([1, 20])("C1: %i who unsubscribe between the reading and the writing stay unsubscribed", async (count) => {
    const people = Array.from({ length: count }, (_, index) =>
      own.person({ first_name: "Ana", email: `a${index}@exemple.fr` }),
    );
    for (let index = 0; index < count; index += 1)
      own.member(`a${index}@exemple.fr`, { merge_fields: { FNAME: "Ana" } });
    await own.sync();
    for (const [index, person] of people.entries()) edit(own, person, { first_name: `Anna ${index}` });
    own.mailchimp.before = (asked) => {
      if (asked.method !== "GET")
        for (const member of own.worlds.mailchimp.members.values()) member.status = "unsubscribed";
    };
    await own.sync();
    own.mailchimp.before = undefined;
    for (let index = 0; index < count; index += 1)
      expect(own.at(`a${index}@exemple.fr`)).toMatchObject({
        status: "unsubscribed",
        merge_fields: { FNAME: `Anna ${index}` },
      });
  });
  test.each([1, 20])(
    "C1, C2: %i who come and leave between the reading and their creation keep their status",
    async (count) => {
      for (let index = 0; index < count; index += 1) own.person({ first_name: "Ana", email: `a${index}@exemple.fr` });
      own.mailchimp.before = (asked) => {
        if (asked.method === "GET" || own.worlds.mailchimp.members.size > 0) return;
        for (let index = 0; index < count; index += 1)
          own.member(`a${index}@exemple.fr`, { status: "unsubscribed", merge_fields: { FNAME: "Elle-même" } });
        own.worlds.mailchimp.compliance.clear();
      };
      await own.sync();
      own.mailchimp.before = undefined;
      for (const member of own.worlds.mailchimp.members.values())
        expect(member).toMatchObject({ status: "unsubscribed", merge_fields: { FNAME: "Elle-même" } });
    },
  );
  test("C1, V9: whoever was touched in the archive stays there, and nothing else is written to him", async () => {
    const person = own.person({ first_name: "Ana", last_name: "B", email: "a@exemple.fr", tags: [] });
    for (let index = 0; index < 12; index += 1) own.person({ first_name: `N${index}`, email: `n${index}@exemple.fr` });
    await own.sync();
    own.worlds.copper.people.delete(person.id);
    await own.sync();
    expect(own.at("a@exemple.fr")!.status).toBe("archived");
    own.worlds.copper.people.set(person.id, {
      ...person,
      last_name: "Changée",
      tags: ["VIP"],
      date_modified: own.clock,
    });
    own.mailchimp.before = (asked) => {
      if (asked.method !== "GET" || !asked.path.includes("/members/")) return;
      own.mailchimp.before = undefined;
      edit(own, own.at("a@exemple.fr")!, { merge_fields: { FNAME: "Elle", LNAME: "Même" } });
    };
    await own.sync();
    expect(own.at("a@exemple.fr")).toMatchObject({ status: "archived", merge_fields: { LNAME: "Même" }, tags: [] });
  });
  test.each([1, 9])(
    "C1: %i unsubscribe while they are being archived, and do not come back subscribed",
    async (count) => {
      const people = Array.from({ length: count }, (_, index) => own.person({ email: `a${index}@exemple.fr` }));
      for (let index = 0; index < 20; index += 1) own.person({ email: `n${index}@exemple.fr` });
      await own.sync();
      for (const { id } of people) own.worlds.copper.people.delete(id);
      own.mailchimp.before = (asked) => {
        if (asked.query.has("count") || !/members\/\w|batches/.test(asked.path)) return;
        own.mailchimp.before = undefined;
        for (let index = 0; index < count; index += 1)
          edit(own, own.at(`a${index}@exemple.fr`)!, { status: "unsubscribed" });
      };
      const { failures } = await own.sync();
      expect(failures.map((one) => one.code)).toEqual(Array(count).fill("CHANGED_MEANWHILE"));
      await own.sync();
      for (const person of people) own.worlds.copper.people.set(person.id, { ...person, date_modified: own.clock });
      await own.sync({ full: true });
      for (let index = 0; index < count; index += 1)
        expect(own.at(`a${index}@exemple.fr`)!.status).not.toBe("subscribed");
    },
  );
  test("C2: a new member gets NEW_MEMBER_STATUS", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr" });
    await own.sync({}, { NEW_MEMBER_STATUS: "pending" });
    expect(own.at("a@exemple.fr")!.status).toBe("pending");
    expect((await own.sync({}, { NEW_MEMBER_STATUS: "pending" })).operations).toEqual([]);
  });
  test("C3: what Mailchimp knows is told to Copper by a tag, which goes with the state", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr", tags: ["Mine"] });
    const member = own.member("a@exemple.fr", { status: "unsubscribed" });
    await own.sync();
    expect(copperPerson(person.id).tags).toEqual(["mine", "mailchimp:unsubscribed"]);
    edit(own, member, { status: "subscribed" });
    await own.sync();
    expect(copperPerson(person.id).tags).toEqual(["mine"]);
    expect(own.at("a@exemple.fr")!.tags.map((tag) => tag.name)).toEqual(["mine"]);
  });
  test("C3, V8: a tag set by hand just before the write survives", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr", tags: ["Mine"] });
    own.member("a@exemple.fr", { status: "unsubscribed" });
    own.copper.before = (asked) => {
      if (asked.method === "GET" && asked.path.endsWith(String(person.id)))
        copperPerson(person.id).tags = ["Mine", "By hand"];
    };
    await own.sync();
    expect(copperPerson(person.id).tags).toContain("by hand");
  });
  test("C4: only subscribed members become people", async () => {
    for (const status of ["subscribed", "unsubscribed", "cleaned", "pending", "transactional", "archived"])
      own.member(`${status}@exemple.fr`, { status });
    const document = await own.sync();
    expect([...own.worlds.copper.people.values()].map((one) => one.emails[0]!.email)).toEqual([
      "subscribed@exemple.fr",
    ]);
    expect(document.skipped).toMatchObject({ unsubscribed: 1, cleaned: 1 });
  });
  test("C5: refused addresses are remembered, told once, counted, and tried again when asked", async () => {
    own.person({ first_name: "Fake", email: "x@example.com" });
    own.person({ first_name: "Forgotten", email: "gone@exemple.fr" });
    own.person({ first_name: "Left", email: "left@exemple.fr" });
    own.worlds.mailchimp.forgotten.add("gone@exemple.fr");
    own.worlds.mailchimp.compliance.add("left@exemple.fr");
    const first = await own.sync();
    expect(first.failures.map((one) => [one.contact, one.code, one.retry]).sort()).toEqual([
      ["gone@exemple.fr", "FORGOTTEN_EMAIL", false],
      ["left@exemple.fr", "COMPLIANCE_STATE", false],
      ["x@example.com", "INVALID_ADDRESS", false],
    ]);
    own.writes();
    const second = await own.sync();
    expect(second).toMatchObject({
      outcome: "ok",
      failures: [],
      rejected: { new: [], total: 3 },
      skipped: { forgotten: 1 },
    });
    expect(own.writes()).toEqual([]);
    own.worlds.mailchimp.forgotten.clear();
    await own.sync({ retryRejected: true });
    expect(own.at("gone@exemple.fr")!.status).toBe("subscribed");
  });
});
