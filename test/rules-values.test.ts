import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());
const copperPerson = (id: number) => own.worlds.copper.people.get(id)!;

describe("what a value becomes", () => {
  const pair = async (copper: string, mailchimp: string, env = {}) => {
    const person = own.person({ first_name: copper || null, last_name: "X", name: "Some One", email: "a@exemple.fr" });
    const member = own.member("a@exemple.fr", { merge_fields: { FNAME: mailchimp, LNAME: "X" } });
    const document = await own.sync({}, env);
    return {
      person,
      member,
      document,
      first: () => copperPerson(person.id).first_name ?? "",
      fname: () => own.at("a@exemple.fr")!.merge_fields.FNAME,
    };
  };
  test("V1: what one side changed, the other gets; both to the same moves the baseline", async () => {
    const { person, member, first, fname } = await pair("Ana", "Ana");
    edit(own, person, { first_name: "Anna" });
    await own.sync();
    expect(fname()).toBe("Anna");
    edit(own, member, { merge_fields: { FNAME: "Hanna", LNAME: "X" } });
    await own.sync();
    expect(first()).toBe("Hanna");
    edit(own, person, { first_name: "Eva" });
    edit(own, member, { merge_fields: { FNAME: "Eva", LNAME: "X" } });
    own.writes();
    expect((await own.sync()).conflicts).toEqual([]);
    expect(own.writes()).toEqual([]);
  });
  test.each([
    ["copper", "C"],
    ["mailchimp", "M"],
    ["newest", "M"],
  ])("V2: both changed: FIELD_CONFLICT=%s keeps %s and tells both", async (rule, kept) => {
    const env = { FIELD_CONFLICT: rule };
    const { person, member, first, fname } = await pair("Ana", "Ana", env);
    edit(own, person, { first_name: "C" });
    edit(own, member, { merge_fields: { FNAME: "M", LNAME: "X" } });
    const document = await own.sync({}, env);
    expect(document.conflicts).toEqual([
      {
        contact: "a@exemple.fr",
        personId: person.id,
        field: "first_name",
        copper: "C",
        mailchimp: "M",
        kept: kept === "C" ? "copper" : "mailchimp",
      },
    ]);
    expect([first(), fname()]).toEqual([kept, kept]);
    expect((await own.sync({}, env)).conflicts).toEqual([]);
  });
  test("V3: at first sight a blank takes the other's value and never overwrites one", async () => {
    const { first, fname } = await pair("", "Ana");
    expect([first(), fname()]).toEqual(["Ana", "Ana"]);
  });
  test("V4: a value cleared on one side is cleared on the other", async () => {
    const { person, fname } = await pair("Ana", "Ana");
    edit(own, person, { first_name: null });
    await own.sync();
    expect(fname()).toBe("");
  });
  test("V5: what Mailchimp cannot hold is told, and the rest goes through", async () => {
    own.person({
      first_name: "Ana",
      email: "a@exemple.fr",
      address: { street: "12 Main Street", city: "Springfield", state: "", postal_code: "62701", country: "US" },
    });
    const document = await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.FNAME).toBe("Ana");
    expect(document.notes).toContainEqual(expect.objectContaining({ field: "address", code: "address-incomplete" }));
    expect(document.outcome).toBe("ok");
  });
  test("V5: what Copper refuses is told and not sent again, and the rest goes through", async () => {
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr" });
    own.member("a@exemple.fr", { merge_fields: { FNAME: "Ana", LNAME: "Martin", PHONE: "no number" } });
    own.copper.fault = (asked) =>
      asked.method !== "GET" && JSON.stringify(asked.body ?? {}).includes("no number")
        ? {
            reply: { status: 422, body: { success: false, status: 422, message: "Phone: is invalid" } },
            when: "before",
          }
        : undefined;
    const document = await own.sync();
    expect(copperPerson(person.id).last_name).toBe("Martin");
    expect(document.notes).toContainEqual(expect.objectContaining({ field: "phone", code: "refused-before" }));
    own.writes();
    await own.sync();
    expect(own.writes()).toEqual([]);
    own.copper.fault = undefined;
  });
  test("V6, V8: a second run writes nothing; what is not mapped is not touched", async () => {
    own.person({
      first_name: "  Ana ",
      last_name: "Lo  pez",
      email: "a@exemple.fr",
      phone_numbers: [
        { number: "06 12.34", category: "home" },
        { number: "99", category: "work" },
      ],
      details: "mine",
    });
    own.member("a@exemple.fr", { merge_fields: { FNAME: "Ana", LNAME: "Lo pez", LTV: 12 } });
    await own.sync();
    own.writes();
    await own.sync();
    expect(own.writes()).toEqual([]);
    expect(own.at("a@exemple.fr")!.merge_fields.LTV).toBe(12);
  });
  test("V7, V8: a phone from Mailchimp takes the first place, the others stay", async () => {
    const person = own.person({
      first_name: "Ana",
      email: "a@exemple.fr",
      phone_numbers: [
        { number: "11", category: "home" },
        { number: "99", category: "work" },
      ],
    });
    const member = own.member("a@exemple.fr", { merge_fields: { FNAME: "Ana", PHONE: "11" } });
    await own.sync();
    edit(own, member, { merge_fields: { FNAME: "Ana", PHONE: "22" } });
    await own.sync();
    expect(copperPerson(person.id).phone_numbers.map((one) => one.number)).toEqual(["22", "99"]);
  });
  test.each(["cleaned", "archived"])("V9: a member who is %s gets no write", async (status) => {
    own.person({ first_name: "Ana", email: "a@exemple.fr", tags: ["VIP"] });
    own.member("a@exemple.fr", { status });
    await own.sync();
    expect(own.at("a@exemple.fr")).toMatchObject({ status, merge_fields: {}, tags: [] });
  });
});
