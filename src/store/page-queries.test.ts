import { expect, test } from "vitest";
import { freshDatabase } from "../../test/fresh-database.ts";
import { postgresStatements } from "../../test/postgres-statements.ts";
import { member, person } from "../../test/records.ts";
import { newLink } from "../plan/link-patch.ts";
import { memoryStore } from "./memory.ts";
import { databaseStore } from "./store.ts";

const link = newLink(1, "k", "k@ex.fr", 1);
const [linked, alone] = [1, 2].map((id) => ({ ...person, id, emails: [`p${id}@ex.fr`] }));
const [theirs, stranger] = ["k", "l"].map((key) => ({ ...member, key, email: `${key}@ex.fr` }));

test("a contact has both records and the link, as far as there are any, however it is asked for", async () => {
  for (const store of [databaseStore(await freshDatabase(), "1:a", () => 0, { ends: false }), memoryStore(() => 0)]) {
    await store.saveChanges({ persons: [linked!, alone!], members: [theirs!, stranger!], links: [link] });
    const pair = { person: linked, member: theirs, link };
    expect(await store.contacts([2, 9, 1])).toStrictEqual([{ person: alone }, pair]);
    expect(await store.contact({ personId: 1 })).toStrictEqual(pair);
    expect(await store.contact({ memberKey: "k" })).toStrictEqual(pair);
    expect(await store.contact({ personId: 2 })).toStrictEqual({ person: alone });
    expect(await store.contact({ memberKey: "l" })).toStrictEqual({ member: stranger });
    expect(await store.contact({ personId: 9 })).toStrictEqual({});
    expect(await store.atAddress("K@ex.fr")).toStrictEqual([pair]);
    expect(await store.atAddress("p1@ex.fr")).toStrictEqual([pair]);
    expect(await store.atAddress("p2@ex.fr")).toStrictEqual([{ person: alone }]);
    expect(await store.atAddress("l@ex.fr")).toStrictEqual([{ member: stranger }]);
    expect(await store.atAddress("@ex.fr")).toStrictEqual([]);
  }
});
test("case 49: PostgreSQL looks for the letters of a search, too, and not for a pattern", async () => {
  const { database, statements } = postgresStatements();
  await databaseStore(database, "1:a", () => 0).search("50 %", 5);
  expect(statements.join()).toContain(
    "position(cast($2 as text) in text) > 0 and position(cast($3 as text) in text) > 0",
  );
});
