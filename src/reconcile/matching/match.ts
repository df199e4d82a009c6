/**
 * Matching: which person and which member belong together (W2, W3, W6).
 *
 *   | link | a member has one of the addresses | an earlier person has one of them | becomes           |
 *   |------|-----------------------------------|-----------------------------------|-------------------|
 *   | yes  | –                                 | no                                | that pair         |
 *   | no   | yes, free or left by a person     | no                                | a new pair        |
 *   | no   | no                                | no                                | a person alone    |
 *   | –    | –                                 | yes                               | a duplicate, left |
 *
 * A member has one person: a link to a member who is gone, or whom an earlier person is linked to, does not count. The
 * order of people is the same from run to run: first linked first, then the older record, then the smaller id.
 */
import { addressKey } from "../../domain/address.ts";
import type { Link, Member, Person } from "../../domain/contact.ts";
import { presentTags } from "../../domain/tags.ts";
import { newLink } from "../../plan/link-patch.ts";
import type { World } from "../world.ts";
import type { AddressIndex } from "./address-index.ts";
import type { MatchIndex, MemberIndex } from "./match-index.ts";

/** A person with the member and the link that belong to them. */
export interface Contact {
  readonly person: Person;
  /** The person's valid addresses as keys, in Copper's order. */
  readonly addresses: readonly string[];
  readonly member: Member | undefined;
  readonly link: Link | undefined;
  /** Whether this run made the link. */
  readonly made: boolean;
  /** Addresses of further members that the person's addresses match (W3). */
  readonly others: readonly string[];
  readonly duplicate: boolean;
}

/** What is left after all people. */
export interface Rest {
  /** Members that no person has. Some have an address of a person who has another member. */
  readonly strangers: Iterable<Member>;
  /** Links whose person is gone, and whose member no other person has. */
  readonly orphans: readonly Link[];
  /** How many links were made. */
  readonly made: number;
  /** The highest position in the order of links. */
  readonly since: number;
  /** Ids of people that are gone and lose their link, because another person has their member now. */
  readonly givenUp: readonly number[];
  /**
   * Returns whether any person has a valid address.
   * @param address as a key (W1)
   */
  taken(address: string): boolean;
}

/** Codes for what becomes of a person. Any other value: alone, or in the stored pair. */
const DUPLICATE = 1;
const MADE = 2;

/** The result for each person, by their place in the order (W6). Typed arrays, since there may be a million. */
interface Found {
  /** The people's numbers. */
  readonly order: Uint32Array;
  readonly become: Uint8Array;
  /** The member's number + 1, 0 for none. */
  readonly member: Uint32Array;
  /** The numbers of further members that match the person (W3). */
  readonly others: ReadonlyMap<number, readonly number[]>;
  /** The links of people who are gone and whose member this person takes over. */
  readonly takenOver: ReadonlyMap<number, Link>;
  /** By an address's number: 1 if a person has it and it is valid. */
  readonly claimed: Uint8Array;
  /** By a member's number: 1 if a person has it, in a stored or a new pair. */
  readonly spoken: Uint8Array;
}

/**
 * Finds the pairs. The same world gives the same answer.
 * @param world the records, and what is known of links in doubt
 * @param addressIndex the addresses of this world
 * @returns every person, in the order of W6, and then what is left; `undefined` between steps of the preparation
 */
export function* match(world: World, addressIndex: AddressIndex): Generator<Contact | undefined, Rest> {
  const { persons, members, links, addresses } = addressIndex.matchIndex;
  const { found, linkOf, left, orphaned, replaced, ...before } = yield* pairs(addressIndex);
  const givenUp = [...found.takenOver.values(), ...replaced];
  for (const { memberKey } of givenUp) orphaned.delete(memberKey);

  let since = Math.max(before.since, world.since);
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

/** Returns a function that takes the next item. The caller must know how many there are. */
function following<Thing>(all: Iterable<Thing>): () => Thing {
  const walking = all[Symbol.iterator]();
  return () => walking.next().value as Thing;
}

/** The stored links, in numbers. */
interface Stored {
  /** By a person's number: their link's number + 1. */
  readonly linkOf: Uint32Array;
  /** By a member's number: 1 if a link leads to it from a person who exists. */
  readonly linkedMembers: Uint8Array;
  /** Links whose person is gone: by the member's key, and by its number if the member exists. */
  readonly orphaned: Map<string, Link>;
  readonly left: Map<number, Link>;
  /** Links whose person is gone, to a member that an existing person is linked to. */
  readonly replaced: readonly Link[];
  /** The highest position in the order of links. */
  readonly since: number;
}

/** Sorts the stored links by whether their person and their member exist. */
function* storedLinks({ persons, members, links }: MatchIndex): Generator<undefined, Stored> {
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
    yield;
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

/** Decides every person, in order (W6). Works on the index alone, so it reads no record from disk. */
function* pairs(addressIndex: AddressIndex): Generator<undefined, Stored & { readonly found: Found }> {
  const { persons, members, links, addresses: known } = addressIndex.matchIndex;
  const stored = yield* storedLinks(addressIndex.matchIndex);
  yield;
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
    yield;
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
      // Prefer a member that gets writes
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

/** Returns the people's numbers in the order of W6: linked longest first, then oldest in Copper. */
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
