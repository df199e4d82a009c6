/** Why a field is, or is not, in step: for people who want to know. */
import { type Agreed, bothSides } from "./contact.ts";
import { type Kind, sameValue, type Value } from "./values.ts";

/** `waiting`: one side changed and the next run carries it over; `conflict`: both did. */
export type FieldState = "in-step" | "copper-changed" | "mailchimp-changed" | "conflict" | "first-sight" | "kept-apart";

/** Compares both sides with what they held when they last agreed. */
export function fieldState(kind: Kind, copper: Value, mailchimp: Value, held: Agreed | undefined): FieldState {
  if (sameValue(kind, copper, mailchimp)) return "in-step";
  if (held === undefined) return "first-sight";
  const [before, beforeThere] = bothSides(held);
  const changed = !sameValue(kind, copper, before);
  const changedThere = !sameValue(kind, mailchimp, beforeThere);
  if (changed && changedThere) return "conflict";
  if (changed) return "copper-changed";
  return changedThere ? "mailchimp-changed" : "kept-apart";
}
