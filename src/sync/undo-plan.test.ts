/** A6, G4: which links an undo may make, and what the guard still refuses. */
import { expect, test } from "vitest";
import { POLICY } from "../../test/histories/steps.ts";
import { ana, there } from "../../test/undoing.ts";
import { newLink } from "../plan/link-patch.ts";
import type { World } from "../reconcile/world.ts";
import { memoryStore } from "../store/memory.ts";
import { inverse, isNewTo } from "./undo-plan.ts";

const link = newLink(1, "k", "ana@exemple.fr", 1);
const world = (some: Partial<World> = {}): World => ({
  persons: new Map([[1, ana]]),
  members: new Map([["k", there]]),
  links: new Map([[1, link]]),
  rejected: new Map(),
  deleted: new Set(),
  setAside: new Set(),
  since: 1,
  run: 2,
  ...some,
});
const planned = (some: Partial<World>) =>
  inverse(
    memoryStore(() => 0),
    "r1",
    world(some),
    { ...POLICY, mapped: [], maxRemovals: { number: 0 } },
  );

test.each([
  ["without a link", { links: new Map() }, true],
  ["whose member is gone", { members: new Map() }, true],
  ["with a member", {}, false],
])("a person %s", (_, some, isNew) => {
  expect(isNewTo({ ...link, memberKey: "other" }, world(some))).toBe(isNew);
});
test("the operator has confirmed many removals with the undo", async () => {
  const other = { ...ana, id: 2, emails: ["b@exemple.fr"] };
  expect((await planned({ persons: new Map([[2, other]]) })).guard).toBeNull();
});
test("but an empty side is refused", async () => {
  expect((await planned({ persons: new Map(), before: { persons: 1, members: 1 } })).guard?.code).toBe("empty-copper");
});
