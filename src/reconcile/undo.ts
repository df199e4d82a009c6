/**
 * The inverse of a run (A6): each value that it overwrote is put back where it still stands as the run left it.
 *
 *   | the run did                  | undone by                                  | unless                                |
 *   |------------------------------|--------------------------------------------|---------------------------------------|
 *   | update-member, update-person | the values before                          | the field holds another value by now  |
 *   | create-member                | archiving him; nobody is deleted           | his status is another by now          |
 *   | tag-member, tag-person       | taking off what it put on, and back        | a tag is gone, or back, by now        |
 *   | move-address                 | moving back                                | he moved on, or the old one is taken  |
 *   | archive-member               | back to the status he had                  | somebody changed him since (C1)       |
 *   | unarchive-member             | archiving him                              | his status is another by now          |
 *   | create-person, add-address   | told: Copper forgets nothing by itself     |                                       |
 *
 * The baseline then holds what both sides hold, so that the next run does not take it for a change. Tags and addresses
 * that Copper still asks for come back at the next run.
 */
import { addressKey } from "../contact/address.ts";
import { type Agreed, agreed, type Link, type Member, type Person } from "../contact/contact.ts";
import type { MappedField } from "../contact/fields.ts";
import { isKeptInStep } from "../contact/status.ts";
import { presentTags, tagKey } from "../contact/tags.ts";
import { fieldValue, sameValue, type Value } from "../contact/values.ts";
import { memberRef, type Note, type Operation, type UpdateMember, type UpdatePerson } from "../plan/operations.ts";
import type { Cards } from "./cards.ts";
import { Directory } from "./directory.ts";
import type { Policy, World } from "./world.ts";

export interface Undoing {
  readonly operations: Operation[];
  /** What cannot be put back, and why. */
  readonly notes: readonly Note[];
}

/**
 * @param done what the run did, in its order
 * @param world both sides as they are now
 * @param cards of this world, as far as they are filled in
 */
export function undo(done: readonly Operation[], world: World, policy: Policy, cards?: Cards): Undoing {
  const directory = new Directory(world, cards);
  const operations: Operation[] = [];
  const notes: Note[] = [];
  for (const operation of [...done].reverse()) {
    const link = operation.personId === undefined ? undefined : world.links.get(operation.personId);
    const person = operation.personId === undefined ? undefined : world.persons.get(operation.personId);
    const member = world.members.get(link?.memberKey ?? ("member" in operation ? operation.member.key : ""));
    const inverse = inverseOf(operation, { link, person, member, directory, mapped: policy.mapped });
    if ("side" in inverse) operations.push(inverse);
    else notes.push({ contact: operation.contact, code: inverse.why });
  }
  return { operations, notes };
}

interface Now {
  readonly link: Link | undefined;
  readonly person: Person | undefined;
  readonly member: Member | undefined;
  readonly directory: Directory;
  readonly mapped: readonly MappedField[];
}
type Inverse = Operation | { readonly why: "undo-changed-since" | "undo-gone" | "undo-person" | "undo-address" };

const CHANGED = { why: "undo-changed-since" } as const;
const GONE = { why: "undo-gone" } as const;

function inverseOf(operation: Operation, now: Now): Inverse {
  const { link, person, member, directory } = now;
  const common = {
    contact: operation.contact,
    reason: "undo" as const,
    ...(operation.personId !== undefined && { personId: operation.personId }),
  };
  if (operation.operation === "create-person") return { why: "undo-person" };
  if (operation.operation === "add-address") return { why: "undo-address" };
  if (operation.operation === "update-person") return person === undefined ? GONE : fieldsBack(operation, person, now);
  if (operation.operation === "tag-person") {
    if (person === undefined) return GONE;
    const keys = new Set(person.tags.map(tagKey));
    const remove = operation.add.map(tagKey).filter((key) => keys.has(key));
    const add = operation.remove.filter((key) => !keys.has(key));
    if (remove.length + add.length === 0) return CHANGED;
    const { side, operation: kind, personId } = operation;
    return { ...common, side, operation: kind, personId, add, remove, settles: {} };
  }
  if (member === undefined) return GONE;
  const about = { ...common, side: "mailchimp" as const, member: memberRef(member) };
  switch (operation.operation) {
    case "update-member":
      return isKeptInStep(member.status) ? fieldsBack(operation, member, now) : CHANGED;
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
      if (moved || directory.memberAt(addressKey(before)) || !isKeptInStep(member.status)) return CHANGED;
      return { ...about, operation: "move-address", email: before, settles: { address: addressKey(before) } };
    }
  }
}

/** The values before, of those fields that still hold what the run wrote. */
function fieldsBack(operation: UpdateMember | UpdatePerson, record: Person | Member, now: Now): Inverse {
  const { side } = operation;
  const fields: Record<string, Value> = {};
  const before: Record<string, Value> = {};
  const baseline: Record<string, Agreed> = {};
  for (const field of now.mapped) {
    const name = field[side];
    if (!(name in operation.fields)) continue;
    const current = fieldValue(record.fields, name);
    if (!sameValue(field.kind, current, fieldValue(operation.fields, name))) continue;
    fields[name] = fieldValue(operation.before, name);
    before[name] = current;
    baseline[field.copper] =
      side === "mailchimp"
        ? agreed(fieldValue(now.person?.fields ?? {}, field.copper), fields[name])
        : agreed(fields[name], fieldValue(now.member?.fields ?? {}, field.mailchimp));
  }
  if (Object.keys(fields).length === 0) return CHANGED;
  return { ...operation, reason: "undo", fields, before, settles: { baseline } };
}
