/** Engagement back to Copper (`engagement` in `sync.config.yaml`): once each, nothing doubled, nobody who is left alone. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SimCampaign } from "../src/simulators/mailchimp-reports.ts";
import { edit, type World, world } from "./harness.ts";

let own: World;
let campaign: SimCampaign;
beforeEach(async () => {
  own = await world();
  writeFileSync(join(own.folder, "sync.config.yaml"), "engagement: { days: 30 }\n");
  campaign = {
    id: "c1",
    list: own.worlds.mailchimp.list,
    subject: "Nouvelles du printemps",
    sentAt: at(-3),
    events: [],
  };
  own.worlds.mailchimp.campaigns!.push(campaign);
});
afterEach(() => own.close());
/** So many days from now. */
function at(days: number): string {
  return new Date((own.clock + days * 86_400) * 1000).toISOString();
}
const did = (name: string, action: "open" | "click" | "bounce" | "leave", days = -1) =>
  campaign.events.push({ email: `${name}@exemple.fr`, action, at: at(days) });
const people = (...names: string[]) =>
  names.map((name) => own.person({ first_name: name, last_name: "Martin", email: `${name}@exemple.fr` }));
const told = () => own.worlds.copper.activities!.map(({ parent, details }) => [parent.id, details] as const);

test("off by default: no report is read, no activity written", async () => {
  writeFileSync(join(own.folder, "sync.config.yaml"), "");
  people("ana");
  did("ana", "open");
  const document = await own.sync();
  expect(document.engagement).toBeUndefined();
  expect(own.mailchimp.asked.filter((one) => one.path.includes("/reports"))).toEqual([]);
  expect(told()).toEqual([]);
});
test("who opened, clicked, bounced or left is told on the person, each once, with the campaign and the days", async () => {
  const [ana, bob, cleo] = people("ana", "bob", "cleo");
  await own.sync();
  did("ana", "open", -2);
  did("ana", "open", -1);
  did("ana", "click", -1);
  did("bob", "bounce");
  did("cleo", "leave");
  did("personne", "open");
  expect((await own.sync()).engagement).toEqual({ told: 3, refused: 0, more: false });
  const first = told();
  expect(first.map(([id]) => id).sort()).toEqual([ana!.id, bob!.id, cleo!.id]);
  expect(first.find(([id]) => id === ana!.id)![1]).toMatch(/“Nouvelles du printemps”: opened \(.+\), clicked \(.+\)$/);
  expect((await own.sync()).engagement).toMatchObject({ told: 0 });
  // Something more, and the same once more
  did("bob", "open", 0);
  did("ana", "open", 0);
  expect((await own.sync()).engagement).toMatchObject({ told: 1 });
  expect(told().slice(3)).toEqual([[bob!.id, expect.stringContaining("opened")]]);
});
test("nothing is asked of a campaign in which nothing has happened, of old ones, or of other audiences", async () => {
  people("ana");
  did("ana", "open");
  own.worlds.mailchimp.campaigns!.push(
    { ...campaign, id: "old", sentAt: at(-40), events: [...campaign.events] },
    { ...campaign, id: "other", list: "elsewhere", events: [...campaign.events] },
  );
  await own.sync();
  const asked = () => own.mailchimp.asked.splice(0).filter((one) => one.path.includes("/reports/")).length;
  expect(asked()).toBe(2);
  await own.sync();
  expect(asked()).toBe(0);
  expect(told()).toHaveLength(1);
});
test("D2: nobody who is marked for deletion, archived or outside ONLY is told of; once back, he is", async () => {
  const [ana] = people("ana", "bob");
  await own.sync();
  edit(own, ana!, { tags: ["🗑️ À SUPPRIMER"] });
  for (const name of ["ana", "bob"]) did(name, "open");
  expect((await own.sync({}, { ONLY: "ana@" })).engagement).toMatchObject({ told: 0 });
  expect(told()).toEqual([]);
});
test.each([
  ["after", "before"],
  ["before", "after"],
] as const)(
  "A1, A2: an answer that never came is looked for: what is there is not written again, what is not is (%s, %s)",
  async (...when) => {
    people(...Array.from({ length: 12 }, (_, index) => `p${index}`));
    await own.sync();
    for (let index = 0; index < 12; index += 1) did(`p${index}`, "open");
    let bulk = 0;
    own.copper.fault = ({ path }) =>
      path.endsWith("/activities/bulk_create") ? { reset: when[bulk++] ?? "before" } : undefined;
    await own.sync();
    own.copper.fault = undefined;
    await own.sync();
    await own.sync();
    expect(told()).toHaveLength(12);
    expect(new Set(told().map(([id]) => id)).size).toBe(12);
  },
);
test("what Copper or Mailchimp refuse stops no run: it is told with it, and the next one goes on", async () => {
  people("ana");
  did("ana", "open");
  own.mailchimp.fault = ({ path }) =>
    path.includes("/email-activity") ? { reply: { status: 404, body: {} }, when: "before" } : undefined;
  const document = await own.sync();
  expect(document).toMatchObject({ outcome: "partial", mailchimp: { created: 1 } });
  expect(document.engagement?.error).toContain("404");
  own.mailchimp.fault = undefined;
  expect(await own.sync()).toMatchObject({ outcome: "ok", engagement: { told: 1 } });
});
test("A10: what cannot be looked for is looked for in five runs, and then taken for told: nothing is told twice", async () => {
  people("ana");
  await own.sync();
  did("ana", "open");
  own.copper.fault = ({ path }) => (/\/activities(\/bulk_create)?$/.test(path) ? { reset: "after" } : undefined);
  await own.sync();
  let looks = 0;
  own.copper.fault = ({ path }) => {
    if (!path.endsWith("/activities/search")) return undefined;
    looks += 1;
    return { reply: { status: 403, body: { success: false, message: "not allowed" } }, when: "before" };
  };
  for (let run = 0; run < 8; run += 1) {
    const { engagement } = await own.sync();
    expect(engagement!.error !== undefined, `run ${run}`).toBe(run < 5);
  }
  expect(looks).toBe(5);
  own.copper.fault = undefined;
  await own.sync();
  expect(told()).toHaveLength(1);
});
test("A9: of a list of campaigns whose second page cannot be read the first is told, and what went wrong with it", async () => {
  people("ana");
  await own.sync();
  did("ana", "open");
  own.mailchimp.bend = (asked, reply) => {
    if (!asked.path.endsWith("/reports")) return reply;
    if (asked.query.get("offset") !== "0") return { status: 404, body: {} };
    const { reports } = reply.body as { reports: object[] };
    const others = Array.from({ length: 1_000 - reports.length }, (_, index) => ({
      id: `o${index}`,
      list_id: "other",
    }));
    return { ...reply, body: { reports: [...reports, ...others] } };
  };
  const { engagement } = await own.sync();
  expect(engagement).toMatchObject({ told: 1, error: expect.stringContaining("404") });
  own.mailchimp.bend = undefined;
  expect((await own.sync()).engagement).toEqual({ told: 0, refused: 0, more: false });
  expect(told()).toHaveLength(1);
});
