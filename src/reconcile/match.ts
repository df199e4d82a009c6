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
 * A member answers to one person: a link to one whom somebody linked before him has counts for none.
 * Before him: the one linked first, then the older record, then the smaller id: the same from run to run.
 */
import { addressKey } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import { presentTags } from "../domain/tags.ts";
import { newLink } from "../plan/links.ts";
import type { AddressIndex } from "./address-index.ts";
import type { MatchIndex, MemberIndex } from "./match-index.ts";
import type { World } from "./world.ts";

/** A person with what belongs to him. */
export interface Contact {
  readonly person: Person;
  /** His valid addresses as keys, in Copper's order. */
  readonly addresses: readonly string[];
  readonly member: Member | undefined;
  readonly link: Link | undefined;
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
  /** Persons who are gone and whose link is given up, because their member is somebody else's. */
  readonly givenUp: readonly number[];
  /** Whether any person has this address, valid and as a key. */
  taken(address: string): boolean;
}

/** What becomes of a person: alone, or in the pair that is stored, where it is neither of these. */
const DUPLICATE = 1;
const MADE = 2;

/** What has been found, by the place of a person in the order of W6. */
interface Found {
  /** The persons' numbers. */
  readonly order: Uint32Array;
  readonly become: Uint8Array;
  /** The number of the member + 1, 0 for none. */
  readonly member: Uint32Array;
  /** The numbers of further members who answer to him (W3). */
  readonly others: ReadonlyMap<number, readonly number[]>;
  /** The link of a person who is gone and whose member he takes over. */
  readonly takenOver: ReadonlyMap<number, Link>;
  /** By an address's number: whether a person has it, valid. */
  readonly claimed: Uint8Array;
  /** By a member's number: whether a person speaks for him. */
  readonly spoken: Uint8Array;
}

/**
 * Finds the pairs. The same world gives the same answer.
 * @returns every person, in the order of W6, and then the rest
 */
export function* match(world: World, addressIndex: AddressIndex): Generator<Contact, Rest> {
  const { persons, members, links, addresses } = addressIndex.matchIndex;
  const { found, linkOf, left, orphaned, replaced, ...before } = pairs(addressIndex);
  const givenUp = [...found.takenOver.values(), ...replaced];
  for (const { memberKey } of givenUp) orphaned.delete(memberKey);

  let since = Math.max(before.since, world.since ?? 0);
  let made = 0;
  const nextMember = following(members.records.several(membersIn(found)));
  const nextLink = following(links.records.several(linksIn(found, linkOf)));
  let place = 0;
  for (const person of persons.records.several(found.order)) {
    const number = found.order[place]!;
    const become = found.become[place]!;
    const member = found.member[place] === 0 ? undefined : nextMember();
    const link = linkOf[number] === 0 ? undefined : nextLink();
    const others = found.others.size === 0 ? undefined : found.others.get(place);
    const behind = found.takenOver.get(place);
    const contact = {
      person,
      addresses: persons.validKeysOf(number),
      member,
      link,
      made: false,
      others: others === undefined ? [] : [...members.records.several(others)].map((other) => other.email),
      duplicate: become === DUPLICATE,
    };
    place += 1;
    if (become !== MADE || member === undefined) {
      yield contact;
      continue;
    }
    if (link === undefined) since += 1;
    const told = world.toldAlone?.get(person.id);
    const fresh = {
      ...(told && { toldPut: told }),
      ...newLink(person.id, member.key, addressKey(member.email), link?.since ?? since),
      archived: behind?.archived ?? null,
      baseline: world.namesInDoubt?.get(member.key) ?? {},
      tagsPut: [...(behind?.tagsPut ?? []), ...presentTags(world.tagsInDoubt?.get(person.id) ?? [], member)],
    };
    made += 1;
    yield { ...contact, link: fresh, made: true };
  }
  return {
    strangers: members.records.several(strangers(members, found.spoken, left)),
    orphans: [...orphaned.values()],
    made,
    since,
    givenUp: givenUp.map((link) => link.personId),
    taken(address) {
      const number = addresses.number(address);
      return number !== undefined && found.claimed[number] === 1;
    },
  };
}

/** Gives one after another, to somebody who knows how many there are. */
function following<Thing>(all: Iterable<Thing>): () => Thing {
  const walking = all[Symbol.iterator]();
  return () => walking.next().value as Thing;
}

/** What the links say, in numbers. */
interface Stored {
  /** By a person's number: his link's number + 1. */
  readonly linkOf: Uint32Array;
  /** By a member's number: 1 for whom a link of somebody who is there leads to. */
  readonly linkedMembers: Uint8Array;
  /** Links whose person is gone, by the member's key, and by his number where he is there. */
  readonly orphaned: Map<string, Link>;
  readonly left: Map<number, Link>;
  /** Links whose person is gone, to members whom somebody who is there is linked to. */
  readonly replaced: readonly Link[];
  /** The highest place. */
  readonly since: number;
}

function storedLinks({ persons, members, links }: MatchIndex): Stored {
  const [personsHere, membersHere] = [persons.here(), members.here()];
  const linkOf = new Uint32Array(persons.first.length);
  const linkedMembers = new Uint8Array(members.first.length);
  const gone: number[] = [];
  let since = 0;
  for (const link of links.records.numbers()) {
    since = Math.max(since, links.since[link]!);
    const [person, member] = [links.person[link]!, links.member[link]!];
    if (personsHere[person] !== 1) {
      gone.push(link);
      continue;
    }
    linkOf[person] = link + 1;
    if (membersHere[member] === 1) linkedMembers[member] = 1;
  }
  const orphaned = new Map<string, Link>();
  const left = new Map<number, Link>();
  const replaced: Link[] = [];
  for (const link of links.records.several(gone)) {
    const member = members.records.number(link.memberKey);
    if (member !== undefined && linkedMembers[member] === 1) {
      replaced.push(link);
      continue;
    }
    orphaned.set(link.memberKey, link);
    if (member !== undefined) left.set(member, link);
  }
  return { linkOf, linkedMembers, orphaned, left, replaced, since };
}

/** Goes through all persons in their order, and needs none of the records for it. */
function pairs(addressIndex: AddressIndex): Stored & { readonly found: Found } {
  const { persons, members, links, addresses: known } = addressIndex.matchIndex;
  const stored = storedLinks(addressIndex.matchIndex);
  const { linkOf, linkedMembers } = stored;
  const order = inOrder(linkOf, addressIndex.matchIndex);
  const become = new Uint8Array(order.length);
  const member = new Uint32Array(order.length);
  const others = new Map<number, readonly number[]>();
  const takenOver = new Map<number, Link>();
  const claimed = new Uint8Array(known.keys.length);
  const spoken = linkedMembers.slice();
  const held = new Uint8Array(members.first.length);
  for (let place = 0; place < order.length; place += 1) {
    const person = order[place]!;
    const addresses = persons.validOf(person);
    const duplicate = addresses.some((address) => claimed[address] === 1);
    for (const address of addresses) claimed[address] = 1;
    if (duplicate) {
      become[place] = DUPLICATE;
      continue;
    }
    const answering = addresses.flatMap((address) => addressIndex.membersAt(address));
    const link = linkOf[person]!;
    const own = link === 0 ? undefined : links.member[link - 1]!;
    const another = own !== undefined && held[own] === 1;
    if (another) linkOf[person] = 0;
    let one = own !== undefined && linkedMembers[own] === 1 && !another ? own : undefined;
    if (one === undefined) {
      // Of several, one who is kept in step
      const free = answering.filter((other) => spoken[other] === 0);
      one = free.find((other) => members.keptInStep[other] === 1) ?? free[0];
      if (one === undefined) continue;
      become[place] = MADE;
      const left = stored.left.get(one);
      if (left !== undefined) takenOver.set(place, left);
      spoken[one] = 1;
    }
    member[place] = one + 1;
    held[one] = 1;
    const further = answering.filter((other) => other !== one && linkedMembers[other] === 0);
    if (further.length > 0) others.set(place, further);
  }
  return { ...stored, found: { order, become, member, others, takenOver, claimed, spoken } };
}

/** The persons' numbers: first who is linked longest, then who is in Copper longest (W6). */
function inOrder(linkOf: Uint32Array, { persons, links }: MatchIndex): Uint32Array {
  const order = Uint32Array.from(persons.records.numbers());
  const { createdAt, ids } = persons;
  const rank = (person: number) =>
    linkOf[person] === 0 ? Number.POSITIVE_INFINITY : links.since[linkOf[person]! - 1]!;
  return order.sort((a, b) => {
    const [one, other] = [rank(a), rank(b)];
    if (one !== other) return one - other;
    return createdAt[a]! - createdAt[b]! || ids[a]! - ids[b]!;
  });
}

function* membersIn({ member }: Found): Iterable<number> {
  for (const one of member) if (one !== 0) yield one - 1;
}

function* linksIn({ order }: Found, linkOf: Uint32Array): Iterable<number> {
  for (const person of order) if (linkOf[person] !== 0) yield linkOf[person]! - 1;
}

function* strangers(members: MemberIndex, spoken: Uint8Array, left: Stored["left"]): Iterable<number> {
  for (const number of members.records.numbers()) if (spoken[number] === 0 && !left.has(number)) yield number;
}
