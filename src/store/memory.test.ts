import { expect, test } from "vitest";
import { memoryStore } from "./memory.ts";

test("A5: in memory, too, one holds the lease until they give it back; others are told who, and since when", async () => {
  const store = memoryStore(() => Date.parse("2026-01-01T00:00:00Z"));
  expect(await store.lock("one")).toEqual({ held: true });
  expect(await store.lock("one")).toMatchObject({ held: false, by: "one" });
  expect(await store.lock("other")).toEqual({ held: false, by: "one", since: "2026-01-01T00:00:00.000Z" });
  await store.unlock("other");
  expect(await store.lock("other")).toMatchObject({ held: false });
  await store.unlock("one");
  expect(await store.lock("other")).toEqual({ held: true });
  expect(store.holds()).toBe(true);
});
