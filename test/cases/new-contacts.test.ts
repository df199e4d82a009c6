/** How many contacts a run makes: told before the first one (R3), and guarded afterwards (R4). */
import { afterEach, beforeEach, expect, test } from "vitest";
import { texts } from "../../src/i18n/texts.ts";
import { textReport } from "../../src/report/text.ts";
import { type World, world } from "../harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

function people(count: number, from: string) {
  for (let at = 0; at < count; at += 1) own.person({ first_name: `${from}${at}`, email: `${from}${at}@exemple.fr` });
}

test("R4: a first run may make as many as there are; a later one that makes more than MAX_NEW is refused, --yes lets it through", async () => {
  people(120, "first");
  expect((await own.sync()).mailchimp.created).toBe(120);
  people(51, "later");
  own.writes();
  expect((await own.sync()).outcome).toBe("refused");
  expect(own.writes()).toEqual([]);
  const planned = await own.plan();
  expect(planned.guard).toMatchObject({
    code: "too-many-new",
    side: "mailchimp",
    removals: 51,
    limit: 50,
    linked: 120,
  });
  expect((await own.sync({}, { MAX_NEW: "51" })).outcome).toBe("ok");
  people(60, "more");
  expect((await own.sync({ yes: true })).mailchimp.created).toBe(60);
});
test("R4: fifty are always let through, and a quarter of those who are linked; people count as members do", async () => {
  people(260, "first");
  await own.sync();
  people(65, "quarter");
  expect((await own.sync()).outcome).toBe("ok");
  for (let at = 0; at < 82; at += 1) own.member(`new${at}@exemple.fr`, { merge_fields: { FNAME: "New" } });
  expect((await own.sync()).guard).toMatchObject({ code: "too-many-new", side: "copper", removals: 82, limit: 81 });
});
test("R4: a trial with ONLY is no first run, a first run that was cut short stays one, and undoing is not guarded", async () => {
  people(120, "first");
  await own.sync({}, { ONLY: "first1" });
  const { run, mailchimp } = await own.sync();
  expect(mailchimp.created).toBeGreaterThan(80);
  for (const [id] of [...own.worlds.mailchimp.members].slice(60)) own.worlds.mailchimp.members.delete(id);
  const undone = await own.sync({ undo: run, yes: false });
  expect(undone.guard).toBeNull();
});
test("R3: before the first sync the plan says how many become members and with which status, and what grows; later it does not", async () => {
  people(3, "new");
  own.member("paid@exemple.fr", { status: "unsubscribed" });
  own.member("free@exemple.fr", { status: "archived" });
  own.member("fresh@exemple.fr", { merge_fields: { FNAME: "Fresh" } });
  const planned = await own.plan();
  expect(planned.growth).toEqual({
    newMembers: { subscribed: 3 },
    welcomed: true,
    billable: { from: 2, to: 5 },
    people: { from: 3, to: 4 },
  });
  const words = textReport(planned, texts("fr"));
  expect(words).toContain("3 personnes deviennent des contacts abonnés dans Mailchimp");
  expect(words).toContain("une automatisation qui accueille les nouveaux abonnés");
  expect(words).toContain("de 2 à 5");
  expect(words).toContain("Personnes dans Copper\u00a0: de 3 à 4");
  const asking = await own.plan({ NEW_MEMBER_STATUS: "pending" });
  expect(asking.growth).toMatchObject({ newMembers: { pending: 3 }, welcomed: false, billable: { from: 2, to: 2 } });
  const ran = await own.sync();
  expect(ran.growth).toBeUndefined();
  const { copper, mailchimp } = own.worlds;
  expect(copper.people.size).toBe(4);
  const billed = [...mailchimp.members.values()].filter(({ status }) => !/^(archived|cleaned|pending)$/.test(status));
  expect(billed).toHaveLength(5);
  expect((await own.plan()).growth).toBeUndefined();
});
