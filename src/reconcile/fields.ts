/**
 * Decides all mapped pairs of fields of two linked records: each pair as `one-field.ts` says, the operator's choices
 * first, and nothing that the other side cannot hold or has refused (V5, V12, A10).
 */
import {
  type Agreed,
  agreed,
  heldBack,
  heldOf,
  type Link,
  type Member,
  type Person,
  type Refusal,
  refusalOf,
} from "../domain/contact.ts";
import { type Converted, refusalKey, toCopper, toMailchimp, wantedOf } from "../domain/conversions.ts";
import type { ConflictRule, MappedField } from "../domain/fields.ts";
import { isBlank, sameValue, shownField, type Value, valueKey } from "../domain/values.ts";
import type { Conflict, Note } from "../plan/notes.ts";
import { isNamePart, isSameName } from "./names.ts";
import { decideField, winner } from "./one-field.ts";

/** The decision on all fields of two linked records. */
export interface FieldsVerdict {
  readonly toMailchimp: Record<string, Value>;
  readonly toCopper: Record<string, Value>;
  /** What is agreed without a write, by pair. */
  readonly agreed: Record<string, Agreed>;
  /** What will be agreed once the write to that side has succeeded, by pair. */
  readonly afterMailchimp: Record<string, Agreed>;
  readonly afterCopper: Record<string, Agreed>;
  /** Values that cannot cross over and have been reported, by pair. */
  readonly refused: Record<string, Refusal>;
  readonly conflicts: Conflict[];
  readonly notes: Note[];
}

/** What a decision on fields needs besides the records. */
export interface FieldRules {
  /** The pairs of fields, each with its direction, and its own conflict rule if it has one. */
  readonly mapped: readonly MappedField[];
  /** The conflict rule for all other pairs. */
  readonly conflict: ConflictRule;
  /** The number of this run. */
  readonly run: number;
}

/**
 * Decides every mapped pair of fields of two linked records; the cases are in the table above.
 * @param rules the mapping and the conflict rule
 * @param link the stored link, with baseline and refusals
 * @param chosenValues values that the operator chose for both sides, by Copper field
 */
export function decideFields(
  { mapped, conflict: rule, run }: FieldRules,
  person: Person,
  member: Member,
  link: Link,
  chosenValues?: ReadonlyMap<string, Value>,
): FieldsVerdict {
  const into: FieldsVerdict = {
    toMailchimp: {},
    toCopper: {},
    agreed: {},
    afterMailchimp: {},
    afterCopper: {},
    refused: {},
    conflicts: [],
    notes: [],
  };
  const pair: Pair = { person, member, link, mapped, rule, run };
  for (const field of mapped) {
    const copper = shownField(person.fields, field.copper);
    const shown = shownField(member.fields, field.mailchimp);
    // An absent merge field may get its first value; conclude nothing else from it (V11)
    const mailchimp = shown ?? (heldOf(link, field) === undefined ? "" : null);
    if (copper === null || mailchimp === null) continue;
    const chosen = chosenValues?.get(field.copper);
    if (chosen !== undefined && fulfil(field, chosen, copper, mailchimp, pair, into)) continue;
    decideInto(field, copper, mailchimp, pair, into);
  }
  return into;
}

/** The two records whose fields are decided. */
interface Pair extends Pick<FieldRules, "mapped" | "run"> {
  readonly person: Person;
  readonly member: Member;
  readonly link: Link;
  /** The conflict rule for fields without their own. */
  readonly rule: ConflictRule;
}

/** Decides one pair of fields that both records show. */
function decideInto(field: MappedField, copper: Value, mailchimp: Value, pair: Pair, into: FieldsVerdict): void {
  const { person, member, link, mapped, rule } = pair;
  const held = heldOf(link, field);
  const agree = () => {
    into.agreed[field.pair] = agreed(copper, mailchimp);
  };
  if (held === undefined && isNamePart(field) && isSameName(person, member, mapped)) {
    agree();
    return;
  }
  const verdict = decideField(field, held, copper, mailchimp, () => winner(field.conflict ?? rule, person, member));
  switch (verdict.become) {
    case "nothing":
      break;
    case "agreed":
      agree();
      break;
    case "kept":
      into.conflicts.push(conflictOf(field, copper, mailchimp, verdict.kept, pair));
      agree();
      break;
    case "to-mailchimp":
      carry(field, "copper", copper, mailchimp, verdict.conflict, pair, into);
      break;
    case "to-copper":
      // Several merge fields lead to this field of the person, and one was decided already. Decide the rest after that
      // write
      if (!(field.copper in into.toCopper) || fillsOne(field, copper, mailchimp, mapped, into))
        carry(field, "mailchimp", copper, mailchimp, verdict.conflict, pair, into);
  }
}

/** Writes one side's value to the other side, unless it cannot hold the value (V12). */
function carry(
  field: MappedField,
  from: "copper" | "mailchimp",
  copper: Value,
  mailchimp: Value,
  conflict: boolean,
  pair: Pair,
  into: FieldsVerdict,
): void {
  const { link, member, run } = pair;
  const [value, other] = from === "copper" ? [copper, mailchimp] : [mailchimp, copper];
  const known = refusalOf(link, field);
  if (heldBack(known, from, refusalKey(from, field, value), run)) return;
  const tell = () => {
    if (conflict) into.conflicts.push(conflictOf(field, copper, mailchimp, from, pair));
  };
  const converted = from === "copper" ? toMailchimp(field, copper) : toCopper(field, mailchimp, copper);
  if (!converted.ok) {
    // The note names both values, so a change on the other side is reported again
    const against = conflict ? other : undefined;
    if (noteOnce(field, from, value, against, converted, known, member.email, into)) tell();
    return;
  }
  tell();
  if (from === "copper") {
    into.toMailchimp[field.mailchimp] = converted.value;
    into.afterMailchimp[field.pair] = agreed(copper, converted.value);
  } else {
    into.toCopper[field.copper] = converted.value;
    into.afterCopper[field.pair] = agreed(converted.value, mailchimp);
  }
}

/** Returns a conflict for the report. @param kept the side whose value is kept */
function conflictOf(
  field: MappedField,
  copper: Value,
  mailchimp: Value,
  kept: "copper" | "mailchimp",
  { person, member }: Pair,
): Conflict {
  return { contact: member.email, personId: person.id, field: field.copper, copper, mailchimp, kept };
}

/**
 * Writes the operator's value to both sides. A side that refused it gets it again some runs later (A10, V13).
 * @returns false if a side cannot hold it, so that the usual rules apply
 */
function fulfil(
  field: MappedField,
  chosen: Value,
  copper: Value,
  mailchimp: Value,
  { link, run }: Pair,
  into: FieldsVerdict,
): boolean {
  const wanted = wantedOf(field, chosen, copper);
  if (wanted === undefined) return false;
  const refused = (from: "copper" | "mailchimp") =>
    heldBack(refusalOf(link, field), from, refusalKey(from, field, wanted[from]), run) !== undefined;
  if (!sameValue(field.merge.kind, mailchimp, wanted.mailchimp) && !refused("copper"))
    into.toMailchimp[field.mailchimp] = wanted.mailchimp;
  if (!sameValue(field.source.kind, copper, wanted.copper) && !refused("mailchimp"))
    into.toCopper[field.copper] = wanted.copper;
  into.afterMailchimp[field.pair] = agreed(wanted.copper, wanted.mailchimp);
  into.afterCopper[field.pair] = agreed(wanted.copper, wanted.mailchimp);
  return true;
}

/**
 * Lets a typed value win over a blank, if several merge fields lead to one field of the person. A person who moves a
 * number from one merge field to another clears the first. The blank field is agreed as it is.
 * @returns whether this value replaces a blank that was decided before
 */
function fillsOne(
  field: MappedField,
  copper: Value,
  value: Value,
  mapped: readonly MappedField[],
  into: FieldsVerdict,
): boolean {
  const before = into.toCopper[field.copper]!;
  if (isBlank(value)) {
    if (!isBlank(before)) into.afterCopper[field.pair] = agreed(before, "");
    return false;
  }
  const filled = isBlank(before) ? toCopper(field, value, copper) : undefined;
  if (!filled?.ok) return false;
  for (const one of mapped)
    if (one !== field && one.copper === field.copper && one.pair in into.afterCopper)
      into.afterCopper[one.pair] = agreed(filled.value, "");
  return true;
}

/**
 * Reports a value that the other side cannot hold, once for each value (V12).
 * @param against what the other side changed at the same time, if it did
 * @returns whether it was not reported before
 */
function noteOnce(
  field: MappedField,
  from: "copper" | "mailchimp",
  value: Value,
  against: Value | undefined,
  { why }: Converted & { ok: false },
  known: Refusal | undefined,
  contact: string,
  into: Pick<FieldsVerdict, "refused" | "notes">,
): boolean {
  const alone = refusalFor(from, field, value);
  const other = from === "copper" ? field.merge.kind : field.source.kind;
  const refusal = against === undefined ? alone : { ...alone, value: `${alone.value}\n${valueKey(other, against)}` };
  if (known?.why === "cannot" && known.from === from && known.value === refusal.value) return false;
  into.refused[field.pair] = refusal;
  into.notes.push({ contact, code: why, field: field.copper, value });
  return true;
}

/** Returns the refusal to store for a value that cannot cross over. */
export function refusalFor(from: "copper" | "mailchimp", field: MappedField, value: Value): Refusal {
  return { from, value: refusalKey(from, field, value), why: "cannot" };
}
