/**
 * One field, three ways (V1–V5): Copper's value, Mailchimp's value, and what both held when they last agreed.
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
 *   | a human wants c        |           | both get c                                        |
 *
 * Each side is compared with what *it* held, so a value that a service reformats is not a change (V6).
 */
import { type Agreed, agreed, bothSides, type Link, type Member, type Person } from "../contact/contact.ts";
import { type ConflictRule, type MappedField, READ_ONLY_FIELDS, whyMailchimpCannotHold } from "../contact/fields.ts";
import { fieldValue, isBlank, sameValue, type Value, valueKey } from "../contact/values.ts";
import type { Conflict, Note } from "../plan/operations.ts";

/** What is to become of one field. */
type Verdict =
  | { readonly become: "nothing" }
  | { readonly become: "agreed" }
  | { readonly become: "to-mailchimp" | "to-copper"; readonly conflict: boolean }
  | { readonly become: "kept"; readonly kept: "copper" | "mailchimp" };

/** What is to become of all fields of a pair. */
export interface FieldsVerdict {
  readonly toMailchimp: Readonly<Record<string, Value>>;
  readonly toCopper: Readonly<Record<string, Value>>;
  /** What is agreed without a write. */
  readonly agreed: Readonly<Record<string, Agreed>>;
  /** What will be agreed once the write to that side has succeeded, by Copper field. */
  readonly afterMailchimp: Readonly<Record<string, Agreed>>;
  readonly afterCopper: Readonly<Record<string, Agreed>>;
  readonly conflicts: readonly Conflict[];
  readonly notes: readonly Note[];
}

/**
 * Decides every mapped field of a pair.
 * @param mapped the fields, with direction and conflict rule
 * @param rule the rule for fields that have none of their own
 * @param wishes values that a human wants on both sides, by Copper field
 */
export function decideFields(
  mapped: readonly MappedField[],
  rule: ConflictRule,
  person: Person,
  member: Member,
  link: Link,
  wishes?: ReadonlyMap<string, Value>,
): FieldsVerdict {
  const toMailchimp: Record<string, Value> = {};
  const toCopper: Record<string, Value> = {};
  const settled: Record<string, Agreed> = {};
  const afterMailchimp: Record<string, Agreed> = {};
  const afterCopper: Record<string, Agreed> = {};
  const conflicts: Conflict[] = [];
  const notes: Note[] = [];
  const contact = member.email;
  for (const field of mapped) {
    const copper = fieldValue(person.fields, field.copper);
    const mailchimp = fieldValue(member.fields, field.mailchimp);
    const wish = wishes?.get(field.copper);
    if (wish !== undefined) {
      if (!sameValue(field.kind, mailchimp, wish)) toMailchimp[field.mailchimp] = wish;
      if (!sameValue(field.kind, copper, wish)) toCopper[field.copper] = wish;
      afterMailchimp[field.copper] = wish;
      afterCopper[field.copper] = wish;
      continue;
    }
    const verdict = decideField(field, link.baseline[field.copper], copper, mailchimp, () =>
      winner(field.conflict ?? rule, person, member),
    );
    if (verdict.become === "nothing") continue;
    if (verdict.become === "agreed") {
      settled[field.copper] = agreed(copper, mailchimp);
      continue;
    }
    const kept = verdict.become === "kept" ? verdict.kept : verdict.become === "to-mailchimp" ? "copper" : "mailchimp";
    const tell = () => conflicts.push({ contact, personId: person.id, field: field.copper, copper, mailchimp, kept });
    if (verdict.become === "kept") {
      tell();
      settled[field.copper] = agreed(copper, mailchimp);
      continue;
    }
    const value = kept === "copper" ? copper : mailchimp;
    const refusedBefore = link.refused[field.copper] === refusal(kept, field, value);
    const why = refusedBefore
      ? "refused-before"
      : kept === "copper"
        ? whyMailchimpCannotHold(field.merge, value)
        : undefined;
    if (why !== undefined) {
      notes.push({ contact, code: why, field: field.copper, value });
      continue;
    }
    if (verdict.conflict) tell();
    if (kept === "copper") {
      toMailchimp[field.mailchimp] = copper;
      afterMailchimp[field.copper] = copper;
    } else {
      toCopper[field.copper] = mailchimp;
      afterCopper[field.copper] = mailchimp;
    }
  }
  return { toMailchimp, toCopper, agreed: settled, afterMailchimp, afterCopper, conflicts, notes };
}

/** How a value that a side refused is remembered: it is sent again only when it is another one (V5). */
export function refusal(from: "copper" | "mailchimp", field: MappedField, value: Value): string {
  return `${from}:${valueKey(field.kind, value)}`;
}

function decideField(
  field: MappedField,
  baseline: Agreed | undefined,
  copper: Value,
  mailchimp: Value,
  winner: () => "copper" | "mailchimp",
): Verdict {
  const { kind } = field;
  const alike = sameValue(kind, copper, mailchimp);
  if (baseline === undefined) {
    if (alike) return { become: "agreed" };
    if (isBlank(mailchimp)) return send(field, "copper", false);
    if (isBlank(copper)) return send(field, "mailchimp", false);
    return send(field, winner(), true);
  }
  const [copperHeld, mailchimpHeld] = bothSides(baseline);
  const copperChanged = !sameValue(kind, copper, copperHeld);
  const mailchimpChanged = !sameValue(kind, mailchimp, mailchimpHeld);
  if (!copperChanged && !mailchimpChanged) return { become: "nothing" };
  if (alike) return { become: "agreed" };
  if (!mailchimpChanged) return send(field, "copper", false);
  if (!copperChanged) return send(field, "mailchimp", false);
  return send(field, winner(), true);
}

/** A verdict within the field's direction: what may not be written is left as it stands on both sides. */
function send(field: MappedField, from: "copper" | "mailchimp", conflict: boolean): Verdict {
  const may =
    from === "copper"
      ? field.direction !== "to-copper"
      : field.direction !== "to-mailchimp" && !READ_ONLY_FIELDS.includes(field.copper);
  if (may) return { become: from === "copper" ? "to-mailchimp" : "to-copper", conflict };
  return conflict ? { become: "kept", kept: from } : { become: "nothing" };
}

/** Whose value is kept when both sides changed (V2); `newest` compares when the two records were changed last. */
export function winner(rule: ConflictRule, person: Person, member: Member): "copper" | "mailchimp" {
  if (rule !== "newest") return rule;
  return member.changedAt > person.modifiedAt ? "mailchimp" : "copper";
}
