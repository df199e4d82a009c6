/** Writes of many members: in bulk, as batches, in turn; what goes first, and what is found out on the way (A1, A2, A3). */
import { describe, expect, test } from "vitest";
import { type Asked, ok, refused } from "../../test/fake-http.ts";
import { applied, create, kept, of, update, upTo } from "../../test/mailchimp-writes.ts";
import { LOST } from "../http/answer.ts";

const HOME = { addr1: "1 rue A", addr2: "", city: "Paris", state: "", zip: "75002", country: "FR" };
const isBulk = ({ path }: Asked) => path === "/l";
const ana = { FNAME: "Ana" };
const updates = (count: number) => upTo(count).map((who) => update(who, ana));
const members = (count: number) => upTo(count).map((who) => kept(who));
const tag = (who: number, some: object = { add: ["VIP"], remove: [] }) => of("tag-member", who, some);
const sizes = (asked: readonly Asked[]) =>
  asked.filter(isBulk).map(({ body }) => (body as { members: unknown[] }).members.length);
const kinds = (requests: readonly string[]) => requests.map((one) => one.replace(/\/\d+(?=$|[/?])/g, ""));

describe("creates", () => {
  test("two or more go in bulk, five hundred at once; nobody who is on the list is changed", async () => {
    const { asked, outcomes, journal } = await applied(upTo(501).map((who) => create(who, ana)));
    expect(sizes(asked)).toEqual([500, 1]);
    expect(asked).toMatchObject(
      Array(2).fill({ path: "/l", how: { effect: "create" }, body: { update_existing: false } }),
    );
    expect(outcomes.every((one) => one.ok)).toBe(true);
    expect(journal).toEqual(["sending 500", "answered 500", "sending 1", "answered 1"]);
  });
  test("whom the answer leaves out is sent alone", async () => {
    const answers = (asked: Asked) => (isBulk(asked) ? ok({ new_members: [kept(1)], errors: [] }) : undefined);
    const { requests, outcomes } = await applied([create(1), create(2)], { answers });
    expect(requests).toEqual(["POST /l", "POST /l/members"]);
    expect(outcomes.map((one) => one.ok && one.member?.email)).toEqual(["a1@b.fr", "a2@b.fr"]);
  });
  test("A2: whose answer is lost are looked up, and only the missing ones sent again", async () => {
    const answers = (asked: Asked) => (isBulk(asked) ? refused(LOST) : undefined);
    const { requests, outcomes } = await applied([create(1), create(2)], { members: [kept(2)], answers });
    expect(requests).toEqual(["POST /l", "GET /l/members/1", "GET /l/members/2", "POST /l/members"]);
    expect(outcomes).toMatchObject([
      { ok: true, found: true, member: { email: "a2@b.fr" } },
      { ok: true, member: { email: "a1@b.fr" } },
    ]);
    expect(outcomes[1]).not.toHaveProperty("found");
  });
  test("nothing is found out about updates from them", async () => {
    expect((await applied([create(1), create(2)])).capabilities).toEqual({});
  });
});

describe("updates", () => {
  test("five go alone, six in bulk, without any status", async () => {
    const few = await applied(updates(5), { members: members(5) });
    expect(kinds(few.requests)).toEqual(Array(5).fill("PATCH /l/members"));
    const many = await applied(updates(6), { members: members(6) });
    expect(many.asked).toMatchObject([{ path: "/l", how: { effect: "idempotent" }, body: { update_existing: true } }]);
    expect(JSON.stringify(many.asked[0]!.body)).not.toContain("status");
    expect(many.capabilities).toEqual({ updatesInBulk: true });
    expect(many.outcomes.map((one) => one.ok)).toEqual(Array(6).fill(true));
  });
  test.each([
    [505, [500], 5],
    [506, [500, 6], 0],
  ])("of %i, %j go in bulk", async (count, bulks, alone) => {
    const { asked, requests } = await applied(updates(count), { members: members(count) });
    expect(sizes(asked)).toEqual(bulks);
    expect(requests.filter((one) => one.startsWith("PATCH"))).toHaveLength(alone);
  });
  test("only those of subscribed members go in bulk", async () => {
    const operations = [...updates(6), update(7, ana, "unsubscribed")];
    const { requests } = await applied(operations, { members: members(7) });
    expect(requests).toEqual(["POST /l", "PATCH /l/members/7"]);
    const others = upTo(6).map((who) => update(who, ana, "pending"));
    expect((await applied(others, { members: members(6) })).requests.every((one) => one.startsWith("PATCH"))).toBe(
      true,
    );
  });
  test("A8: a service that takes none so has them alone, once in the journal, and is known for it", async () => {
    const errors = upTo(6).map((who) => ({
      email_address: `a${who}@b.fr`,
      error: "status is missing",
      error_code: "",
    }));
    const answers = (asked: Asked) =>
      isBulk(asked) ? ok({ new_members: [], updated_members: [], errors }) : undefined;
    const { requests, capabilities, journal, outcomes } = await applied(updates(6), { members: members(6), answers });
    expect(kinds(requests)).toEqual(["POST /l", ...Array(6).fill("PATCH /l/members")]);
    expect(capabilities).toEqual({ updatesInBulk: false });
    expect(journal).toEqual(["sending 6", "answered 0", "sending 0", "answered 6"]);
    expect(outcomes.map((one) => one.ok)).toEqual(Array(6).fill(true));
    const next = await applied(updates(6), { members: members(6), answers, known: { updatesInBulk: false } });
    expect(kinds(next.requests)).toEqual(Array(6).fill("PATCH /l/members"));
    const known = await applied(updates(6), { members: members(6), known: { updatesInBulk: true } });
    expect(known.requests).toEqual(["POST /l"]);
  });
  test("nothing is found out from an answer that is none", async () => {
    const answers = (asked: Asked) => (isBulk(asked) ? refused(500) : undefined);
    expect((await applied(updates(6), { members: members(6), answers })).capabilities).toEqual({});
  });
  test("V15: the stand-in that a bulk request took is kept; of one that failed, and of other values, none", async () => {
    const homes = upTo(6).map((who) => update(who, { ADDRESS: HOME }));
    expect((await applied(homes, { members: members(6) })).capabilities).toMatchObject({ stateStandIn: "nbsp" });
    expect((await applied(updates(6), { members: members(6) })).capabilities).not.toHaveProperty("stateStandIn");
    const errors = upTo(6).map((who) => ({ email_address: `a${who}@b.fr`, error: "looks fake or invalid" }));
    const failed = await applied(homes, { answers: () => ok({ errors }) });
    expect(failed.outcomes).toMatchObject(Array(6).fill({ ok: false, failure: { code: "INVALID_ADDRESS" } }));
    expect(failed.capabilities).not.toHaveProperty("stateStandIn");
  });
});

describe("batches", () => {
  const moves = (count: number) => upTo(count).map((who) => of("move-address", who, { email: `new${who}@b.fr` }));
  test("eight single requests go as one, each with its own answer, and the batch is remembered", async () => {
    const answers = ({ path }: Asked) => (path.endsWith(kept(2).id) ? refused(404, { detail: "nobody" }) : undefined);
    const { requests, outcomes, journal } = await applied(moves(8), { members: members(8), batches: true, answers });
    expect(requests).toEqual(["POST /batches", "GET /batches/b1"]);
    expect(outcomes.map((one) => one.ok)).toEqual(upTo(8).map((who) => who !== 2));
    expect(outcomes[2]).toMatchObject({ member: { email: "new3@b.fr" } });
    expect(journal).toEqual(["sending 8", "b1 runs", "b1 ended", "answered 8"]);
  });
  test("seven do not, nor any with one that must read the member right before", async () => {
    expect(kinds((await applied(moves(7), { members: members(7), batches: true })).requests)).toEqual(
      Array(7).fill("PATCH /l/members"),
    );
    const mixed = [...moves(8), of("archive-member", 9)];
    const { requests } = await applied(mixed, { members: members(9), batches: true });
    expect(requests.some((one) => one.includes("batches"))).toBe(false);
  });
  test("a service that refuses them is asked once", async () => {
    const operations = [...moves(8), ...upTo(8).map((who) => update(who, ana, "pending"))];
    const { requests, outcomes } = await applied(operations, { members: members(8) });
    expect(requests.filter((one) => one.includes("batches"))).toEqual(["POST /batches"]);
    expect(outcomes.map((one) => one.ok)).toEqual(Array(16).fill(true));
  });
});

describe("tags", () => {
  test("go by member where that costs no more, and by tag where it costs less", async () => {
    const alone = await applied([tag(1)], { members: members(1), tagIds: new Map([["vip", 5]]) });
    expect(alone.requests).toEqual(["POST /l/members/1/tags"]);
    const body = { tags: [{ name: "VIP", status: "active" }], is_syncing: true };
    expect(alone.asked[0]).toMatchObject({ body, how: { effect: "idempotent" } });
    expect(alone.outcomes).toEqual([{ operation: expect.anything(), ok: true }]);
    const both = await applied([tag(1), tag(2)], { tagIds: new Map([["vip", 5]]) });
    expect(both.requests).toEqual(["POST /l/segments/5"]);
    expect(both.outcomes.map((one) => one.ok)).toEqual([true, true]);
    expect(both.journal).toEqual(["sending 2", "answered 2"]);
  });
  test("their ids are asked for only where tags are written", async () => {
    expect((await applied([tag(1)], { members: members(1) })).lookedForTags).toBe(1);
    expect((await applied(updates(1), { members: members(1) })).lookedForTags).toBe(0);
  });
  test("a tag that can neither be found nor made goes member by member", async () => {
    const answers = ({ path }: Asked) =>
      path.includes("search") || path.endsWith("/segments") ? refused(400) : undefined;
    const { requests, outcomes } = await applied([tag(1), tag(2), tag(3)], { members: members(3), answers });
    expect(requests.slice(-3)).toEqual(upTo(3).map((who) => `POST /l/members/${who}/tags`));
    expect(outcomes.map((one) => one.ok)).toEqual([true, true, true]);
  });
  test("A10: a refusal that names no tag has each sent alone", async () => {
    const answers = ({ body }: Asked) =>
      JSON.stringify(body ?? "").includes("Bad") ? refused(400, { detail: "is wrong" }) : undefined;
    const operation = tag(1, { add: ["VIP", "Bad"], remove: [] });
    const { requests, outcomes } = await applied([operation], { members: members(1), answers });
    expect(requests).toHaveLength(3);
    expect(outcomes).toMatchObject([{ ok: false, failure: { code: "FIELD_REFUSED", fields: ["Bad"] } }]);
    const other = await applied([operation], { members: members(1), answers: () => refused(404) });
    expect(other.requests).toHaveLength(1);
    const move = of("move-address", 1, { email: "new@b.fr" });
    const moved = await applied([move], { answers: () => refused(400, { detail: "is wrong" }) });
    expect(moved.outcomes).toMatchObject([{ ok: false, failure: { code: "REFUSED" } }]);
  });
  test.each([
    ["updates of members who are not subscribed", upTo(5).map((who) => update(who, ana, "pending"))],
    ["few updates", updates(5)],
    ["a create", [create(9), ...updates(4)]],
  ])("%s that go alone anyway make a batch cheap for them", async (_, others) => {
    const tagged = upTo(3).map((who) => tag(who));
    const plan = { members: members(5), batches: true, tagIds: new Map([["vip", 5]]) };
    const { requests, outcomes } = await applied([...others, ...tagged], plan);
    expect(requests).toEqual(["POST /batches", "GET /batches/b1"]);
    expect(outcomes.map((one) => one.ok)).toEqual(Array(8).fill(true));
  });
});

test("some are written before others, since they need them", async () => {
  const operations = [
    of("forget-member", 1),
    of("archive-member", 2),
    of("move-address", 3, { email: "new@b.fr" }),
    tag(4),
    update(5, ana, "pending"),
    update(6, ana),
    create(7),
    of("unarchive-member", 8, { status: "subscribed", changedAt: Date.parse("2026-01-01T00:00:00Z") / 1000 }),
  ];
  const people = upTo(8).map((who) => kept(who, who === 8 ? { status: "archived" } : {}));
  const { requests, journal, outcomes } = await applied(operations, { members: people, connections: 1 });
  expect(requests.filter((one) => !one.startsWith("GET"))).toEqual([
    "PUT /l/members/8",
    "POST /l/members",
    "PATCH /l/members/5",
    "PATCH /l/members/6",
    "POST /l/members/4/tags",
    "PATCH /l/members/3",
    "DELETE /l/members/2",
    "POST /l/members/1/actions/delete-permanent",
  ]);
  expect(outcomes.map((one) => one.ok)).toEqual(Array(8).fill(true));
  expect(journal.filter((line) => line.startsWith("sending"))).toEqual([1, 4, 2, 1].map((count) => `sending ${count}`));
});
test("erasures, which nobody can undo, are in the journal a few at a time", async () => {
  const { journal } = await applied(
    upTo(3).map((who) => of("forget-member", who)),
    { members: members(3), connections: 2 },
  );
  expect(journal).toEqual(["sending 2", "answered 2", "sending 1", "answered 1"]);
});
test("no more requests run at once than the account allows", async () => {
  let most = 0;
  const { asked } = await applied(updates(5), {
    members: members(5),
    connections: 2,
    answers: (_, before) => {
      most = Math.max(most, before);
      return undefined;
    },
    stopped: (some) => some.length >= 2,
  });
  expect([asked.length, most]).toEqual([2, 1]);
});
test("when the run is to end, nothing further is written", async () => {
  const later = [...updates(6), of("forget-member", 9)];
  expect((await applied([create(7), create(8), ...later], { members: members(9), endsAfter: 1 })).requests).toEqual([
    "POST /l",
  ]);
  const { asked, journal } = await applied(updates(1_001), { members: members(1_001), endsAfter: 1 });
  expect([sizes(asked), journal]).toEqual([[500], ["sending 500", "answered 500"]]);
});
