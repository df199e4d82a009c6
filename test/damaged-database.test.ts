/** A database that is none: refused, kept aside by `--rebuild`, and the state comes from the services again. */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type World, world } from "./harness.ts";
import { program } from "./program.ts";

let own: World;
beforeEach(async () => {
  own = await world({ people: 150, seed: 7, copper: { nameParts: "taken" } });
});
afterEach(() => own.close());

const run = (...args: string[]) => program(args, own.env, own.folder);
const lose = () => {
  for (const part of ["", "-wal", "-shm"]) rmSync(join(own.folder, `sync.db${part}`), { force: true });
};

test("a damaged file is refused, then kept aside, and the state comes from the services", async () => {
  await own.sync();
  lose();
  writeFileSync(
    join(own.folder, "sync.db"),
    "this is no database, only words, and many of them so that it is long enough",
  );
  const refused = await run("sync");
  expect(refused).toMatchObject({ exit: 2, err: expect.stringContaining("--rebuild") });
  const rebuilt = await run("sync", "--rebuild", "--json");
  expect(rebuilt.exit).toBeLessThanOrEqual(1);
  expect(rebuilt.err).toContain("sync.db.unreadable-");
  expect(JSON.parse(rebuilt.out)).toMatchObject({ copper: { created: 0 }, mailchimp: { created: 0 } });
  expect(readdirSync(own.folder).some((name) => name.startsWith("sync.db.unreadable-"))).toBe(true);
});
