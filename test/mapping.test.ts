/** V7: further fields from `sync.config.yaml`, custom fields of every type among them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readSettings } from "../src/config/settings.ts";
import { wire } from "../src/main/wire.ts";
import { edit, hasty, type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const TYPES = [
  { data_type: "String", tag: "ASTRING", type: "text", copper: "un", mailchimp: "un", other: "deux", back: "deux" },
  { data_type: "Text", tag: "ATEXT", type: "text", copper: "un", mailchimp: "un", other: "deux", back: "deux" },
  { data_type: "Dropdown", tag: "ADROP", type: "dropdown", copper: 1, mailchimp: "Petite", other: "Grande", back: 2 },
  {
    data_type: "MultiSelect",
    tag: "AMULTI",
    type: "text",
    copper: [1, 2],
    mailchimp: "Petite, Grande",
    other: "Grande",
    back: [2],
  },
  {
    data_type: "Date",
    tag: "ADATE",
    type: "date",
    copper: 1_767_222_000,
    mailchimp: "2026-01-01",
    other: "2026-02-01",
    back: 1_769_900_400,
  },
  { data_type: "Checkbox", tag: "ACHECK", type: "text", copper: true, mailchimp: "true", other: "false", back: false },
  { data_type: "Float", tag: "AFLOAT", type: "number", copper: 1.5, mailchimp: 1.5, other: 2.5, back: 2.5 },
  {
    data_type: "URL",
    tag: "AURL",
    type: "url",
    copper: "https://exemple.fr",
    mailchimp: "https://exemple.fr",
    other: "https://exemple.org",
    back: "https://exemple.org",
  },
  { data_type: "Percentage", tag: "APERCENT", type: "number", copper: 10, mailchimp: 10, other: 20, back: 20 },
  { data_type: "Currency", tag: "AMONEY", type: "number", copper: 100, mailchimp: 100, other: 200, back: 200 },
] as const;

test.each(TYPES)(
  "V7: a custom field of type $data_type, there and back, and then in step",
  async ({ data_type, tag, type, copper, mailchimp, other, back }) => {
    own.worlds.copper.customs.push({
      id: 900,
      name: "Mine",
      data_type,
      options: [
        { id: 1, name: "Petite" },
        { id: 2, name: "Grande" },
      ],
    });
    own.worlds.mailchimp.merges.push({
      merge_id: 50,
      tag,
      name: tag,
      type,
      required: false,
      options: type === "dropdown" ? { choices: ["Petite", "Grande"] } : {},
    });
    writeFileSync(join(own.folder, "sync.config.yaml"), `fields:\n  - { copper: "custom:Mine", mailchimp: ${tag} }\n`);
    const person = own.person({
      first_name: "Ana",
      email: "a@exemple.fr",
      custom_fields: [
        { custom_field_definition_id: 71, value: 1 },
        { custom_field_definition_id: 900, value: copper },
      ],
    });
    await own.sync();
    expect(own.at("a@exemple.fr")!.merge_fields[tag]).toEqual(mailchimp);
    expect((await own.sync()).operations).toEqual([]);
    edit(own, own.at("a@exemple.fr")!, { merge_fields: { FNAME: "Ana", [tag]: other } });
    await own.sync();
    const fields = own.worlds.copper.people.get(person.id)!.custom_fields;
    expect(fields.find((one) => one.custom_field_definition_id === 900)?.value).toEqual(back);
    expect(fields.find((one) => one.custom_field_definition_id === 71)?.value).toBe(1);
    expect((await own.sync()).operations).toEqual([]);
  },
);

test("V7: a direction of its own: one way goes one way, and the other side keeps what it has", async () => {
  own.worlds.mailchimp.merges.push({
    merge_id: 51,
    tag: "NOTES",
    name: "NOTES",
    type: "text",
    required: false,
    options: {},
  });
  writeFileSync(
    join(own.folder, "sync.config.yaml"),
    "fields:\n  - { copper: details, mailchimp: NOTES, direction: to-mailchimp }\n",
  );
  const person = own.person({ first_name: "Ana", email: "a@exemple.fr", details: "from Copper" });
  await own.sync();
  expect(own.at("a@exemple.fr")!.merge_fields.NOTES).toBe("from Copper");
  edit(own, own.at("a@exemple.fr")!, { merge_fields: { FNAME: "Ana", NOTES: "by hand" } });
  expect((await own.sync()).operations).toEqual([]);
  expect(own.worlds.copper.people.get(person.id)!.details).toBe("from Copper");
});
test("V7: the fields are shown by their names: custom ones by those that Copper gives them", async () => {
  own.worlds.copper.customs.push(
    { id: 90, name: "Segment", data_type: "String", options: [] },
    { id: 91, name: "Other", data_type: "String", options: [] },
  );
  own.worlds.mailchimp.merges.push({
    merge_id: 90,
    tag: "SEGMENT",
    name: "Segment",
    type: "text",
    required: false,
    options: {},
  });
  writeFileSync(
    join(own.folder, "sync.config.yaml"),
    "fields:\n  - { copper: 'custom:Segment', mailchimp: SEGMENT }\n",
  );
  await own.sync();
  const wired = await wire(readSettings(own.env, own.folder), new AbortController().signal, hasty());
  const mapping = await wired.store.fact("mapping");
  await wired.store.close();
  expect(Object.fromEntries(mapping!.map((one) => [one.mailchimp, one.label]))).toMatchObject({
    SEGMENT: "Segment",
    FNAME: "first_name",
    LNAME: "last_name",
  });
});
