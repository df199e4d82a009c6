/** W8: the whole name that goes with a change of its parts, and which names are one. */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import { hasName, isNamePart, isSameName, renamed, wholeName } from "./names.ts";

const named = (name: string, first: string, last: string, emails: readonly string[] = ["ana@exemple.fr"]) => ({
  name,
  fields: { first_name: first, last_name: last },
  emails: [...emails],
});
interface Row {
  readonly name: string;
  readonly first: string;
  readonly last: string;
  readonly change: { readonly first_name?: string; readonly last_name?: string };
  readonly whole: string | undefined;
}
const row = (name: string, first: string, last: string, change: Row["change"], whole: string | undefined): Row => ({
  name,
  first,
  last,
  change,
  whole,
});

describe("the whole name", () => {
  test.each([
    row("Ana Lopez", "Ana", "Lopez", { first_name: "Anna" }, "Anna Lopez"),
    row("Ana Lopez", "Ana", "Lopez", { last_name: "Martin" }, "Ana Martin"),
    row("Ana Lopez", "Ana", "Lopez", { first_name: "Bob", last_name: "Martin" }, "Bob Martin"),
    row("Dr Ana M. Lopez", "Ana", "Lopez", { first_name: "Anna" }, "Dr Anna M. Lopez"),
    row("Dr Ana M. Lopez Jr", "Ana", "Lopez", { last_name: "De La Cruz" }, "Dr Ana M. De La Cruz Jr"),
    row("Dr Lopez", "Ana", "Lopez", { last_name: "Martin" }, "Dr Martin"),
    row("Ana Ana", "Ana", "Ana", { first_name: "Eva" }, "Eva Ana"),
    row("Ana Ana", "Ana", "Ana", { last_name: "Eva" }, "Ana Eva"),
    row("Lopez", "", "Lopez", { first_name: "Ana" }, "Ana Lopez"),
    row("Ana", "Ana", "", { last_name: "Lopez" }, "Ana Lopez"),
    row("Ana Lopez", "", "Lopez", { first_name: "Ana" }, "Ana Lopez"),
    row("Ana Lopez", "Ana", "", { last_name: "Lopez" }, "Ana Lopez"),
    row("Ana Maria Lopez", "", "Lopez", { first_name: "Ana Maria" }, "Ana Maria Lopez"),
    row("Ana M. Lopez", "", "Lopez", { first_name: "Ana" }, "Ana M. Lopez"),
    row("M. Lopez", "", "Lopez", { first_name: "Ana" }, "Ana M. Lopez"),
    row("Ana M.", "Ana", "", { last_name: "Lopez" }, "Ana M. Lopez"),
    row("Dr Ana Maria Lopez", "Ana Maria", "Lopez", { first_name: "Eva" }, "Dr Eva Lopez"),
    row("Ana De Lopez", "Ana", "", { last_name: "De Lopez" }, "Ana De Lopez"),
    row("Ana", "", "Ana", { first_name: "Ana" }, "Ana Ana"),
    row("Ana Lopez", "Ana", "Lopez", { first_name: "" }, "Lopez"),
    row("Ana Lopez", "Ana", "Lopez", { last_name: "" }, "Ana"),
    row("Ana Lopez", "Ana", "Lopez", { first_name: "", last_name: "" }, "ana@exemple.fr"),
    row("Somebody else", "Ana", "Lopez", { first_name: "Anna" }, "Anna Lopez"),
    row("Ana Lopez", "Ana", "Lopez", {}, undefined),
  ])("$name ($first, $last), changed to $change, is $whole", ({ name, first, last, change, whole }) => {
    expect(renamed(named(name, first, last), change, false)).toBe(whole);
  });
  test("of somebody named by an address is the real one, without it", () => {
    expect(renamed(named("ana@exemple.fr", "", ""), { first_name: "Ana" }, true)).toBe("Ana");
    expect(renamed(named("ana@exemple.fr", "", ""), { first_name: "Ana", last_name: "Lopez" }, true)).toBe("Ana Lopez");
  });
  test("of nobody with an address stays", () => {
    expect(renamed(named("Ana", "Ana", "", []), { first_name: "" }, false)).toBeUndefined();
    expect(renamed(named("Ana", "Ana", "", [" "]), { first_name: "" }, false)).toBeUndefined();
    expect(renamed(named("Ana", "Ana", "", [" ", "a@b.fr"]), { first_name: "" }, false)).toBe("a@b.fr");
  });
  test("is both parts, whichever are there", () => {
    expect(wholeName({ first_name: " Ana ", last_name: "Lopez" })).toBe("Ana Lopez");
    expect(wholeName({ first_name: "Ana" })).toBe("Ana");
    expect(wholeName({ last_name: "Lopez", first_name: null })).toBe("Lopez");
    expect(wholeName({})).toBe("");
  });
});

test("first and last name alone are parts of one", () => {
  for (const copper of ["first_name", "last_name"]) expect(isNamePart({ copper })).toBe(true);
  for (const copper of ["name", "title", "custom:1", "phone"]) expect(isNamePart({ copper })).toBe(false);
});
test.each([
  ["Ana Lopez", "Ana", "Lopez", "Ana Lopez", true],
  ["Ana Maria Lopez", "Ana", "Maria Lopez", "Ana Maria  Lopez", true],
  ["Ana Lopez", "Ana", "Lopez", undefined, false],
  ["Ana Lopez", "Ana", "Lopez", "Ana", false],
  ["Ana Lopez", "Ana", "", "Ana Lopez", false],
  ["Dr Ana Lopez", "Ana", "Lopez", "Ana Lopez", false],
])("%s (%s, %s) has the name %s: %s", (name, first, last, wanted, has) => {
  expect(hasName(named(name, first, last), wanted)).toBe(has);
});

describe("V3: at first sight", () => {
  const field = (copper: string, mailchimp: string): MappedField => ({
    copper,
    mailchimp,
    direction: "both",
    pair: `${copper}|${mailchimp}`,
    source: { kind: "text", writable: true, choices: [] },
    merge: mergeField(mailchimp),
  });
  const both = [field("first_name", "FNAME"), field("last_name", "LNAME")];
  test.each([
    ["Marie Claire", "Dupont", "Marie", "Claire Dupont", true],
    ["Marie", "Dupont", "Marie", "Dupont", true],
    ["Marie", "Dupont", "Marie", "Durand", false],
    ["Marie Dupont", "", "Marie", "Dupont", false],
    ["Marie", "Dupont", "", "Marie Dupont", false],
    ["", "", "", "", false],
  ])("%s, %s and %s, %s are one name: %s", (first, last, fname, lname, same) => {
    const person = { fields: { first_name: first, last_name: last } } as unknown as Person;
    const member = { fields: { FNAME: fname, LNAME: lname } } as unknown as Member;
    expect(isSameName(person, member, both)).toBe(same);
    expect(isSameName(person, member, [both[0]!]), "with the last name not mapped").toBe(false);
  });
});
