/**
 * Compares the response to a write with what we sent. The response, not our request, decides what was written (V13).
 *
 *   | the response shows          | consequence                                                          |
 *   |-----------------------------|----------------------------------------------------------------------|
 *   | what we sent                | both sides agree                                                     |
 *   | another spelling of it      | both sides agree: this side stores it so (V6)                        |
 *   | the value from before       | not written: reported, not agreed, sent again some runs later        |
 *   | a different value           | the same: a person changed it at the same time                       |
 *   | nothing about the field     | the same (V11)                                                       |
 *   | that the field was refused  | reported, not sent again until it changes (V5)                       |
 */
import {
  type Agreed,
  agreed,
  bothSides,
  heldOf,
  type Link,
  type Member,
  notTaken,
  type Person,
  type Refusal,
  refusalOf,
  refusedValue,
} from "../domain/contact.ts";
import { refusalKey } from "../domain/conversions.ts";
import type { MappedField } from "../domain/fields.ts";
import { fieldValue, isBlank, isRespelt, sameValue, shownField, type Value } from "../domain/values.ts";
import type { Note } from "../plan/notes.ts";
import type { CreateMember, CreatePerson, Operation, UpdateMember, UpdatePerson } from "../plan/operations.ts";
import type { Failure, Outcome } from "../plan/outcomes.ts";
import { hasName, isNamePart } from "../reconcile/names.ts";
import { rulesOf } from "../reconcile/operations/rules-of.ts";

type WritesFields = CreateMember | CreatePerson | UpdateMember | UpdatePerson;
type Answered = Outcome & { readonly ok: true };

/** Which of the sent fields the service wrote. */
export interface FieldsTaken {
  /** New baseline of the written fields, by pair. */
  readonly baseline: Record<string, Agreed>;
  /** Refusals to remember, by pair. */
  readonly refused: Record<string, Refusal>;
  /** Notes for the report. */
  readonly notes: Note[];
  /** Number of sent fields that were written. */
  taken: number;
}

/**
 * Compares the fields of a response with the fields that we sent.
 * @param link the contact's link before the write
 * @param known the person as stored before the write
 * @param run the number of this run
 */
export function fieldsTaken(
  operation: WritesFields,
  { person, member, refused = [] }: Pick<Answered, "person" | "member" | "refused">,
  link: Link | undefined,
  known: Person | undefined,
  mapped: readonly MappedField[],
  run: number,
): FieldsTaken {
  const { side } = operation;
  const found: FieldsTaken = { baseline: {}, refused: {}, notes: [], taken: 0 };
  // If the name did not change, we cannot know whether Copper wrote it
  const named =
    "name" in operation && person !== undefined && hasName(person, operation.name) && known?.name !== person.name;
  const record = side === "copper" ? person : member;
  for (const [pair, held] of Object.entries(operation.settles.baseline ?? {})) {
    const field = mapped.find((one) => one.pair === pair);
    if (field !== undefined) compareField({ operation, record, refused, link, run, named }, field, held, found);
  }
  return found;
}

/** A write of fields with its response. */
interface Written {
  readonly operation: WritesFields;
  /** The written record in the response, if it shows one. */
  readonly record: Person | Member | undefined;
  /** Names of the fields that the service refused. */
  readonly refused: readonly string[];
  readonly link: Link | undefined;
  readonly run: number;
  /** Whether the response shows the whole name that we sent. */
  readonly named: boolean;
}

/**
 * Compares one field of a response with what we sent.
 * @param held what both sides hold once the field is written
 */
function compareField(written: Written, field: MappedField, held: Agreed, found: FieldsTaken): void {
  const { operation, record, refused, link, run } = written;
  const { side, contact } = operation;
  const { pair } = field;
  const name = field[side];
  const [copper, mailchimp] = bothSides(held);
  const [from, value] = side === "mailchimp" ? (["copper", copper] as const) : (["mailchimp", mailchimp] as const);
  const key = refusalKey(from, field, value);
  if (refused.includes(name)) {
    found.refused[pair] = refusedValue(from, field, key, link, run);
    found.notes.push({ contact, code: "refused-before", field: field.copper, value });
    return;
  }
  // Without a record, the next reading shows what was written
  if (record === undefined) return;
  const shown = shownField(record.fields, name);
  if (!(name in operation.fields)) {
    const unsent = unsentBaseline(operation, field, held, shown);
    if (unsent !== undefined) found.baseline[pair] = unsent;
    return;
  }
  if (shown === null || !isTaken(written, field, shown)) {
    found.refused[pair] = notTaken(from, key, link && refusalOf(link, field), run);
    const sent = fieldValue(operation.fields, name);
    found.notes.push({ contact, code: "not-taken", field: field.copper, value: sent });
    return;
  }
  found.baseline[pair] = side === "mailchimp" ? agreed(copper, shown) : agreed(shown, mailchimp);
  found.taken += 1;
}

/** Returns the baseline of a field that we did not send, if the response confirms it. */
function unsentBaseline(
  { side, operation }: WritesFields,
  field: MappedField,
  held: Agreed,
  shown: Value | null,
): Agreed | undefined {
  if (shown === null) return undefined;
  const [copper, mailchimp] = bothSides(held);
  // Copper splits a whole name in its own way (W8). Other fields it filled in are compared by the next run (V3)
  if (operation === "create-person" && isNamePart(field)) return agreed(shown, mailchimp);
  return sameValue(kindOn(side, field), shown, side === "copper" ? copper : mailchimp) ? held : undefined;
}

/** Returns whether the value that a response shows is the one that we sent, as the service writes it. */
function isTaken({ operation, named }: Written, field: MappedField, shown: Value): boolean {
  const { side } = operation;
  const [name, kind] = [field[side], kindOn(side, field)];
  const sent = fieldValue(operation.fields, name);
  const before = "before" in operation ? fieldValue(operation.before, name) : "";
  if (sameValue(kind, shown, sent)) return true;
  const unchanged = sameValue(kind, shown, before);
  if (!unchanged && isRespelt(sent, shown)) return true;
  // If a person has several phone numbers, the next one replaces the one we removed
  if (side === "copper" && name === "phone" && isBlank(sent) && !unchanged) return true;
  return named && isNamePart(field);
}

/** Returns the kind of a field's values on one side. */
function kindOn(side: "copper" | "mailchimp", field: MappedField) {
  return side === "copper" ? field.source.kind : field.merge.kind;
}

/**
 * Returns the new baseline of the name parts that we did not send, if we sent the whole name. Copper splits it in its
 * own way, which does not count as a change (W8).
 * @param before the person as stored before the write
 * @param after the person in the response
 */
export function partedName(
  operation: Operation,
  before: Person | undefined,
  after: Person,
  link: Link | undefined,
  mapped: readonly MappedField[],
): Record<string, Agreed> {
  // A different name is a change that a person made at the same time
  if (operation.operation !== "update-person" || link === undefined || !hasName(after, operation.name)) return {};
  const found: Record<string, Agreed> = {};
  for (const field of mapped) {
    const held = heldOf(link, field);
    if (!isNamePart(field) || field.copper in operation.fields || held === undefined) continue;
    const [copper, mailchimp] = bothSides(held);
    const [was, is] = [shownField(before?.fields ?? {}, field.copper), shownField(after.fields, field.copper)];
    if (was === null || is === null || sameValue(field.source.kind, was, is)) continue;
    if (sameValue(field.source.kind, was, copper)) found[field.pair] = agreed(is, mailchimp);
  }
  return found;
}

/**
 * Returns a failure if a successful response does not show what we asked for; otherwise `undefined` (V13).
 * @param taken returns how many of the sent fields were written
 */
export function disbelief({ found, operation, ...shown }: Answered, taken: () => number): Failure | undefined {
  // Found after a lost response: another person may have made the record, so the next plan compares it afresh
  if (found) return undefined;
  const proof = rulesOf(operation).proof(operation, { ...shown, taken });
  return proof === "done" ? undefined : { code: "NOT_TAKEN", message: "", retry: proof === "retry" };
}

/**
 * Returns whether a response changes further fields: one we did not send, or one that maps to several fields (V14).
 * @param before the person as stored before the write
 * @param after the person in the response
 */
export function changedMore(
  operation: Operation,
  before: Person | undefined,
  after: Person,
  mapped: readonly MappedField[],
): boolean {
  if (operation.operation !== "update-person" && operation.operation !== "create-person") return false;
  return mapped.some((field) => {
    if (isNamePart(field) && hasName(after, operation.name)) return false;
    if (field.copper in operation.fields) return mapped.some((one) => one !== field && one.copper === field.copper);
    if (operation.operation === "create-person") return false;
    const [was, is] = [shownField(before?.fields ?? {}, field.copper), shownField(after.fields, field.copper)];
    return was !== null && is !== null && !sameValue(field.source.kind, was, is);
  });
}
