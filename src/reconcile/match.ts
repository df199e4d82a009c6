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
import type { Directory } from "./directory.ts";
import type { World } from "./world.ts";

/** A person with what belongs to him. */
export interface Contact {
  readonly person: Person;
  /** His valid addresses as keys, in Copper's order. */
  readonly addresses: readonly string[];
  readonly member?: Member;
  readonly link?: Link;
  /** Whether the link was made just now. */
  readonly made: boolean;
  /** Addresses of further members that also answer to him (W3). */
  readonly others: readonly string[];
  readonly duplicate: boolean;
}

/** What is left when everybody in Copper has been looked at. */
export interface Rest {
  /** Members whom no person answers to, one after another. */
  readonly strangers: Iterable<Member>;
  /** Links whose person is gone. */
  readonly orphans: readonly Link[];
  /** How many links were made. */
  readonly made: number;
  /** The highest place in the order of links. */
  readonly since: number;
  /** Persons whose link is given up, because a new record took their member over. */
  readonly givenUp: readonly number[];
  /** Whether any person has this address, valid and as a key. */
  taken(address: string): boolean;
}

/**
 * Finds the pairs. The same world gives the same answer.
 * @param directory with the members of this world; the persons are entered here
 * @param each told of every person, in the order of W6, once everybody is in the directory
 */
export function match(world: World, directory: Directory, each: (contact: Contact) => void): Rest {
  const { persons, members, links } = world;
  const orphaned = new Map<string, Link>();
  const ranks = new Map<number, number>();
  let since = 0;
  const linked = new Uint8Array(directory.keys.length);
  for (const link of links.values()) {
    since = Math.max(since, link.since);
    ranks.set(link.personId, link.since);
    if (!persons.has(link.personId)) orphaned.set(link.memberKey, link);
    else flag(linked, directory.memberNumber(link.memberKey));
  }
  const order = inOrder(persons.values(), persons.size, ranks, directory);
  ranks.clear();
  let made = 0;
  const givenUp: number[] = [];
  const claimed = new Uint8Array(directory.addresses);
  const matched = new Uint8Array(directory.keys.length);
  const memberOf = (number: number) => members.get(directory.keys[number]!)!;

  for (const id of order) {
    const person = persons.get(id)!;
    const addresses = validKeys(person.emails);
    const numbers = addresses.map((address) => directory.addressNumber(address)!);
    const link = links.get(id);
    const known = { person, addresses, made: false, others: [], ...(link && { link }) };
    const duplicate = numbers.some((number) => claimed[number] === 1);
    for (const number of numbers) claimed[number] = 1;
    if (duplicate) {
      if (link !== undefined) flag(matched, directory.memberNumber(link.memberKey));
      each({ ...known, duplicate });
      continue;
    }
    const answering = addresses.flatMap((address) => directory.membersAt(address));
    const own = link === undefined ? undefined : directory.memberNumber(link.memberKey);
    const free = () => answering.filter((one) => linked[one] === 0 && matched[one] === 0).map(memberOf);
    const member = own === undefined ? choose(free()) : memberOf(own);
    if (member === undefined) {
      each({ ...known, duplicate });
      continue;
    }
    const number = directory.memberNumber(member.key)!;
    matched[number] = 1;
    const others = answering.filter((one) => one !== number && linked[one] === 0).map((one) => memberOf(one).email);
    if (own !== undefined && link !== undefined) {
      each({ ...known, member, others, duplicate });
      continue;
    }
    const left = orphaned.get(member.key);
    if (left !== undefined) givenUp.push(left.personId);
    orphaned.delete(member.key);
    if (link === undefined) since += 1;
    const fresh = {
      ...newLink(id, member.key, addressKey(member.email), link?.since ?? since),
      archived: left?.archived ?? null,
      tagsPut: [...(left?.tagsPut ?? []), ...presentTags(world.tagsInDoubt?.get(id) ?? [], member)],
    };
    made += 1;
    each({ person, addresses, member, link: fresh, made: true, others, duplicate });
  }
  return {
    strangers: strangers(
      members,
      directory,
      (number, key) => matched[number] === 1 || linked[number] === 1 || orphaned.has(key),
    ),
    orphans: [...orphaned.values()],
    made,
    since,
    givenUp,
    taken(address) {
      const number = directory.addressNumber(address);
      return number !== undefined && claimed[number] === 1;
    },
  };
}

function flag(flags: Uint8Array, number: number | undefined): void {
  if (number !== undefined) flags[number] = 1;
}

/** Of several, one who is kept in step. */
function choose(free: readonly Member[]): Member | undefined {
  return free.find((one) => isKeptInStep(one.status)) ?? free[0];
}

function* strangers(
  members: World["members"],
  directory: Directory,
  spoken: (number: number, key: string) => boolean,
): Iterable<Member> {
  for (const [number, key] of directory.keys.entries()) if (!spoken(number, key)) yield members.get(key)!;
}

/**
 * The ids of all persons: first who is linked longest, then who is in Copper longest (W6).
 * @param size how many there are
 * @param linked the place in the order of links, by person
 */
function inOrder(
  persons: Iterable<Person>,
  size: number,
  linked: ReadonlyMap<number, number>,
  directory: Directory,
): Float64Array {
  const ids = new Float64Array(size);
  const ranks = new Float64Array(size);
  const created = new Float64Array(size);
  let count = 0;
  for (const person of persons) {
    directory.enter(person.id, person.emails);
    ids[count] = person.id;
    ranks[count] = linked.get(person.id) ?? Number.POSITIVE_INFINITY;
    created[count] = person.createdAt;
    count += 1;
  }
  const order = Uint32Array.from(ids, (_, place) => place).sort((a, b) => {
    if (ranks[a] !== ranks[b]) return ranks[a]! - ranks[b]!;
    return created[a]! - created[b]! || ids[a]! - ids[b]!;
  });
  return Float64Array.from(order, (place) => ids[place]!);
}
