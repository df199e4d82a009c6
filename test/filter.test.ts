/** An audience for some people only: those with one of its tags (`filter` in `sync.config.yaml`). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
  writeFileSync(join(own.folder, "sync.config.yaml"), "filter: { tags: [Newsletter, 'VIP ⭐️'] }\n");
});
afterEach(() => own.close());
const status = (email: string) => own.at(email)?.status;

test("people with one of the tags, in whatever case, become members; others do not, and their own members stay as they are", async () => {
  own.person({ first_name: "Ana", email: "ana@exemple.fr", tags: ["newsletter"] });
  own.person({ first_name: "Bob", email: "bob@exemple.fr", tags: ["vip ⭐"] });
  own.person({ first_name: "Cléo", email: "cleo@exemple.fr", tags: ["Client"] });
  own.person({ first_name: "Dora", email: "dora@exemple.fr" });
  own.member("dora@exemple.fr", { merge_fields: { FNAME: "Autre" } });
  own.member("seul@exemple.fr", { merge_fields: { FNAME: "Seul" } });
  expect(await own.sync()).toMatchObject({
    mailchimp: { created: 2 },
    copper: { created: 0 },
    skipped: { filtered: 2 },
  });
  expect([status("ana@exemple.fr"), status("bob@exemple.fr"), status("cleo@exemple.fr")]).toEqual([
    "subscribed",
    "subscribed",
    undefined,
  ]);
  expect(own.at("dora@exemple.fr")).toMatchObject({ status: "subscribed", merge_fields: { FNAME: "Autre" } });
  expect((await own.sync()).operations).toEqual([]);
});
test("C1, G1: who loses the tag is archived, and with the tag comes back to the status he had, unless somebody touched him", async () => {
  const people = ["ana", "bob"].map((name) =>
    own.person({ first_name: name, email: `${name}@exemple.fr`, tags: ["Newsletter"] }),
  );
  await own.sync();
  for (const person of people) edit(own, person, { tags: [] });
  const { operations } = await own.sync();
  expect(operations.map((one) => `${one.operation} ${one.reason}`)).toEqual(
    Array(2).fill("archive-member outside-filter"),
  );
  expect((await own.sync()).operations).toEqual([]);
  edit(own, own.at("bob@exemple.fr")!, { merge_fields: { FNAME: "Bobby" } });
  for (const person of people) edit(own, person, { tags: ["Newsletter"] });
  await own.sync();
  expect([status("ana@exemple.fr"), status("bob@exemple.fr")]).toEqual(["subscribed", "archived"]);
  expect((await own.sync()).operations).toEqual([]);
});
test("G4: a filter that would empty the audience is refused before anything is written", async () => {
  for (let index = 0; index < 15; index += 1)
    own.person({ first_name: "N", email: `n${index}@exemple.fr`, tags: ["Newsletter"] });
  await own.sync();
  writeFileSync(join(own.folder, "sync.config.yaml"), "filter: { tags: [Nobody] }\n");
  own.writes();
  expect(await own.sync()).toMatchObject({ outcome: "refused", guard: { code: "too-many-removals", removals: 15 } });
  expect(own.writes()).toEqual([]);
});
test("contact types and custom fields: all that is said must be met, of each list one is enough; who changes leaves and returns", async () => {
  own.worlds.copper.customs.push({
    id: 90,
    name: "Segment",
    data_type: "MultiSelect",
    options: [
      { id: 1, name: "Presse" },
      { id: 2, name: "École" },
    ],
  });
  writeFileSync(
    join(own.folder, "sync.config.yaml"),
    "filter: { contactTypes: [client], fields: { segment: [ÉCOLE, Presse] } }\n",
  );
  const segment = (...value: number[]) => [{ custom_field_definition_id: 90, value }];
  const ana = own.person({ first_name: "Ana", email: "ana@exemple.fr", custom_fields: segment(1, 2) });
  const bob = own.person({ first_name: "Bob", email: "bob@exemple.fr", custom_fields: segment() });
  own.person({ first_name: "Cléo", email: "cleo@exemple.fr", custom_fields: segment(2) });
  for (const person of [ana, bob]) edit(own, person, { contact_type_id: 1 });
  expect(await own.sync()).toMatchObject({ mailchimp: { created: 1 }, skipped: { filtered: 2 } });
  edit(own, bob, { custom_fields: segment(2) });
  edit(own, ana, { contact_type_id: null });
  expect(await own.sync()).toMatchObject({ mailchimp: { created: 1, archived: 1 } });
  edit(own, ana, { contact_type_id: 1 });
  await own.sync();
  expect([status("ana@exemple.fr"), status("bob@exemple.fr"), status("cleo@exemple.fr")]).toEqual([
    "subscribed",
    "subscribed",
    undefined,
  ]);
});
test("a filter that names what Copper does not have is exit 2, by name, before anything is written", async () => {
  own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  writeFileSync(join(own.folder, "sync.config.yaml"), "filter: { contactTypes: [Clint], fields: { Segment: [x] } }\n");
  await expect(own.sync()).rejects.toThrow("Clint, Segment");
  expect(own.writes()).toEqual([]);
});
test("a filter that comes later and looks at what was not read before: everybody is looked at again", async () => {
  // At a short interval an account is read for its changes only, with a margin of ten minutes
  own.env.SYNC_INTERVAL = "60";
  const settle = async () => {
    await own.sync();
    own.clock += 1_200;
  };
  own.worlds.copper.customs.push({ id: 90, name: "Segment", data_type: "String", options: [] });
  writeFileSync(join(own.folder, "sync.config.yaml"), "");
  const segment = (value: string) => [{ custom_field_definition_id: 90, value }];
  own.person({ first_name: "Ana", email: "ana@exemple.fr", contact_type_id: 1, custom_fields: segment("x") });
  own.person({ first_name: "Bob", email: "bob@exemple.fr", contact_type_id: 1, custom_fields: segment("y") });
  own.person({ first_name: "Cléo", email: "cleo@exemple.fr", contact_type_id: 2, custom_fields: segment("x") });
  const names = ["ana", "bob", "cleo"];
  const states = () => names.map((name) => status(`${name}@exemple.fr`));
  // Twice, so that nobody is within the margin
  await settle();
  await settle();
  expect(states()).toEqual(["subscribed", "subscribed", "subscribed"]);
  writeFileSync(join(own.folder, "sync.config.yaml"), "filter: { contactTypes: [client] }\n");
  await settle();
  expect(states()).toEqual(["subscribed", "subscribed", "archived"]);
  writeFileSync(join(own.folder, "sync.config.yaml"), "filter: { contactTypes: [client], fields: { Segment: [x] } }\n");
  await settle();
  expect(states()).toEqual(["subscribed", "archived", "archived"]);
  writeFileSync(join(own.folder, "sync.config.yaml"), "");
  await settle();
  expect(states()).toEqual(["subscribed", "subscribed", "subscribed"]);
});
