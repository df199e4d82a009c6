/** A6: an undo keeps to the rules that a run keeps to, and says of each field what becomes of it. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { edit, type World, world } from "../harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const NAMES = ["ana", "bob", "cleo", "dora"];
const at = (name: string) => own.at(`${name}@exemple.fr`)!;

/** Four people in step, and a run that filled two fields of each. */
async function filled() {
  own.worlds.mailchimp.merges.push({
    tag: "TITLE",
    name: "Title",
    type: "text",
    merge_id: 90,
    required: false,
  } as never);
  const people = NAMES.map((name) => own.person({ first_name: name, email: `${name}@exemple.fr` }));
  for (const name of NAMES) own.member(`${name}@exemple.fr`, { merge_fields: { FNAME: name } });
  await own.sync();
  for (const one of people) edit(own, one, { first_name: "Wrong", name: "Wrong", title: "Boss" });
  const { run } = await own.sync();
  for (const name of NAMES) expect(at(name).merge_fields).toMatchObject({ FNAME: "Wrong", TITLE: "Boss" });
  return { people, run };
}

test("case 65: nothing is written about people marked or archived since; each field not put back is listed", async () => {
  const { people, run } = await filled();
  edit(own, people[0]!, { tags: ["🗑️ À SUPPRIMER"] });
  edit(own, people[1]!, { tags: ["📥 INACTIF"] });
  edit(own, at("cleo"), { merge_fields: { ...at("cleo").merge_fields, TITLE: "By hand" } });
  own.writes();
  const plan = await own.sync({ undo: run });
  for (const name of ["ana", "bob"]) expect(at(name).merge_fields).toMatchObject({ FNAME: "Wrong", TITLE: "Boss" });
  expect(at("cleo").merge_fields).toMatchObject({ FNAME: "cleo", TITLE: "By hand" });
  expect(at("dora").merge_fields).toMatchObject({ FNAME: "dora", TITLE: "" });
  for (const name of ["ana", "bob"])
    for (const [field, value] of Object.entries({ FNAME: name, TITLE: "" }))
      expect(plan.notes).toContainEqual({ contact: `${name}@exemple.fr`, code: "undo-left-alone", field, value });
  const changed = { contact: "cleo@exemple.fr", code: "undo-changed-since", field: "TITLE", value: "" };
  expect(plan.notes).toContainEqual(changed);
});
test("case 73: with ONLY set since, only those whom it names are touched", async () => {
  const { run } = await filled();
  await own.sync({ undo: run }, { ONLY: "dora@" });
  for (const name of ["ana", "bob", "cleo"]) expect(at(name).merge_fields.FNAME).toBe("Wrong");
  expect(at("dora").merge_fields.FNAME).toBe("dora");
});
test("A6: a tag that Copper still asks for is said to come again with the next run, and a tag that is gone is listed", async () => {
  const person = own.person({ first_name: "ana", email: "ana@exemple.fr" });
  await own.sync();
  edit(own, person, { tags: ["vip", "press"] });
  const { run } = await own.sync();
  edit(own, at("ana"), { tags: at("ana").tags.filter((tag) => tag.name !== "press") });
  const { notes } = await own.sync({ undo: run });
  const about = { contact: "ana@exemple.fr", field: "tags" };
  expect(notes).toContainEqual({ ...about, code: "undo-comes-again", value: "vip" });
  expect(notes).toContainEqual({ ...about, code: "undo-changed-since", value: "press" });
});
test("G4: an undo is refused where a side answers with nobody at all", async () => {
  const { people, run } = await filled();
  own.worlds.mailchimp.members.clear();
  own.writes();
  const undone = await own.sync({ undo: run, yes: true });
  expect(undone).toMatchObject({ outcome: "refused", guard: { code: "empty-mailchimp", yesHelps: false } });
  expect(own.writes()).toEqual([]);
  expect(own.worlds.copper.people.get(people[0]!.id)!.first_name).toBe("Wrong");
});
