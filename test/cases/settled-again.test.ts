/** What was wrong and is no more is over in the accounts, too (R1, A3, A9). */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Wired } from "../../src/app/wired.ts";
import { REASONS } from "../../src/plan/standings.ts";
import type { SimRequest } from "../../src/simulators/server.ts";
import { addressOf, nameOf } from "../../src/wording/contact-row.ts";
import { edit, hasty, inWired, type World, world } from "../harness.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const wired = <T>(work: (one: Wired) => Promise<T>) => inWired(own, work, hasty());
const all = () => wired(({ store }) => store.standings(REASONS, 1_000));
const stands = async () =>
  Object.fromEntries((await all()).map((one) => [nameOf(one) || addressOf(one), one.standing.reason]));
/** Refuses requests about an address or a member's id. */
const refusing = (status: number, about: string) => (asked: SimRequest) =>
  JSON.stringify(asked.body ?? {}).includes(about) || asked.path.includes(about)
    ? ({ when: "before", reply: { status, body: { detail: "not today" } } } as const)
    : undefined;

test("A3: a failure that has nothing left to write is over, and the next one begins anew", async () => {
  const ana = own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  await own.sync();
  const troubles = () => wired(async ({ store }) => (await store.waiting()).troubles.map((one) => one.runs));
  const fails = async (runs: number) => {
    own.mailchimp.fault = refusing(404, own.at("ana@exemple.fr")!.id);
    for (let run = 0; run < runs; run += 1) await own.sync();
    own.mailchimp.fault = undefined;
  };
  edit(own, ana, { first_name: "Anna" });
  await fails(4);
  expect(await troubles()).toEqual([4]);
  // Somebody puts it right in Mailchimp
  edit(own, own.at("ana@exemple.fr")!, { merge_fields: { FNAME: "Anna" } });
  await own.sync();
  expect([await troubles(), await stands()]).toEqual([[], { Ana: "in-step" }]);
  edit(own, ana, { first_name: "Annette" });
  await fails(1);
  expect([await troubles(), await stands()]).toEqual([[1], { Ana: "failed" }]);
  await own.sync();
  expect(await troubles()).toEqual([]);
});
test("A3: who was set aside under an address that they no longer have does not stay on the list", async () => {
  const ana = own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  own.person({ first_name: "Bob", email: "bob@exemple.fr" });
  own.mailchimp.fault = (asked) => (asked.method === "GET" ? undefined : refusing(404, "ana@exemple.fr")(asked));
  for (let run = 0; run < 6; run += 1) await own.sync();
  own.mailchimp.fault = undefined;
  expect(await stands()).toMatchObject({ Ana: "set-aside" });
  edit(own, ana, { emails: [{ email: "anna@exemple.fr", category: "work" }] });
  await own.sync();
  await own.sync();
  expect(await stands()).toEqual({ Ana: "in-step", Bob: "in-step" });
  expect(await wired(async ({ store }) => (await store.waiting()).troubles)).toEqual([]);
});
test("A9: an odd record stays odd while readings of changes do not show it, until it is readable or gone", async () => {
  // At a short interval an account is read for its changes only
  own.env.SYNC_INTERVAL = "60";
  const odd = own.person({ first_name: "Odd", email: "odd@exemple.fr" });
  const gone = own.person({ first_name: "Gone", email: "gone@exemple.fr" });
  own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  const ids = new Set([odd.id, gone.id]);
  own.copper.bend = (asked, reply) => ({
    ...reply,
    ...(Array.isArray(reply.body) && {
      body: reply.body.map((one) => (ids.has(one.id) && asked.path.endsWith("/search") ? { ...one, emails: 7 } : one)),
    }),
  });
  await own.sync();
  const reasons = async () => (await all()).map((one) => one.standing.reason).sort();
  expect(await reasons()).toEqual(["in-step", "odd-record", "odd-record"]);
  own.clock += 1_200;
  await own.sync();
  own.clock += 1_200;
  expect((await own.sync()).mode).toBe("incremental");
  expect(await reasons()).toEqual(["in-step", "odd-record", "odd-record"]);
  // One is put right, the other is deleted
  ids.delete(odd.id);
  edit(own, odd, { title: "Directrice" });
  own.worlds.copper.people.delete(gone.id);
  await own.sync();
  expect(await reasons()).toEqual(["in-step", "in-step", "odd-record"]);
  await own.sync({ full: true });
  expect(await reasons()).toEqual(["in-step", "in-step"]);
});
