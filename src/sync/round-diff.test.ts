/** Tests that a further round of a run repeats neither what was reported nor what was tried. */
import { expect, test } from "vitest";
import { there } from "../../test/undoing.ts";
import { runSteps } from "../plan/collections.ts";
import { memberRef, type Operation } from "../plan/operations.ts";
import type { Plan } from "../plan/plan.ts";
import { furtherNotes, notAttempted } from "./round-diff.ts";

const update = (some: object = {}) =>
  ({
    side: "mailchimp",
    operation: "update-member",
    contact: "ana@exemple.fr",
    reason: "changed-in-copper",
    personId: 1,
    member: memberRef(there),
    fields: { FNAME: "Ana" },
    before: { FNAME: "A" },
    settles: {},
    ...some,
  }) as unknown as Operation;

test("conflicts and notes of both plans are reported, each once, those of the first plan before the others", () => {
  const note = (contact: string, field = "title") => ({ contact, code: "not-taken", field }) as const;
  const conflict = (field: string) => ({ contact: "a", field, copper: "1", mailchimp: "2", kept: "copper" }) as const;
  const first = { conflicts: [conflict("x")], notes: [note("a"), note("a")] };
  const second = { conflicts: [conflict("x"), conflict("y")], notes: [note("b"), note("a"), note("a", "phone")] };
  expect(furtherNotes(first as unknown as Plan, second as unknown as Plan)).toEqual({
    conflicts: [conflict("x"), conflict("y")],
    notes: [note("a"), note("a"), note("b"), note("a", "phone")],
  });
});
test.each([
  ["the same write for another reason, with another address shown", update({ reason: "x", contact: "b" }), false],
  ["another value", update({ fields: { FNAME: "Anna" } }), true],
  ["another person", update({ personId: 2 }), true],
  ["another kind of write", update({ operation: "archive-member" }), true],
  ["the other side", update({ side: "copper", operation: "update-person" }), true],
])("what was tried is not tried again in the same run: %s", (_, again, left) => {
  expect(runSteps(notAttempted([again], [[], [update()]]))).toEqual(left ? [again] : []);
});
test("who has no person yet is known by the address", () => {
  const made = (contact: string) =>
    update({ operation: "create-person", side: "copper", personId: undefined, contact });
  expect(runSteps(notAttempted([made("a"), made("b")], [[made("a")]]))).toEqual([made("b")]);
});
test("each step gives others their turn; of two equal writes one is left", () => {
  const steps = notAttempted([update(), update(), update({ personId: 2 })], [[update({ personId: 3 })], [update()]]);
  let count = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) count += 1;
  expect(step.value).toEqual([update({ personId: 2 })]);
  expect(count).toBe(5);
  const none = notAttempted([], [[update(), update()]]);
  expect(none.next()).toEqual({ done: true, value: [] });
});
