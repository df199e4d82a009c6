/** Packing tag changes: whatever is packed how, what comes out is what was meant, in no more requests than members. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { tagKey } from "../domain/tags.ts";
import { memberRef, type TagMember } from "../plan/operations.ts";
import { firstAttempt } from "./attempts.ts";
import { byTag, requestOf } from "./pack.ts";
import { parted } from "./tagging.ts";

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
/** As many as there are, or a batch. */
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
