/**
 * What became of writes whose answer never came (A1): the program died, or the answer was lost. Where the effect is
 * there, it was ours, so that it is not taken for somebody's change.
 *
 *   | in doubt                     | the effect is there when                   | then                                |
 *   |------------------------------|--------------------------------------------|-------------------------------------|
 *   | update-member, update-person | the record holds the value that was sent   | that field's baseline moves         |
 *   | move-address, add-address    | the record has the address                 | the link goes by it                 |
 *   | tag-member, create-member    | the member has the tag                     | the tag was put by us               |
 *   | tag-person                   | the person has the tag                     | the tag was put by us (C7)          |
 *   | archive-member               | the member is archived                     | it was us, but they stay there (C1) |
 */
import { addressKey, validKeys } from "../domain/address.ts";
import { agreed, bothSides, heldOf, type Link, type Member, type Person } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import { presentTags, tagKey } from "../domain/tags.ts";
import { fieldValue, isBlank, type ShownFields, sameValue, shownField } from "../domain/values.ts";
import type { Known } from "../plan/collections.ts";
import { type LinkPatch, patchLink } from "../plan/links.ts";
import {
  assertNever,
  type Operation,
  type TagPerson,
  type UpdateMember,
  type UpdatePerson,
} from "../plan/operations.ts";
import type { JournalEntry } from "../ports/store.ts";
import { hasName, isNamePart } from "../reconcile/names.ts";

/** Those links that move once every write in doubt whose effect is there has been taken for what it was. */
export function recovered(
  links: Known<number, Link>,
  doubts: readonly JournalEntry[],
  persons: Known<number, Person>,
  members: Known<string, Member>,
  mapped: readonly MappedField[],
): Link[] {
  const byPerson = Map.groupBy(doubts, (doubt) => doubt.operation.personId ?? -1);
  return [...byPerson].flatMap(([id, list]) => {
    const link = links.get(id);
    if (link === undefined) return [];
    const person = persons.get(id);
    const member = members.get(link.memberKey);
    return list.reduce(
      (known, { operation }) => patchLink(known, patchFor(operation, known, person, member, mapped)),
      link,
    );
  });
}

function patchFor(
  operation: Operation,
  link: Link,
  person: Person | undefined,
  member: Member | undefined,
  mapped: readonly MappedField[],
): LinkPatch {
  switch (operation.operation) {
    case "update-member":
      return member === undefined ? {} : baselineOf(operation, member.fields, mapped, "mailchimp");
    case "update-person":
      if (person === undefined) return {};
      return hasName(person, operation.name) && hasBothParts(person)
        ? nameArrived(operation, link, person, mapped)
        : baselineOf(operation, person.fields, mapped, "copper");
    case "move-address":
      return member !== undefined && addressKey(member.email) === addressKey(operation.email) ? operation.settles : {};
    case "add-address":
      return person !== undefined && validKeys(person.emails).includes(addressKey(operation.email))
        ? operation.settles
        : {};
    case "tag-member":
      return member === undefined ? {} : { tagsPut: together(link, operation.add, member) };
    case "tag-person":
      return person === undefined ? {} : { toldPut: toldBy(operation, person, link.toldPut) };
    case "archive-member":
      // When ours took place is not known, so neither whether somebody changed him since: he never returns by himself
      return member?.status === "archived" ? { archived: { from: operation.member.status, why: "gone", at: 0 } } : {};
    case "create-member":
    case "create-person":
    case "unarchive-member":
      return {};
    // What became of a decision is found out by looking at the person (A12)
    case "forget-member":
    case "archive-person":
    case "delete-person":
    case "restore-person":
    case "ignore-person":
      return {};
    default:
      return assertNever(operation);
  }
}

/** The baseline of those fields that hold what was sent. */
function baselineOf(
  { fields, settles }: UpdateMember | UpdatePerson,
  now: ShownFields,
  mapped: readonly MappedField[],
  side: "copper" | "mailchimp",
): LinkPatch {
  const arrived = mapped.filter((field) => {
    const shown = shownField(now, field[side]);
    const kind = side === "copper" ? field.source.kind : field.merge.kind;
    return field[side] in fields && shown !== null && sameValue(kind, shown, fieldValue(fields, field[side]));
  });
  const known = settles.baseline ?? {};
  return {
    baseline: Object.fromEntries(
      arrived.flatMap(({ pair, copper, inherits }) => {
        const held = known[pair] ?? (inherits ? known[copper] : undefined);
        return held === undefined ? [] : [[pair, held]];
      }),
    ),
  };
}

/** Whether both parts of a name are there: a hand may have moved or emptied one that is not. */
function hasBothParts({ fields }: Person): boolean {
  return ["first_name", "last_name"].every((name) => !isBlank(shownField(fields, name) ?? ""));
}

/** The whole name is there, however Copper parts it: that is nobody's change (W8). */
function nameArrived(operation: UpdatePerson, link: Link, person: Person, mapped: readonly MappedField[]): LinkPatch {
  const arrived = baselineOf(operation, person.fields, mapped, "copper").baseline;
  const parts = mapped.filter(isNamePart).flatMap((field) => {
    const held = operation.settles.baseline?.[field.pair] ?? heldOf(link, field);
    const shown = shownField(person.fields, field.copper);
    return held === undefined || shown === null ? [] : [[field.pair, agreed(shown, bothSides(held)[1])] as const];
  });
  return { baseline: { ...arrived, ...Object.fromEntries(parts) } };
}

/**
 * Returns what is agreed of the names of people whose creation is in doubt and who are there, by the member's key: Copper
 * parts a name in its own way, and that is nobody's change (W8).
 */
export function namesInDoubt(
  doubts: readonly JournalEntry[],
  persons: Known<number, Person>,
  mapped: readonly MappedField[],
): Map<string, Link["baseline"]> {
  const creates = doubts.flatMap(({ operation }) => (operation.operation === "create-person" ? [operation] : []));
  const found = new Map<string, Link["baseline"]>();
  if (creates.length === 0) return found;
  const byAddress = new Map(creates.map((one) => [addressKey(one.email), one]));
  for (const person of persons.values())
    for (const operation of person.emails.flatMap((email) => byAddress.get(addressKey(email)) ?? [])) {
      if (!hasName(person, operation.name) || !hasBothParts(person)) continue;
      const parts = mapped.filter(isNamePart).flatMap((field) => {
        const held = operation.settles.baseline?.[field.pair];
        const shown = shownField(person.fields, field.copper);
        return held === undefined || shown === null ? [] : [[field.pair, agreed(shown, bothSides(held)[1])] as const];
      });
      found.set(operation.member.key, Object.fromEntries(parts));
    }
  return found;
}

/** Keys of the tags that we have put on a person: those of an operation in doubt are, where they are there. */
function toldBy({ add, remove }: TagPerson, { tags }: Person, known: readonly string[] | undefined): readonly string[] {
  const there = new Set(tags.map(tagKey));
  // What was to go was taken for ours
  const keys = new Set((known ?? remove).filter((key) => there.has(key) || !remove.includes(key)));
  for (const key of add.map(tagKey)) if (there.has(key)) keys.add(key);
  return [...keys];
}

/** Keys of the tags by which people without a member were told of something, where that is in doubt and there. */
export function toldAloneInDoubt(
  doubts: readonly JournalEntry[],
  links: Known<number, Link>,
  persons: Known<number, Person>,
): [number, readonly string[]][] {
  return doubts.flatMap(({ operation }): [number, readonly string[]][] => {
    if (operation.operation !== "tag-person" || links.has(operation.personId)) return [];
    const person = persons.get(operation.personId);
    const keys = person === undefined ? [] : toldBy(operation, person, undefined);
    return keys.length === 0 ? [] : [[operation.personId, keys]];
  });
}

/** Tags of members whose creation is in doubt, by person: where they are there, they are ours. */
export function tagsInDoubt(doubts: readonly JournalEntry[]): ReadonlyMap<number, readonly string[]> {
  return new Map(
    doubts.flatMap(({ operation }) =>
      operation.operation === "create-member" ? [[operation.personId, operation.tags] as const] : [],
    ),
  );
}

function together(link: Link, tags: readonly string[], member: Member): string[] {
  return [...new Set([...link.tagsPut, ...presentTags(tags, member)])].sort();
}
