/** Reading everybody, whatever the service's pages do: no contact is left out (V6, G3). */
import { afterEach, expect, test } from "vitest";
import type { SimResponse } from "../src/simulators/server.ts";
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
/** The names of those made by the program. */
const made = (list: readonly { operation: string; contact: string }[]) =>
  list.filter((one) => one.operation.startsWith("create-")).map((one) => one.contact);
test("G3, W3: pages of people that repeat end the reading: nobody whom they do not show is made again", async () => {
  own = await world();
  for (let index = 0; index < 250; index += 1)
    own.person({ first_name: `N${index}`, email: `n${index}@exemple.fr`, date_created: own.clock });
  own.member("n249@exemple.fr");
  own.member("nobody@exemple.fr");
  let first: SimResponse | undefined;
  own.copper.bend = (asked, reply) => {
    if (!asked.path.endsWith("/people/search") || !(asked.body as { sort_by?: string }).sort_by) return reply;
    first ??= reply;
    return first;
  };
  const { doubted, operations } = await own.sync();
  expect(doubted).toMatchObject([{ side: "copper", read: 200 }]);
  expect(made(operations)).not.toContain("n249@exemple.fr");
  expect(made(operations)).not.toContain("nobody@exemple.fr");
  expect(own.worlds.copper.people.size).toBe(250);
  own.copper.bend = undefined;
  expect((await own.sync()).doubted).toEqual([]);
  expect(own.worlds.copper.people.size).toBe(251);
  expect(own.worlds.mailchimp.members.size).toBe(251);
  expect((await own.sync()).operations).toEqual([]);
});
test("G3, W3: pages of members that are fewer than they say end the reading: nobody whom they do not show is made again", async () => {
  own = await world();
  for (let index = 0; index < 30; index += 1) own.member(`n${index}@exemple.fr`, { merge_fields: { FNAME: "There" } });
  own.person({ first_name: "Here", email: "n29@exemple.fr" });
  // The last to be shown
  own.at("n29@exemple.fr")!.last_changed = new Date((own.clock + 10) * 1000).toISOString();
  own.mailchimp.bend = (asked, reply) => {
    if (asked.method !== "GET" || !asked.path.endsWith("/members") || asked.query.get("status")) return reply;
    const { members, ...rest } = reply.body as { members: { email_address: string }[] };
    return { ...reply, body: { ...rest, members: members.filter((one) => one.email_address !== "n29@exemple.fr") } };
  };
  const { doubted, operations } = await own.sync();
  expect(doubted).toMatchObject([{ side: "mailchimp", read: 29 }]);
  expect(made(operations)).not.toContain("n29@exemple.fr");
  own.mailchimp.bend = undefined;
  await own.sync();
  expect(own.worlds.copper.people.size).toBe(30);
  expect(own.at("n29@exemple.fr")!.merge_fields.FNAME).toBe("Here");
  expect((await own.sync()).operations).toEqual([]);
});
