/** Why a field is, or is not, in step (R1): from both values, and what both held when they last agreed. */
import { expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { agreed } from "./contact.ts";
import { fieldState } from "./field-state.ts";
import { DEFAULT_FIELDS, mapFields } from "./fields.ts";

const { mapped } = mapFields(DEFAULT_FIELDS, [mergeField("FNAME")], []);
const field = mapped.find((one) => one.mailchimp === "FNAME")!;

test.each([
  ["Ana", "Ana", "Old", "Old", "in-step"],
  ["Ana", "Bob", undefined, undefined, "first-sight"],
  ["Ana", "Bob", "Ana", "Bob", "kept-apart"],
  ["New", "Bob", "Ana", "Bob", "copper-changed"],
  ["Ana", "New", "Ana", "Bob", "mailchimp-changed"],
  ["New", "Newer", "Ana", "Bob", "conflict"],
  ["", "Bob", "Ana", "Bob", "copper-changed"],
  [null, "Bob", "Ana", "Bob", "not-shown"],
  ["Ana", null, "Ana", "Bob", "not-shown"],
] as const)("Copper %j, Mailchimp %j, agreed on %j and %j: %s", (copper, mailchimp, before, beforeThere, state) =>
  expect(fieldState(field, copper, mailchimp, before === undefined ? undefined : agreed(before, beforeThere))).toBe(
    state,
  ),
);
