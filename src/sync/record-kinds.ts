/** Describes the records of each side for a reading (`scan.ts`), and reports odd ones. */
import { addressKey } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { ShownFields } from "../domain/values.ts";
import type { Note } from "../plan/notes.ts";
import type { MemberReader, OddRecord, PeopleReader } from "../ports/sides.ts";
import type { MatchIndex } from "../reconcile/matching/match-index.ts";
import type { RecordKind } from "./scan.ts";

/**
 * Describes people.
 * @param reader returns the reader with the current definitions
 * @param matchIndex filled with each new or changed person
 */
export function personsOf(reader: () => PeopleReader, matchIndex: MatchIndex["persons"]): RecordKind<number, Person> {
  return {
    side: "copper",
    key: (person) => person.id,
    stamp: (person) => person.modifiedAt,
    absent: ({ fields }) => hasAbsent(fields),
    odd: () => keysOf<number>(reader().odd()),
    seen: (person) => matchIndex.put(person),
    confirm: (ids) => reader().confirm(ids),
  };
}

/** Describes members. @param matchIndex filled with each new or changed member */
export function membersOf(reader: MemberReader, matchIndex: MatchIndex["members"]): RecordKind<string, Member> {
  return {
    side: "mailchimp",
    key: (member) => member.key,
    stamp: (member) => member.changedAt,
    absent: ({ fields }) => hasAbsent(fields),
    odd: () => keysOf<string>(reader.odd()),
    seen: (member) => matchIndex.put(member),
  };
}

function hasAbsent(fields: ShownFields): boolean {
  for (const name in fields) if (fields[name] === null) return true;
  return false;
}

function keysOf<Key extends string | number>(odd: readonly OddRecord[]) {
  return {
    keys: new Set(odd.flatMap(({ key }) => (key === undefined ? [] : [key as Key]))),
    nameless: odd.some((one) => one.key === undefined),
  };
}

/** Returns the notes for records that did not parse (A9), and for members without an address (W10). */
export function oddNotes(odd: readonly OddRecord[]): Note[] {
  return odd.map(({ key, addresses, why, detail }) => ({
    contact: addresses[0] ?? (key === undefined ? "" : String(key)),
    code: why,
    ...(detail !== "" && { detail }),
  }));
}

/** Returns the address keys of odd records: a contact with such an address may exist. */
export function oddAddresses(odd: readonly OddRecord[]): ReadonlySet<string> {
  return new Set(odd.flatMap(({ addresses }) => addresses.map(addressKey)));
}
