/** Which tag changes go by tag and which by member, and what is sent for each (T1, T4, A3, A10). */
import { describe, expect, test } from "vitest";
import { type Asked, fakeHttp, ok, refused } from "../../test/fake-http.ts";
import type { Answer } from "../http/answer.ts";
import type { TagMember } from "../plan/operations.ts";
import { parted, tagByTag, tagByTurn } from "./tagging.ts";

const IDS = new Map([
  ["vip", 1],
  ["été", 2],
  ["salon", 3],
]);
const tagging = (who: number, add: readonly string[], remove: TagMember["remove"] = []): TagMember => ({
  side: "mailchimp",
  operation: "tag-member",
  contact: "",
  reason: "tags-changed",
  settles: {},
  member: { key: `k${who}`, id: `h${who}`, email: `a${who}@b.fr`, status: "subscribed" },
  add,
  remove,
});
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const emails = (count: number) => upTo(count).map((who) => `a${who}@b.fr`);

describe("the fewest requests", () => {
  const known = ["VIP", "Été", "Salon"];
  const split = (operations: readonly TagMember[], singles = (count: number) => count) => {
    const { byTag, byMember } = parted(operations, IDS, singles);
    return [byTag, byMember].map((some) => some.map((one) => Number(one.member.id.slice(1))));
  };
  test.each<[what: string, operations: readonly TagMember[], byTag: number[], byMember: number[]]>([
    ["one tag of many", upTo(3).map((who) => tagging(who, ["VIP"])), [1, 2, 3], []],
    ["many tags of one", [tagging(1, known)], [], [1]],
    ["T4: where both cost the same, by member", [tagging(1, ["VIP"]), tagging(2, ["Été"])], [], [1, 2]],
    ["a tag that must be looked for costs one more", upTo(2).map((who) => tagging(who, ["New"])), [], [1, 2]],
    ["looking for it pays for three", upTo(3).map((who) => tagging(who, ["New"])), [1, 2, 3], []],
    [
      "some by tag, some by member",
      [...upTo(4).map((who) => tagging(who, ["VIP"])), tagging(5, ["A", "B", "C", "D"])],
      [1, 2, 3, 4],
      [5],
    ],
    [
      "some by tag, and one by member, who saves one",
      [...upTo(4).map((who) => tagging(who, ["VIP"])), tagging(5, ["Été", "Salon"])],
      [1, 2, 3, 4],
      [5],
    ],
    [
      "a tag that is on and off needs no more",
      [tagging(1, ["VIP"]), tagging(2, [], [{ id: 1, name: "VIP" }])],
      [1, 2],
      [],
    ],
    ["nothing", [], [], []],
  ])("%s", (_, operations, byTag, byMember) => expect(split(operations)).toEqual([byTag, byMember]));
  test("five hundred addresses of one tag fit into a request", () => {
    const many = (count: number) => upTo(count).map((who) => tagging(who, ["VIP"]));
    const two = (count: number) => Math.min(2, count);
    expect(split(many(500), two)[0]).toHaveLength(500);
    expect(split(many(501), two)[0]).toHaveLength(0);
  });
  test("a batch makes many by member cheap", () => {
    const singles = (count: number) => (count < 8 ? count : 6);
    const all = upTo(10).map((who) => tagging(who, ["New", ...known.slice(who % 3)]));
    expect(split(all, singles)).toEqual([upTo(10), []]);
    const others = upTo(10).map((who) => tagging(who, [`T${who}`]));
    expect(split(others, singles)).toEqual([[], upTo(10)]);
    const rare = upTo(10).map((who) => tagging(who, who > 4 ? [`A${who}`, `B${who}`] : ["VIP"]));
    expect(split(rare, singles)).toEqual([[], upTo(10)]);
  });
  test("where a single one by member costs a batch, all go by tag", () => {
    const all = [...upTo(4).map((who) => tagging(who, ["VIP"])), tagging(5, known)];
    expect(split(all, (count) => (count === 0 ? 0 : 6))).toEqual([upTo(5), []]);
  });
});

/** Writes by tag against a service that answers so; by default it takes everything, and knows no tag by name. */
async function written(
  operations: readonly TagMember[],
  answer: (asked: Asked) => Answer | undefined = () => undefined,
) {
  const { http, asked } = fakeHttp((one) => {
    const own = answer(one);
    if (own !== undefined) return own;
    return one.method === "GET" ? ok({ tags: [], total_items: 0 }) : ok({ id: 99 });
  });
  const { outcomes, left } = await tagByTag(http, "/l", operations, IDS, async (all, work) => {
    for (const one of all) await work(one);
  });
  const requests = asked.map(({ method, path }) => `${method} ${path.split("?")[0]}`);
  return { outcomes, left, asked, requests, oks: outcomes.map((one) => one.ok) };
}

describe("by tag", () => {
  test("on and off go together, five hundred of each in a request, and may be repeated", async () => {
    const off = { id: 1, name: "VIP" };
    const operations = [
      ...upTo(501).map((who) => tagging(who, ["VIP"])),
      ...upTo(502).map((who) => tagging(600 + who, [], [off])),
    ];
    const { asked } = await written(operations);
    const lists = asked.map(({ body }) => body as { members_to_add: string[]; members_to_remove: string[] });
    expect(asked).toMatchObject(
      Array(2).fill({ method: "POST", path: "/l/segments/1", how: { effect: "idempotent" } }),
    );
    expect(lists.map((one) => [one.members_to_add.length, one.members_to_remove.length])).toEqual([
      [500, 500],
      [1, 2],
    ]);
    expect([lists[1]!.members_to_add, lists[1]!.members_to_remove]).toEqual([
      ["a501@b.fr"],
      ["a1101@b.fr", "a1102@b.fr"],
    ]);
  });
  test("no request is empty", async () => {
    expect((await written(upTo(500).map((who) => tagging(who, ["VIP"])))).requests).toHaveLength(1);
  });
  test("a tag that was deleted and made again is looked for, and written by its new id", async () => {
    const { requests, oks } = await written([tagging(1, ["VIP"])], ({ method, path }) => {
      if (path === "/l/segments/1") return refused(404);
      return method === "GET" ? ok({ tags: [{ id: 7, name: "vip" }], total_items: 1 }) : undefined;
    });
    expect(requests).toEqual(["POST /l/segments/1", "GET /l/tag-search", "POST /l/segments/7"]);
    expect(oks).toEqual([true]);
  });
  test("a tag that was deleted is made again", async () => {
    const { asked, oks } = await written([tagging(1, ["VIP"])], ({ path }) =>
      path === "/l/segments/1" ? refused(404) : undefined,
    );
    expect(asked.at(-1)).toMatchObject({ path: "/l/segments", body: { name: "VIP", static_segment: ["a1@b.fr"] } });
    expect(oks).toEqual([true]);
  });
  test("more than a request holds: the tag is made with the first, the others are put on it", async () => {
    const { asked, oks } = await written(upTo(501).map((who) => tagging(who, ["New"])));
    expect(asked.slice(1).map(({ path }) => path)).toEqual(["/l/segments", "/l/segments/99"]);
    expect(asked[1]!.body).toEqual({ name: "New", static_segment: emails(500) });
    expect(asked[2]!.body).toEqual({ members_to_add: ["a501@b.fr"], members_to_remove: [] });
    expect(oks.every(Boolean)).toBe(true);
  });
  test.each([
    ["refused with 400: it is there, so that all go member by member", 400, [], 1],
    ["refused otherwise: it fails", 500, [false], 0],
  ])("a new tag that is %s", async (_, status, oks, left) => {
    const { outcomes, left: others } = await written([tagging(1, ["New"])], ({ path }) =>
      path === "/l/segments" ? refused(status, { id: 5 }) : undefined,
    );
    expect([outcomes.map((one) => one.ok), others.length]).toEqual([oks, left]);
  });
  test("after such a failure nothing is taken for made", async () => {
    const { requests } = await written(
      upTo(501).map((who) => tagging(who, ["New"])),
      ({ path }) => (path === "/l/segments" ? refused(500, { id: 5 }) : undefined),
    );
    expect(requests).toEqual(["GET /l/tag-search", "POST /l/segments", "POST /l/segments"]);
  });
  test("A3: a refusal has Mailchimp's words", async () => {
    const { outcomes } = await written([tagging(1, ["VIP"])], () => refused(403, { detail: "not allowed" }));
    expect(outcomes).toMatchObject([{ ok: false, failure: { code: "REFUSED", message: "not allowed" } }]);
  });
});

describe("the search for a tag", () => {
  const other = (id: number) => ({ id, name: `Newer ${id}` });
  const searched = async (...answers: readonly Answer[]) => {
    let before = -1;
    const { asked, requests } = await written([tagging(1, ["New"])], ({ method }) => {
      before += method === "GET" ? 1 : 0;
      return method === "GET" ? (answers[before] ?? answers.at(-1)) : undefined;
    });
    const offsets = asked.flatMap(({ path }) => new URLSearchParams(path.split("?")[1]).get("offset") ?? []);
    return { offsets, last: requests.at(-1) };
  };
  test.each<[what: string, answers: readonly Answer[], offsets: string[], last: string]>([
    ["no further page than there are", [ok({ tags: [other(1)], total_items: 1 })], ["0"], "POST /l/segments"],
    ["without a count, one page", [ok({ tags: [other(1)] })], ["0"], "POST /l/segments"],
    [
      "until a page is empty",
      [ok({ tags: [other(1)], total_items: 9 }), ok({ tags: [], total_items: 9 })],
      ["0", "1"],
      "POST /l/segments",
    ],
    [
      "on the next page",
      [ok({ tags: [other(1)], total_items: 2 }), ok({ tags: [{ id: 7, name: "new" }], total_items: 2 })],
      ["0", "1"],
      "POST /l/segments/7",
    ],
    ["a refusal shows nothing", [refused(500, { tags: [{ id: 7, name: "New" }] })], ["0"], "POST /l/segments"],
  ])("%s", async (_, answers, offsets, last) => expect(await searched(...answers)).toEqual({ offsets, last }));
  test("it ends after twenty pages", async () => {
    expect((await searched(ok({ tags: [other(1)], total_items: 99 }))).offsets).toHaveLength(20);
  });
});

describe("A10: a refusal does not say which of a member's tags is wrong", () => {
  const whole = refused(400, { detail: "is wrong" });
  const off = { id: 2, name: "Été" };
  async function byTurn(operation: TagMember, bad: readonly string[]) {
    const sent: TagMember[] = [];
    const outcome = await tagByTurn(operation, whole, async (one) => {
      sent.push(one);
      return [...one.add, ...one.remove.map(({ name }) => name)].some((name) => bad.includes(name)) ? whole : ok();
    });
    return { outcome, sent: sent.map(({ add, remove }) => [add, remove]) };
  }
  test("so each goes alone, and only the wrong ones fail", async () => {
    const operation = tagging(1, ["VIP", "Bad"], [off]);
    const { outcome, sent } = await byTurn(operation, ["Bad"]);
    expect(sent).toEqual([
      [["VIP"], []],
      [["Bad"], []],
      [[], [off]],
    ]);
    const failure = { code: "FIELD_REFUSED", message: "is wrong", retry: false, fields: ["Bad"] };
    expect(outcome).toEqual({ operation, ok: false, failure });
    expect((await byTurn(operation, ["Été"])).outcome).toMatchObject({ failure: { fields: ["Été"] } });
  });
  test("where each is taken, all are", async () => {
    const operation = tagging(1, ["VIP"], [off]);
    expect((await byTurn(operation, [])).outcome).toEqual({ operation, ok: true });
  });
  test("one tag need not be sent again", async () => {
    const { outcome, sent } = await byTurn(tagging(1, ["VIP"]), []);
    expect(sent).toEqual([]);
    expect(outcome).toMatchObject({ ok: false, failure: { fields: ["VIP"] } });
  });
});
