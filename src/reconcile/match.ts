/**
 * Who is who (W2, W3, W6).
 *
 *   | link | member at one of his addresses | shares an address with a person before him | becomes              |
 *   |------|--------------------------------|--------------------------------------------|----------------------|
 *   | yes  | –                              | no                                         | that pair            |
 *   | no   | yes, free or left by a person  | no                                         | a new pair           |
 *   | no   | no                             | no                                         | a person alone       |
 *   | –    | –                              | yes                                        | a duplicate, left    |
 *
 * Before him: the one linked first, then the older record, then the smaller id: the same from run to run.
 */
import { addressKey, validKeys } from "../contact/address.ts";
import type { Link, Member, Person } from "../contact/contact.ts";
import { isKeptInStep } from "../contact/status.ts";
import { presentTags } from "../contact/tags.ts";
import { newLink } from "../plan/operations.ts";
import type { World } from "./world.ts";

/** A person with what belongs to him. */
export interface Contact {
  readonly person: Person;
  /** His valid addresses as keys, in Copper's order. */
  readonly addresses: readonly string[];
  readonly member?: Member;
  readonly link?: Link;
  /** Further members that also answer to his addresses (W3). */
  readonly others: readonly Member[];
  readonly duplicate: boolean;
}

export interface Matched {
  readonly contacts: readonly Contact[];
  /** Members whom no person answers to. */
  readonly strangers: readonly Member[];
  /** Links whose person is gone. */
  readonly orphans: readonly Link[];
  /** Links made here. */
  readonly made: readonly Link[];
  /** Persons whose link is given up, because a new record took their member over. */
  readonly givenUp: readonly number[];
  /** Every valid address of every person. */
  readonly taken: ReadonlySet<string>;
}

/** Finds the pairs. Pure; the same world gives the same answer. */
export function match(world: World): Matched {
  const linkOf = new Map(world.links.map((link) => [link.personId, link]));
  const orphaned = new Map<string, Link>();
  const linkedMembers = new Set<string>();
  for (const link of world.links) {
    if (world.persons.has(link.personId)) linkedMembers.add(link.memberKey);
    else orphaned.set(link.memberKey, link);
  }
  const byAddress = new Map<string, Member[]>();
  for (const member of world.members.values()) {
    const key = addressKey(member.email);
    const there = byAddress.get(key);
    if (there === undefined) byAddress.set(key, [member]);
    else there.push(member);
  }

  let since = world.links.reduce((highest, link) => Math.max(highest, link.since), 0);
  const contacts: Contact[] = [];
  const made: Link[] = [];
  const givenUp: number[] = [];
  const claimed = new Set<string>();
  const matchedMembers = new Set<string>();

  for (const person of inOrder(world.persons.values(), linkOf)) {
    const addresses = validKeys(person.emails);
    const link = linkOf.get(person.id);
    const duplicate = addresses.some((address) => claimed.has(address));
    for (const address of addresses) claimed.add(address);
    if (duplicate) {
      if (link !== undefined) matchedMembers.add(link.memberKey);
      contacts.push({ person, addresses, others: [], duplicate, ...(link && { link }) });
      continue;
    }
    const answering = addresses.flatMap((address) => byAddress.get(address) ?? []);
    const linked = link === undefined ? undefined : world.members.get(link.memberKey);
    const free = answering.filter((member) => !linkedMembers.has(member.key) && !matchedMembers.has(member.key));
    const member = linked ?? free.find((one) => isKeptInStep(one.status)) ?? free[0];
    if (member === undefined) {
      contacts.push({ person, addresses, others: [], duplicate, ...(link && { link }) });
      continue;
    }
    matchedMembers.add(member.key);
    const others = answering.filter((one) => one !== member && !linkedMembers.has(one.key));
    if (linked !== undefined && link !== undefined) {
      contacts.push({ person, addresses, member, link, others, duplicate });
      continue;
    }
    const left = orphaned.get(member.key);
    if (left !== undefined) givenUp.push(left.personId);
    orphaned.delete(member.key);
    if (link === undefined) since += 1;
    const fresh = {
      ...newLink(person.id, member.key, addressKey(member.email), link?.since ?? since),
      archived: left?.archived ?? null,
      tagsPut: [...(left?.tagsPut ?? []), ...presentTags(world.tagsInDoubt?.get(person.id) ?? [], member)],
    };
    made.push(fresh);
    contacts.push({ person, addresses, member, link: fresh, others, duplicate });
  }
  const spoken = (member: Member) =>
    matchedMembers.has(member.key) || linkedMembers.has(member.key) || orphaned.has(member.key);
  return {
    contacts,
    strangers: [...world.members.values()].filter((member) => !spoken(member)),
    orphans: [...orphaned.values()],
    made,
    givenUp,
    taken: claimed,
  };
}

function inOrder(persons: Iterable<Person>, linkOf: ReadonlyMap<number, Link>): Person[] {
  const rank = (person: Person) => linkOf.get(person.id)?.since ?? Number.POSITIVE_INFINITY;
  return [...persons].sort((one, other) => {
    const [a, b] = [rank(one), rank(other)];
    if (a !== b) return a - b;
    return one.createdAt - other.createdAt || one.id - other.id;
  });
}
