/** Every record stands in one state for one reason, at any time between runs (R1). */

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decideAll, restoreAll } from "../../src/app/decide-on-people.ts";
import type { Wired } from "../../src/app/wired.ts";
import type { Decision } from "../../src/plan/decision.ts";
import { REASONS, totalsOf } from "../../src/plan/standings.ts";
import type { StandingContact } from "../../src/ports/store.ts";
import { shown } from "../../src/simulators/mailchimp-rules.ts";
import type { Fault, SimRequest } from "../../src/simulators/server.ts";
import { addressOf, nameOf } from "../../src/wording/contact-row.ts";
import { edit, hasty, inWired, type World, world } from "../harness.ts";

const nobody = new AbortController().signal;
const MARK = "🗑️ À SUPPRIMER";
let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const wired = <T>(work: (one: Wired) => Promise<T>) => inWired(own, work, hasty());
const all = () => wired(({ store }) => store.standings(REASONS, 1_000));
const totals = () => wired(async ({ store }) => totalsOf(await store.standingCounts()));
/** Reasons by name or address. */
async function stands(): Promise<Record<string, string>> {
  return Object.fromEntries((await all()).map((one) => [nameOf(one) || addressOf(one), one.standing.reason]));
}
async function standing(who: string): Promise<StandingContact["standing"]> {
  return (await all()).find((one) => nameOf(one) === who || addressOf(one) === who)!.standing;
}
const decide = (id: number, decision: Decision) =>
  wired((one) => decideAll(one, [id], decision, false, nobody, () => undefined));
const refusing =
  (status: number, about: string) =>
  (asked: SimRequest): Fault | undefined =>
    JSON.stringify(asked.body ?? {}).includes(about) || asked.path.includes(about)
      ? {
          when: "before",
          reply: { status, body: { success: false, status, message: "not today", detail: "not today" } },
        }
      : undefined;

describe("R1: reasons", () => {
  test("each kind of contact stands for its own, and the figures are those of both services", async () => {
    const ana = { first_name: "Ana", email: "ana@exemple.fr" };
    own.person(ana);
    own.person({ first_name: "Twin", email: "ANA@exemple.fr" });
    own.person({ first_name: "Nomail" });
    own.person({ first_name: "Wrong", email: "no address" });
    own.person({ first_name: "Marked", email: "marked@exemple.fr", tags: [MARK] });
    own.person({ first_name: "Rests", email: "rests@exemple.fr", tags: ["📥 INACTIF"] });
    own.person({ first_name: "Left", email: "left@exemple.fr" });
    own.person({ first_name: "Bounces", email: "bounces@exemple.fr" });
    own.person({
      first_name: "Two",
      emails: ["two@exemple.fr", "zwei@exemple.fr"].map((email) => ({ email, category: "work" })),
    });
    own.member("left@exemple.fr", { status: "unsubscribed" });
    own.member("bounces@exemple.fr", { status: "cleaned" });
    own.member("two@exemple.fr");
    own.member("zwei@exemple.fr");
    own.member("new@exemple.fr", { merge_fields: { FNAME: "New" } });
    for (const status of ["unsubscribed", "pending", "transactional", "archived"])
      own.member(`${status}@exemple.fr`, { status });
    expect(await own.sync()).toMatchObject({ outcome: "ok" });
    expect(await stands()).toEqual({
      Ana: "in-step",
      Twin: "duplicate-email",
      Nomail: "no-email",
      Wrong: "invalid-email",
      Marked: "marked",
      Rests: "archived-by-tag",
      Left: "unsubscribed",
      Bounces: "cleaned",
      Two: "in-step",
      "zwei@exemple.fr": "second-member",
      New: "in-step",
      "unsubscribed@exemple.fr": "unsubscribed-unknown",
      "pending@exemple.fr": "unconfirmed-unknown",
      "transactional@exemple.fr": "not-subscribed-unknown",
      "archived@exemple.fr": "archived-in-mailchimp",
    });
    const { copper, mailchimp } = await totals();
    expect([copper.total, mailchimp.total]).toEqual([own.worlds.copper.people.size, own.worlds.mailchimp.members.size]);
    expect(copper.inStep).toBe(mailchimp.inStep);
  });
  test("a person is gone, a member was deleted or archived by hand: the one who is left says so", async () => {
    for (const name of ["gone", "deleted", "archived"]) own.person({ first_name: name, email: `${name}@exemple.fr` });
    await own.sync();
    const [gone] = [...own.worlds.copper.people.values()].filter((one) => one.first_name === "gone");
    own.worlds.copper.people.delete(gone!.id);
    own.worlds.mailchimp.members.delete(own.at("deleted@exemple.fr")!.id);
    edit(own, own.at("archived@exemple.fr")!, { status: "archived" });
    await own.sync({ full: true });
    expect(await stands()).toEqual({
      gone: "person-gone",
      deleted: "member-deleted",
      archived: "archived-in-mailchimp",
    });
    expect((await totals()).copper).toMatchObject({ total: 2, leftOut: 2 });
    expect((await totals()).mailchimp).toMatchObject({ total: 2, leftOut: 2 });
  });
  test("W6: somebody linked who shares an address by now is left out with the member", async () => {
    own.person({ first_name: "Ana", email: "ana@exemple.fr" });
    const bob = own.person({ first_name: "Bob", email: "bob@exemple.fr" });
    await own.sync();
    edit(own, bob, { emails: ["bob@exemple.fr", "ana@exemple.fr"].map((email) => ({ email, category: "work" })) });
    await own.sync();
    expect(await stands()).toEqual({ Ana: "in-step", Bob: "duplicate-email" });
    expect(await totals()).toMatchObject({ copper: { inStep: 1, leftOut: 1 }, mailchimp: { inStep: 1, leftOut: 1 } });
  });
  test("what the other side cannot hold is named; an address of somebody else's is to decide", async () => {
    const ana = own.person({ first_name: "Ana", email: "ana@exemple.fr" });
    const bob = own.person({ first_name: "Bob", email: "bob@exemple.fr" });
    await own.sync();
    edit(own, ana, { first_name: "x".repeat(300), name: "x".repeat(300) });
    edit(own, bob, { emails: [{ email: "cleo@exemple.fr", category: "work" }] });
    own.member("cleo@exemple.fr", { status: "unsubscribed" });
    await own.sync();
    expect(await standing("ana@exemple.fr")).toMatchObject({
      reason: "value-kept-back",
      detail: { fields: ["first_name"] },
    });
    expect(await standing("Bob")).toMatchObject({
      reason: "address-taken",
      detail: { address: "cleo@exemple.fr" },
    });
  });
  test("A3: what a service refuses fails with its words, is on hold after five runs, and is in step once it went through", async () => {
    own.mailchimp.fault = refusing(400, "refused@exemple.fr");
    own.person({ first_name: "Refused", email: "refused@exemple.fr" });
    own.person({ first_name: "Ana", email: "ana@exemple.fr" });
    await own.sync();
    const first = await standing("Refused");
    expect(first).toMatchObject({ reason: "failed", detail: { words: expect.stringContaining("not today") } });
    await own.sync();
    expect((await standing("Refused")).since).toBe(first.since);
    for (let runs = 0; runs < 4; runs += 1) await own.sync();
    expect(await standing("Refused")).toMatchObject({
      reason: "set-aside",
      detail: { words: expect.stringContaining("not today") },
    });
    // Tried again because somebody asked for it, it has five runs again
    for (const retryRejected of [true, false, false, false]) {
      await own.sync({ retryRejected });
      expect(await standing("Refused")).toMatchObject({ reason: "failed" });
    }
    await own.sync();
    expect(await standing("Refused")).toMatchObject({ reason: "set-aside" });
    own.mailchimp.fault = undefined;
    await own.sync({ retryRejected: true });
    expect(await stands()).toEqual({ Refused: "in-step", Ana: "in-step" });
  });
  test.each([
    ["fake@exemple.fr looks fake or invalid", "Invalid Resource", "fake-address"],
    ["fake@exemple.fr was permanently deleted", "Forgotten Email Not Subscribed", "forgotten"],
    ["fake@exemple.fr is in a compliance state", "Member In Compliance State", "must-resubscribe"],
  ])("C5: whom Mailchimp refuses with “%s” stands so with its words, run after run", async (detail, title, reason) => {
    own.person({ first_name: "Fake", email: "fake@exemple.fr" });
    own.mailchimp.fault = (asked) =>
      asked.method !== "GET" && JSON.stringify(asked.body ?? {}).includes("fake@")
        ? { when: "before", reply: { status: 400, body: { status: 400, title, detail } } }
        : undefined;
    for (let run = 0; run < 3; run += 1) {
      await own.sync();
      expect(await standing("Fake")).toMatchObject({ reason, detail: { words: expect.stringContaining(detail) } });
    }
  });
  test("V13: what was not taken and is tried again some runs later fails, and says how, until then", async () => {
    const ana = own.person({ first_name: "Ana", email: "ana@exemple.fr" });
    await own.sync();
    const member = own.at("ana@exemple.fr")!;
    // Answers as if it had been done, and does nothing
    own.mailchimp.fault = (asked) =>
      asked.method === "PATCH"
        ? { when: "before", reply: { status: 200, body: shown(member, own.worlds.mailchimp, false) } }
        : undefined;
    edit(own, ana, { first_name: "Refused", name: "Refused" });
    await own.sync();
    for (let runs = 0; runs < 2; runs += 1) {
      expect(await standing("Refused")).toMatchObject({
        reason: "value-not-taken",
        detail: { fields: ["first_name"], code: "NOT_TAKEN" },
      });
      await own.sync();
    }
    own.mailchimp.fault = undefined;
    for (let runs = 0; runs < 30; runs += 1) await own.sync();
    expect(await stands()).toEqual({ Refused: "in-step" });
  });
  test("A9, W10: records that cannot be read count, and say what is odd; a member with a phone number only is one of them", async () => {
    own.person({ first_name: "Ana", email: "ana@exemple.fr" });
    own.member("odd@exemple.fr");
    own.member("phone@exemple.fr");
    own.mailchimp.bend = (_, reply) => {
      const { members = [] } = (reply.body ?? {}) as { members?: Record<string, unknown>[] };
      for (const one of members) {
        if (one.id === own.at("odd@exemple.fr")!.id) one.status = "asleep";
        if (one.id === own.at("phone@exemple.fr")!.id) one.email_address = "";
      }
      return reply;
    };
    await own.sync();
    expect(await stands()).toMatchObject({ Ana: "in-step", "odd@exemple.fr": "odd-record" });
    expect((await all()).map((one) => one.standing.reason).sort()).toEqual(["in-step", "odd-record", "phone-only"]);
    expect((await totals()).mailchimp).toMatchObject({ total: 3, inStep: 1, leftOut: 1, failing: 1 });
    own.mailchimp.bend = undefined;
    await own.sync({ full: true });
    expect((await totals()).mailchimp).toMatchObject({ total: 3, inStep: 3 });
  });
});

describe("R1: between runs", () => {
  test("a run that stopped early leaves what it did not reach waiting", async () => {
    for (const name of ["ana", "bob"]) own.person({ first_name: name, email: `${name}@exemple.fr` });
    own.mailchimp.fault = (asked) =>
      asked.method === "GET"
        ? undefined
        : { when: "before", reply: { status: 401, body: { title: "API Key Invalid" } } };
    await expect(own.sync()).rejects.toThrow();
    expect(new Set(Object.values(await stands()))).toEqual(new Set(["next-run"]));
    own.mailchimp.fault = undefined;
    await own.sync();
    expect(new Set(Object.values(await stands()))).toEqual(new Set(["in-step"]));
  });
  test("a guard refused: who would have been written waits for it, new people too, and the figures add up", async () => {
    for (let index = 0; index < 30; index += 1) own.person({ first_name: `p${index}`, email: `p${index}@exemple.fr` });
    await own.sync();
    for (const [id] of [...own.worlds.copper.people].slice(0, 12)) own.worlds.copper.people.delete(id);
    own.person({ first_name: "New", email: "new@exemple.fr" });
    expect((await own.sync()).outcome).toBe("refused");
    const { copper, mailchimp } = await totals();
    expect([copper.waiting, mailchimp.waiting]).toEqual([13, 12]);
    expect(copper.inStep).toBe(18);
    expect((await stands()).New ?? (await all()).find((one) => one.person === undefined)?.standing.reason).toBe(
      "guard-refused",
    );
    await own.sync({ yes: true });
    expect(await totals()).toMatchObject({ copper: { total: 19, inStep: 19 }, mailchimp: { total: 31, leftOut: 12 } });
  });
  test("a run with ONLY touches nobody else: they keep their reasons", async () => {
    own.person({ first_name: "Bob", email: "bob@autre.fr" });
    own.person({ first_name: "Nomail" });
    own.mailchimp.fault = refusing(400, "refused@autre.fr");
    own.person({ first_name: "Refused", email: "refused@autre.fr" });
    await own.sync();
    expect(await stands()).toEqual({ Bob: "in-step", Nomail: "no-email", Refused: "failed" });
    const before = await all();
    own.person({ first_name: "In", email: "in@exemple.fr" });
    own.person({ first_name: "Out", email: "out@autre.fr" });
    await own.sync({}, { ONLY: "@exemple.fr" });
    const after = await all();
    for (const one of before)
      expect(after.find((each) => each.person?.id === one.person?.id)?.standing).toEqual(one.standing);
    expect(await stands()).toMatchObject({ In: "in-step", Out: "outside-only" });
  });
  test("a decision shows at once: ignored, archived, deleted, restored", async () => {
    const people = ["ignore", "archive", "delete"].map((name) =>
      own.person({ first_name: name, email: `${name}@exemple.fr` }),
    );
    await own.sync();
    for (const one of people) edit(own, one, { tags: [MARK] });
    await own.sync();
    expect(new Set(Object.values(await stands()))).toEqual(new Set(["marked"]));
    for (const { id, first_name: decision } of people) await decide(id, decision as Decision);
    expect(await stands()).toEqual({ ignore: "ignored", archive: "archived-by-tag", delete: "deleted" });
    expect(await totals()).toMatchObject({
      copper: { total: 2, leftOut: 2 },
      mailchimp: { total: 3, leftOut: 3 },
    });
    await own.sync();
    expect(await stands()).toEqual({ ignore: "ignored", archive: "archived-by-tag", delete: "deleted" });
    await wired((one) => restoreAll(one, [people[2]!.id], nobody, () => undefined));
    // Read by nobody yet, they wait for the next run
    expect((await stands()).delete).toBe("next-run");
    await own.sync();
    expect((await stands()).delete).toBe("in-step");
  });
});
