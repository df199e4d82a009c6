/**
 * Decides what a link remembers about writes that a service did not accept. Without that, every run would repeat them
 * in vain (A10, V13). Failures that are not remembered are retried, and set aside after five runs (A3).
 */
import { addressKey } from "../domain/address.ts";
import {
  bothSides,
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
import { tagKey } from "../domain/tags.ts";
import { fieldValue, type ShownFields, shownField, type Value } from "../domain/values.ts";
import type { Known } from "../plan/collections.ts";
import type { LinkPatch } from "../plan/link-patch.ts";
import type { Note } from "../plan/notes.ts";
import type { Operation, TagMember } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import { STATUS_TAGGED } from "../reconcile/pair.ts";
import { ADDRESS } from "../reconcile/pair-address.ts";
import { tagRefusal } from "../reconcile/tags.ts";
import type { FieldsTaken } from "./verify-response.ts";

/** Failures after which the address may have changed all the same, or the member changed since we read it. */
const UNSURE_MOVES: readonly string[] = ["TEMPORARY", "UNKNOWN_ANSWER", "NOT_FOUND", "CHANGED_MEANWHILE"];

/** What the functions below need to know about the run. */
interface Surroundings {
  readonly mapped: readonly MappedField[];
  /** The number of this run. */
  readonly run: number;
  readonly persons: Known<number, Person>;
  readonly members: Known<string, Member>;
}

/** The change to a link, and notes for the report. */
interface Remembered {
  readonly link: LinkPatch;
  readonly notes: readonly Note[];
}

/**
 * Returns what to remember about a failure, or `undefined` if it is only retried.
 * @param fields which of the sent fields were written, if there was a response
 */
export function remembered(
  { operation, failure }: Outcome & { readonly ok: false },
  link: Link,
  fields: FieldsTaken | undefined,
  around: Surroundings,
): Remembered | undefined {
  const { run } = around;
  const only = (refused: Record<string, Refusal>): Remembered => ({ link: { refused }, notes: [] });
  if (operation.operation === "move-address" && !UNSURE_MOVES.includes(failure.code))
    return only({ [ADDRESS]: notTaken("copper", addressKey(operation.email), link.refused[ADDRESS], run) });
  if (failure.code === "NOT_TAKEN") {
    if (operation.operation === "add-address")
      return only({ [ADDRESS]: notTaken("mailchimp", addressKey(operation.email), link.refused[ADDRESS], run) });
    if (operation.operation === "tag-person")
      return only({ [STATUS_TAGGED]: notTaken("mailchimp", operation.add.join(), link.refused[STATUS_TAGGED], run) });
    return fields && only(fields.refused);
  }
  if (operation.operation === "tag-member" && failure.code === "FIELD_REFUSED")
    return refusedTags(operation, failure.fields ?? [], link, run);
  if (failure.code !== "FIELD_REFUSED" && !failure.retry) {
    const later = allLater(operation, link, around);
    return Object.keys(later).length > 0 ? only(later) : undefined;
  }
  if (failure.code !== "FIELD_REFUSED" || !("fields" in operation)) return undefined;
  return refusedFields(operation, failure.fields ?? [], link, around);
}

/** Remembers all sent fields or tags, because the refusal names none: retries some runs later, not in each (A10). */
function allLater(
  operation: Operation,
  link: Link,
  { mapped, run, persons }: Surroundings,
): Readonly<Record<string, Refusal>> {
  if (operation.operation === "tag-member") return tagsLater(operation.add.map(tagKey), link, run);
  if (operation.operation !== "update-member") return {};
  const shown = persons.get(link.personId)?.fields ?? {};
  return Object.fromEntries(
    mapped
      .filter((one) => one.mailchimp in operation.fields)
      .map((one) => {
        const value = refusalKey("copper", one, sentFrom("copper", one, operation, shown));
        return [one.pair, notTaken("copper", value, refusalOf(link, one), run)];
      }),
  );
}

/** Remembers the refused tags. The others were written, and count as put by us. */
function refusedTags(operation: TagMember, names: readonly string[], link: Link, run: number): Remembered {
  const keys = names.map(tagKey);
  return {
    link: {
      refused: tagsLater(keys, link, run),
      tagsPut: (operation.settles.tagsPut ?? link.tagsPut).filter((key) => !keys.includes(key)),
    },
    notes: names.map((value) => ({ contact: operation.contact, code: "refused-before", field: "tags", value })),
  };
}

/** Remembers each refused field with the value of the other side, so that a new value is sent again. */
function refusedFields(
  operation: Extract<Operation, { fields: unknown }>,
  names: readonly string[],
  link: Link,
  { mapped, persons, members, run }: Surroundings,
): Remembered | undefined {
  const refused: Record<string, Refusal> = {};
  const notes: Note[] = [];
  const from = operation.side === "mailchimp" ? "copper" : "mailchimp";
  const record = from === "copper" ? persons.get(link.personId) : members.get(link.memberKey);
  for (const field of mapped) {
    const name = field[operation.side];
    if (!names.includes(name) || !(name in operation.fields)) continue;
    const value = sentFrom(from, field, operation, record?.fields ?? {});
    refused[field.pair] = refusedValue(from, field, refusalKey(from, field, value), link, run);
    notes.push({ contact: operation.contact, code: "refused-before", field: field.copper, value });
  }
  return notes.length > 0 ? { link: { refused }, notes } : undefined;
}

/**
 * Returns the value of the other side that a write carries over. It is the one agreed with the write, since an operator
 * may have chosen another than that side holds.
 * @param shown the fields that the other side holds
 */
function sentFrom(
  from: "copper" | "mailchimp",
  field: MappedField,
  { side, fields, settles }: Extract<Operation, { fields: unknown }>,
  shown: ShownFields,
): Value {
  const agreed = settles.baseline?.[field.pair];
  const [copper, mailchimp] = agreed === undefined ? [] : bothSides(agreed);
  const own = from === "copper" ? copper : mailchimp;
  return own ?? shownField(shown, field[from]) ?? fieldValue(fields, field[side]);
}

/**
 * Returns what to remember after a successful write. Forgets the refusal of an address or status tag that was written.
 * If it restored a tag of ours, remembers the tag: should it disappear again, not every run restores it.
 * @param run the number of this run
 */
export function onceMore(operation: Operation, link: Link, run: number): Record<string, Refusal | null> {
  if (operation.operation === "add-address" || operation.operation === "move-address") return { [ADDRESS]: null };
  if (operation.operation === "tag-person") return { [STATUS_TAGGED]: null };
  if (operation.operation !== "tag-member") return {};
  const again = operation.add.map(tagKey).filter((key) => link.tagsPut.includes(key));
  return tagsLater(again, link, run);
}

/** Returns refusals for tags, so that they are written again some runs later. @param keys see `tagKey` */
function tagsLater(keys: readonly string[], link: Link, run: number): Record<string, Refusal> {
  return Object.fromEntries(
    keys.map((key) => [tagRefusal(key), notTaken("copper", key, link.refused[tagRefusal(key)], run)]),
  );
}
