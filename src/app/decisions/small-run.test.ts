/** A12, R1: decisions and other writes outside a sync make a run of their own, with a document. */
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryWorld } from "../../../test/memory-world.ts";
import { aboutPerson } from "./archive-or-delete.ts";
import { decide } from "./decide.ts";
import { isNotDone, standing } from "./small-run.ts";

let own: MemoryWorld;
beforeEach(() => {
  own = new MemoryWorld();
});

describe("A12: the run", () => {
  test("begins with the first write, and says what was done and who still waits", async () => {
    const { id } = await own.marked();
    const others = ["Cleo", "Dan", "Eve"].map((name) => own.person({ name, emails: [], tags: ["a supprimer"] }));
    await own.sync();
    await own.decide(others[0]!.id, "ignore");
    const begun: unknown[] = [];
    const { beginRun } = own.store;
    own.store.beginRun = async (...all) => {
      begun.push(all);
      await beginRun(...all);
    };
    const { document } = await own.small((parts) => decide(parts, id, "delete", false));
    expect(begun).toEqual([[expect.any(String), own.time, "decisions"]]);
    expect(document).toMatchObject({
      kind: "decisions",
      mode: "incremental",
      outcome: "ok",
      startedAt: own.time,
      finishedAt: own.time,
      copper: { deleted: 1, requests: 0 },
      mailchimp: { archived: 1, requests: 0 },
      failures: [],
      pendingDeletions: 2,
    });
  });
  test("without any write there is none", async () => {
    const { document } = await own.small(async () => undefined);
    expect(document).toBeUndefined();
  });
  test("A3: of what failed it is said, also if nothing else did", async () => {
    const { id } = await own.marked();
    own.mishaps.push("refused");
    const { document } = await own.small((parts) => decide(parts, id, "delete", false));
    expect(document).toMatchObject({ outcome: "partial", failures: [{ operation: "delete-person", code: "REFUSED" }] });
  });
  test("what was not done although no write failed", async () => {
    const { id } = await own.marked();
    const { document } = await own.small((parts) => decide(parts, id, "delete", false), false);
    expect(document).toMatchObject({ outcome: "partial", failures: [] });
  });
});

describe("R1: the decision shows before the next run", () => {
  const reasons = async (keys: readonly string[]) => (await own.store.standingsAt(keys)).map((one) => one.reason);
  test("of the person and of the member whom they leave", async () => {
    const { id } = await own.marked();
    const { key } = own.at("ana@exemple.fr")!;
    await own.decide(id, "delete");
    expect(await reasons([`p${id}`, `m${key}`])).toEqual(["deleted"]);
    await own.restore(id);
    const restored = [...own.truth.people.keys()].at(-1);
    expect(await own.store.standingsAt([`p${id}`, `m${key}`, `p${restored}`])).toMatchObject([
      { personId: restored, memberKey: key, reason: "next-run" },
    ]);
  });
  test("of the contacts of each operation, and of no other", async () => {
    const { id } = await own.marked();
    const member = own.member("cleo@exemple.fr");
    const refreshed: unknown[] = [];
    const contact = own.store.contact;
    own.store.contact = async (who) => {
      refreshed.push(who);
      return contact(who);
    };
    const none = { ...aboutPerson(id, ""), side: "copper", operation: "delete-person" } as const;
    const { again, perform } = standing(own.parts, async () => ({
      ok: true,
      person: own.truth.people.get(1)!,
      leftOut: [],
    }));
    await perform(none);
    await perform({
      ...aboutPerson(id, ""),
      personId: undefined,
      side: "mailchimp",
      operation: "forget-member",
      member: { key: member.key, id: member.id, email: member.email },
    } as never);
    await again();
    expect(refreshed.slice(0, 3)).toEqual([{ personId: id }, { personId: 1 }, { memberKey: member.key }]);
  });
});

test.each([
  ["failed", true],
  ["unfinished", true],
  ["unknown", true],
  ["archived", false],
  ["vanished", false],
] as const)("a decision that is %s was not done: %s", (result, not) => {
  expect(isNotDone({ personId: 1, name: "", detail: "", result })).toBe(not);
});
