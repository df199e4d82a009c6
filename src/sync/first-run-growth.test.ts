/** Tests what a first sync announces, and when it is over (R3, R4). */
import { expect, test } from "vitest";
import { ana, there } from "../../test/undoing.ts";
import { runSteps } from "../plan/collections.ts";
import { memberRef, type Operation } from "../plan/operations.ts";
import { growing, hasGrown } from "./first-run-growth.ts";
import type { Prepared } from "./prepare.ts";

const common = { contact: "a@b.fr", reason: "first-sight", settles: {}, personId: 1, member: memberRef(there) };
const did = (operation: Operation["operation"], more: object = {}) =>
  ({ ...common, operation, ...more }) as unknown as Operation;
const growth = (operations: readonly Operation[], statuses: readonly string[] = ["subscribed", "cleaned"]) => {
  const members = new Map(statuses.map((status, index) => [String(index), { ...there, status }]));
  const seen = { members, persons: new Map([[1, ana]]) };
  return runSteps(growing({ plan: { operations }, seen } as unknown as Prepared));
};

test("R3: members to come by status, people to come, and what is billed before and after", () => {
  const create = (status: string) => did("create-member", { status });
  expect(growth([create("subscribed"), create("subscribed"), create("transactional"), did("create-person")])).toEqual({
    newMembers: { subscribed: 2, transactional: 1 },
    welcomed: true,
    billable: { from: 1, to: expect.any(Number) },
    people: { from: 1, to: 2 },
  });
  expect(growth([create("pending")])).toMatchObject({ welcomed: false, billable: { from: 1, to: 1 } });
});
test.each([
  ["create-member", { status: "subscribed" }, 1],
  ["archive-member", {}, -1],
  ["archive-member", { member: { ...memberRef(there), status: "cleaned" } }, 0],
  ["unarchive-member", { status: "unsubscribed" }, 1],
  ["unarchive-member", { status: "cleaned" }, 0],
  ["update-member", {}, 0],
  ["create-person", {}, 0],
] as const)("R3: one %s %j changes what is billed by %i", (operation, more, by) => {
  expect(growth([did(operation, more)]).billable).toEqual({ from: 1, to: 1 + by });
});
test("each record and each operation is a step of its own, so that others get their turn", () => {
  const members = new Map(["a", "b"].map((key) => [key, there]));
  const seen = { members, persons: new Map() };
  const prepared = { plan: { operations: [did("create-person"), did("update-member"), did("update-member")] }, seen };
  expect([...growing(prepared as unknown as Prepared)]).toHaveLength(5);
});
test.each([
  ["all is done", [], {}, true],
  ["fifty creations are left", Array.from({ length: 50 }, () => "create-member"), {}, true],
  ["more of them are left", Array.from({ length: 51 }, () => "create-person"), {}, false],
  ["many others are left", Array.from({ length: 99 }, () => "update-member"), {}, true],
  ["it was stopped", [], { stop: AbortSignal.abort() }, false],
  ["it was an undo", [], { undo: "r1" }, false],
  ["it was a trial", [], { only: ["a@"] }, false],
])("R4: a first sync after which %s", (_, left, { only = [], ...more }: Record<string, unknown>, over) => {
  const failures = left.map((operation) => ({ operation, retry: true }));
  const prepared = { policy: { only } } as unknown as Prepared;
  const stop = new AbortController().signal;
  expect(hasGrown(prepared, failures as never, { stop, ...more })).toBe(over);
});
