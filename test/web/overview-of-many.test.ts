/** The page of hundreds of connections asks the database a few times, not a few times for each of them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { glancesOf } from "../../src/store/connections/connection-repository.ts";
import { openDatabase } from "../../src/store/open.ts";
import { databaseStore } from "../../src/store/store.ts";
import { emptyDocument } from "../../src/sync/document.ts";
import { freshKey } from "../../src/vault/vault.ts";
import { keepConnection } from "../stored-connection.ts";

test("one statement tells how all stand: last run, last success, people who wait for a decision", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sync-overview-"));
  let asked = 0;
  const database = (await openDatabase(`sqlite:${join(folder, "many.db")}`)).withPlugin({
    transformQuery: ({ node }) => {
      asked += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  const key = freshKey();
  for (const [index, outcomes] of [[], ["ok"], ["ok", "failed"], ["failed"]].entries()) {
    const name = `client-${index}`;
    await keepConnection(database, key, {}, { name, scope: `${index}:l` });
    const store = databaseStore(database, `${index}:l`, Date.now, { ends: false });
    await store.saveChanges({
      reviews: Array.from({ length: index }, (_, at) => ({
        personId: at + 1,
        // As an attacker names a tag
        tag: '"ignored":false',
        since: "2026-01-01T00:00:00Z",
        ignored: at > 0,
      })),
    });
    for (const [at, outcome] of outcomes.entries()) {
      const startedAt = `2026-01-0${at + 1}T00:00:00Z`;
      await store.beginRun(`r${at}`, startedAt);
      const document = { ...emptyDocument(`r${at}`, name, startedAt), outcome: outcome as "ok" | "failed" };
      await store.endRun(`r${at}`, document, {});
    }
    // A decision is a run, and no sync
    await store.beginRun("r8", "2026-01-08T00:00:00Z", "decisions");
    await store.endRun("r8", { ...emptyDocument("r8", name, "2026-01-08T00:00:00Z"), outcome: "ok" }, {});
    // Under way: it has no line yet
    await store.beginRun("r9", "2026-01-09T00:00:00Z");
  }
  asked = 0;
  const glances = await glancesOf(database);
  expect(asked).toBe(1);
  expect([...glances.values()].map(({ last, lastSuccess, marked }) => [last?.outcome, lastSuccess, marked])).toEqual([
    [undefined, null, 0],
    ["ok", "2026-01-01T00:00:00Z", 1],
    ["failed", "2026-01-01T00:00:00Z", 1],
    ["failed", null, 1],
  ]);
  await database.destroy();
  rmSync(folder, { recursive: true });
});
