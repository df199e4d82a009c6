/** Tests sent fields: those that the response shows are agreed, the others are remembered and reported (V13, V5). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, there } from "../../test/undoing.ts";
import { agreed } from "../domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import type { Values } from "../domain/values.ts";
import { newLink } from "../plan/link-patch.ts";
import { memberRef } from "../plan/operations.ts";
import { fieldsTaken, partedName } from "./verify-response.ts";

const { mapped } = mapFields(
  DEFAULT_FIELDS,
  ["FNAME", "LNAME", "PHONE"].map((tag) => mergeField(tag)),
  [],
);
const pair = (mailchimp: string) => mapped.find((one) => one.mailchimp === mailchimp)!.pair;
const link = newLink(1, "k", "ana@exemple.fr", 1);
const common = { contact: "ana@exemple.fr", reason: "changed-in-copper", personId: 1 } as const;
const NOTHING = { baseline: {}, refused: {}, notes: [], taken: 0 };

describe("of a member", () => {
  const sent = (fields: Values, before: Values, baseline?: Record<string, string>) =>
    ({
      ...common,
      side: "mailchimp",
      operation: "update-member",
      member: memberRef(there),
      fields,
      before,
      settles: baseline ? { baseline } : {},
    }) as const;
  const one = sent({ FNAME: "Anna" }, { FNAME: "Ana" }, { [pair("FNAME")]: "Anna" });
  const taken = (shown: Record<string, string | null>, refused: readonly string[] = []) =>
    fieldsTaken(one, { member: { ...there, fields: shown }, refused }, link, ana, mapped, 3);
  test("as sent, or in the service's own spelling, it is agreed", () => {
    expect(taken({ FNAME: "Anna" })).toEqual({
      ...NOTHING,
      baseline: { [pair("FNAME")]: agreed("Anna", "Anna") },
      taken: 1,
    });
    expect(taken({ FNAME: "ANNA" })).toMatchObject({ baseline: { [pair("FNAME")]: agreed("Anna", "ANNA") }, taken: 1 });
  });
  test.each([
    ["as it was before", { FNAME: "Ana" }],
    ["as something else", { FNAME: "Bob" }],
    ["as nothing that can be read", { FNAME: null }],
    ["as a blank", {}],
  ])("%s, it was not taken: told, remembered, not agreed", (_, shown) => {
    expect(taken(shown)).toEqual({
      baseline: {},
      refused: { [pair("FNAME")]: expect.objectContaining({ from: "copper", value: "Anna", why: "not-taken" }) },
      notes: [{ contact: common.contact, code: "not-taken", field: "first_name", value: "Anna" }],
      taken: 0,
    });
  });
  test("refused by name, it is remembered as that, whatever the answer shows", () => {
    expect(taken({ FNAME: "Anna" }, ["FNAME"])).toEqual({
      baseline: {},
      refused: { [pair("FNAME")]: { from: "copper", value: "Anna", why: "refused" } },
      notes: [{ contact: common.contact, code: "refused-before", field: "first_name", value: "Anna" }],
      taken: 0,
    });
  });
  test("without a record, with nothing to agree on, or of a pair that is not mapped, nothing is concluded", () => {
    expect(fieldsTaken(one, {}, link, ana, mapped, 3)).toEqual(NOTHING);
    expect(fieldsTaken(sent({}, {}), { member: there }, link, ana, mapped, 3)).toEqual(NOTHING);
    expect(fieldsTaken(one, { member: there }, link, ana, [], 3)).toEqual(NOTHING);
  });
  test("what was not sent is agreed where it is as was thought", () => {
    const both = sent({ FNAME: "Anna" }, { FNAME: "Ana" }, { [pair("FNAME")]: "Anna", [pair("LNAME")]: "Lopez" });
    const found = (LNAME: string | null) =>
      fieldsTaken(both, { member: { ...there, fields: { FNAME: "Anna", LNAME } } }, link, ana, mapped, 3).baseline;
    expect(found("Lopez")).toHaveProperty([pair("LNAME")], "Lopez");
    expect(found("Other")).not.toHaveProperty([pair("LNAME")]);
    expect(found(null)).not.toHaveProperty([pair("LNAME")]);
    const two = agreed("Lopez", "López");
    const spelt = { ...both, settles: { baseline: { [pair("LNAME")]: two } } };
    const shows = (LNAME: string) =>
      fieldsTaken(spelt, { member: { ...there, fields: { LNAME } } }, link, ana, mapped, 3).baseline;
    expect(shows("López")).toEqual({ [pair("LNAME")]: two });
    expect(shows("Lopez")).toEqual({});
  });
});

describe("V13: a value that was not taken before", () => {
  const one = {
    ...common,
    side: "mailchimp",
    operation: "update-member",
    member: memberRef(there),
    fields: { FNAME: "Anna" },
    before: { FNAME: "Ana" },
    settles: { baseline: { [pair("FNAME")]: "Anna" } },
  } as const;
  const made = { ...one, operation: "create-member", email: "ana@exemple.fr", status: "subscribed", tags: [] } as const;
  const again = (operation: typeof one | typeof made, its: typeof link | undefined) =>
    fieldsTaken(operation, { member: there }, its, ana, mapped, 10).refused[pair("FNAME")];
  test("counts the tries of the same value, and waits longer each time", () => {
    const once = again(one, link)!;
    expect(once).toMatchObject({ tries: 1, again: 12 });
    const twice = again(one, { ...link, refused: { [pair("FNAME")]: once } });
    expect(twice).toMatchObject({ tries: 2, again: 13 });
  });
  test("is its first try where there was no link yet", () => {
    expect(again(made, undefined)).toMatchObject({ tries: 1 });
  });
});

describe("of a person", () => {
  const sent = (fields: Values, before: Values, baseline: Record<string, string>, name?: string) =>
    ({
      ...common,
      side: "copper",
      operation: "update-person",
      fields,
      before,
      settles: { baseline },
      ...(name !== undefined && { name }),
    }) as const;
  test("W8: the whole name in other parts was taken, unless it was there before", () => {
    const one = sent(
      { first_name: "Ana Maria" },
      { first_name: "Ana" },
      { [pair("FNAME")]: "Ana Maria" },
      "Ana Maria Lopez",
    );
    const person = { ...ana, name: "Ana Maria Lopez", fields: { first_name: "Bob", last_name: "Ana Maria Lopez" } };
    const whole = { ...person, fields: { first_name: "Ana", last_name: "Maria Lopez" } };
    expect(fieldsTaken(one, { person: whole }, link, ana, mapped, 3)).toMatchObject({
      baseline: { [pair("FNAME")]: agreed("Ana", "Ana Maria") },
      taken: 1,
    });
    expect(fieldsTaken(one, { person: whole }, link, { ...ana, name: "Ana Maria Lopez" }, mapped, 3).taken).toBe(0);
    expect(fieldsTaken(one, { person }, link, ana, mapped, 3).taken).toBe(0);
  });
  test("V4: a number that was cleared gives its place to the next one; any other field that shows more was not taken", () => {
    const phone = sent({ phone: "" }, { phone: "01" }, { [pair("PHONE")]: "" });
    const shows = (fields: Record<string, string | null>) =>
      fieldsTaken(phone, { person: { ...ana, fields } }, link, ana, mapped, 3);
    expect(shows({ phone: "02" })).toMatchObject({ baseline: { [pair("PHONE")]: agreed("02", "") }, taken: 1 });
    expect(shows({})).toMatchObject({ baseline: { [pair("PHONE")]: "" }, taken: 1 });
    expect(shows({ phone: "01" })).toMatchObject({ baseline: {}, taken: 0 });
    expect(shows({ phone: null })).toMatchObject({ baseline: {}, taken: 0 });
    const name = sent({ first_name: "" }, { first_name: "Ana" }, { [pair("FNAME")]: "" });
    expect(fieldsTaken(name, { person: { ...ana, fields: { first_name: "Bob" } } }, link, ana, mapped, 3).taken).toBe(
      0,
    );
    const written = sent({ phone: "03" }, { phone: "01" }, { [pair("PHONE")]: "03" });
    expect(fieldsTaken(written, { person: { ...ana, fields: { phone: "99" } } }, link, ana, mapped, 3).taken).toBe(0);
  });
  test("V6: each side compares by its own kind of field: a number spelt in another way is the same one only in Copper", () => {
    const [sent1, shown1] = ["+1 555 123 4567", "(555) 123-4567"];
    const one = sent({ phone: sent1 }, { phone: shown1 }, { [pair("PHONE")]: sent1 });
    expect(fieldsTaken(one, { person: { ...ana, fields: { phone: shown1 } } }, link, ana, mapped, 3).taken).toBe(1);
    const other = {
      ...one,
      side: "mailchimp",
      operation: "update-member",
      member: memberRef(there),
      fields: { PHONE: sent1 },
      before: { PHONE: shown1 },
    } as const;
    const found = fieldsTaken(other, { member: { ...there, fields: { PHONE: shown1 } } }, link, ana, mapped, 3);
    expect(found).toMatchObject({ taken: 0, refused: { [pair("PHONE")]: { from: "copper" } } });
  });
  test("what a person did not take is remembered as the member's value", () => {
    const one = sent({ first_name: "Anna" }, { first_name: "Ana" }, { [pair("FNAME")]: "Anna" });
    expect(fieldsTaken(one, { person: ana }, link, ana, mapped, 3).refused).toMatchObject({
      [pair("FNAME")]: { from: "mailchimp", value: "Anna", why: "not-taken" },
    });
  });
  test("what was not sent is agreed where Copper shows its own value of the two", () => {
    const held = { [pair("FNAME")]: "Anna", [pair("PHONE")]: agreed("01", "0033 1") };
    const one = { ...sent({ first_name: "Anna" }, { first_name: "Ana" }, {}), settles: { baseline: held } };
    const found = (phone: string) =>
      fieldsTaken(one, { person: { ...ana, fields: { first_name: "Anna", phone } } }, link, ana, mapped, 3).baseline;
    expect(found("01")).toHaveProperty([pair("PHONE")], agreed("01", "0033 1"));
    expect(found("0033 1")).not.toHaveProperty([pair("PHONE")]);
  });
  test("W8: of somebody new the name's parts are agreed as Copper has them, other fields as they were thought", () => {
    const made = {
      ...common,
      side: "copper",
      operation: "create-person",
      member: memberRef(there),
      name: "Ana",
      email: "ana@exemple.fr",
      fields: { first_name: "Ana" },
      settles: { baseline: { [pair("FNAME")]: "Ana", [pair("LNAME")]: "", [pair("PHONE")]: "" } },
    } as const;
    const person = { ...ana, name: "Ana", fields: { first_name: "Ana", last_name: "X", phone: "02" } };
    const found = fieldsTaken(made, { person }, undefined, undefined, mapped, 3).baseline;
    expect(found).toMatchObject({ [pair("LNAME")]: agreed("X", "") });
    expect(found).not.toHaveProperty([pair("PHONE")]);
    const without = { ...person, fields: { first_name: "Ana", last_name: null } };
    const other = fieldsTaken(made, { person: without }, undefined, undefined, mapped, 3).baseline;
    expect(other).not.toHaveProperty([pair("LNAME")]);
    expect(other).toHaveProperty([pair("PHONE")], "");
  });
});

describe("W8: the name parts that were not sent", () => {
  const one = {
    ...common,
    side: "copper",
    operation: "update-person",
    fields: { first_name: "Ana Maria" },
    before: { first_name: "Ana" },
    settles: {},
    name: "Ana Maria Lopez",
  } as const;
  const known = { ...link, baseline: { [pair("LNAME")]: agreed("Lopez", "Lopez"), [pair("FNAME")]: "Ana" } };
  const after = { ...ana, name: "Ana Maria Lopez", fields: { first_name: "Ana", last_name: "Maria Lopez" } };
  test("are agreed as Copper splits the whole name, and the member keeps theirs", () => {
    expect(partedName(one, ana, after, known, mapped)).toEqual({ [pair("LNAME")]: agreed("Maria Lopez", "Lopez") });
  });
  test("are agreed of somebody who was not known, where the link holds a blank", () => {
    const blank = { ...link, baseline: { [pair("LNAME")]: agreed("", "Lopez") } };
    expect(partedName(one, undefined, after, blank, mapped)).toEqual({
      [pair("LNAME")]: agreed("Maria Lopez", "Lopez"),
    });
  });
  const whole = { ...after, fields: { first_name: "Ana Maria Lopez", last_name: null } };
  const phoned = { ...known, baseline: { [pair("PHONE")]: "01" } };
  test.each([
    ["another name is shown: a person changed it at the same time", one, ana, { ...after, name: "Bob Lopez" }, known],
    ["the part is as it was", one, ana, { ...after, fields: { ...after.fields, last_name: "Lopez" } }, known],
    ["the part had been changed before", one, { ...ana, fields: { last_name: "Lopes" } }, after, known],
    ["the part is not shown", one, ana, { ...after, fields: { last_name: null } }, known],
    ["the whole name is in the other part", one, ana, whole, known],
    ["the part was not shown before", one, { ...ana, fields: { last_name: null } }, after, known],
    [
      "the part was sent",
      { ...one, fields: { ...one.fields, last_name: "Lopez" } },
      { ...ana, fields: { first_name: "Ana", last_name: "Lopez" } },
      after,
      known,
    ],
    [
      "the field is no part of the name",
      one,
      { ...ana, fields: { phone: "01" } },
      { ...after, fields: { ...after.fields, phone: "02" } },
      phoned,
    ],
    ["there is no link", one, ana, after, undefined],
    ["it was never agreed", one, ana, after, link],
    ["no name was sent", { ...one, operation: "tag-person" } as never, ana, after, known],
  ])("stay as they are: %s", (_, operation, before, now, its) => {
    expect(partedName(operation, before, now, its, mapped)).toEqual({});
  });
});
