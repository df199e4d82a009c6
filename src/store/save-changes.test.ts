import type { Kysely, RootOperationNode } from "kysely";
import { expect, test } from "vitest";
import { freshDatabase } from "../../test/fresh-database.ts";
import { person } from "../../test/records.ts";
import type { StateChanges } from "../ports/store.ts";
import { databaseStore } from "./store.ts";
import type { Tables } from "./tables.ts";

const storeOn = (database: Kysely<Tables>, connection = "1:a") =>
  databaseStore(database, connection, () => 0, { ends: false });
const people = Array.from({ length: 1_200 }, (_, at) => ({ ...person, id: at + 1, emails: [`p${at + 1}@ex.fr`] }));

test("who comes twice in a first sync is counted once, and is as they came last", async () => {
  const store = storeOn(await freshDatabase());
  const [first] = people;
  await store.saveChanges({ persons: [...people, { ...first!, name: "Later" }] });
  expect((await store.holdings()).persons).toBe(1_200);
  expect((await store.contact({ personId: 1 })).person?.name).toBe("Later");
});
test("A11: a first sync looks for no row of a table that was empty; later ones do", async () => {
  const database = await freshDatabase();
  const looked: string[] = [];
  const store = storeOn(
    database.withPlugin({
      transformQuery({ node }: { readonly node: RootOperationNode }) {
        if (node.kind === "SelectQueryNode") looked.push(JSON.stringify(node.from));
        return node;
      },
      transformResult: async ({ result }) => result,
    }),
  );
  const lookedFor = async (stateChanges: StateChanges) => {
    looked.length = 0;
    await store.saveChanges(stateChanges);
    return looked.filter((from) => from.includes('"persons"')).length;
  };
  // The rows are counted at the end, instead
  expect([await lookedFor({ persons: people }), await lookedFor({ persons: people })]).toEqual([2, 3]);
});
test("addresses of tens of thousands of people are all found after a first sync", async () => {
  const store = storeOn(await freshDatabase());
  function* many() {
    for (let id = 1; id <= 20_100; id += 1) yield { ...person, id, emails: [`p${id}@ex.fr`] };
  }
  await store.saveChanges({ persons: many() });
  const found = await store.having(["p1@ex.fr", "p500@ex.fr", "p20000@ex.fr", "p20001@ex.fr", "p20100@ex.fr"]);
  expect([...found.personIds].sort((one, other) => one - other)).toEqual([1, 500, 20_000, 20_001, 20_100]);
});
test("what changes no record counts none", async () => {
  const database = await freshDatabase();
  await storeOn(database).saveChanges({ facts: { runs: 1 }, personsGone: [] });
  const facts = await database.selectFrom("facts").select("key").where("connection", "=", "1:a").execute();
  expect(facts).toEqual([{ key: "runs" }]);
});
test("D3: what is common to all connections is no account, whose other audiences were concerned", async () => {
  const database = await freshDatabase();
  const [common, own] = [storeOn(database, ""), storeOn(database, "1:a")];
  await own.saveChanges({ deleted: ["own@ex.fr"], decided: { by: "so", again: [] } });
  await common.saveChanges({ deleted: ["common@ex.fr"] });
  expect([(await common.lists()).deleted, (await own.lists()).deleted]).toEqual([["common@ex.fr"], ["own@ex.fr"]]);
});
test("D3: who was deleted is looked at in the other audiences, also where everybody was decided on here", async () => {
  const database = await freshDatabase();
  const [one, other] = [storeOn(database, "1:a"), storeOn(database, "1:b")];
  const decided = { by: "so", again: [] };
  for (const store of [one, other]) await store.saveChanges({ persons: people.slice(0, 2), decided });
  await one.saveChanges({ deleted: ["p2@ex.fr"], persons: people.slice(0, 1), decided });
  expect([(await one.touched()).personIds, (await other.touched()).personIds]).toEqual([[], [2]]);
});
