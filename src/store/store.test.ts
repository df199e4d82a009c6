import { expect, onTestFinished, test, vi } from "vitest";
import { freshDatabase } from "../../test/fresh-database.ts";
import { databaseStore } from "./store.ts";

test("closing a store closes its database, unless others use it, too", async () => {
  const database = await freshDatabase();
  const shared = databaseStore(database, "1:a", () => 0, { ends: false });
  await shared.saveChanges({ facts: { runs: 1 } });
  await shared.close();
  const own = databaseStore(database, "1:a", () => 0);
  expect(await own.fact("runs")).toBe(1);
  await own.close();
  await expect(own.fact("runs")).rejects.toThrow("destroyed");
});
test("closing a store ends the renewal of its lease", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const store = databaseStore(await freshDatabase(), "1:a", () => 0, { ends: false });
  await store.lock("one");
  expect(vi.getTimerCount()).toBe(1);
  await store.close();
  expect(vi.getTimerCount()).toBe(0);
});
test("a run is a sync where nothing else is said", async () => {
  const database = await freshDatabase();
  const store = databaseStore(database, "1:a", () => 0, { ends: false });
  await store.beginRun("r1", "2026-01-01T00:00:00Z");
  await store.beginRun("r2", "2026-01-01T00:00:00Z", "probe");
  const kinds = await database.selectFrom("runs").select(["id", "kind"]).orderBy("id").execute();
  expect(kinds).toEqual([
    { id: "r1", kind: "sync" },
    { id: "r2", kind: "probe" },
  ]);
});
