/** What is absent, new or unknown is never taken for cleared by a human (V10, V11, V14, G5). */
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { edit, type World, world } from "../harness.ts";
import { addCustom, addMerge, deleteMerge, map, quietly, remakeMerge } from "./fields.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const mapped = (...lines: string[]) => map(own, ...lines);
const people = () => [...own.worlds.copper.people.values()];
/** People with a name, a title and a phone number each. */
const many = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    own.person({
      first_name: `Ana${index}`,
      last_name: `Lopez${index}`,
      title: `Title ${index}`,
      phone_numbers: [{ number: `+33 1 00 00 00 ${10 + index}`, category: "work" }],
      email: `p${index}@exemple.fr`,
    }),
  );
const held = () => people().map(({ last_name, title, phone_numbers }) => [last_name, title, phone_numbers[0]?.number]);

describe("V10: what was agreed belongs to a pair of fields", () => {
  test.each(["at once", "after a run without them"])(
    "case 10: merge fields deleted and made anew, %s, take nothing from anybody in Copper and get the values",
    async (when) => {
      addMerge(own, "TITLE");
      many(30);
      await own.sync();
      const before = held();
      if (when === "at once") for (const tag of ["LNAME", "PHONE"]) remakeMerge(own, tag);
      else {
        for (const tag of ["LNAME", "PHONE"]) deleteMerge(own, tag);
        await own.sync();
        addMerge(own, "LNAME");
        addMerge(own, "PHONE", { type: "phone", options: { phone_format: "none" } });
      }
      expect((await own.sync()).outcome).toBe("ok");
      expect(held()).toEqual(before);
      for (let index = 0; index < 30; index += 1)
        expect(own.at(`p${index}@exemple.fr`)!.merge_fields).toMatchObject({
          LNAME: `Lopez${index}`,
          PHONE: before[index]![2],
        });
      expect(await quietly(own)).toEqual([]);
    },
  );
  test("V10: a merge field that changes its type is another one, and a value that it cannot hold is told", async () => {
    addMerge(own, "AGE");
    addCustom(own, 900, "Age", "String");
    mapped('copper: "custom:Age", mailchimp: AGE');
    own.person({
      first_name: "Ana",
      email: "a@exemple.fr",
      custom_fields: [{ custom_field_definition_id: 900, value: "old" }],
    });
    await own.sync();
    remakeMerge(own, "AGE", { type: "number" });
    const { notes } = await own.sync();
    expect(people()[0]!.custom_fields[0]!.value).toBe("old");
    expect(notes).toContainEqual(expect.objectContaining({ code: "not-a-number", value: "old" }));
    expect(await quietly(own)).toEqual([]);
  });
  test("V10: a merge field made anew between two readings of changes is noticed before anything is overwritten", async () => {
    for (let index = 0; index < 2_001; index += 1)
      own.person({ first_name: "Ana", last_name: `L${index}`, email: `p${index}@exemple.fr` });
    await own.sync();
    await own.sync();
    remakeMerge(own, "LNAME");
    // Somebody changes another field of one member: the reading of changes shows their last name blank
    edit(own, own.at("p7@exemple.fr")!, { merge_fields: { FNAME: "Anna" } });
    own.copper.asked.splice(0);
    await own.sync();
    const person = people().find((one) => one.emails[0]!.email === "p7@exemple.fr")!;
    expect([person.first_name, person.last_name]).toEqual(["Anna", "L7"]);
    expect(own.at("p7@exemple.fr")!.merge_fields.LNAME).toBe("L7");
    expect(own.at("p8@exemple.fr")!.merge_fields.LNAME).toBe("L8");
  }, 120_000);
  test("V10: a custom field deleted and made anew under its name clears nobody in Mailchimp", async () => {
    addMerge(own, "SIZE");
    addCustom(own, 900, "Size", "String");
    mapped('copper: "custom:Size", mailchimp: SIZE');
    own.person({
      first_name: "Ana",
      email: "a@exemple.fr",
      custom_fields: [{ custom_field_definition_id: 900, value: "L" }],
    });
    await own.sync();
    own.worlds.copper.customs.pop();
    addCustom(own, 901, "Size", "String");
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.SIZE).toBe("L");
    expect(people()[0]!.custom_fields.find((one) => one.custom_field_definition_id === 901)?.value).toBe("L");
    expect(await quietly(own)).toEqual([]);
  });
  test("case 26: a mapping that points elsewhere fills the other field and empties none", async () => {
    addMerge(own, "JOB");
    addMerge(own, "ROLE");
    mapped("copper: title, mailchimp: JOB");
    many(30);
    await own.sync();
    const before = held();
    mapped("copper: title, mailchimp: ROLE");
    await own.sync();
    expect(held()).toEqual(before);
    for (let index = 0; index < 30; index += 1)
      expect(own.at(`p${index}@exemple.fr`)!.merge_fields).toMatchObject({
        JOB: `Title ${index}`,
        ROLE: `Title ${index}`,
      });
    expect(await quietly(own)).toEqual([]);
  });
  test("V10: a database of the version before keeps what was agreed under the field's name, for the pair that it was", async () => {
    const person = own.person({ first_name: "Ana", last_name: "Lopez", email: "a@exemple.fr" });
    await own.sync();
    await asBefore(own);
    edit(own, person, { last_name: null, name: "Ana" });
    await own.sync();
    // A clearing that was agreed before the update is still a clearing
    expect(own.at("a@exemple.fr")!.merge_fields).toMatchObject({ FNAME: "Ana", LNAME: "" });
    expect(await quietly(own)).toEqual([]);
  });
});

describe("V14: one field of a person leads to several merge fields", () => {
  test("case 30: a line added for the phone stands beside the default one; all phones stay", async () => {
    addMerge(own, "MOBILE");
    many(6);
    await own.sync();
    const before = held();
    mapped("copper: phone, mailchimp: MOBILE");
    for (let run = 0; run < 5; run += 1) await own.sync({ full: true });
    expect(held()).toEqual(before);
    for (let index = 0; index < 6; index += 1) {
      const { PHONE, MOBILE } = own.at(`p${index}@exemple.fr`)!.merge_fields;
      expect([PHONE, MOBILE]).toEqual([before[index]![2], before[index]![2]]);
    }
    expect(await quietly(own)).toEqual([]);
  });
  test("V14: a change of either goes to Copper, and from there to the other, in the same run", async () => {
    addMerge(own, "MOBILE");
    mapped("copper: phone, mailchimp: MOBILE");
    const [person] = many(1);
    await own.sync();
    const member = own.at("p0@exemple.fr")!;
    edit(own, member, { merge_fields: { ...member.merge_fields, MOBILE: "+33 6 99" } });
    await own.sync();
    expect(own.worlds.copper.people.get(person!.id)!.phone_numbers[0]!.number).toBe("+33 6 99");
    expect(own.at("p0@exemple.fr")!.merge_fields.PHONE).toBe("+33 6 99");
    expect(await quietly(own)).toEqual([]);
  });
});

describe("V11: absent is not blank", () => {
  test("case 29: an option added since the definitions were read is asked for in the same run", async () => {
    addMerge(own, "SIZE");
    addCustom(own, 900, "Size", "Dropdown", [
      { id: 11, name: "Small" },
      { id: 12, name: "Large" },
    ]);
    mapped('copper: "custom:Size", mailchimp: SIZE');
    for (let index = 0; index < 2_100; index += 1)
      own.person({
        first_name: "Ana",
        email: `p${index}@exemple.fr`,
        custom_fields: [{ custom_field_definition_id: 900, value: 11 }],
      });
    await own.sync();
    await own.sync();
    own.worlds.copper.customs.at(-1)!.options!.push({ id: 13, name: "Huge" });
    edit(own, people()[5]!, { custom_fields: [{ custom_field_definition_id: 900, value: 13 }] });
    expect((await own.sync()).mode).toBe("incremental");
    expect(own.at(people()[5]!.emails[0]!.email)!.merge_fields.SIZE).toBe("Huge");
    expect(await quietly(own)).toEqual([]);
  }, 120_000);
  test("V11: an option id that no definition has clears nothing in Mailchimp", async () => {
    addMerge(own, "SIZE");
    addCustom(own, 900, "Size", "Dropdown", [{ id: 11, name: "Small" }]);
    mapped('copper: "custom:Size", mailchimp: SIZE');
    const person = own.person({
      first_name: "Ana",
      email: "a@exemple.fr",
      custom_fields: [{ custom_field_definition_id: 900, value: 11 }],
    });
    await own.sync();
    edit(own, person, { custom_fields: [{ custom_field_definition_id: 900, value: 99 }] });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields.SIZE).toBe("Small");
    // Nor does what Mailchimp says overwrite it
    const member = own.at("a@exemple.fr")!;
    edit(own, member, { merge_fields: { ...member.merge_fields, SIZE: "Large" } });
    await own.sync();
    expect(own.worlds.copper.people.get(person.id)!.custom_fields[0]!.value).toBe(99);
  });
});

describe("G5: a plan that would empty or level a field of too many is refused", () => {
  const emptied = async () => {
    for (let index = 0; index < 200; index += 1) {
      own.person({ first_name: `Ana${index}`, last_name: `L${index}`, email: `p${index}@exemple.fr` });
      own.member(`p${index}@exemple.fr`, { merge_fields: { FNAME: `Ana${index}`, LNAME: `L${index}` } });
    }
    await own.sync();
  };
  test("case 31: a bad import that empties names for all is refused with field and figure, and --yes carries it over", async () => {
    await emptied();
    for (const member of own.worlds.mailchimp.members.values())
      edit(own, member, { merge_fields: { FNAME: "", LNAME: "" } });
    own.writes();
    const { outcome, guard } = await own.sync();
    expect(outcome).toBe("refused");
    expect(guard).toMatchObject({
      code: "too-many-cleared",
      side: "copper",
      removals: 200,
      limit: 20,
      yesHelps: true,
    });
    expect(own.writes()).toEqual([]);
    expect(people().every((one) => one.last_name !== null)).toBe(true);
    expect((await own.sync({ yes: true })).outcome).not.toBe("refused");
    expect(people().every((one) => (one.last_name ?? "") === "")).toBe(true);
  });
  test("G5: one value for all is refused likewise, in the other direction, too", async () => {
    await emptied();
    for (const person of people()) edit(own, person, { last_name: "Import", name: `${person.first_name} Import` });
    const { guard } = await own.sync();
    expect(guard).toMatchObject({ code: "too-many-alike", side: "mailchimp", field: "LNAME", value: "Import" });
    expect(own.at("p3@exemple.fr")!.merge_fields.LNAME).toBe("L3");
    expect((await own.sync({}, { MAX_CHANGES: "100%" })).outcome).toBe("ok");
  });
  test("G5: ten contacts, and filling blanks, are never refused", async () => {
    for (let index = 0; index < 30; index += 1) {
      own.person({ first_name: `Ana${index}`, title: "Directrice", email: `p${index}@exemple.fr` });
      own.member(`p${index}@exemple.fr`, { merge_fields: { FNAME: `Ana${index}` } });
    }
    addMerge(own, "TITLE");
    expect((await own.sync()).guard).toBeNull();
    for (const person of people().slice(0, 10)) edit(own, person, { title: null });
    expect((await own.sync()).guard).toBeNull();
    expect(own.at("p3@exemple.fr")!.merge_fields.TITLE).toBe("");
  });
});

/** Makes the database look as the version before left it: agreements under the names of Copper's fields. */
async function asBefore(own: World): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(join(own.folder, "sync.db"));
  for (const { key, json } of database.prepare("select key, json from links").all() as {
    key: string;
    json: string;
  }[]) {
    const link = JSON.parse(json);
    link.baseline = Object.fromEntries(
      Object.entries(link.baseline).map(([pair, value]) => [pair.split("|")[0], value]),
    );
    database.prepare("update links set json = ? where key = ?").run(JSON.stringify(link), key);
  }
  const fields = "first_name=FNAME,last_name=LNAME,phone=PHONE,address=ADDRESS,company_name=COMPANY";
  database.prepare("update facts set json = ? where key = 'fields'").run(JSON.stringify(fields));
  database.exec("delete from facts where key in ('inherited', 'runs')");
  const setup = JSON.parse(
    (database.prepare("select json from facts where key = 'setup'").get() as { json: string }).json,
  );
  setup.merges = setup.merges.map(({ id: _, kind: __, longest: ___, ...rest }: Record<string, unknown>) => rest);
  database.prepare("update facts set json = ? where key = 'setup'").run(JSON.stringify(setup));
  database.close();
}
