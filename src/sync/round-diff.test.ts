/** Tests that a further round of a run repeats neither what was reported nor what was tried. */
import { expect, test } from "vitest";
import { renaming } from "../../test/undoing.ts";
import { runSteps } from "../plan/collections.ts";
import type { Plan } from "../plan/plan.ts";
import { furtherNotes, notAttempted } from "./round-diff.ts";

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
  ["the same write for another reason, with another address shown", renaming({ reason: "x", contact: "b" }), false],
  ["another value", renaming({ fields: { FNAME: "Anna" } }), true],
  ["another person", renaming({ personId: 2 }), true],
  ["another kind of write", renaming({ operation: "archive-member" }), true],
  ["the other side", renaming({ side: "copper", operation: "update-person" }), true],
])("what was tried is not tried again in the same run: %s", (_, again, left) => {
  expect(runSteps(notAttempted([again], [[], [renaming()]]))).toEqual(left ? [again] : []);
});
test("who has no person yet is known by the address", () => {
  const made = (contact: string) =>
    renaming({ operation: "create-person", side: "copper", personId: undefined, contact });
  expect(runSteps(notAttempted([made("a"), made("b")], [[made("a")]]))).toEqual([made("b")]);
});
test("each step gives others their turn; of two equal writes one is left", () => {
  const steps = notAttempted(
    [renaming(), renaming(), renaming({ personId: 2 })],
    [[renaming({ personId: 3 })], [renaming()]],
  );
  let count = 0;
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) count += 1;
  expect(step.value).toEqual([renaming({ personId: 2 })]);
  expect(count).toBe(5);
  const none = notAttempted([], [[renaming(), renaming()]]);
  expect(none.next()).toEqual({ done: true, value: [] });
});
