/** One body for all changes to a person, with the arrays that Copper replaces whole (V8). */
import { describe, expect, test } from "vitest";
import type { PersonOperation } from "../plan/operations.ts";
import { bodyOf, type Change, wholeNameOnly, writesArray } from "./build-requests.ts";
import { rawPerson } from "./schema.ts";

const READING = { customs: [{ id: 1, name: "Note", dataType: "String", options: [] }], zone: "UTC" };
const change = (operation: Change["operation"], some: object) =>
  ({ side: "copper", operation, contact: "a@b.fr", reason: "undo", personId: 5, settles: {}, ...some }) as Change;
const update = (fields: object, name?: string) => change("update-person", { fields, ...(name && { name }) });
const fresh = (some: object) => rawPerson.parse({ id: 5, tags: [], ...some });
const body = (changes: readonly Change[], some?: object) => bodyOf(changes, some && fresh(some), READING);

describe("V8: whether a person must be read before a write", () => {
  test.each<[what: string, operation: PersonOperation, customsInPart: boolean, is: boolean]>([
    ["tags", change("tag-person", { add: [], remove: [] }), true, true],
    ["the archive tag", change("archive-person", { add: [], remove: [] }), true, true],
    ["an address", change("add-address", { email: "a@b.fr" }), true, true],
    ["a text", update({ title: "Dr" }), false, false],
    ["a whole address", update({ address: "" }), false, false],
    ["the phone number", update({ title: "Dr", phone: "1" }), true, true],
    ["a part of the address", update({ "address.city": "Paris" }), true, true],
    ["a custom field", update({ "custom:1": "x" }), false, true],
    ["a custom field where the others keep their values", update({ "custom:1": "x" }), true, false],
    ["a person who is deleted", { ...change("tag-person", {}), operation: "delete-person" } as never, false, false],
  ])("%s", (_, operation, customsInPart, is) => expect(writesArray(operation, customsInPart)).toBe(is));
});

test("W8: the whole name goes without its parts; parts without a whole name stay", () => {
  const parts = { first_name: "Ana", last_name: "Lopez", title: "Dr" };
  expect(wholeNameOnly({ name: "Ana Lopez", ...parts })).toEqual({ name: "Ana Lopez", title: "Dr" });
  expect(wholeNameOnly(parts)).toEqual(parts);
});
test("W8: a change of the name sends its parts and the whole; any other none", () => {
  expect(body([update({ first_name: "Ana" }, "Ana Lopez")]).body).toEqual({ first_name: "Ana", name: "Ana Lopez" });
  expect(body([update({ title: "Dr" })]).body).toEqual({ title: "Dr" });
});
test("W5: a new address stands before the others, and once", () => {
  const emails = [{ email: "old@b.fr", category: "home" }, { email: "A@b.fr" }];
  const added = change("add-address", { email: "a@b.fr" });
  const first = { email: "a@b.fr", category: "work" };
  expect(body([added], { emails }).body).toEqual({ emails: [first, { email: "old@b.fr", category: "home" }] });
  expect(body([added]).body).toEqual({ emails: [first] });
});
test.each(["tag-person", "archive-person"] as const)("T1: %s keeps the other tags and adds none twice", (kind) => {
  const tags = ["VIP", "Old", "mailchimp:cleaned"];
  const one = change(kind, { add: ["vip", "New"], remove: ["mailchimp:cleaned"] });
  expect(body([one], { tags }).body).toEqual({ tags: ["VIP", "Old", "New"] });
  expect(body([one]).body).toEqual({ tags: ["vip", "New"] });
});
test("all changes of a person go in one body; what cannot be written is told", () => {
  const changes = [
    update({ title: "Dr", "custom:9": "x" }),
    change("add-address", { email: "a@b.fr" }),
    change("tag-person", { add: ["New"], remove: [] }),
    update({ "custom:8": "x" }),
  ];
  expect(body(changes, {})).toEqual({
    body: { title: "Dr", emails: [{ email: "a@b.fr", category: "work" }], tags: ["New"] },
    refused: ["custom:9", "custom:8"],
  });
});
test("an operation of a later version is no body", () => {
  expect(() => body([change("freeze-person" as never, {})])).toThrow("freeze-person");
});
