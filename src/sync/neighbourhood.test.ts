/** The neighbours of a contact: whoever a decision on them may depend on is loaded with them. */
import { expect, test } from "vitest";
import { memberOf, personOf } from "../../test/records.ts";
import { newLink } from "../plan/link-patch.ts";
import { noneSkipped } from "../plan/skipped.ts";
import type { KeptStanding } from "../plan/standings.ts";
import { memoryStore } from "../store/memory.ts";
import { Neighbourhood } from "./neighbourhood.ts";

const person = (id: number, ...emails: string[]) => personOf(id, emails);

/** Two people who share an address, the second's member under another one, its twin in Copper; and strangers to all. */
const PERSONS = [
  person(1, "Ana@exemple.fr", "shared@exemple.fr"),
  person(2, "shared@exemple.fr"),
  person(3, "moved@exemple.fr"),
  person(9, "far@exemple.fr"),
];
const MEMBERS = [
  memberOf("m1", "ana@exemple.fr"),
  memberOf("m2", "moved@exemple.fr"),
  memberOf("m9", "far@exemple.fr"),
];
const LINKS = [newLink(2, "m2", "moved@exemple.fr", 1), newLink(9, "m9", "far@exemple.fr", 2)];
const ALL_OF_THEM = { persons: [1, 2, 3], members: ["m1", "m2"], links: [2] };

async function near(standings: readonly KeptStanding[] = []) {
  const store = memoryStore(() => 0);
  await store.saveChanges({ persons: PERSONS, members: MEMBERS, links: LINKS, standings });
  return new Neighbourhood(store, await store.lists(), await store.holdings());
}
const loaded = ({ state }: Neighbourhood) => ({
  persons: [...state.persons.keys()].sort(),
  members: [...state.members.keys()].sort(),
  links: [...state.links.keys()].sort(),
});
const nobody = { personIds: [], memberKeys: [] };

test.each([
  ["the first person", { personIds: [1], memberKeys: [] }, []],
  ["a person through a link", { personIds: [2], memberKeys: [] }, []],
  ["a member", { personIds: [], memberKeys: ["m2"] }, []],
  ["a member with an address of a person", { personIds: [], memberKeys: ["m1"] }, []],
  ["an address", nobody, ["shared@exemple.fr"]],
])("whoever shares an address or a link is loaded, and nobody else: from %s", async (_, seeds, addresses) => {
  const neighbours = await near();
  await neighbours.bring(seeds, addresses);
  expect(loaded(neighbours)).toEqual(ALL_OF_THEM);
});
test("all that exist are counted, however few are loaded", async () => {
  const neighbours = await near();
  await neighbours.bring({ personIds: [9], memberKeys: [] });
  expect(loaded(neighbours)).toEqual({ persons: [9], members: ["m9"], links: [9] });
  const { persons, members, links } = neighbours.state;
  expect([persons.size, members.size, links.size]).toEqual([4, 3, 2]);
});
test("what was loaded once is not loaded again over what the run has changed", async () => {
  const neighbours = await near();
  await neighbours.bring({ personIds: [9], memberKeys: [] });
  neighbours.state.persons.set(9, person(9, "new@exemple.fr"));
  await neighbours.bring({ personIds: [9, 1], memberKeys: ["m9"] }, ["far@exemple.fr"]);
  expect(neighbours.state.persons.get(9)?.emails).toEqual(["new@exemple.fr"]);
  expect(loaded(neighbours).persons).toEqual([1, 2, 3, 9]);
});
test("R1: a standing brings the records that it stands for, and those come with theirs", async () => {
  const since = "2026-01-01T00:00:00Z";
  const pair: KeptStanding = { personId: 9, memberKey: "m9", reason: "failed", since };
  const alone: KeptStanding = { reason: "odd-record", unstored: { side: "copper", name: "7" }, since };
  const neighbours = await near([pair, alone]);
  await neighbours.bringStanding([alone]);
  expect(loaded(neighbours)).toEqual({ persons: [], members: [], links: [] });
  expect([...neighbours.state.standings.values()]).toEqual([alone]);
  await neighbours.bring({ personIds: [], memberKeys: ["m9"] });
  expect(loaded(neighbours)).toEqual({ persons: [9], members: ["m9"], links: [9] });
  expect([...neighbours.state.standings.values()]).toContainEqual(pair);
});
test("who is left out elsewhere is counted without the loaded ones", async () => {
  const since = "2026-01-01T00:00:00Z";
  const noEmail = (personId: number): KeptStanding => ({ personId, reason: "no-email", counted: "noEmail", since });
  const neighbours = await near([noEmail(1), noEmail(9)]);
  await neighbours.bringStanding([noEmail(9)]);
  expect((await neighbours.skippedElsewhere()).noEmail).toBe(1);
});
test("R1: a standing of two records that are not linked brings both, with what else it says", async () => {
  const since = "2026-01-01T00:00:00Z";
  const both: KeptStanding = { personId: 3, memberKey: "m9", reason: "guard-refused", since };
  const one = await near([both]);
  await one.bring({ personIds: [3], memberKeys: [] });
  expect(loaded(one).members).toContain("m9");
  const neighbours = await near();
  await neighbours.bringStanding([both]);
  expect(loaded(neighbours)).toMatchObject({ persons: [1, 2, 3, 9], members: ["m1", "m2", "m9"] });
});
test("each is asked for once, by its key", async () => {
  const since = "2026-01-01T00:00:00Z";
  const [alone, only]: KeptStanding[] = [
    { personId: 9, reason: "failed", since },
    { memberKey: "m1", reason: "failed", since },
  ];
  const store = memoryStore(() => 0);
  await store.saveChanges({ persons: PERSONS, members: MEMBERS, links: LINKS, standings: [alone!, only!] });
  const asked: unknown[] = [];
  const neighbours = new Neighbourhood(
    {
      ...store,
      having: (addresses) => {
        asked.push(...addresses);
        return store.having(addresses);
      },
      some: (seeds) => {
        asked.push(...seeds.personIds, ...seeds.memberKeys);
        return store.some(seeds);
      },
    },
    await store.lists(),
    await store.holdings(),
  );
  await neighbours.bringStanding([alone!, only!]);
  const addresses = ["ana@exemple.fr", "far@exemple.fr", "moved@exemple.fr", "shared@exemple.fr"];
  expect(asked.map(String).sort()).toEqual(["1", "2", "3", "9", ...addresses, "m1", "m2", "m9"].sort());
});
test("contacts that are not counted anywhere change no count", async () => {
  const neighbours = await near();
  await neighbours.bringStanding([{ personId: 9, reason: "failed", since: "2026-01-01T00:00:00Z" }]);
  expect(await neighbours.skippedElsewhere()).toEqual(noneSkipped());
});
