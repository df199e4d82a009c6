import { expect, test } from "vitest";
import { freshDatabase } from "../../../test/fresh-database.ts";
import type { RunDocument } from "../../plan/run-document.ts";
import { emptyDocument } from "../../sync/document.ts";
import { databaseStore } from "../store.ts";
import { reported, silence } from "./run-mentions.ts";

const since = "2026-01-01T00:00:00Z";
const ANA = new Set(["ana@ex.fr"]);

test("a run that goes while the others are read is not told of", async () => {
  const database = await freshDatabase();
  const store = databaseStore(database, "1:a", () => 0, { ends: false });
  await store.beginRun("r", since);
  await store.endRun("r", emptyDocument("r", "c", since), { en: "Ana@ex.fr" });
  const whileRead = database.withPlugin({
    transformQuery: ({ node }) => node,
    async transformResult({ result }) {
      const [first] = result.rows;
      const listed = first !== undefined && "id" in first;
      return listed ? { ...result, rows: [{ connection: "1:a", id: "gone" }, ...result.rows] } : result;
    },
  });
  expect((await reported(whileRead, ANA)).map((one) => one.key)).toEqual(["r"]);
});
test("of a run that is going on, or gone, nothing is taken out", async () => {
  const database = await freshDatabase();
  const store = databaseStore(database, "1:a", () => 0, { ends: false });
  await store.beginRun("r", since);
  for (const run of ["r", "gone"]) await silence(database, "1:a", run, ANA, () => ({}));
  expect(await store.run("r")).toEqual({ document: null, report: {} });
});
test("whoever is taken out of a run is no more among those for whom it stopped; the others are", async () => {
  const database = await freshDatabase();
  const store = databaseStore(database, "1:a", () => 0, { ends: false });
  await store.beginRun("r", since);
  const guard = { contacts: ["Ana@ex.fr", "bob@ex.fr"] } as unknown as NonNullable<RunDocument["guard"]>;
  await store.endRun("r", { ...emptyDocument("r", "c", since), guard }, {});
  await silence(database, "1:a", "r", ANA, () => ({}));
  expect((await store.run("r"))?.document.guard).toEqual({ contacts: ["bob@ex.fr"] });
});
