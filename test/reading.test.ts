/** Reading everybody, whatever the service's pages do: no contact is left out (V6, G3). */
import { afterEach, expect, test } from "vitest";
import { type World, world } from "./harness.ts";

let own: World;
afterEach(() => own.close());

test("more people created in one second than a page holds are all read", async () => {
  own = await world();
  for (let index = 0; index < 650; index += 1)
    own.person({ first_name: `N${index}`, email: `n${index}@exemple.fr`, date_created: own.clock });
  expect(await own.sync()).toMatchObject({ copper: { read: 650 }, mailchimp: { created: 650 } });
  expect((await own.sync()).operations).toEqual([]);
});
test("more people changed in one second than a page holds are all read, where only changes are", async () => {
  own = await world({ people: 2_100, seed: 3 });
  await own.sync();
  own.clock += 3_600;
  const changed = [...own.worlds.copper.people.values()].slice(0, 450);
  for (const person of changed) Object.assign(person, { title: "Ensemble", date_modified: own.clock });
  const { mode, copper } = await own.sync();
  expect(mode).toBe("incremental");
  expect(copper.read).toBeGreaterThanOrEqual(450);
  expect((await own.sync()).operations).toEqual([]);
});
test("members on three pages are all read, and nobody twice", async () => {
  own = await world();
  for (let index = 0; index < 2_300; index += 1)
    own.member(`n${index}@exemple.fr`, { last_changed: new Date((own.clock - index) * 1000).toISOString() });
  const { mailchimp, copper } = await own.plan();
  expect(mailchimp.read).toBe(2_300);
  expect(copper.read).toBe(0);
});
test("members deleted and changed while their pages are read: the others are all read", async () => {
  own = await world();
  for (let index = 0; index < 2_300; index += 1)
    own.member(`n${index}@exemple.fr`, { last_changed: new Date((own.clock - 5_000 + index) * 1000).toISOString() });
  let pages = 0;
  own.mailchimp.before = (asked) => {
    if (!asked.path.endsWith("/members") || asked.query.get("status") === "archived" || ++pages !== 2) return;
    const members = [...own.worlds.mailchimp.members.values()];
    for (const gone of members.slice(0, 40)) own.worlds.mailchimp.members.delete(gone.id);
    for (const one of members.slice(60, 80)) one.last_changed = new Date(own.clock * 1000).toISOString();
  };
  const { operations } = await own.plan();
  const made = new Set(operations.filter((one) => one.operation === "create-person").map((one) => one.contact));
  for (let index = 40; index < 2_300; index += 1) expect(made.has(`n${index}@exemple.fr`), `n${index}`).toBe(true);
});
