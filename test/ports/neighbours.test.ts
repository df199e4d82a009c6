/** What a run rests on that loads only whom something concerns, on every store alike. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { newLink } from "../../src/plan/link-patch.ts";
import type { KeptStanding } from "../../src/plan/standings.ts";
import type { Decided, StateChanges, Store } from "../../src/ports/store.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { openDatabase } from "../../src/store/open.ts";
import { erase, keptOf } from "../../src/store/privacy/data-subject.ts";
import { member, person } from "../records.ts";
import { onEachDatabase } from "./each-database.ts";

const ADDRESSES = ["a@ex.fr", "B@ex.fr", "c@ex.fr", "d@ex.fr"];
const DECIDED: Decided = { by: "so", again: [] };
const id = fc.integer({ min: 1, max: 4 });
const key = fc.constantFrom("k", "l", "m");
const email = fc.constantFrom(...ADDRESSES);
const stateChanges: fc.Arbitrary<StateChanges> = fc.oneof(
  fc.record({
    persons: fc
      .array(fc.tuple(id, fc.array(email, { maxLength: 3 })), { minLength: 1, maxLength: 3 })
      .map((all) => all.map(([one, emails]) => ({ ...person, id: one, emails }))),
  }),
  fc.record({
    members: fc
      .array(fc.tuple(key, email), { minLength: 1, maxLength: 3 })
      .map((all) => all.map(([one, address]) => ({ ...member, key: one, email: address }))),
  }),
  fc.record({
    links: fc
      .array(fc.tuple(id, key, fc.nat(50)), { minLength: 1, maxLength: 3 })
      .map((all) => all.map(([one, other, since]) => newLink(one, other, "a@ex.fr", since))),
  }),
  fc.record({ personsGone: fc.array(id, { maxLength: 2 }), membersGone: fc.array(key, { maxLength: 2 }) }),
  fc.record({ unlinked: fc.array(id, { maxLength: 2 }) }),
);
const sorted = <T>(all: Iterable<T>) => [...all].sort();

/** What is told of all records is what all records tell. */
async function agrees(store: Store): Promise<void> {
  const { persons, members, links } = await store.load();
  const { since, ...counts } = await store.holdings();
  expect(counts).toEqual({ persons: persons.size, members: members.size, links: links.size });
  expect(since).toBeGreaterThanOrEqual(Math.max(0, ...[...links.values()].map((one) => one.since)));
  for (const address of ADDRESSES) {
    const { personIds, memberKeys } = await store.having([address]);
    const has = (emails: readonly string[]) => emails.includes(address);
    expect(sorted(personIds)).toEqual(
      sorted([...persons.values()].filter((one) => has(one.emails)).map((one) => one.id)),
    );
    expect(sorted(memberKeys)).toEqual(
      sorted([...members.values()].filter((one) => has([one.email])).map((one) => one.key)),
    );
  }
  const some = await store.some({ personIds: [1], memberKeys: ["k"] });
  expect(some.persons).toEqual(persons.has(1) ? [persons.get(1)] : []);
  expect(some.members).toEqual(members.has("k") ? [members.get("k")] : []);
  expect(sorted(some.links.map((one) => one.personId))).toEqual(
    sorted([...links.values()].filter((one) => one.personId === 1 || one.memberKey === "k").map((one) => one.personId)),
  );
}

onEachDatabase("who is looked at", (around) => {
  let connections = 0;
  const fresh = async (): Promise<Store[]> => {
    connections += 1;
    return [await around.open(`60${connections}:a`), memoryStore(() => around.time)];
  };

  test("whatever is learnt: the counts, who has which address, and some of the records are those of all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stateChanges, { minLength: 1, maxLength: 8 }), async (all) => {
        const stores = await fresh();
        for (const store of stores) {
          for (const one of all) await store.saveChanges(one);
          await agrees(store);
          await store.close();
        }
      }),
      { numRuns: 40 },
    );
  });

  test("whatever is learnt after everybody was decided on has touched whom it concerns, on each store the same", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stateChanges, { minLength: 2, maxLength: 6 }), async ([first, ...others]) => {
        const touched: unknown[] = [];
        for (const store of await fresh()) {
          await store.saveChanges({ ...first, decided: { ...DECIDED, again: ["p9", "mz"] } });
          expect(await store.touched()).toEqual({ personIds: [9], memberKeys: ["z"] });
          const before = await store.load();
          for (const one of others) await store.saveChanges(one);
          const { personIds, memberKeys } = await store.touched();
          touched.push([sorted(personIds), sorted(memberKeys)]);
          const after = await store.load();
          for (const now of after.persons.values())
            if (JSON.stringify(before.persons.get(now.id)) !== JSON.stringify(now)) expect(personIds).toContain(now.id);
          await store.close();
        }
        expect(touched[0]).toEqual(touched[1]);
      }),
      { numRuns: 30 },
    );
  });

  test("what waits touches the person, or who has its address; a link also whom it led to", async () => {
    for (const store of await fresh()) {
      const persons = [1, 2, 3].map((one) => ({ ...person, id: one, emails: [`p${one}@ex.fr`] }));
      const members = ["k", "l"].map((one) => ({ ...member, key: one, email: `${one}@ex.fr` }));
      const links = [newLink(1, "k", "k@ex.fr", 1)];
      await store.saveChanges({ persons, members, links, decided: DECIDED });
      const touching = async (one: StateChanges) => {
        await store.saveChanges(one);
        const { personIds, memberKeys } = await store.touched();
        await store.saveChanges({ decided: DECIDED });
        return { personIds: sorted(personIds), memberKeys: sorted(memberKeys) };
      };
      const some = (personIds: number[], memberKeys: string[] = []) => ({ personIds, memberKeys });
      expect(await store.touched()).toEqual(some([]));
      expect(await touching({ links: [newLink(1, "l", "l@ex.fr", 2)] })).toEqual(some([1], ["k", "l"]));
      expect(await touching({ unlinked: [1] })).toEqual(some([1], ["l"]));
      const rejection = { address: "p2@ex.fr", code: "FORGOTTEN_EMAIL" as const, message: "" };
      expect(await touching({ rejections: [rejection] })).toEqual(some([2]));
      expect(await touching({ rejectionsLifted: ["k@ex.fr"] })).toEqual(some([], ["k"]));
      expect(await touching({ deleted: ["p3@ex.fr"] })).toEqual(some([3]));
      expect(await touching({ restored: ["p3@ex.fr"] })).toEqual(some([3]));
      expect(await touching({ reviews: [{ personId: 2, tag: "x", since: "", ignored: false }] })).toEqual(some([2]));
      expect(await touching({ reviewsOver: [2] })).toEqual(some([2]));
      expect(await touching({ resolutions: [{ personId: 3, field: "title", value: "x" }] })).toEqual(some([3]));
      expect(await touching({ troublesOver: ["l@ex.fr"] })).toEqual(some([], ["l"]));
      const standing: KeptStanding = { personId: 2, memberKey: "l", reason: "next-run", since: "" };
      expect(await touching({ standings: [standing] })).toEqual(some([2], ["l"]));
      expect(await touching({ facts: { runs: 1 } })).toEqual(some([]));
      // Nobody rests any more: nobody is put down
      await store.saveChanges({ decided: null });
      await store.saveChanges({ persons });
      expect([await store.decidedBy(), await store.touched()]).toEqual([undefined, some([])]);
      await store.close();
    }
  });

  test("D3: who was deleted for one audience is looked at in the others of the account, and in no other account", async () => {
    const [one, other, stranger] = await Promise.all(["71:a", "71:b", "711:a"].map((each) => around.open(each)));
    for (const store of [one, other, stranger]) await store!.saveChanges({ persons: [person], decided: DECIDED });
    await one!.saveChanges({ deleted: person.emails });
    expect((await other!.touched()).personIds).toEqual([person.id]);
    expect((await stranger!.touched()).personIds).toEqual([]);
    for (const store of [one, other, stranger]) await store!.close();
  });

  test("those left out are counted by why", async () => {
    const since = "2026-01-01T00:00:00.000Z";
    const standings: KeptStanding[] = [
      { personId: 1, reason: "no-email", counted: "noEmail", since },
      { personId: 2, reason: "no-email", counted: "noEmail", since },
      { memberKey: "k", reason: "unsubscribed-unknown", counted: "unsubscribed", since },
      { memberKey: "l", reason: "not-created", since },
    ];
    for (const store of await fresh()) {
      await store.saveChanges({ standings });
      expect(await store.skipped()).toMatchObject({ noEmail: 2, unsubscribed: 1, cleaned: 0 });
      await store.saveChanges({ standingsOver: ["p1"], standings: [{ memberKey: "k", reason: "not-created", since }] });
      expect(await store.skipped()).toMatchObject({ noEmail: 1, unsubscribed: 0 });
      await store.close();
    }
  });

  test("what is erased of somebody leaves no address, the others are counted, and everybody is decided on anew", async () => {
    const store = await around.open("72:a");
    const other = { ...person, id: 8, emails: ["other@ex.fr"] };
    await store.saveChanges({ persons: [{ ...person, emails: ["gone@ex.fr"] }, other], decided: DECIDED });
    const database = await openDatabase(around.url());
    await erase(database, await keptOf(database, "gone@ex.fr"), () => ({}));
    const rows = await database.selectFrom("addresses").selectAll().where("connection", "=", "72:a").execute();
    expect(rows.map((one) => one.key)).toEqual(["p8"]);
    expect([(await store.holdings()).persons, await store.decidedBy()]).toEqual([1, undefined]);
    await database.destroy();
    await store.close();
  });
});
