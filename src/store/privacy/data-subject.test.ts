/** What is kept of one address is all that is theirs, and nothing else (GDPR 15, 17). */
import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freshDatabase, freshFolder } from "../../../test/fresh-database.ts";
import { postgresStatements } from "../../../test/postgres-statements.ts";
import { member, operation, person } from "../../../test/records.ts";
import { newLink } from "../../plan/link-patch.ts";
import type { Operation } from "../../plan/operations.ts";
import type { KeptStanding } from "../../plan/standings.ts";
import type { KeptCopy, StateChanges } from "../../ports/store.ts";
import { openDatabase } from "../open.ts";
import { databaseStore } from "../store.ts";
import { erase, keptOf } from "./data-subject.ts";

const since = "2026-01-01T00:00:00Z";
const ANA = "ana@ex.fr";
const ana = { ...person, id: 1, name: "Ana Oubli", emails: [ANA] };
const bob = { ...person, id: 2, name: "Bob Reste", emails: ["bob@ex.fr"] };
const anaMember = { ...member, key: "a", id: "ha", email: ANA };
const bobMember = { ...member, key: "b", id: "hb", email: "bob@ex.fr" };

/** Opens a store that was told of these changes. */
async function told(stateChanges: StateChanges) {
  const database = await freshDatabase();
  const store = databaseStore(database, "1:a", () => 0, { ends: false });
  await store.saveChanges(stateChanges);
  const rowsOf = async (address = ANA) =>
    (await keptOf(database, address)).rows.map(({ table, key }) => `${table} ${key}`).sort();
  return { database, store, rowsOf };
}

test("a link is theirs by the person, by the member, or by the address; so is what waits for the person it names", async () => {
  const { rowsOf } = await told({
    persons: [ana, bob],
    members: [anaMember, bobMember],
    links: [
      newLink(1, "elsewhere", "x@ex.fr", 1),
      newLink(5, "a", "y@ex.fr", 2),
      newLink(6, "gone", ANA, 3),
      newLink(2, "b", "bob@ex.fr", 4),
    ],
    reviews: [1, 5, 6, 2].map((personId) => ({ personId, tag: "T", since, ignored: false })),
  });
  expect(await rowsOf()).toEqual(
    ["links 1", "links 5", "links 6", "members a", "persons 1", "reviews 1", "reviews 5", "reviews 6"].sort(),
  );
});
test("a standing is theirs by the person or the member, and names them by the address", async () => {
  const { rowsOf } = await told({
    persons: [ana, bob],
    members: [anaMember],
    standings: [
      { personId: 1, memberKey: "z", reason: "marked", since },
      { memberKey: "a", reason: "cleaned", since },
      { personId: 2, reason: "address-taken", detail: { address: ANA }, since },
      { personId: 3, reason: "no-email", since },
    ],
  });
  expect(await rowsOf()).toEqual(["members a", "persons 1", "standings ma", "standings p1", "standings p2"]);
});
test("an address that only a kept copy has leads on to what is kept of it", async () => {
  const { store, rowsOf } = await told({ deleted: ["second@ex.fr", "bob@ex.fr"] });
  await store.keep({ personId: 1, emails: [ANA, "Second@ex.fr"] } as unknown as KeptCopy);
  expect(await rowsOf()).toEqual(["copies 1", "deleted second@ex.fr"]);
});
test("an entry of the journal is theirs by the person, or by the address it names", async () => {
  const { store, rowsOf } = await told({ persons: [ana, bob] });
  const entry = (contact: string, personId?: number) => {
    const { personId: _, ...rest } = operation as Operation & { personId: number };
    return { ...rest, contact, member: bobMember, ...(personId !== undefined && { personId }) } as Operation;
  };
  await store.journal("r", [entry("old@ex.fr", 1), entry("bob@ex.fr", 2), entry(ANA), entry("bob@ex.fr")]);
  expect(await rowsOf()).toEqual(["journal 1", "journal 3", "persons 1"]);
});
test("what is erased is in no index and in no list, and the standings of others do not name it any more", async () => {
  const standings: KeptStanding[] = [
    { memberKey: "a", reason: "cleaned", since },
    { personId: 2, reason: "address-taken", detail: { address: ANA }, since },
    { unstored: { side: "copper", name: "9" }, reason: "odd-record", detail: { address: ANA }, since },
  ];
  const { database, store, rowsOf } = await told({
    persons: [ana, bob],
    members: [anaMember, bobMember],
    standings,
    decided: { by: "so", again: [] },
  });
  const decision = { decision: "archive", forget: false } as const;
  await store.saveChanges({
    facts: { decisions: [ana, bob].map(({ id, name }) => ({ ...decision, personId: id, name })) as never },
  });
  await erase(database, await keptOf(database, ANA), () => ({}));
  expect(await rowsOf()).toEqual([]);
  for (const table of ["names", "addresses"] as const) {
    const rows = await database.selectFrom(table).select("key").execute();
    expect(rows.map(({ key }) => key.replace(/^[pm]/, "")).sort(), table).toEqual(["2", "b"]);
  }
  const left = await database.selectFrom("standings").select(["key", "json"]).execute();
  expect(left.map(({ key, json }) => [key, JSON.parse(json)])).toEqual([
    ["p2", { personId: 2, reason: "address-taken", since }],
  ]);
  expect(await store.fact("decisions")).toMatchObject([{ name: "1" }, { name: "Bob Reste" }]);
  expect([await store.holdings(), await store.decidedBy()]).toEqual([
    { persons: 1, members: 1, links: 0, since: 0 },
    undefined,
  ]);
});
test("a file keeps nothing of what was erased, neither in its pages nor in its log", async () => {
  const file = join(freshFolder(), "own.db");
  const database = await openDatabase(`sqlite:${file}`);
  const store = databaseStore(database, "1:a", () => 0);
  await store.saveChanges({ persons: Array.from({ length: 500 }, (_, id) => ({ ...ana, id: id + 1 })) });
  await erase(database, await keptOf(database, ANA), () => ({}));
  expect(statSync(`${file}-wal`).size).toBe(0);
  expect(statSync(file).size).toBeLessThan(300_000);
  await store.close();
});
test("PostgreSQL removes it by itself: it is asked for nothing more", async () => {
  const { database, statements } = postgresStatements();
  await erase(database, { addresses: [ANA], personIds: [], memberIds: [], rows: [] }, () => ({}));
  expect(statements).toEqual([]);
});
