/** Memory is measured, not timed: a ceiling for the whole program (docs/bench.md has the figures). */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("100,000 contacts a side: a first run and the next need less than 300 MB", () => {
  const folder = mkdtempSync(join(tmpdir(), "sync-memory-"));
  const many = fileURLToPath(new URL("../bench/many.ts", import.meta.url));
  const told = execFileSync(process.execPath, [many, folder, "100000"], { encoding: "utf8" });
  const { first, next, megabytes } = JSON.parse(told);
  expect([first, next]).toMatchObject([
    { outcome: "ok", read: 200_000 },
    { outcome: "ok", read: 200_000 },
  ]);
  expect(megabytes).toBeLessThan(300);
  rmSync(folder, { recursive: true });
}, 300_000);
