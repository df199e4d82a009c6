/** Engagement: one campaign, list or person that is odd stops nobody else, and nobody is told twice (cases 55, 57). */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SimCampaign } from "../../src/simulators/mailchimp-reports.ts";
import { edit, inWired, type World, world } from "../harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
  writeFileSync(join(own.folder, "sync.config.yaml"), "engagement: { days: 30 }\n");
});
afterEach(() => own.close());

function campaignOf(id: string, names: readonly string[], subject = `Subject ${id}`): SimCampaign {
  const at = (days: number) => new Date((own.clock + days * 86_400) * 1000).toISOString();
  const events = names.map((name) => ({ email: `${name}@exemple.fr`, action: "open" as const, at: at(-1) }));
  const campaign = { id, list: own.worlds.mailchimp.list, subject, sentAt: at(-3), events };
  own.worlds.mailchimp.campaigns!.push(campaign);
  return campaign;
}
const people = (count: number) =>
  Array.from({ length: count }, (_, index) => own.person({ first_name: "P", email: `p${index}@exemple.fr` }));
const told = () => own.worlds.copper.activities!.map(({ parent, details }) => `${parent.id} ${details}`);
const refused = (status: number) =>
  ({ when: "before", reply: { status, body: { detail: "no such campaign" } } }) as const;

test("case 55: a campaign that answers 404 among three: the other two are told, the run says so, nobody is told twice", async () => {
  people(2);
  for (const id of ["a", "b", "c"]) campaignOf(id, ["p0", "p1"]);
  own.mailchimp.fault = ({ path }) => (path.includes("/reports/a/") ? refused(404) : undefined);
  const run = await own.sync();
  expect(run).toMatchObject({ outcome: "partial", engagement: { told: 4 } });
  expect(run.engagement!.error).toContain("404");
  await own.sync();
  expect(told()).toHaveLength(4);
  own.mailchimp.fault = undefined;
  expect(await own.sync()).toMatchObject({ outcome: "ok", engagement: { told: 2 } });
  await own.sync();
  expect(new Set(told()).size).toBe(6);
  expect(told()).toHaveLength(6);
});
test("case 55: a list that fails once in the middle: who did something is told once", async () => {
  people(3);
  const names = Array.from({ length: 1_100 }, (_, index) => `p${index}`);
  campaignOf("a", names);
  campaignOf("b", ["p2"]);
  let fails = true;
  own.mailchimp.fault = ({ path, query }) => {
    if (!fails || !path.includes("/reports/a/email-activity") || query.get("offset") === "0") return undefined;
    fails = false;
    return refused(400);
  };
  expect(await own.sync()).toMatchObject({ outcome: "partial", engagement: { told: 1 } });
  expect(await own.sync()).toMatchObject({ outcome: "ok", engagement: { told: 3 } });
  await own.sync();
  expect(told()).toHaveLength(4);
});
test("what was told is not forgotten because one list lacked a campaign", async () => {
  people(2);
  const campaign = campaignOf("a", ["p0"]);
  await own.sync();
  own.worlds.mailchimp.campaigns!.splice(0);
  await own.sync();
  own.worlds.mailchimp.campaigns!.push(campaign);
  campaign.events.push({ ...campaign.events[0]!, email: "p1@exemple.fr" });
  await own.sync();
  expect(told()).toHaveLength(2);
});
test("case 57: 1,150 recipients, the first 1,020 notes refused: the others are told, and the refused not sent again", async () => {
  const all = people(1_150);
  campaignOf(
    "a",
    all.map((_, index) => `p${index}`),
  );
  const bad = new Set(all.slice(0, 1_020).map(({ id }) => id));
  const parents = (body: unknown) => {
    const { parent, activities } = body as { parent?: { id: number }; activities?: { parent: { id: number } }[] };
    return (activities ?? [{ parent: parent! }]).map((one) => one.parent.id);
  };
  own.copper.fault = ({ method, path, body }) =>
    method === "POST" && /\/activities(\/bulk_create)?$/.test(path) && parents(body).some((id) => bad.has(id))
      ? { when: "before", reply: { status: 422, body: { message: "Activity date: is invalid" } } }
      : undefined;
  const run = await own.sync();
  expect(run).toMatchObject({ outcome: "partial", engagement: { told: 130, refused: 1_020 } });
  expect(run.engagement!.error).toContain("Activity date");
  own.writes();
  expect(await own.sync()).toMatchObject({ outcome: "ok", engagement: { told: 0, refused: 0 } });
  expect(own.writes().filter((one) => one.includes("/activities"))).toEqual([]);
}, 60_000);
test("A2: two campaigns of one subject are two, also where an answer was lost", async () => {
  people(1);
  campaignOf("a", ["p0"], "Same");
  await own.sync();
  campaignOf("b", ["p0"], "Same");
  own.copper.fault = ({ path }) => (path.endsWith("/activities") ? { reset: "before" } : undefined);
  await own.sync();
  own.copper.fault = undefined;
  await own.sync();
  await own.sync();
  expect(told()).toHaveLength(2);
});
test("a lost note about somebody who can no longer be asked for stops nobody else, and is given up in the end", async () => {
  const [ana] = people(2);
  campaignOf("a", ["p0"]);
  own.copper.fault = ({ path }) => (path.endsWith("/activities") ? { reset: "before" } : undefined);
  await own.sync();
  campaignOf("b", ["p1"]);
  own.copper.fault = ({ path, body }) =>
    path.endsWith("/activities/search") && (body as { parent: { id: number } }).parent.id === ana!.id
      ? { when: "before", reply: { status: 422, body: { message: "Parent: is invalid" } } }
      : undefined;
  expect((await own.sync()).engagement).toMatchObject({ told: 1 });
  for (let runs = 0; runs < 5; runs += 1) await own.sync();
  expect((await own.sync()).outcome).toBe("ok");
});
test("D2: nobody outside the filter is told of", async () => {
  const [ana] = people(2);
  edit(own, ana!, { tags: ["client"] });
  writeFileSync(join(own.folder, "sync.config.yaml"), "engagement: { days: 30 }\nfilter: { tags: [Client] }\n");
  await own.sync();
  edit(own, ana!, { tags: [] });
  campaignOf("a", ["p0"]);
  expect((await own.sync({ yes: true })).engagement).toMatchObject({ told: 0 });
});
test("an undo, and a sync that was blocked, tell nothing of campaigns; the next sync does", async () => {
  const all = people(15);
  await own.sync();
  edit(own, all[0]!, { title: "Directrice" });
  const { run } = await own.sync();
  campaignOf("a", ["p0"]);
  expect(await own.sync({ undo: run, yes: true })).not.toHaveProperty("engagement");
  for (const one of all) own.worlds.copper.people.delete(one.id);
  expect(await own.sync({ full: true })).toMatchObject({ outcome: "refused" });
  expect(told()).toEqual([]);
  for (const one of all) own.worlds.copper.people.set(one.id, one);
  await own.sync({ full: true });
  expect(told()).toHaveLength(1);
});
test("A2: an activity that an earlier version sent, without a mark, is found by its text and not made again", async () => {
  const [ana, bob] = people(2);
  await own.sync();
  const pending = (person: typeof ana, details: string) => ({
    personId: person!.id,
    details,
    at: own.clock - 3_600,
    campaign: "a",
    kinds: ["open" as const],
  });
  own.worlds.copper.activities!.push({
    id: 1,
    parent: { type: "person", id: ana!.id },
    type: { category: "user", id: 0 },
    details: "Opened the spring letter",
    activity_date: own.clock - 3_600,
  } as (typeof own.worlds.copper.activities & object)[number]);
  await inWired(own, async ({ store }) => {
    const known = await store.fact("engagement");
    const sending = [pending(ana, "Opened the spring letter"), pending(bob, "Opened the autumn letter")];
    await store.saveChanges({ facts: { engagement: { ...known!, sending } } });
  });
  await own.sync();
  expect(told()).toEqual([`${ana!.id} Opened the spring letter`, `${bob!.id} Opened the autumn letter`]);
});
