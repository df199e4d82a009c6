/** The ids of tags, by which a run tags without asking for them. */
import { expect, test } from "vitest";
import type { Member } from "../domain/contact.ts";
import { PartialRecords } from "../plan/partial-records.ts";
import type { Facts } from "../ports/facts.ts";
import { tagIdsOf } from "./tag-ids.ts";

const member = (key: string, id: number, name: string) => ({ key, tags: [{ id, name }] }) as unknown as Member;
const known = new Map([
  ["a", member("a", 1, "VIP")],
  ["b", member("b", 2, "Press")],
]);

/** A store of these members; what it keeps is in `facts`. */
function storeWith(facts: Partial<Facts>) {
  return {
    fact: async <Name extends keyof Facts>(name: Name) => facts[name],
    async saveChanges({ facts: some }: { facts?: Partial<Facts> }) {
      Object.assign(facts, some);
    },
    load: async () => ({ members: known }) as never,
  };
}

test("a run that loaded some members knows the tags of all, also where an earlier version stored no ids", async () => {
  const facts: Partial<Facts> = {};
  const some = new PartialRecords<string, Member>(2);
  some.set("a", known.get("a")!);
  expect([...(await tagIdsOf(storeWith(facts), some))]).toEqual([
    ["vip", 1],
    ["press", 2],
  ]);
  expect(facts["tag ids"]).toHaveLength(2);
});
test("stored ids are taken, and those of the members at hand added", async () => {
  const facts: Partial<Facts> = { "tag ids": [["old", 7]] };
  const some = new PartialRecords<string, Member>(2);
  some.set("b", known.get("b")!);
  expect([...(await tagIdsOf(storeWith(facts), some))]).toEqual([
    ["old", 7],
    ["press", 2],
  ]);
});
test("a run of everybody takes the ids from its members alone, without tags that have none", async () => {
  const facts: Partial<Facts> = { "tag ids": [["old", 7]] };
  const all = new Map([...known, ["c", member("c", 0, "New")]]);
  const ids = await tagIdsOf(storeWith(facts), all);
  expect([...ids]).toEqual([
    ["vip", 1],
    ["press", 2],
  ]);
  expect(facts["tag ids"]).toEqual([...ids]);
});
test("ids that are stored already are not stored again", async () => {
  const store = storeWith({ "tag ids": [["press", 2]] });
  const some = new PartialRecords<string, Member>(2);
  some.set("b", known.get("b")!);
  await tagIdsOf({ ...store, saveChanges: () => expect.unreachable("nothing has changed") }, some);
});
