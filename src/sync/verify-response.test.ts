/** Tests that the response to a write decides what was written: we trust it only if it shows what we sent (V13). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import type { Operation } from "../plan/operations.ts";
import { changedMore, disbelief } from "./verify-response.ts";

const person = (some: object = {}) =>
  ({
    id: 1,
    name: "Ana",
    emails: ["a@b.fr"],
    tags: ["VIP"],
    fields: {},
    modifiedAt: 0,
    createdAt: 0,
    ...some,
  }) as Person;
const member = (some: object = {}) =>
  ({ key: "k", id: "h", email: "a@b.fr", status: "subscribed", fields: {}, tags: [], changedAt: 0, ...some }) as Member;
const operation = (name: Operation["operation"], more: object = {}) =>
  ({ operation: name, contact: "a@b.fr", fields: {}, before: {}, settles: {}, ...more }) as unknown as Operation;

const tags = (...names: string[]) => ({ person: person({ tags: names }) });
const BELIEVED = undefined;
const NOT = { code: "NOT_TAKEN", retry: false };
const AGAIN = { code: "NOT_TAKEN", retry: true };
const rows: readonly (readonly [string, Operation, object, number, object | undefined])[] = [
  ["some of the fields", operation("update-member"), { member: member() }, 1, BELIEVED],
  ["none of the fields", operation("update-member"), { member: member() }, 0, NOT],
  ["no member", operation("update-member"), {}, 0, BELIEVED],
  ["some of the fields", operation("update-person"), { person: person() }, 1, BELIEVED],
  ["none of the fields", operation("update-person"), { person: person() }, 0, NOT],
  ["no person", operation("update-person"), {}, 0, BELIEVED],
  ["the address", operation("move-address", { email: "A@B.fr" }), { member: member() }, 0, BELIEVED],
  ["another address", operation("move-address", { email: "c@d.fr" }), { member: member() }, 0, NOT],
  ["no member", operation("move-address", { email: "c@d.fr" }), {}, 0, BELIEVED],
  ["the address", operation("add-address", { email: "A@B.fr" }), { person: person() }, 0, BELIEVED],
  ["another address", operation("add-address", { email: "c@d.fr" }), { person: person() }, 0, NOT],
  ["no person", operation("add-address", { email: "c@d.fr" }), {}, 0, BELIEVED],
  ...(["tag-person", "archive-person"] as const).flatMap((name) => {
    const one = operation(name, { add: ["Press"], remove: ["vip"] });
    return [
      ["the tags as wanted", one, tags("press", "Other"), 0, BELIEVED],
      ["a tag that is missing", one, tags("Other"), 0, AGAIN],
      ["a tag that should be gone", one, tags("press", "VIP"), 0, AGAIN],
      ["neither", one, tags("VIP"), 0, AGAIN],
      ["no person", one, {}, 0, BELIEVED],
    ] as const;
  }),
  ["archived", operation("archive-member"), { member: member({ status: "archived" }) }, 0, BELIEVED],
  ["still subscribed", operation("archive-member"), { member: member() }, 0, AGAIN],
  ["no member", operation("archive-member"), {}, 0, BELIEVED],
  ["subscribed", operation("unarchive-member"), { member: member() }, 0, BELIEVED],
  ["still archived", operation("unarchive-member"), { member: member({ status: "archived" }) }, 0, AGAIN],
  ["no member", operation("unarchive-member"), {}, 0, BELIEVED],
  ...(
    [
      "create-member",
      "create-person",
      "tag-member",
      "forget-member",
      "delete-person",
      "restore-person",
      "ignore-person",
    ] as const
  ).map((name) => ["anything", operation(name), { person: person(), member: member() }, 0, BELIEVED] as const),
];
describe("V13: an answer that shows", () => {
  test.each(
    rows.map(([what, one, shown, taken, verdict]) => ({ what, of: one.operation, one, shown, taken, verdict })),
  )("$what, after $of", ({ one, shown, taken, verdict }) => {
    const failure = disbelief({ operation: one, ok: true, ...shown }, () => taken);
    if (verdict === undefined) expect(failure).toBeUndefined();
    else expect(failure).toMatchObject(verdict);
  });
  test.each(
    rows
      .filter(([, , , , verdict]) => verdict !== undefined)
      .map(([, one, shown]) => ({ of: one.operation, one, shown })),
  )("A2: somebody who was there already is compared as at first sight, after $of", ({ one, shown }) =>
    expect(disbelief({ operation: one, ok: true, found: true, ...shown }, () => 0)).toBeUndefined(),
  );
});

test("an operation of a later version is told from all others", () => {
  expect(() => disbelief({ operation: operation("later" as never), ok: true }, () => 1)).toThrow("later");
});

describe("an answer that shows more than was sent", () => {
  const field = (copper: string, mailchimp: string): MappedField => ({
    copper,
    mailchimp,
    direction: "both",
    pair: `${copper}|${mailchimp}`,
    source: { kind: "text", writable: true, choices: [] },
    merge: mergeField(mailchimp),
  });
  const plain = [
    field("first_name", "FNAME"),
    field("last_name", "LNAME"),
    field("title", "TITLE"),
    field("phone", "PHONE"),
  ];
  const twice = [...plain, field("title", "JOB")];
  const before = person({
    name: "Ana Lopez",
    fields: { first_name: "Ana", last_name: "Lopez", title: "A", phone: "1" },
  });
  const answer = (fields: object, name = "Ana Lopez") => person({ name, fields: { ...before.fields, ...fields } });
  const titled = { fields: { title: "B" } };
  test.each([
    ["only what was sent", "update-person", titled, answer({ title: "B" }), plain, false],
    ["another field changed", "update-person", titled, answer({ title: "B", phone: "2" }), plain, true],
    ["another field cleared", "update-person", titled, answer({ title: "B", phone: "" }), plain, true],
    ["a field that cannot be read", "update-person", titled, answer({ title: "B", phone: null }), plain, false],
    ["a field that leads to two", "update-person", titled, answer({ title: "B" }), twice, true],
    ["another part of the name", "update-person", titled, answer({ title: "B", last_name: "X" }, "Ana X"), plain, true],
    [
      "the name in other parts",
      "update-person",
      { fields: { first_name: "Ana Maria" }, name: "Ana Maria Lopez" },
      answer({ first_name: "Ana", last_name: "Maria Lopez" }, "Ana Maria Lopez"),
      plain,
      false,
    ],
    ["more of somebody new", "create-person", titled, answer({ title: "B", phone: "2" }), plain, false],
    ["a field of somebody new that leads to two", "create-person", titled, answer({ title: "B" }), twice, true],
    ["anything, of tags", "tag-person", {}, answer({ phone: "2" }), plain, false],
    ["anything, of a member", "update-member", titled, answer({ phone: "2" }), twice, false],
  ] as const)("%s, after %s", (_, name, more, shown, mapped, changed) => {
    expect(changedMore(operation(name, more), before, shown, mapped)).toBe(changed);
  });
  test("of somebody who was not known, any field that was not sent counts", () => {
    const only = { ...before, fields: { title: "B" } };
    expect(changedMore(operation("update-person", titled), undefined, only, plain)).toBe(false);
    expect(changedMore(operation("update-person", titled), undefined, answer({ title: "B" }), plain)).toBe(true);
  });
});
