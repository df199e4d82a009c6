import { expect, test } from "vitest";
import { freshDatabase } from "../../test/fresh-database.ts";
import { person } from "../../test/records.ts";
import { newLink } from "../plan/link-patch.ts";
import { forgetCounts, holdingsOf } from "./counts.ts";
import { databaseStore } from "./store.ts";

test("counts that are gone are made of the rows; the position is the highest of the links, also beside old ones", async () => {
  const database = await freshDatabase();
  const store = databaseStore(database, "1:a", () => 0, { ends: false });
  await store.saveChanges({ persons: [person], links: [newLink(1, "k", "a@ex.fr", 5), newLink(2, "l", "b@ex.fr", 3)] });
  const { since: _, ...old } = newLink(3, "m", "c@ex.fr", 0);
  const row = { connection: "1:a", key: "3", json: JSON.stringify(old), member: "m" };
  await database.insertInto("links").values(row).execute();
  await forgetCounts(database, "1:a");
  expect(await holdingsOf(database, "1:a")).toEqual({ persons: 1, members: 0, links: 3, since: 5 });
});
