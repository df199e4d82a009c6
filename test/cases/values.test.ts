/** A value that the other side cannot hold never becomes blank there, and is told (V12, V15). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SimMember } from "../../src/simulators/mailchimp-rules.ts";
import { edit, type Ran, type World, world } from "../harness.ts";
import { addCustom, addMerge, quietly } from "./fields.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const sizes = () => [
  { id: 11, name: "Small" },
  { id: 12, name: "Large" },
];
const KINDS = [
  { id: 21, name: "Press" },
  { id: 22, name: "School" },
];
const mapped = (lines: Record<string, string>) =>
  writeFileSync(
    join(own.folder, "sync.config.yaml"),
    `fields:\n${Object.entries(lines)
      .map(([copper, tag]) => `  - { copper: "${copper}", mailchimp: ${tag} }\n`)
      .join("")}`,
  );
const custom = (id: number, value: unknown) => ({ custom_field_definition_id: id, value });
const customOf = (id: number, personId = 500_001) =>
  own.worlds.copper.people.get(personId)!.custom_fields.find((one) => one.custom_field_definition_id === id)?.value;
const change = (fields: Record<string, unknown>, email = "a@exemple.fr") => {
  const member = own.at(email) as SimMember;
  edit(own, member, { merge_fields: { ...member.merge_fields, ...fields } });
};
const told = ({ notes }: Ran) => notes.map(({ field, code, value }) => [field, code, value]);

describe("V12: every conversion can say cannot", () => {
  const four = () => {
    addCustom(own, 900, "Size", "Dropdown", sizes());
    addCustom(own, 901, "Budget", "Float");
    addCustom(own, 902, "Since", "Date");
    addCustom(own, 903, "Kind", "MultiSelect", KINDS);
    for (const tag of ["SIZE", "BUDGET", "SINCE", "KIND"]) addMerge(own, tag);
    mapped({ "custom:Size": "SIZE", "custom:Budget": "BUDGET", "custom:Since": "SINCE", "custom:Kind": "KIND" });
  };
  test("case 5: four values that Copper cannot hold stay what they are there, each told once, and then it is quiet", async () => {
    four();
    own.person({
      first_name: "Ana",
      email: "a@exemple.fr",
      custom_fields: [custom(900, 11), custom(901, 12.5), custom(902, 1_753_999_200), custom(903, [21, 22])],
    });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields).toMatchObject({
      SIZE: "Small",
      BUDGET: "12.5",
      SINCE: "2025-08-01",
      KIND: "Press, School",
    });
    change({ SIZE: "Medium", BUDGET: "about 20k", SINCE: "02/01/2021", KIND: "Press, Radio" });
    expect(told(await own.sync()).sort()).toEqual([
      ["custom:900", "not-an-option", "Medium"],
      ["custom:901", "not-a-number", "about 20k"],
      ["custom:902", "not-a-date", "02/01/2021"],
      ["custom:903", "not-an-option", "Press, Radio"],
    ]);
    expect([900, 901, 902, 903].map((id) => customOf(id))).toEqual([11, 12.5, 1_753_999_200, [21, 22]]);
    expect(told(await own.sync())).toEqual([]);
    expect(await quietly(own)).toEqual([]);
    // What it can hold goes through as before
    change({ SIZE: "large", BUDGET: "20 000,50", KIND: "School" });
    await own.sync();
    expect([900, 901, 903].map((id) => customOf(id))).toEqual([12, 20_000.5, [22]]);
    expect(await quietly(own)).toEqual([]);
  });
  test("V12: an option that is added later is taken from then on", async () => {
    four();
    own.person({ first_name: "Ana", email: "a@exemple.fr", custom_fields: [custom(900, 11)] });
    await own.sync();
    change({ SIZE: "Medium" });
    await own.sync();
    own.worlds.copper.customs.find((one) => one.id === 900)!.options!.push({ id: 13, name: "Medium" });
    await own.sync();
    expect(customOf(900)).toBe(13);
  });
  test("case 41: at first sight, and for a new person, what cannot be converted is left out and told", async () => {
    four();
    addCustom(own, 904, "Member", "Checkbox");
    addMerge(own, "CLUB");
    mapped({ "custom:Size": "SIZE", "custom:Member": "CLUB", "custom:Since": "SINCE" });
    own.person({ first_name: "Ana", email: "a@exemple.fr", custom_fields: [custom(900, 11), custom(904, true)] });
    own.member("a@exemple.fr", { merge_fields: { FNAME: "Ana", SIZE: "Medium", CLUB: "Ja" } });
    own.member("b@exemple.fr", { merge_fields: { FNAME: "Bob", SIZE: "Medium", CLUB: "Ja", SINCE: "last spring" } });
    const env = { FIELD_CONFLICT: "mailchimp" };
    const ran = await own.sync({}, env);
    expect([customOf(900), customOf(904)]).toEqual([11, true]);
    const bob = [...own.worlds.copper.people.values()].find((one) => one.emails[0]!.email === "b@exemple.fr")!;
    expect([bob.first_name, bob.custom_fields]).toEqual(["Bob", []]);
    expect(
      told(ran)
        .map(([field]) => field)
        .sort(),
    ).toEqual(["custom:900", "custom:900", "custom:902", "custom:904", "custom:904"]);
    expect(await quietly(own, env)).toEqual([]);
  });
  test("case 4: a birthday is a date without its year; back it keeps the year that Copper knows, or is told", async () => {
    addCustom(own, 900, "Birthday", "Date");
    addMerge(own, "BIRTHDAY", { type: "birthday", options: { date_format: "MM/DD" } });
    mapped({ "custom:Birthday": "BIRTHDAY" });
    const born = Date.parse("1980-11-24T00:00:00+01:00") / 1000;
    own.person({ first_name: "Ana", email: "a@exemple.fr", custom_fields: [custom(900, born)] });
    own.person({ first_name: "Bob", email: "b@exemple.fr" });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.BIRTHDAY).toBe("11/24");
    change({ BIRTHDAY: "11/25" });
    change({ BIRTHDAY: "03/04" }, "b@exemple.fr");
    expect(told(await own.sync())).toEqual([["custom:900", "birthday-without-year", "03/04"]]);
    expect(customOf(900)).toBe(born + 86_400);
    expect(customOf(900, 500_002)).toBeUndefined();
    expect(own.at("b@exemple.fr")!.merge_fields.BIRTHDAY).toBe("03/04");
    expect(await quietly(own)).toEqual([]);
  });
  test.each([
    ["Europe/Paris", 1_753_999_200, 1_736_895_600, 1_752_444_000],
    ["America/Los_Angeles", 1_754_031_600, 1_736_928_000, 1_752_476_400],
    ["UTC", 1_754_006_400, 1_736_899_200, 1_752_451_200],
    ["Asia/Kolkata", 1_753_986_600, 1_736_879_400, 1_752_431_400],
  ])("case 43: a date is midnight where the account is, summer and winter: %s", async (zone, summer, winter, back) => {
    own.worlds.copper.zone = zone;
    addCustom(own, 900, "Since", "Date");
    addMerge(own, "SINCE", { type: "date", options: { date_format: "DD/MM/YYYY" } });
    mapped({ "custom:Since": "SINCE" });
    own.person({ first_name: "Ana", email: "a@exemple.fr", custom_fields: [custom(900, summer)] });
    own.person({ first_name: "Bob", email: "b@exemple.fr", custom_fields: [custom(900, winter)] });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.SINCE).toBe("2025-08-01");
    expect(own.at("b@exemple.fr")!.merge_fields.SINCE).toBe("2025-01-15");
    change({ SINCE: "2025-07-14" });
    await own.sync();
    expect(customOf(900)).toBe(back);
    expect(await quietly(own)).toEqual([]);
  });
});

describe("V15: postal addresses", () => {
  const home = (street: string, city: string, postal_code: string, country = "FR") => ({
    address: { street, city, state: "", postal_code, country },
  });
  test.each(["anything", "n/a"] as const)(
    "case 50: a French address arrives where Mailchimp takes %s for its state, which never reaches Copper; a move follows",
    async (stateTaken) => {
      await own.close();
      own = await world({ mailchimp: { stateTaken } });
      const people = [1, 2, 3].map((n) =>
        own.person({
          first_name: `Ana${n}`,
          email: `a${n}@exemple.fr`,
          ...home("12 rue de la Paix", "Paris", "75002"),
        }),
      );
      await own.sync();
      for (const n of [1, 2, 3])
        expect(own.at(`a${n}@exemple.fr`)!.merge_fields.ADDRESS).toMatchObject({
          addr1: "12 rue de la Paix",
          city: "Paris",
          zip: "75002",
          country: "FR",
        });
      expect(await quietly(own)).toEqual([]);
      expect(own.worlds.copper.people.get(people[0]!.id)!.address!.state).toBe("");
      edit(own, people[0]!, home("3 place Bellecour", "Lyon", "69002"));
      own.writes();
      await own.sync();
      // What was found out is not tried once more
      expect(own.writes()).toHaveLength(1);
      expect(own.at("a1@exemple.fr")!.merge_fields.ADDRESS).toMatchObject({ city: "Lyon", zip: "69002" });
      const member = own.at("a2@exemple.fr")!;
      const moved = { ...(member.merge_fields.ADDRESS as object), city: "Nantes" };
      edit(own, member, { merge_fields: { ...member.merge_fields, ADDRESS: moved } });
      await own.sync();
      expect(own.worlds.copper.people.get(people[1]!.id)!.address).toMatchObject({ city: "Nantes" });
      expect(own.worlds.copper.people.get(people[1]!.id)!.address!.state || "").toBe("");
      expect(await quietly(own)).toEqual([]);
    },
  );
  test("V15: the parts of an address can be mapped each alone, beside the whole", async () => {
    for (const tag of ["CITY", "POSTCODE"]) addMerge(own, tag);
    mapped({ "address.city": "CITY", "address.postal_code": "POSTCODE" });
    const person = own.person({ first_name: "Ana", email: "a@exemple.fr", ...home("1 rue A", "Paris", "75002") });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields).toMatchObject({ CITY: "Paris", POSTCODE: "75002" });
    change({ CITY: "Lyon", POSTCODE: "69001" });
    await own.sync();
    expect(own.worlds.copper.people.get(person.id)!.address).toMatchObject({
      street: "1 rue A",
      city: "Lyon",
      postal_code: "69001",
    });
    expect(own.at("a@exemple.fr")!.merge_fields.ADDRESS).toMatchObject({ city: "Lyon", zip: "69001" });
    expect(await quietly(own)).toEqual([]);
  });
  test("V5: an American address without its state is told, not sent", async () => {
    own.person({ first_name: "Ana", email: "a@exemple.fr", ...home("1 Main St", "Springfield", "62701", "US") });
    expect(told(await own.sync())).toContainEqual(["address", "address-incomplete", expect.anything()]);
    expect(own.at("a@exemple.fr")!.merge_fields.ADDRESS ?? "").toBe("");
  });
});
