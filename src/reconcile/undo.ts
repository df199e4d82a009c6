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
import type { Person } from "../domain/contact.ts";
import { deletionTagOf } from "../domain/deletion-tag.ts";
import { belongs } from "../domain/filter.ts";
import { isArchiveTag, tagKey } from "../domain/tags.ts";
import { fieldValue } from "../domain/values.ts";
import type { Note } from "../plan/notes.ts";
import { changesOf, type Operation } from "../plan/operations.ts";
import { AddressIndex } from "./matching/address-index.ts";
import type { MatchIndex } from "./matching/match-index.ts";
import type { Now, Undoing } from "./operations/operation-rules.ts";
import { rulesOf } from "./operations/rules-of.ts";
import type { Policy, World } from "./world.ts";

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
    const inverse = rulesOf(operation).inverse(operation, now);
    if ("operations" in inverse) {
      operations.push(...inverse.operations);
      notes.push(...inverse.notes);
    } else if ("side" in inverse) {
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
