/** Which records a run loads before it reads: those that a change concerns, or all. */

import { beforeEach, describe, expect, test } from "vitest";
import { POLICY } from "../../test/histories/steps.ts";
import { MemoryWorld } from "../../test/memory-world.ts";
import { memberOf, personOf } from "../../test/records.ts";
import type { Member, Person } from "../domain/contact.ts";
import { PartialRecords } from "../plan/partial-records.ts";
import type { OddRecord } from "../ports/sides.ts";
import type { Holdings, StateChanges } from "../ports/store.ts";
import type { Policy } from "../reconcile/world.ts";
import { decidingBy, loadAndRead } from "./load-and-read.ts";
import type { Readers } from "./open-sides.ts";

const BY = "these settings";
const person = (id: number, email = `p${id}@exemple.fr`) => personOf(id, [email], 100);
const member = (key: string, email = `${key}@exemple.fr`) => memberOf(key, email, 100);
const PERSONS = [1, 2, 3, 4, 5].map((id) => person(id));
const MEMBERS = ["a", "b", "c", "d", "e"].map((key) => member(key));
/** Shows a field in a form that only other definitions may explain. */
const unclear: Person = { ...person(1), fields: { first_name: null } };
const odd = (some: Partial<OddRecord>): OddRecord => ({ addresses: [], why: "odd-record", detail: "", ...some });

let own: MemoryWorld;
beforeEach(() => {
  own = new MemoryWorld();
});
interface Shown {
  readonly persons?: readonly Person[];
  readonly members?: readonly Member[];
  readonly odd?: { readonly copper?: readonly OddRecord[]; readonly mailchimp?: readonly OddRecord[] };
  /** What was stored before the last decision on all, and after it. */
  readonly decided?: StateChanges;
  readonly stored?: StateChanges;
  readonly hints?: { readonly personIds: readonly number[]; readonly emails: readonly string[] };
  /** How many records there are said to be. */
  readonly all?: Partial<Holdings>;
  /** How many members the service counts. */
  readonly there?: number;
  readonly cut?: Error;
  readonly renewed?: readonly OddRecord[];
  /** What people are when they are read again. */
  readonly confirmed?: readonly Person[];
}
/** Loads and reads, after all were decided. @returns the keys of what was loaded */
async function loaded(shown: Shown = {}, restsOn: string | undefined = BY) {
  await own.store.saveChanges({ persons: PERSONS, members: MEMBERS, ...shown.decided, decided: { by: BY, again: [] } });
  await own.store.saveChanges(shown.stored ?? {});
  let [reads, renewals] = [0, 0];
  const oddPeople = [...(shown.odd?.copper ?? [])];
  const copper = {
    async readAll(onPage: (page: readonly Person[]) => number) {
      onPage(PERSONS);
      return { complete: true };
    },
    async readSince(_: unknown, onPage: (page: readonly Person[]) => number) {
      reads += 1;
      onPage(shown.persons ?? []);
      return { complete: true };
    },
    async confirm(ids: readonly number[]) {
      return (shown.confirmed ?? PERSONS).filter((one) => ids.includes(one.id));
    },
    odd: () => oddPeople,
  };
  const mailchimp = {
    async readAll(onPage: (page: readonly Member[]) => number) {
      onPage(MEMBERS);
      return { complete: true, there: MEMBERS.length };
    },
    async readSince(_: unknown, onPage: (page: readonly Member[]) => number) {
      onPage(shown.members ?? []);
      return { complete: true, ...(shown.there !== undefined && { there: shown.there }) };
    },
    at: async (emails: readonly string[]) => MEMBERS.filter((one) => emails.includes(one.email)),
    odd: () => shown.odd?.mailchimp ?? [],
  };
  const holdings = { ...(await own.store.holdings()), ...shown.all };
  const { state, seen, elsewhere } = await loadAndRead(
    { copper: () => copper, mailchimp } as unknown as Readers,
    own.store,
    holdings,
    {
      cursors: {
        copper: { side: 1, ours: 1 },
        mailchimp: { side: 1, ours: 1 },
        wholeAt: { copper: 0, mailchimp: 0 },
        surplus: 0,
      },
      startedAt: 1_000,
      whole: { copper: false, mailchimp: false },
      trust: { yes: false },
      now: () => 1_000_000,
      progress: { copper: () => undefined, mailchimp: () => undefined },
      ...(shown.hints && { hints: shown.hints }),
      async renew(side) {
        renewals += 1;
        if (shown.cut && renewals === 1) throw shown.cut;
        if (side === "copper") oddPeople.push(...(shown.renewed ?? []));
        return shown.confirmed !== undefined;
      },
    },
    restsOn,
  );
  const keys = [...[...state.persons.keys()].map(String), ...state.members.keys()].sort().join("");
  const everybody = !(state.persons instanceof PartialRecords);
  return {
    keys,
    everybody,
    reads,
    seen,
    elsewhere,
    standings: [...state.standings.values()],
    matchIndex: seen.matchIndex!,
  };
}
const ALL = "12345abcde";
const keysOf = async (shown: Shown) => (await loaded(shown)).keys;

test("the settings, the fields and what other audiences put decide", () => {
  const of = (some: object, shared?: ReadonlyMap<number, readonly string[]>) =>
    decidingBy({ ...POLICY, mapped: [], ...some } as Policy, shared);
  expect(new Set([of({}), of({ conflict: "mailchimp" }), of({}, new Map([[1, ["x"]]]))]).size).toBe(3);
  expect(of({})).toBe(of({}, new Map()));
});

describe("all are loaded", () => {
  test("where no earlier decisions hold, and matched by all of their addresses", async () => {
    const { keys, matchIndex } = await loaded({}, "other settings");
    expect(keys).toBe(ALL);
    expect(matchIndex.persons.records.number(1)).toBeDefined();
  });
  test("where the run rests on none", async () => {
    await own.store.saveChanges({ persons: PERSONS, members: MEMBERS });
    const { state } = await loadAndRead(
      {
        copper: () => ({ readSince: async () => ({ complete: true }), odd: () => [] }),
        mailchimp: { readSince: async () => ({ complete: true }), odd: () => [] },
      } as unknown as Readers,
      own.store,
      await own.store.holdings(),
      {
        cursors: undefined,
        startedAt: 1_000,
        whole: { copper: false, mailchimp: false },
        trust: { yes: false },
        now: () => 1_000_000,
        progress: { copper: () => undefined, mailchimp: () => undefined },
      },
    );
    expect(state.persons.size + state.members.size).toBe(10);
    expect([...state.persons.keys()]).toHaveLength(5);
  });
  test("where the changes of some do not add up, without reading them again", async () => {
    const { keys, reads } = await loaded({ there: 9 });
    expect([keys, reads]).toEqual([ALL, 1]);
  });
  test("but not where anything else fails", async () => {
    const cut = new Error("no answer");
    await expect(loaded({ persons: [unclear], cut })).rejects.toBe(cut);
  });
});

describe("where more has changed than is worth it", () => {
  const many = (count: number) => Array.from({ length: count }, (_, at) => person(100 + at));
  const others = (count: number) => Array.from({ length: count }, (_, at) => member(`m${at}`));
  const hasAll = async (shown: Shown) => (await loaded(shown)).everybody;
  const stored = (persons: number, members: number) => ({
    stored: { persons: many(persons), members: others(members) },
  });
  test.each([
    [false, { persons: many(1_000) }],
    [true, { persons: many(1_001) }],
    [true, { members: others(1_001) }],
    [true, { persons: many(500), members: others(501) }],
    [false, { persons: many(1_001), all: { persons: 4_000, members: 4_000 } }],
    [true, { persons: many(1_001), all: { persons: 4_000, members: 0 } }],
  ])("%s: all are loaded", async (all, shown) => {
    expect(await hasAll(shown)).toBe(all);
  });
  test.each([
    [false, stored(900, 0)],
    [true, stored(1_001, 0)],
    [true, stored(0, 1_001)],
    [true, { ...stored(400, 300), persons: many(301) }],
  ])("%s: so it is with those that were touched since", async (all, shown) => {
    expect(await hasAll(shown)).toBe(all);
  });
});

describe("of an ordinary run", () => {
  const since = "2026-01-01T00:00:00Z";
  test.each([
    ["nothing", "", {}],
    ["whoever changed", "1a", { persons: [person(1)], members: [member("a")] }],
    ["whoever a notification named", "2b", { hints: { personIds: [2], emails: ["b@exemple.fr"] } }],
    ["whoever has the address of a changed person", "1b", { persons: [person(1, "b@exemple.fr")] }],
    ["whoever has the address of a changed member", "3a", { members: [member("a", "p3@exemple.fr")] }],
    ["whoever was touched since", "4", { stored: { persons: [person(4)] } }],
    ["a member that was touched since", "d", { stored: { members: [member("d")] } }],
    ["whoever is on the review list", "5", { stored: { reviews: [{ personId: 5, tag: "x", since, ignored: false }] } }],
    ["an odd person", "1", { odd: { copper: [odd({ key: 1 })] } }],
    ["an odd member", "a", { odd: { mailchimp: [odd({ key: "a" })] } }],
    [
      "whoever has the address of an odd record",
      "2b",
      { odd: { copper: [odd({ addresses: ["P2@exemple.fr"] })], mailchimp: [odd({ addresses: ["b@exemple.fr"] })] } },
    ],
  ])("%s is loaded", async (_, keys, shown: Shown) => {
    expect(await keysOf(shown)).toBe(keys);
  });
  test("A9: a record that turns odd when definitions are read again brings its own", async () => {
    expect(await keysOf({ persons: [unclear], renewed: [odd({ key: 3 })] })).toBe("13");
  });
  test("A9: an odd record stays as it is, and is asked for by what it is", async () => {
    const asked: unknown[] = [];
    const { some } = own.store;
    own.store.some = (seeds) => {
      asked.push(...seeds.personIds.map((id) => typeof id), ...seeds.memberKeys.map((key) => typeof key));
      return some(seeds);
    };
    const { seen } = await loaded({ odd: { copper: [odd({ key: 1 }), odd({})], mailchimp: [odd({ key: "a" })] } });
    expect(seen.unseen).toEqual({ persons: new Set([1]), members: new Set(["a"]) });
    expect(asked).toEqual(["number", "string"]);
  });
  test("a person who has another address when they are read again brings whoever has it", async () => {
    expect(await keysOf({ persons: [unclear], confirmed: [person(1, "b@exemple.fr")] })).toBe("1b");
  });
  test("the standings without a record are loaded", async () => {
    const standing = { reason: "odd-record", unstored: { side: "copper", name: "9" }, since } as const;
    expect((await loaded({ stored: { standings: [standing] } })).standings).toEqual([standing]);
  });
  test("who is left out elsewhere is counted", async () => {
    const standings = [{ personId: 5, reason: "no-email", counted: "noEmail", since } as const];
    expect((await loaded({ decided: { standings } })).elsewhere.noEmail).toBe(1);
  });
});
