/** Tests which plans the guard refuses, by the table in `guard.ts` (G4, G5, R4). */
import { describe, expect, test } from "vitest";
import { sideOf } from "../../test/records.ts";
import { ana, there } from "../../test/undoing.ts";
import { runSteps } from "../plan/collections.ts";
import { newLink } from "../plan/link-patch.ts";
import type { Operation } from "../plan/operations.ts";
import { guarding } from "./guard.ts";
import type { Policy, World } from "./world.ts";

const policy = { maxRemovals: { share: 0.1 }, maxChanges: { share: 0.1 }, maxNew: { share: 0.25 } } as Policy;
const ids = (count: number) => Array.from({ length: count }, (_, id) => id + 1);
const world = {
  persons: new Map([[1, ana]]),
  members: new Map([["k", there]]),
  links: new Map(ids(500).map((id) => [id, newLink(id, `m${id}`, "a", id)])),
} as unknown as World;
const check = (operations: readonly Operation[], linked = 200, some: Partial<World> = {}, its: Partial<Policy> = {}) =>
  runSteps(guarding({ ...world, ...some }, { ...policy, ...its }, operations, linked));
const each = (count: number, operation: Operation["operation"], more: object = {}) =>
  ids(count).map(
    (id) => ({ operation, side: sideOf(operation), contact: `c${id}`, personId: id, ...more }) as unknown as Operation,
  );
const names = (count: number) => ids(count).map((id) => `c${id}`);
const update = (count: number, after: string, before = "x", some: object = {}) =>
  each(count, "update-member", { fields: { TITLE: after }, before: { TITLE: before }, ...some });

describe("G4: removals", () => {
  test.each([
    ["a share of the linked contacts", 20, 200, {}, 20],
    ["ten at least, where it is a share", 10, 1, {}, 10],
    ["rounded down", 21, 219, {}, 21],
    ["a number, however small", 3, 200, { maxRemovals: { number: 3 } }, 3],
    ["none", 0, 200, { maxRemovals: { number: 0 } }, 0],
  ] as const)("up to the limit are let through, more are refused: %s", (_, most, linked, its, limit) => {
    expect(check(each(most, "archive-member"), linked, {}, its)).toBeNull();
    expect(check(each(most + 1, "archive-member"), linked, {}, its)).toEqual({
      code: "too-many-removals",
      yesHelps: true,
      removals: most + 1,
      limit,
      linked,
      contacts: names(most + 1),
    });
  });
  test("other operations are no removals", () => {
    expect(check(each(99, "tag-member"), 200)).toBeNull();
  });
});
describe("G4: a side that answers empty although there were contacts", () => {
  const before = { persons: 3, members: 3 };
  const [persons, members] = [new Map(), new Map()] as const;
  test("is refused whatever the plan, and cannot be overruled", () => {
    const figures = { yesHelps: false, removals: 0, limit: 20, linked: 200, contacts: [] };
    expect(check([], 200, { before, persons })).toEqual({ code: "empty-copper", ...figures });
    expect(check([], 200, { before, members })).toEqual({ code: "empty-mailchimp", ...figures });
    expect(check(each(99, "archive-member"), 200, { before, persons })).toMatchObject({
      code: "empty-copper",
      removals: 99,
    });
  });
  test("is let through where there was nobody before, or no run, or somebody is there", () => {
    expect(check([], 200, { persons, members })).toBeNull();
    expect(check([], 200, { before: { persons: 0, members: 0 }, persons, members })).toBeNull();
    expect(check([], 200, { before: { persons: 1, members: 1 } })).toBeNull();
  });
});

describe("G5: one field of many contacts", () => {
  const refusal = { yesHelps: true, limit: 20, linked: 200, side: "mailchimp", field: "TITLE" };
  test("that is cleared, or overwritten by one value, is refused above the limit", () => {
    expect(check(update(20, ""))).toBeNull();
    expect(check(update(21, " "))).toEqual({
      ...refusal,
      code: "too-many-cleared",
      removals: 21,
      contacts: names(21),
      value: "",
    });
    expect(check(update(21, "B"))).toMatchObject({ ...refusal, code: "too-many-alike", removals: 21, value: "B" });
    const person = update(21, "B", "x", { operation: "update-person", side: "copper" });
    expect(check(person)).toMatchObject({ code: "too-many-alike", side: "copper" });
    expect(check(update(3, "B"), 200, {}, { maxChanges: { number: 2 } })).toMatchObject({ limit: 2, removals: 3 });
  });
  test("is shown by the value that most contacts get", () => {
    const all = [...update(21, "A"), ...update(25, "B"), ...update(22, "C")];
    expect(check(all)).toMatchObject({ removals: 25, value: "B" });
  });
  test.each([
    ["that was blank loses nothing", update(99, "B", " ")],
    ["of which nothing is known loses nothing", update(99, "B", "x", { before: {} })],
    ["that gets many values is not alike", [...update(15, "A"), ...update(15, "B"), ...update(15, "")]],
    ["of contacts that this run linked is not counted", update(99, "B").map((one) => ({ ...one, personId: 999 }))],
    ["of contacts without a person is not counted", update(99, "B", "x", { personId: undefined })],
    ["of somebody new is not counted", each(99, "create-member", { fields: { TITLE: "B" } })],
  ])("%s", (_, operations) => expect(check(operations as Operation[])).toBeNull());
  test("is another one on each side, and under each name", () => {
    const person = update(15, "B", "x", { operation: "update-person", side: "copper" });
    const job = update(15, "B").map((one) => ({ ...one, fields: { JOB: "B" }, before: { JOB: "x" } }) as Operation);
    expect(check([...update(15, "B"), ...person, ...job])).toBeNull();
  });
});

describe("R4: new contacts of a later run", () => {
  const grown = { grown: true };
  const made = (members: number, people = 0) => [...each(members, "create-member"), ...each(people, "create-person")];
  test("are refused above the limit, on the side that has the most", () => {
    expect(check(made(100, 100), 400, grown)).toBeNull();
    expect(check(made(101, 100), 400, grown)).toEqual({
      code: "too-many-new",
      yesHelps: true,
      removals: 101,
      limit: 100,
      linked: 400,
      contacts: names(101),
      side: "mailchimp",
    });
    expect(check(made(101, 102), 400, grown)).toMatchObject({ side: "copper", removals: 102 });
    expect(check(made(101, 101), 400, grown)).toMatchObject({ side: "mailchimp" });
  });
  test("are fifty at least, where it is a share", () => {
    expect(check(made(50), 1, grown)).toBeNull();
    expect(check(made(51), 1, grown)).toMatchObject({ limit: 50 });
    expect(check(made(2), 1, grown, { maxNew: { number: 1 } })).toMatchObject({ limit: 1 });
  });
  test("are created, not updated", () => expect(check(each(99, "tag-member"), 1, grown)).toBeNull());
  test("are expected in the first sync", () => expect(check(made(999, 999))).toBeNull());
  test("are looked at with few changes of fields, too", () => {
    expect(check([...made(51), ...update(1, "")], 1, grown)).toMatchObject({ code: "too-many-new" });
  });
});
test("each operation is a step of its own, so that others get their turn", () => {
  expect([...guarding(world, policy, each(3, "tag-member"), 1)]).toHaveLength(3);
});
