/**
 * Finds out what became of writes without a response (A1): the program died, or the response was lost. If the effect
 * is there, it was our write. Otherwise the plan would take it for a change by a person.
 *
 *   | in doubt                     | the effect is there when                   | consequence                         |
 *   |------------------------------|--------------------------------------------|-------------------------------------|
 *   | update-member, update-person | the record holds the value we sent         | that field's baseline changes       |
 *   | move-address, add-address    | the record has the address                 | the link takes the address          |
 *   | tag-member, create-member    | the member has the tag                     | the tag counts as ours              |
 *   | tag-person                   | the person has the tag                     | the tag counts as ours (C7)         |
 *   | archive-member               | the member is archived                     | it was us, but the member never     |
 *   |                              |                                            | returns by itself (C1)              |
 */
import { addressKey } from "../domain/address.ts";
import { agreed, bothSides, type Link, type Member, type Person } from "../domain/contact.ts";
import type { MappedField } from "../domain/fields.ts";
import { shownField } from "../domain/values.ts";
import type { Known } from "../plan/collections.ts";
import { patchLink } from "../plan/link-patch.ts";
import type { JournalEntry } from "../ports/store.ts";
import { hasName, isNamePart } from "../reconcile/names.ts";
import { hasBothParts, statusTagsThere } from "../reconcile/operations/fields-in-doubt.ts";
import { rulesOf } from "../reconcile/operations/rules-of.ts";
import type { Seen } from "./read.ts";

/** Returns the links of contacts with writes in doubt, changed by each write whose effect is there. */
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
    const patched = (known: Link, { operation }: JournalEntry) =>
      patchLink(known, rulesOf(operation).inDoubt(operation, { link: known, person, member, mapped }));
    return list.reduce(patched, link);
  });
}

/**
 * Returns the baseline of the names of people whose creation is in doubt and who exist, by member key. Copper splits a
 * name in its own way, which is no change (W8).
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

/** Returns the keys of status tags in doubt that are there, for people without a member. */
export function toldAloneInDoubt(
  doubts: readonly JournalEntry[],
  links: Known<number, Link>,
  persons: Known<number, Person>,
): [number, readonly string[]][] {
  return doubts.flatMap(({ operation }): [number, readonly string[]][] => {
    if (operation.operation !== "tag-person" || links.has(operation.personId)) return [];
    const person = persons.get(operation.personId);
    const keys = person === undefined ? [] : statusTagsThere(operation, person, undefined);
    return keys.length === 0 ? [] : [[operation.personId, keys]];
  });
}

/** Returns the tags of members whose creation is in doubt, by person. If the member has them, they are ours. */
export function tagsInDoubt(doubts: readonly JournalEntry[]): ReadonlyMap<number, readonly string[]> {
  return new Map(
    doubts.flatMap(({ operation }) =>
      operation.operation === "create-member" ? [[operation.personId, operation.tags] as const] : [],
    ),
  );
}

/**
 * Returns the ids of writes in doubt that a reading leaves in doubt, because it could not show the contact (A9). Those
 * left by an earlier run end only with a complete reading: a reading of changes does not name a record that stays odd.
 * @param earlier ids left by earlier runs
 */
export function leftInDoubt(
  doubts: readonly JournalEntry[],
  { unseen, whole }: Pick<Seen, "unseen" | "whole">,
  links: Known<number, Link>,
  earlier: ReadonlySet<number>,
): number[] {
  const isHidden = ({ id, operation }: JournalEntry) => {
    const { personId } = operation;
    const member = personId === undefined ? undefined : links.get(personId)?.memberKey;
    return (
      (earlier.has(id) && !(whole.copper && whole.mailchimp)) ||
      (personId !== undefined && unseen.persons.has(personId)) ||
      (member !== undefined && unseen.members.has(member))
    );
  };
  return doubts.filter(isHidden).map((one) => one.id);
}
