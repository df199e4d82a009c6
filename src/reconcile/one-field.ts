/**
 * Decides one pair of fields from three values (V1–V5, V10–V14): Copper's, Mailchimp's, and what both held when they
 * last agreed.
 *
 *   | baseline | Copper    | Mailchimp | becomes                                           |
 *   |----------|-----------|-----------|---------------------------------------------------|
 *   | none     | a         | a         | agreed                                            |
 *   | none     | a         | blank     | Mailchimp gets a; a blank never overwrites (V3)   |
 *   | none     | blank     | a         | Copper gets a                                     |
 *   | none     | a         | b         | a conflict (V2)                                   |
 *   | yes      | unchanged | unchanged | nothing                                           |
 *   | yes      | changed   | unchanged | Mailchimp gets it, also a clearing (V4)           |
 *   | yes      | unchanged | changed   | Copper gets it, also a clearing                   |
 *   | yes      | to a      | to a      | agreed                                            |
 *   | yes      | to a      | to b      | a conflict                                        |
 *   | the operator chose c |           | both get c, if both can hold it                   |
 *   | none     | one name, split in another place on each side | agreed (W8)           |
 *   | yes      | absent on either side | nothing: neither compared nor cleared (V11)       |
 *   | none     | a         | absent    | Mailchimp gets a                                  |
 *   | any      | the other side cannot hold it | reported once; both keep theirs (V12)     |
 *
 * Each side is compared with what that side held. So a value that a service reformats is not a change (V6).
 */
import { type Agreed, bothSides, type Member, type Person } from "../domain/contact.ts";
import { maySend, samePair } from "../domain/conversions.ts";
import type { ConflictRule, MappedField } from "../domain/fields.ts";
import { isBlank, sameValue, type Value } from "../domain/values.ts";

/** The decision on one pair of fields. `kept`: a conflict whose winner may not be written. */
export type Verdict =
  | { readonly become: "nothing" }
  | { readonly become: "agreed" }
  | { readonly become: "to-mailchimp" | "to-copper"; readonly conflict: boolean }
  | { readonly become: "kept"; readonly kept: "copper" | "mailchimp" };

/** Decides one pair of fields without regard to the operator's choices, names and refusals. */
export function decideField(
  field: MappedField,
  baseline: Agreed | undefined,
  copper: Value,
  mailchimp: Value,
  winner: () => "copper" | "mailchimp",
): Verdict {
  if (baseline === undefined) {
    if (samePair(field, copper, mailchimp)) return { become: "agreed" };
    if (isBlank(mailchimp)) return send(field, "copper", false);
    if (isBlank(copper)) return send(field, "mailchimp", false);
    return send(field, winner(), true);
  }
  const [copperHeld, mailchimpHeld] = bothSides(baseline);
  const copperChanged = !sameValue(field.source.kind, copper, copperHeld);
  const mailchimpChanged = !sameValue(field.merge.kind, mailchimp, mailchimpHeld);
  if (!copperChanged && !mailchimpChanged) return { become: "nothing" };
  if (samePair(field, copper, mailchimp)) return { become: "agreed" };
  if (!mailchimpChanged) return send(field, "copper", false);
  if (!copperChanged) return send(field, "mailchimp", false);
  return send(field, winner(), true);
}

/** Returns a verdict within the field's direction. If the winner may not be written, both sides keep what they have. */
function send(field: MappedField, from: "copper" | "mailchimp", conflict: boolean): Verdict {
  if (maySend(field, from)) return { become: from === "copper" ? "to-mailchimp" : "to-copper", conflict };
  return conflict ? { become: "kept", kept: from } : { become: "nothing" };
}

/**
 * Returns the side whose value is kept when both changed (V2). `newest` compares the change times of the two records,
 * since no service has one for each field.
 */
export function winner(rule: ConflictRule, person: Person, member: Member): "copper" | "mailchimp" {
  if (rule !== "newest") return rule;
  return member.changedAt > person.modifiedAt ? "mailchimp" : "copper";
}
