/** Why a field is, or is not, in step: for people who want to know. */
import { type Agreed, bothSides } from "./contact.ts";
import { samePair } from "./conversions.ts";
import type { MappedField } from "./fields.ts";
import { type Shown, sameValue } from "./values.ts";

/** `waiting`: one side changed and the next run carries it over; `conflict`: both did. */
export type FieldState =
  | "in-step"
  | "copper-changed"
  | "mailchimp-changed"
  | "conflict"
  | "first-sight"
  | "kept-apart"
  | "not-shown";

/** Compares both sides with what they held when they last agreed. */
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
