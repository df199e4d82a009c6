/** The state of one field, for people who ask why it is or is not in step. */
import { type Agreed, bothSides } from "./contact.ts";
import { samePair } from "./conversions.ts";
import type { MappedField } from "./fields.ts";
import { type Shown, sameValue } from "./values.ts";

/**
 * `copper-changed` and `mailchimp-changed`: the next run carries the change over. `conflict`: both sides changed.
 * `first-sight`: they never agreed. `kept-apart`: they differ, but neither changed. `not-shown`: an answer left it out.
 */
export type FieldState =
  | "in-step"
  | "copper-changed"
  | "mailchimp-changed"
  | "conflict"
  | "first-sight"
  | "kept-apart"
  | "not-shown";

/**
 * Returns a field's state, from what both sides hold now and what they held when they last agreed.
 * @param held the baseline; `undefined` if they never agreed
 */
export function fieldState(field: MappedField, copper: Shown, mailchimp: Shown, held: Agreed | undefined): FieldState {
  if (copper === null || mailchimp === null) return "not-shown";
  if (samePair(field, copper, mailchimp)) return "in-step";
  if (held === undefined) return "first-sight";
  const [before, beforeThere] = bothSides(held);
  const changed = !sameValue(field.source.kind, copper, before);
  const changedThere = !sameValue(field.merge.kind, mailchimp, beforeThere);
  if (changed && changedThere) return "conflict";
  if (changed) return "copper-changed";
  return changedThere ? "mailchimp-changed" : "kept-apart";
}
