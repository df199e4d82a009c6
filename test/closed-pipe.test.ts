/** A program that reads our output may close it at any time, as `head` does. */
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { world } from "./harness.ts";
import { BIN } from "./program.ts";

test("a reader who has had enough is no error: the pipe closes, nothing is said", async () => {
  const own = await world();
  await own.sync();
  const child = spawn(process.execPath, [BIN, "runs", "list", "--json"], {
    cwd: own.folder,
    env: { PATH: process.env.PATH ?? "", ...own.env },
  });
  child.stdout.destroy();
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
  });
  expect(await new Promise((done) => child.on("exit", done))).toBe(0);
  expect(err).toBe("");
  await own.close();
});
