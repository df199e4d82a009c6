/**
 * What became of writes whose answer never came (A1): the program died, or the answer was lost. Where the effect is
 * there, it was ours, so that it is not taken for somebody's change.
 *
 *   | in doubt                     | the effect is there when                   | then                                |
 *   |------------------------------|--------------------------------------------|-------------------------------------|
 *   | update-member, update-person | the record holds the value that was sent   | that field's baseline moves         |
 *   | move-address, add-address    | the record has the address                 | the link goes by it                 |
 *   | tag-member, create-member    | the member has the tag                     | the tag was put by us               |
 *   | archive-member               | the member is archived                     | it was us, but he stays there (C1)  |
 */
import { addressKey, validKeys } from "../contact/address.ts";
import type { Link, Member, Person } from "../contact/contact.ts";
import type { MappedField } from "../contact/fields.ts";
import { presentTags } from "../contact/tags.ts";
import { fieldValue, sameValue } from "../contact/values.ts";
import { type LinkPatch, type Operation, patchLink, type UpdateMember, type UpdatePerson } from "../plan/operations.ts";
import type { JournalEntry } from "../plan/ports.ts";
import type { Known } from "../plan/records.ts";

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
      (known, { operation }) => patchLink(known, learnt(operation, known, person, member, mapped)),
      link,
    );
  });
}

function learnt(
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
      return person === undefined ? {} : baselineOf(operation, person.fields, mapped, "copper");
    case "move-address":
      return member !== undefined && addressKey(member.email) === addressKey(operation.email) ? operation.settles : {};
    case "add-address":
      return person !== undefined && validKeys(person.emails).includes(addressKey(operation.email))
        ? operation.settles
        : {};
    case "tag-member":
      return member === undefined ? {} : { tagsPut: together(link, operation.add, member) };
    case "archive-member":
      // When ours took place is not known, so neither whether somebody changed him since: he never returns by himself
      return member?.status === "archived" ? { archived: { from: operation.member.status, why: "gone", at: 0 } } : {};
    default:
      return {};
  }
}

/** The baseline of those fields that hold what was sent. */
function baselineOf(
  { fields, settles }: UpdateMember | UpdatePerson,
  now: Person["fields"],
  mapped: readonly MappedField[],
  side: "copper" | "mailchimp",
): LinkPatch {
  const arrived = mapped.filter(
    (field) =>
      field[side] in fields && sameValue(field.kind, fieldValue(now, field[side]), fieldValue(fields, field[side])),
  );
  const known = settles.baseline ?? {};
  return {
    baseline: Object.fromEntries(
      arrived.flatMap(({ copper }) => (known[copper] === undefined ? [] : [[copper, known[copper]]])),
    ),
  };
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
