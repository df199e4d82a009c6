/** `doctor --probe` asks first, and says what can be sent on. */
import { afterEach, expect, test } from "vitest";
import type { Probed } from "../src/plan/capabilities.ts";
import { type World, world } from "./harness.ts";
import { program } from "./program.ts";

let own: World;
afterEach(() => own.close());

test("doctor --probe asks first; what it found can be sent as it is", async () => {
  own = await world({ people: 10, seed: 3, copper: { searchLag: 0 } });
  own.writes();
  expect(await program(["doctor", "--probe"], own.env, own.folder)).toMatchObject({
    exit: 2,
    err: expect.stringContaining("--yes"),
  });
  expect(own.writes()).toEqual([]);
  const { exit, out } = await program(["doctor", "--probe", "--yes", "--json"], own.env, own.folder);
  expect(exit).toBe(0);
  const { probe: probed } = JSON.parse(out) as { probe: Probed[] };
  expect(probed.length).toBeGreaterThan(12);
  expect(JSON.stringify(probed)).not.toContain("exemple.fr");
});
