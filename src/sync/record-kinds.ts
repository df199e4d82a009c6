/** Says what a reading has to know of each side's records. */
import { addressKey } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { ShownFields } from "../domain/values.ts";
import type { Note } from "../plan/notes.ts";
import type { MemberReader, OddRecord, PeopleReader } from "../ports/sides.ts";
import type { MatchIndex } from "../reconcile/match-index.ts";
import type { RecordKind } from "./scan.ts";

/**
 * Returns what a reading has to know of people.
 * @param reader returns what reads them by the definitions that hold by now
 * @param matchIndex filled in as they come in
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

/** Returns what a reading has to know of members. @param matchIndex filled in as they come in */
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

/** What is told of records that could not be read (A9), and of members without an address (W10). */
export function oddNotes(odd: readonly OddRecord[]): Note[] {
  return odd.map(({ key, addresses, why, detail }) => ({
    contact: addresses[0] ?? (key === undefined ? "" : String(key)),
    code: why,
    ...(detail !== "" && { detail }),
  }));
}

/** The addresses of records that could not be read, as keys: each may be there. */
export function oddAddresses(odd: readonly OddRecord[]): ReadonlySet<string> {
  return new Set(odd.flatMap(({ addresses }) => addresses.map(addressKey)));
}
