/** A6: second thoughts about a run, over both simulated services. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

test("A6: values are put back where they still stand; what changed since is left and told; the next run leaves it so", async () => {
  const [ana, bob] = ["ana", "bob"].map((name) => own.person({ first_name: name, email: `${name}@exemple.fr` }));
  for (const name of ["ana", "bob"]) own.member(`${name}@exemple.fr`, { merge_fields: { FNAME: name } });
  await own.sync();
  for (const one of [ana!, bob!]) edit(own, one, { first_name: "Wrong", name: "Wrong" });
  const { run } = await own.sync();
  edit(own, own.at("bob@exemple.fr")!, { merge_fields: { FNAME: "By hand" } });
  const undone = await own.sync({ undo: run });
  expect(own.at("ana@exemple.fr")!.merge_fields.FNAME).toBe("ana");
  expect(own.at("bob@exemple.fr")!.merge_fields.FNAME).toBe("By hand");
  const left = { contact: "bob@exemple.fr", code: "undo-changed-since", field: "FNAME", value: "bob" };
  expect(undone.notes).toContainEqual(left);
  await own.sync();
  expect(own.at("ana@exemple.fr")!.merge_fields.FNAME).toBe("ana");
  await own.sync({ undo: undone.run });
  expect(own.at("ana@exemple.fr")!.merge_fields.FNAME).toBe("Wrong");
});
test("A6: undoing a first sync archives the members it made, deletes nobody in Copper, and can be undone itself", async () => {
  const person = own.person({ first_name: "Ana", email: "ana@exemple.fr", tags: ["VIP"] });
  own.member("bob@exemple.fr", { merge_fields: { FNAME: "Bob" } });
  const { run } = await own.sync();
  const undone = await own.sync({ undo: run });
  expect(own.at("ana@exemple.fr")!.status).toBe("archived");
  expect(own.worlds.copper.people.has(person.id)).toBe(true);
  expect(own.worlds.copper.people.size).toBe(2);
  expect(undone.notes).toContainEqual({ contact: "bob@exemple.fr", code: "undo-person" });
  await own.sync();
  expect(own.at("ana@exemple.fr")!.status).toBe("archived");
  await own.sync({ undo: undone.run });
  expect(own.at("ana@exemple.fr")!.status).toBe("subscribed");
  own.writes();
  await own.sync();
  expect(own.writes()).toEqual([]);
});
test("A6, C1: a member archived by a run comes back to the status he had, unless somebody touched him", async () => {
  const people = ["ana", "bob"].map((name) => own.person({ first_name: name, email: `${name}@exemple.fr` }));
  for (const name of ["ana", "bob"]) own.member(`${name}@exemple.fr`, { status: "unsubscribed" });
  await own.sync();
  for (const { id } of people) own.worlds.copper.people.delete(id);
  own.person({ first_name: "Other", email: "other@exemple.fr" });
  const { run } = await own.sync({ yes: true });
  expect(own.at("ana@exemple.fr")!.status).toBe("archived");
  edit(own, own.at("bob@exemple.fr")!, { merge_fields: { FNAME: "touched" } });
  await own.sync({ undo: run });
  expect(own.at("ana@exemple.fr")!.status).toBe("unsubscribed");
  expect(own.at("bob@exemple.fr")!.status).toBe("archived");
});
