/**
 * The inverse of a run (A6). Each value that the run overwrote is put back if it still stands as the run left it.
 *
 *   | the run did                  | undone by                              | unless                                |
 *   |------------------------------|----------------------------------------|---------------------------------------|
 *   | update-member, update-person | the values before                      | the field holds another value by now, |
 *   |                              |                                        | or is another field (V10)             |
 *   | create-member                | archiving it; no record is deleted     | its status is another by now          |
 *   | tag-member, tag-person       | taking off what it put on, and back    | a tag is gone, or back, by now        |
 *   | move-address                 | moving back                            | it moved on, or the old one is taken  |
 *   | archive-member               | back to its former status              | it changed since (C1)                 |
 *   | unarchive-member             | archiving it                           | its status is another by now          |
 *   | create-person, add-address   | reported: nothing is deleted in Copper |                                       |
 *   | archive-person               | the deletion tag, back in its place    | the archive tag is gone by now        |
 *   | ignore-person                | back on the review list                | the person is no longer marked        |
 *   | delete-person, forget-member | reported: `deletions restore` brings back a person with a kept copy            |
 *
 * No operation concerns a contact that no run may write to by now: a person who is marked, archived by tag, outside
 * `ONLY` or the filter (D2, D3), or not shown by this reading (A9, G3). Each field that cannot be put back is reported
 * by itself, even if others of the contact can be. The baseline then holds what both sides hold, so that the next run
 * sees no change. Tags and addresses that Copper still has come back at the next run, which is reported.
 */
import { addressKey, concerns } from "../domain/address.ts";
import { type Agreed, agreed, type Link, type Member, type Person } from "../domain/contact.ts";
import { deletionTagOf } from "../domain/deletion-tag.ts";
import type { MappedField } from "../domain/fields.ts";
import { belongs } from "../domain/filter.ts";
import { isKeptInStep } from "../domain/status.ts";
import { isArchiveTag, presentTags, tagKey } from "../domain/tags.ts";
import { fieldValue, sameValue, shownField, type Value, valueOr } from "../domain/values.ts";
import type { Note } from "../plan/notes.ts";
import {
  type ArchivePerson,
  changesOf,
  type IgnorePerson,
  memberRef,
  type Operation,
  type UpdateMember,
  type UpdatePerson,
} from "../plan/operations.ts";
import { AddressIndex } from "./matching/address-index.ts";
import type { MatchIndex } from "./matching/match-index.ts";
import { renamed } from "./names.ts";
import type { Policy, World } from "./world.ts";

/** The operations that undo a run. */
export interface Undoing {
  readonly operations: Operation[];
  /** What cannot be put back, and why. */
  readonly notes: readonly Note[];
}

/**
 * Returns the operations that undo a run; the cases are in the table above. The latest operation is undone first.
 * @param done what the run did, in its order
 * @param world both sides as they are now
 * @param policy the settings in force now
 * @param matchIndex the index of this world, with the entries filled in so far
 */
export function undo(done: readonly Operation[], world: World, policy: Policy, matchIndex?: MatchIndex): Undoing {
  const addressIndex = new AddressIndex(world, matchIndex);
  const operations: Operation[] = [];
  const notes: Note[] = [];
  for (const operation of [...done].reverse()) {
    const link = operation.personId === undefined ? undefined : world.links.get(operation.personId);
    const person = operation.personId === undefined ? undefined : world.persons.get(operation.personId);
    const member = world.members.get(link?.memberKey ?? ("member" in operation ? operation.member.key : ""));
    const why = leftAlone(operation, { link, person, member }, world, policy);
    if (why !== undefined) {
      notes.push(...notesOf(operation, why));
      continue;
    }
    const told = link?.toldPut ?? (person && world.toldAlone?.get(person.id)) ?? [];
    const now = { link, person, member, told, addressIndex, mapped: policy.mapped };
    if (operation.operation === "update-member" || operation.operation === "update-person") {
      fieldsBack(operation, now, operations, notes);
      continue;
    }
    const inverse = inverseOf(operation, now);
    if ("side" in inverse) {
      operations.push(inverse);
      notes.push(...tagsLeft(operation, inverse), ...comingAgain(inverse, person));
    } else notes.push(...notesOf(operation, inverse.why));
  }
  return { operations, notes };
}

/** Returns why no run may write to a contact by now, or `undefined` if one may. */
function leftAlone(
  operation: Operation,
  { link, person, member }: Pick<Now, "link" | "person" | "member">,
  { unseen }: World,
  { only, tagNames, filter }: Policy,
): "undo-left-alone" | "undo-unseen" | undefined {
  if (!concerns(only, [...(person?.emails ?? []), member?.email, link?.address, operation.contact]))
    return "undo-left-alone";
  if (unseen?.persons.has(operation.personId ?? 0) || unseen?.members.has(member?.key ?? "")) return "undo-unseen";
  // A decision on a marked person concerns somebody who may be archived by tag by now. One on a conflict does not
  const onPerson = operation.reason === "decision" && operation.operation !== "update-person";
  if (person === undefined || onPerson) return undefined;
  return deletionTagOf(person.tags, tagNames.deletion) !== undefined ||
    person.tags.some((tag) => isArchiveTag(tag, tagNames)) ||
    !belongs(person, filter)
    ? "undo-left-alone"
    : undefined;
}

/** Returns a note for each value of an operation that cannot be put back. */
function notesOf(operation: Operation, code: Note["code"]): Note[] {
  const { contact } = operation;
  if ("before" in operation && "fields" in operation)
    return Object.keys(operation.fields).map((field) => ({
      contact,
      code,
      field,
      value: fieldValue(operation.before, field),
    }));
  const changes = Object.entries(changesOf(operation));
  if (code === "undo-person" || code === "undo-address" || changes.length === 0) return [{ contact, code }];
  return changes.map(([field, [value]]) => ({ contact, code, field, value }));
}

/** Returns notes for tags that are gone, or back, by now, while others of the contact are put back. */
function tagsLeft(done: Operation, inverse: Operation): Note[] {
  if (!("remove" in done) || !("remove" in inverse)) return [];
  const key = (tag: string | { readonly name: string }) => tagKey(typeof tag === "string" ? tag : tag.name);
  const off = new Set(inverse.remove.map(key));
  const on = new Set(inverse.add.map(key));
  const left = [
    ...done.add.filter((tag) => !off.has(key(tag))),
    ...done.remove.filter((tag) => !on.has(key(tag))).map((tag) => (typeof tag === "string" ? tag : tag.name)),
  ];
  return left.map((value) => ({ contact: done.contact, code: "undo-changed-since", field: "tags", value }));
}

/** Returns notes for what a side still has, so that the next run writes it again. */
function comingAgain(inverse: Operation, person: Person | undefined): Note[] {
  const { contact } = inverse;
  const code = "undo-comes-again";
  if (inverse.operation === "move-address")
    return person?.emails.some((email) => addressKey(email) === addressKey(inverse.member.email))
      ? [{ contact, code, field: "email", value: inverse.member.email }]
      : [];
  if (inverse.operation === "tag-person")
    return [...inverse.add, ...inverse.remove].map((value) => ({ contact, code, field: "tags", value }));
  if (inverse.operation !== "tag-member" || person === undefined) return [];
  const keys = new Set(person.tags.map(tagKey));
  return inverse.remove
    .filter((tag) => keys.has(tagKey(tag.name)))
    .map((tag) => ({ contact, code, field: "tags", value: tag.name }));
}

/** The records of one operation as they are now. */
interface Now {
  readonly link: Link | undefined;
  readonly person: Person | undefined;
  readonly member: Member | undefined;
  /** Keys of our status tags on the person. */
  readonly told: readonly string[];
  readonly addressIndex: AddressIndex;
  readonly mapped: readonly MappedField[];
}
type Inverse = Operation | { readonly why: Extract<Note["code"], `undo-${string}`> };

const CHANGED = { why: "undo-changed-since" } as const;
const GONE = { why: "undo-gone" } as const;

function inverseOf(operation: Exclude<Operation, UpdateMember | UpdatePerson>, now: Now): Inverse {
  const { link, person, member, addressIndex } = now;
  const common = {
    contact: operation.contact,
    reason: "undo" as const,
    ...(operation.personId !== undefined && { personId: operation.personId }),
  };
  if (operation.operation === "create-person" || operation.operation === "restore-person")
    return { why: "undo-person" };
  if (operation.operation === "delete-person") return { why: "undo-deleted" };
  if (operation.operation === "forget-member") return { why: "undo-forgotten" };
  if (operation.operation === "archive-person" || operation.operation === "ignore-person") {
    if (person === undefined) return GONE;
    return decisionBack(operation, person) ?? CHANGED;
  }
  if (operation.operation === "add-address") return { why: "undo-address" };
  if (operation.operation === "tag-person") {
    if (person === undefined) return GONE;
    const keys = new Set(person.tags.map(tagKey));
    const remove = operation.add.map(tagKey).filter((key) => keys.has(key));
    const add = operation.remove.filter((key) => !keys.has(key));
    if (remove.length + add.length === 0) return CHANGED;
    const { side, operation: kind, personId } = operation;
    // Keep our status tags exact, as before, for the next run (C3, C7)
    const toldPut = now.told.filter((key) => !remove.includes(key)).concat(add.map(tagKey));
    return { ...common, side, operation: kind, personId, add, remove, settles: { toldPut } };
  }
  if (member === undefined) return GONE;
  const about = { ...common, side: "mailchimp" as const, member: memberRef(member) };
  switch (operation.operation) {
    case "create-member":
    case "unarchive-member": {
      if (member.status !== operation.status || member.status === "pending") return CHANGED;
      const archived = { from: member.status, why: "undo" as const, at: member.changedAt };
      return { ...about, operation: "archive-member", settles: { archived } };
    }
    case "archive-member": {
      const ours = link?.archived;
      if (member.status !== "archived" || ours?.at !== member.changedAt) return CHANGED;
      const { from: status, at: changedAt } = ours;
      return { ...about, operation: "unarchive-member", status, changedAt, settles: { archived: null } };
    }
    case "tag-member": {
      if (!isKeptInStep(member.status)) return CHANGED;
      const added = new Set(presentTags(operation.add, member));
      const remove = member.tags.filter((tag) => added.has(tagKey(tag.name)));
      const there = new Set(
        presentTags(
          operation.remove.map((tag) => tag.name),
          member,
        ),
      );
      const add = operation.remove.map((tag) => tag.name).filter((name) => !there.has(tagKey(name)));
      if (remove.length + add.length === 0) return CHANGED;
      const tagsPut = (link?.tagsPut ?? []).filter((key) => !added.has(key)).concat(add.map(tagKey));
      return { ...about, operation: "tag-member", add, remove, settles: { tagsPut } };
    }
    case "move-address": {
      const before = operation.member.email;
      const moved = addressKey(member.email) !== addressKey(operation.email);
      if (moved || addressIndex.memberAt(addressKey(before)) || !isKeptInStep(member.status)) return CHANGED;
      return { ...about, operation: "move-address", email: before, settles: { address: addressKey(before) } };
    }
  }
}

/** Returns the operation that takes a decision back, or `undefined` if the person's tags forbid it by now. */
function decisionBack(operation: ArchivePerson | IgnorePerson, person: Person): Operation | undefined {
  const keys = new Set(person.tags.map(tagKey));
  const back = { ...operation, reason: "undo" as const, settles: {} };
  if (back.operation === "ignore-person")
    return keys.has(tagKey(back.tag)) ? { ...back, ignored: !back.ignored } : undefined;
  const { add, remove, removed } = back;
  const stands = add.every((tag) => keys.has(tagKey(tag))) && !remove.some((key) => keys.has(key));
  return stands ? { ...back, add: removed, remove: add.map(tagKey), removed: add } : undefined;
}

/** Returns a field's value if it is still what the run wrote and may be written; otherwise `undefined`. */
function stillWritten(operation: UpdateMember | UpdatePerson, name: string, now: Now): Value | undefined {
  const { side } = operation;
  if (side === "mailchimp" && now.member !== undefined && !isKeptInStep(now.member.status)) return undefined;
  const record = side === "copper" ? now.person : now.member;
  const current = record === undefined ? null : shownField(record.fields, name);
  // What was agreed with the write belongs to exactly these fields (V10)
  const settled = operation.settles.baseline ?? {};
  const field = now.mapped.find(
    (one) => one[side] === name && (one.pair in settled || (one.inherits && one.copper in settled)),
  );
  const kind = side === "copper" ? field?.source.kind : field?.merge.kind;
  if (current === null || kind === undefined) return undefined;
  return sameValue(kind, current, fieldValue(operation.fields, name)) ? current : undefined;
}

/** Puts back the former values of fields that still hold what the run wrote. Reports each of the others. */
function fieldsBack(operation: UpdateMember | UpdatePerson, now: Now, operations: Operation[], notes: Note[]): void {
  const { side, contact } = operation;
  const code = (side === "copper" ? now.person : now.member) === undefined ? "undo-gone" : "undo-changed-since";
  const fields: Record<string, Value> = {};
  const before: Record<string, Value> = {};
  const baseline: Record<string, Agreed> = {};
  for (const name of Object.keys(operation.fields)) {
    const value = fieldValue(operation.before, name);
    const current = stillWritten(operation, name, now);
    if (current === undefined) {
      notes.push({ contact, code, field: name, value });
      continue;
    }
    fields[name] = value;
    before[name] = current;
    for (const one of now.mapped.filter((each) => each[side] === name))
      baseline[one.pair] =
        side === "mailchimp"
          ? agreed(valueOr(shownField(now.person?.fields ?? {}, one.copper)), value)
          : agreed(value, valueOr(shownField(now.member?.fields ?? {}, one.mailchimp)));
  }
  if (Object.keys(fields).length === 0) return;
  const common = { ...operation, reason: "undo" as const, fields, before, settles: { baseline } };
  if (common.operation === "update-member") {
    // The member's address may have moved since, and belong to another contact by now
    if (now.member !== undefined)
      operations.push({ ...common, contact: now.member.email, member: memberRef(now.member) });
    return;
  }
  if (now.person === undefined) return;
  const { name: _, ...rest } = common;
  const name = renamed(now.person, fields, false);
  operations.push({ ...rest, ...(name !== undefined && { name }) });
}
