/** People as Copper shows them, and the bodies that are sent ("Reading" and "Writing" in docs/apis/copper.md). */
import { describe, expect, test } from "vitest";
import type { CustomField, MappedField } from "../domain/fields.ts";
import { CONTACT_TYPE, NO_TRAITS, type Traits } from "../domain/filter.ts";
import type { Value } from "../domain/values.ts";
import { oddPerson, rawPerson, toBody, toPerson } from "./schema.ts";

const ZONE = "America/Los_Angeles";
const CUSTOMS: readonly CustomField[] = [
  { id: 1, name: "Note", dataType: "String", options: [] },
  { id: 2, name: "Level", dataType: "Dropdown", options: [{ id: 7, name: "Gold" }] },
  { id: 3, name: "Employer", dataType: "Connect", options: [] },
  { id: 4, name: "Since", dataType: "Date", options: [] },
];
const same = <T extends string>(text: T) => text;
const person = (some: object = {}) => rawPerson.parse({ id: 5, name: "Ana Lopez", tags: [], ...some });
const translated = (some: object, names: readonly string[], traits: Traits = NO_TRAITS) => {
  const mapped = names.map((copper) => ({ copper }) as MappedField);
  return toPerson(person(some), { mapped, customs: CUSTOMS, zone: ZONE, traits }, same);
};
/** What a person shows of one field; `undefined` for a blank. */
const shown = (some: object, name: string) => translated(some, [name]).fields[name];
const body = (fields: Record<string, Value>, fresh?: object) =>
  toBody(fields, { customs: CUSTOMS, zone: ZONE }, fresh && person(fresh));
const value = (id: number, is: unknown) => ({ custom_field_definition_id: id, value: is });
const HOME = { addr1: "1 rue A", addr2: "Bât. B", city: "Paris", state: "IDF", zip: "75002", country: "FR" };
const RAW_HOME = { street: "1 rue A\nBât. B", city: "Paris", state: "IDF", postal_code: "75002", country: "FR" };

test("a record is read with its addresses, tags and times; what it leaves out is empty", () => {
  const about = { emails: [{ email: "a@b.fr" }, { email: null }], tags: ["VIP"], date_created: 1, date_modified: 2 };
  expect(translated(about, [])).toEqual({
    id: 5,
    name: "Ana Lopez",
    emails: ["a@b.fr", ""],
    fields: {},
    tags: ["VIP"],
    createdAt: 1,
    modifiedAt: 2,
  });
  const none = { name: null, emails: null, date_created: null };
  expect(translated(none, [])).toMatchObject({ name: "", emails: [], createdAt: 0, modifiedAt: 0 });
  expect(translated({ name: 12 }, []).name).toBe("12");
  expect(rawPerson.safeParse({ id: 5, name: "Ana" }).success).toBe(false);
});
test("texts that many people share are kept once, and nothing but texts", () => {
  const kept: unknown[] = [];
  const pool = <T extends string>(text: T): T => {
    kept.push(text);
    return text;
  };
  const mapped = ["title", "address"].map((copper) => ({ copper }) as MappedField);
  const reading = { mapped, customs: CUSTOMS, zone: ZONE, traits: NO_TRAITS };
  toPerson(person({ title: "Dr", address: RAW_HOME, tags: ["VIP"] }), reading, pool);
  expect(kept.sort()).toEqual(["Dr", "VIP"]);
});

describe("V11: what a record shows of a field", () => {
  test.each<[what: string, name: string, some: object, is: Value | null | undefined]>([
    ["a text", "title", { title: " Dr " }, "Dr"],
    ["a number", "title", { title: 12 }, "12"],
    ["nothing", "title", { title: null }, undefined],
    ["left out", "title", {}, null],
    ["something odd", "title", { title: { a: 1 } }, null],
    ["the first number", "phone", { phone_numbers: [{ number: 12 }, { number: "34" }] }, "12"],
    ["no number", "phone", { phone_numbers: [] }, undefined],
    ["no list of numbers", "phone", {}, null],
    ["numbers that are null", "phone", { phone_numbers: null }, null],
    ["an address", "address", { address: RAW_HOME }, HOME],
    ["an address of a country only", "address", { address: { country: "FR" } }, undefined],
    ["an address that is null", "address", { address: null }, undefined],
    ["no address", "address", {}, null],
    ["a part", "address.city", { address: { ...RAW_HOME, city: " Paris " } }, "Paris"],
    ["a part of an address without it", "address.city", { address: {} }, undefined],
    ["a part that no address has", "address.region", { address: RAW_HOME }, undefined],
    ["a part of an address that is null", "address.city", { address: null }, undefined],
    ["a part of no address", "address.city", {}, null],
    ["a custom field", "custom:1", { custom_fields: [value(2, 7), value(1, "abc")] }, "abc"],
    ["a custom field left out", "custom:1", { custom_fields: [value(2, 7)] }, undefined],
    ["an option", "custom:2", { custom_fields: [value(2, 7)] }, "Gold"],
    ["no list of custom fields", "custom:1", {}, null],
    ["a custom field that the account does not define", "custom:9", { custom_fields: [value(9, "abc")] }, null],
    ["a day", "custom:4", { custom_fields: [value(4, 1_754_031_600)] }, "2025-08-01"],
  ])("%s (%s)", (_, name, some, is) => expect(shown(some, name)).toEqual(is));
  test("an address of three lines: all but the first are its second line; blank ones are none", () => {
    const street = " 1 rue A \r\n\r\n Bât. B \n 3e étage ";
    expect(shown({ address: { street } }, "address")).toEqual({
      ...{ addr1: "1 rue A", addr2: "Bât. B 3e étage", city: "", state: "", zip: "", country: "" },
    });
    expect(shown({ address: { city: "Paris" } }, "address")).toMatchObject({ addr1: "", addr2: "", city: "Paris" });
  });
});

describe("W8: a name that is the person's own address is none", () => {
  const named = (name: string | null, some: object = {}) =>
    translated({ name, emails: [{ email: "a@b.fr" }], first_name: "a@b.fr", last_name: "", title: "Dr", ...some }, [
      "first_name",
      "last_name",
      "title",
    ]).fields;
  test.each([
    ["its address", "A@b.fr", { title: "Dr" }],
    ["another one", "c@d.fr", { first_name: "a@b.fr", title: "Dr" }],
    ["a name", "Ana", { first_name: "a@b.fr", title: "Dr" }],
  ])("%s", (_, name, is) => expect(named(name)).toEqual(is));
  test("where the record shows no name at all, blank parts are not shown; other parts are", () => {
    expect(named(" ", { first_name: "" })).toEqual({ first_name: null, last_name: null, title: "Dr" });
    expect(named(null)).toEqual({ first_name: "a@b.fr", last_name: null, title: "Dr" });
    expect(named(null, { title: "" })).toEqual({ first_name: "a@b.fr", last_name: null });
  });
});

test("D2: what an operator needs to decide is kept of people who are marked for deletion, and of nobody else", () => {
  const facts = { company_name: "ACME", title: "Dr", date_last_contacted: 9 };
  const marked = (some: object) => translated({ tags: ["VIP", "🗑️ À SUPPRIMER"], ...some }, []).about;
  expect(marked(facts)).toEqual({ company: "ACME", title: "Dr", lastContactedAt: 9 });
  expect(marked({ title: null, date_last_contacted: "x" })).toEqual({ company: "", title: "", lastContactedAt: null });
  expect(translated({ tags: ["VIP"], ...facts }, [])).not.toHaveProperty("about");
});

describe("what the filter needs", () => {
  const types = new Map([[3, "Client"]]);
  const note = CUSTOMS.slice(0, 1);
  const some = { contact_type_id: 3, custom_fields: [value(1, "abc")] };
  test.each<[what: string, some: object, traits: Traits, is: object | undefined]>([
    ["nothing", some, NO_TRAITS, undefined],
    ["the contact type", some, { contactTypes: types, fields: [] }, { [CONTACT_TYPE]: "Client" }],
    ["a custom field, by the key of its name", some, { fields: note }, { note: "abc" }],
    ["both", some, { contactTypes: types, fields: note }, { [CONTACT_TYPE]: "Client", note: "abc" }],
    ["a type that is not known", { contact_type_id: 4 }, { contactTypes: types, fields: [] }, {}],
    ["a blank field", { custom_fields: [] }, { fields: note }, {}],
    ["a field that is not shown", {}, { fields: note }, {}],
  ])("%s", (_, about, traits, is) => expect(translated(about, [], traits).traits).toStrictEqual(is));
});

describe("V8: a body completes what Copper replaces whole", () => {
  const both = [{ number: "1", category: "home" }, { number: "2" }];
  test("plain fields; a blank clears", () => {
    expect(body({ title: "Dr", details: " " })).toEqual({ body: { title: "Dr", details: null }, refused: [] });
  });
  test.each([
    ["9", { phone_numbers: both }, [{ category: "home", number: "9" }, { number: "2" }]],
    ["9", { phone_numbers: [] }, [{ category: "work", number: "9" }]],
    ["9", undefined, [{ category: "work", number: "9" }]],
    ["", { phone_numbers: both }, [{ number: "2" }]],
    ["", undefined, []],
  ])("the phone number %j among %j", (number, fresh, is) => {
    expect(body({ phone: number }, fresh).body).toEqual({ phone_numbers: is });
  });
  test("an address is written whole, a blank one clears it", () => {
    expect(body({ address: HOME }).body).toEqual({ address: RAW_HOME });
    expect(body({ address: { ...HOME, addr2: "", country: "" } }).body).toEqual({
      address: { ...RAW_HOME, street: "1 rue A", country: null },
    });
    expect(body({ address: "" }).body).toEqual({ address: null });
  });
  test("V15: a part changes the address as it is, or as the same body writes it", () => {
    const part = { "address.city": "Lyon", "address.state": " " };
    const changed = { ...RAW_HOME, city: "Lyon", state: null };
    expect(body(part, { address: RAW_HOME }).body).toEqual({ address: changed });
    expect(body(part).body).toEqual({ address: { city: "Lyon", state: null } });
    expect(body({ ...part, address: HOME }, { address: { city: "Nice" } }).body).toEqual({ address: changed });
    const named = { "address.city": "Lyon", address: "" };
    expect(body(named, { address: RAW_HOME }).body).toEqual({ address: { city: "Lyon" } });
  });
  test("other custom fields keep their values, but for Connect fields, which are no part of a write", () => {
    const fresh = { custom_fields: [value(2, 7), value(1, "old"), value(3, 44), value(9, "x")] };
    expect(body({ "custom:1": "new" }, fresh)).toEqual({
      body: { custom_fields: [value(2, 7), value(9, "x"), value(1, "new")] },
      refused: [],
    });
    expect(body({ "custom:1": "new" }).body).toEqual({ custom_fields: [value(1, "new")] });
    expect(body({ "custom:1": "new", "custom:2": "Gold" }, fresh).body).toEqual({
      custom_fields: [value(9, "x"), value(1, "new"), value(2, 7)],
    });
  });
  test("V5: what a custom field cannot hold is told, and the rest is written", () => {
    const fields = { "custom:2": "Bronze", "custom:3": "5", "custom:8": "x", title: "Dr", "custom:1": "" };
    expect(body(fields)).toEqual({
      body: { title: "Dr", custom_fields: [value(1, null)] },
      refused: ["custom:2", "custom:3", "custom:8"],
    });
  });
});

test("A9: what can be read of a record that cannot: the id, the addresses, the fields that are wrong", () => {
  const why = (record: unknown) => oddPerson(record, rawPerson.safeParse(record).error!);
  const emails = [{ email: "a@b.fr" }, { email: 7 }, "none"];
  expect(why({ id: 5, name: [], emails, tags: "VIP" })).toEqual({
    key: 5,
    addresses: ["a@b.fr"],
    why: "odd-record",
    detail: "name, emails.2, tags",
  });
  expect(why({ id: "x", emails: "none", tags: [] })).toMatchObject({ addresses: [], detail: "id, emails" });
  expect(why({ id: "x" })).not.toHaveProperty("key");
  expect(why("nonsense")).toEqual({ addresses: [], why: "odd-record", detail: "invalid_type" });
});
