/** R1: where contacts stand, on both stores alike. */
import { expect, test } from "vitest";
import { freshDatabase } from "../../test/fresh-database.ts";
import { postgresStatements } from "../../test/postgres-statements.ts";
import { member, person } from "../../test/records.ts";
import type { KeptStanding } from "../plan/standings.ts";
import type { Store } from "../ports/store.ts";
import { memoryStore } from "./memory.ts";
import { databaseStore } from "./store.ts";

const since = "2026-01-01T00:00:00.000Z";
const both = async (): Promise<readonly Store[]> => [
  databaseStore(await freshDatabase(), "1:a", () => 0, { ends: false }),
  memoryStore(() => 0),
];
const people = [1, 2, 3, 4, 5].map((id) => ({ ...person, id }));

test("R1: whoever was refused before the reading was stored is counted once, whether their records are stored or not", async () => {
  for (const store of await both()) {
    await store.saveChanges({
      persons: people.slice(0, 2),
      members: [member],
      standings: [
        { personId: 1, memberKey: "k", reason: "guard-refused", since },
        { personId: 8, memberKey: "z", reason: "guard-refused", since },
        { personId: 9, reason: "guard-refused", since },
        { memberKey: "x", reason: "phone-only", since },
        { memberKey: "y", reason: "phone-only", since },
      ],
      facts: { "looked at": 1 },
    });
    expect(await store.standingCounts()).toEqual([
      { reason: "in-step", copper: 1, mailchimp: 0, contacts: 1 },
      { reason: "guard-refused", copper: 3, mailchimp: 2, contacts: 3 },
      { reason: "phone-only", copper: 0, mailchimp: 2, contacts: 2 },
    ]);
  }
});
test("R1: contacts are listed by reason and key, those in step last; a page is as long as it is asked for", async () => {
  const standings: KeptStanding[] = [
    { personId: 4, reason: "marked", since },
    { personId: 5, reason: "cleaned", since },
    { memberKey: "k", reason: "cleaned", since },
  ];
  for (const order of [standings, standings.toReversed()])
    for (const store of await both()) {
      await store.saveChanges({ persons: people, standings: order, facts: { "looked at": 1 } });
      const listed = async (reasons: readonly KeptStanding["reason"][], limit: number, offset?: number) =>
        (await store.standings(reasons, limit, offset)).map(({ standing }) => standing.personId ?? standing.memberKey);
      const all = ["marked", "cleaned", "in-step"] as const;
      expect(await listed(all, 50)).toEqual(["k", 5, 4, 1, 2, 3]);
      expect(await listed(all, 4)).toEqual(["k", 5, 4, 1]);
      expect(await listed(all, 2, 2)).toEqual([4, 1]);
      expect(await listed(all, 1, 4)).toEqual([2]);
      expect(await listed(["cleaned"], 50)).toEqual(["k", 5]);
      expect(await listed(["in-step"], 50)).toEqual([1, 2, 3]);
      expect(await listed(["failed"], 50)).toEqual([]);
    }
});
test("R1: people without an address of theirs, and members without a person, have their records in the list", async () => {
  for (const store of await both()) {
    await store.saveChanges({
      persons: people.slice(0, 1),
      members: [member],
      standings: [
        { personId: 1, reason: "no-email", since },
        { memberKey: "k", reason: "cleaned", since },
      ],
    });
    expect(await store.standings(["no-email", "cleaned"], 9)).toEqual([
      { standing: { memberKey: "k", reason: "cleaned", since }, member },
      { standing: { personId: 1, reason: "no-email", since }, person: people[0] },
    ]);
  }
});
test("PostgreSQL is never asked for one of no reasons or of no people, which it does not understand", async () => {
  const { database, statements } = postgresStatements();
  const store = databaseStore(database, "1:a", () => 0);
  expect(await store.standingCount([])).toBe(0);
  expect(await store.standings([], 9)).toEqual([]);
  await store.standings(["not-looked-at"], 9);
  await store.saveChanges({ standingsOver: ["mk"] });
  expect(statements.length).toBeGreaterThan(3);
  expect(statements.filter((one) => one.includes("in ()"))).toEqual([]);
});
