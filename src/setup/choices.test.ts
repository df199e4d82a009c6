/** Choosing fields: lines of the mapping, new merge fields, and examples of converted values. */
import { describe, expect, test } from "vitest";
import type { Person } from "../domain/contact.ts";
import type { CustomField, MergeField } from "../domain/fields.ts";
import { type Choice, chosenFor, copperNames, linesFor, pairOf, unmapped, withKept } from "./mapping-lines.ts";
import { newMergeFor, tagOf } from "./new-merge.ts";
import { PeopleSample } from "./people-sample.ts";

const merge = (tag: string, more: Partial<MergeField> = {}): MergeField => ({
  id: 1,
  tag,
  type: "text",
  kind: "text",
  required: false,
  choices: [],
  format: "",
  longest: 255,
  ...more,
});
const customs: CustomField[] = [
  { id: 71, name: "Taille", dataType: "Dropdown", options: [{ id: 1, name: "Petite" }] },
  { id: 72, name: "Membre actif depuis toujours", dataType: "Checkbox", options: [] },
];
const chosen = (all: Record<string, Choice>) => new Map(Object.entries(all));
const both = (copper: string): Choice => ({ copper, direction: "both" });

describe("V7, V14: lines of the mapping", () => {
  const merges = [merge("FNAME"), merge("COMPANY"), merge("SIZE")];
  test("what is the default anyway is no line, and another choice stands in its place", () => {
    expect(linesFor(chosen({ FNAME: both("first_name") }), merges, customs)).toEqual([]);
    expect(linesFor(chosen({ FNAME: both("middle_name"), SIZE: both("custom:Taille") }), merges, customs)).toEqual([
      { copper: "middle_name", mailchimp: "FNAME", direction: "both" },
      { copper: "custom:Taille", mailchimp: "SIZE", direction: "both" },
    ]);
  });
  test("nothing chosen for a field with a default switches the default off; without one it is no line", () => {
    expect(linesFor(chosen({ FNAME: both(""), SIZE: both("") }), merges, customs)).toEqual([
      { copper: "first_name", mailchimp: "FNAME", direction: "none" },
    ]);
  });
  test("what Copper does not let be written goes to Mailchimp only, whatever is chosen", () => {
    expect(linesFor(chosen({ COMPANY: both("company_name") }), merges, customs)).toEqual([]);
    expect(linesFor(chosen({ SIZE: both("company_name") }), merges, customs)).toEqual([
      { copper: "company_name", mailchimp: "SIZE", direction: "to-mailchimp" },
    ]);
  });
  test("every choice that is kept is shown again as it was made", () => {
    for (const copper of ["", ...copperNames(customs)])
      for (const one of merges) {
        const lines = linesFor(chosen({ [one.tag]: both(copper) }), merges, customs);
        expect(chosenFor(one, lines, []).copper, `${copper} ${one.tag}`).toBe(copper);
      }
  });
  test("what nobody was asked about stays: a conflict rule, and a line of a merge field that is not shown", () => {
    const before = [
      { copper: "first_name", mailchimp: "FNAME", direction: "both" as const, conflict: "newest" },
      { copper: "details", mailchimp: "NOTES", direction: "both" as const },
      { copper: "prefix", mailchimp: "SIZE", direction: "both" as const, conflict: "mailchimp" },
    ];
    const lines = linesFor(chosen({ FNAME: both("first_name"), SIZE: both("custom:Taille") }), merges, customs);
    expect(withKept(lines, before, merges)).toEqual([
      { copper: "custom:Taille", mailchimp: "SIZE", direction: "both", conflict: "mailchimp" },
      before[0],
      before[1],
    ]);
    // What was taken away on purpose does not come back
    expect(withKept(linesFor(chosen({ SIZE: both("") }), merges, customs), [before[2]!], merges)).toEqual([]);
  });
  test("fields of the same name are suggested until somebody has chosen", () => {
    const alike = [{ copper: "custom:Taille", mailchimp: "SIZE" }];
    expect(chosenFor(merge("SIZE"), undefined, alike).copper).toBe("custom:Taille");
    expect(chosenFor(merge("SIZE"), [], alike).copper).toBe("");
    expect(unmapped(chosen({ SIZE: both("custom:Taille") }), customs)).not.toContain("custom:Taille");
  });
});

describe("a merge field that is missing", () => {
  const make = (copper: string, label: string, there: string[] = []) =>
    newMergeFor(
      copper,
      label,
      there.map((tag) => ({ tag })),
      customs,
      ["Oui", "Non"],
    );
  test("has a tag of ten characters at most that is free, also of Mailchimp's own", () => {
    expect(make("custom:Membre actif depuis toujours", "Membre actif depuis toujours")?.tag).toBe("MEMBREACTI");
    expect(make("custom:Membre actif depuis toujours", "Membre actif", ["MEMBREACTI"])?.tag).toBe("MEMBREACT2");
    expect(make("details", "Date")?.tag).toBe("DATE2");
    expect(make("title", "Fonction")?.tag).toBe("TITLE");
    expect(tagOf("Né(e) à Genève ?")).toBe("NEEAGENEVE");
    expect(make("details", "…")?.tag).toBe("FIELD");
  });
  test("has the type that fits, and the same options", () => {
    expect(make("custom:Taille", "Taille")).toMatchObject({ type: "dropdown", options: { choices: ["Petite"] } });
    expect(make("custom:Membre actif depuis toujours", "x")).toMatchObject({ options: { choices: ["Oui", "Non"] } });
    expect(make("phone", "Téléphone")).toMatchObject({ tag: "PHONE", type: "phone" });
    expect(make("custom:None", "x")).toBeUndefined();
  });
});

describe("people who are met", () => {
  const person = (id: number, some: Partial<Person>): Person => ({
    id,
    name: `P${id}`,
    emails: [`p${id}@exemple.fr`],
    fields: {},
    tags: [],
    createdAt: 0,
    modifiedAt: 0,
    ...some,
  });
  test("V12: five real values, those that cannot be sent first, and each value once", () => {
    const meeting = new PeopleSample();
    const values = ["1", "1", "2", "3", "4", "5", "many", "6"];
    meeting.addPage(values.map((title, id) => person(id, { fields: { title } })));
    const pair = pairOf(both("title"), merge("LTV", { kind: "number" }), customs)!;
    const shown = meeting.examples(pair);
    expect(shown[0]).toEqual({ who: "P6", value: "many", becomes: { why: "not-a-number" } });
    expect(shown.map((one) => one.value)).toEqual(["many", "1", "2", "3", "4"]);
  });
  test("a filter counts who is inside, and who of them has an address", () => {
    const meeting = new PeopleSample();
    meeting.addPage([person(1, { tags: ["VIP"] }), person(2, { tags: ["vip"], emails: [] }), person(3, {})]);
    expect(meeting.addPage([person(3, {})])).toBe(0);
    expect(meeting.count({ tags: ["Vip"] })).toEqual({ people: 2, withAddress: 1 });
    expect(meeting.count(undefined)).toEqual({ people: 3, withAddress: 2 });
    expect(meeting.frequent("tags")).toEqual([{ name: "VIP", count: 2 }]);
    expect(meeting.besides(["1@exemple.fr"]).map((one) => one.name)).toEqual(["P1"]);
    expect(meeting.besides(["P1@Exemple.fr"])).toEqual([]);
    expect(meeting.find("p", { tags: ["VIP"] }, 9).map((one) => one.name)).toEqual(["P1"]);
  });
});
