/** Tests the packing of tag changes: each packing writes the same tags, in no more requests than members. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { tagKey } from "../domain/tags.ts";
import type { Answer } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { memberRef, type TagMember } from "../plan/operations.ts";
import { firstAttempt } from "./attempts.ts";
import { byTag, requestOf } from "./build-requests.ts";
import { parted, tagByTag, tagByTurn } from "./tagging.ts";

const IDS = new Map([
  ["vip", 1],
  ["été", 2],
]);
const names = fc.uniqueArray(fc.constantFrom("VIP", "Été", "🎉 Fête", "Salon", "client"), { maxLength: 4 });
const operation = fc.tuple(names, names, fc.nat(40)).map(
  ([add, remove, who]): TagMember => ({
    side: "mailchimp",
    operation: "tag-member",
    contact: "",
    reason: "tags-changed",
    settles: {},
    member: memberRef({
      key: `k${who}`,
      id: `h${who}`,
      email: `a${who}@b.fr`,
      status: "subscribed",
      fields: {},
      tags: [],
      changedAt: 0,
    }),
    add,
    remove: remove.filter((name) => !add.includes(name)).map((name) => ({ id: IDS.get(tagKey(name)) ?? 9, name })),
  }),
);
const operations = fc.uniqueArray(operation, { selector: (one) => one.member.key, maxLength: 40 });
/** Returns the requests for this many changes: one each, or a batch. */
const singles = (count: number) => (count < 8 ? count : 6);

test("the packed requests, replayed, do exactly what was meant, in no more than one request a member", () => {
  fc.assert(
    fc.property(operations, (all) => {
      const tags = new Map(all.map((one) => [one.member.email, new Set(one.remove.map((tag) => tagKey(tag.name)))]));
      const parts = parted(all, IDS, singles);
      let requests = singles(parts.byMember.length);
      for (const { id, name, add, remove } of byTag(parts.byTag, IDS)) {
        requests += id === undefined ? 2 : 1;
        expect(Math.max(add.length, remove.length)).toBeLessThanOrEqual(500);
        for (const email of add) tags.get(email)!.add(tagKey(name));
        for (const email of remove) tags.get(email)!.delete(tagKey(name));
      }
      for (const one of parts.byMember) {
        const { body } = requestOf(one, { list: "", mapped: [], fireAutomations: false }, firstAttempt(one)) as {
          body: { tags: { name: string; status: string }[]; is_syncing: boolean };
        };
        expect(body.is_syncing).toBe(true);
        for (const { name, status } of body.tags) {
          if (status === "active") tags.get(one.member.email)!.add(tagKey(name));
          else tags.get(one.member.email)!.delete(tagKey(name));
        }
      }
      for (const { member, add } of all) expect([...tags.get(member.email)!].sort()).toEqual(add.map(tagKey).sort());
      expect(requests).toBeLessThanOrEqual(all.length);
    }),
    { numRuns: 1_000 },
  );
});

/** Simulates a service with tags and a page size, and keeps what is written to each tag. */
function tagService(
  tags: readonly { id: number; name: string }[],
  perPage: number,
  refuses: (path: string) => number = () => 0,
) {
  const written: unknown[][] = [];
  const send = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const refusal = refuses(path);
    if (refusal > 0) return { ok: false, status: refusal, body: { title: "No", detail: "no" }, text: "" };
    if (method === "GET") {
      const offset = Number(new URLSearchParams(path.split("?")[1]).get("offset"));
      return { ok: true, body: { tags: tags.slice(offset, offset + perPage), total_items: tags.length } };
    }
    written.push([path, body]);
    return { ok: true, body: { id: 99 } };
  };
  return { http: { send } as unknown as Http, written };
}
const inTurn = async <T>(all: readonly T[], work: (each: T) => Promise<void>) => {
  for (const one of all) await work(one);
};
const tagging = (who: number, add: string[]): TagMember => ({
  ...fc.sample(operation, { numRuns: 1, seed: 1 })[0]!,
  member: { key: `k${who}`, id: `h${who}`, email: `a${who}@b.fr`, status: "subscribed" },
  add,
  remove: [],
});

test.each([1, 2, 3])(
  "a tag whose id is not known is looked for on every page (%i a page), and no other is taken for it",
  async (perPage) => {
    const tags = ["Salons", "Salon pro", "salon"].map((name, index) => ({ id: 10 + index, name }));
    const { http, written } = tagService(tags, perPage);
    const { outcomes, left } = await tagByTag(http, "/l", [tagging(1, ["Salon"])], IDS, inTurn);
    expect(outcomes).toMatchObject([{ ok: true }]);
    expect(left).toEqual([]);
    expect(written).toEqual([["/l/segments/12", { members_to_add: ["a1@b.fr"], members_to_remove: [] }]]);
  },
);
test("a tag that is not there is made, with those who are to have it", async () => {
  const { http, written } = tagService([{ id: 10, name: "Other" }], 1);
  const { outcomes } = await tagByTag(http, "/l", [tagging(1, ["Salon"]), tagging(2, ["Salon"])], IDS, inTurn);
  expect(outcomes).toMatchObject([{ ok: true }, { ok: true }]);
  expect(written).toEqual([["/l/segments", { name: "Salon", static_segment: ["a1@b.fr", "a2@b.fr"] }]]);
});
test("A3: a tag that is refused fails those who were to have it, and nobody else", async () => {
  const { http } = tagService([], 1, (path) => (path === "/l/segments/1" ? 403 : 0));
  const { outcomes } = await tagByTag(http, "/l", [tagging(1, ["VIP"]), tagging(2, ["Été"])], IDS, inTurn);
  expect(outcomes.map((one) => [one.operation.member.email, one.ok])).toEqual([
    ["a1@b.fr", false],
    ["a2@b.fr", true],
  ]);
});
test("a tag that can neither be found nor made is left to be written member by member", async () => {
  const { http } = tagService([], 1, (path) => (path === "/l/segments" ? 400 : 0));
  const { outcomes, left } = await tagByTag(http, "/l", [tagging(1, ["Salon"]), tagging(2, ["VIP"])], IDS, inTurn);
  expect(left.map((one) => one.member.email)).toEqual(["a1@b.fr"]);
  expect(outcomes).toMatchObject([{ ok: true, operation: { member: { email: "a2@b.fr" } } }]);
});
test("T4: where both ways cost the same, changes go by member", () => {
  const one = [tagging(1, ["VIP"])];
  expect(parted(one, IDS, (count) => count).byMember).toEqual(one);
});
test("A3: a member who is gone while their tags go one by one is told as such, and no tag is said to be wrong", async () => {
  const whole = { ok: false, status: 400, body: undefined, text: "" } as const;
  const gone = { ok: false, status: 404, body: { detail: "no" }, text: "" } as const;
  const send =
    (...answers: Answer[]) =>
    async () =>
      answers.shift()!;
  const both = tagging(1, ["VIP", "Salon"]);
  expect(await tagByTurn(both, whole, send(gone, gone))).toMatchObject({ ok: false, failure: { code: "NOT_FOUND" } });
  expect(await tagByTurn(both, whole, send(whole, gone))).toMatchObject({
    failure: { code: "FIELD_REFUSED", fields: ["VIP"] },
  });
  expect(await tagByTurn(both, whole, send({ ok: true, body: {} }, { ok: true, body: {} }))).toMatchObject({
    ok: true,
  });
});
