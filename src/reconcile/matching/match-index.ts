/**
 * The match index: an entry in numbers for every person, member and link, with what matching needs of it. Entries are
 * filled in while records are read. So a million records need not be read from disk again only to compare addresses.
 */
import { addressKey, canBeAddress } from "../../domain/address.ts";
import type { Link, Member, Person } from "../../domain/contact.ts";
import { isKeptInStep } from "../../domain/status.ts";
import { type Numbered, numbered, runSteps, withCapacity } from "../../plan/collections.ts";
import type { World } from "../world.ts";

/** The entries of both sides and the links, with one numbering of addresses for all. */
export class MatchIndex {
  readonly persons: PersonIndex;
  readonly members: MemberIndex;
  readonly links: LinkIndex;
  readonly addresses = new Addresses();

  /** @param world the records; no entry is filled in yet */
  constructor({ persons, members, links }: Pick<World, "persons" | "members" | "links">) {
    this.persons = new PersonIndex(numbered(persons), this.addresses);
    this.members = new MemberIndex(numbered(members), this.addresses);
    this.links = new LinkIndex(numbered(links), this.persons.records, this.members.records);
  }

  /** Fills in an entry for every record that has none. */
  complete(): void {
    runSteps(this.completing());
  }
  /** Does the same, and yields after every entry. */
  *completing(): Generator<void, void> {
    yield* this.persons.completing();
    yield* this.members.completing();
    yield* this.links.completing();
  }
}

/** The initial length of a column. */
const FEW = 64;

/** Addresses as keys (W1), each with a number. */
class Addresses {
  readonly keys: string[] = [];
  /** By an address's number: 1 if it can be an address at all (W7). */
  valid = new Uint8Array(FEW);
  readonly #numbers = new Map<string, number>();

  number(key: string): number | undefined {
    return this.#numbers.get(key);
  }
  put(key: string): number {
    const there = this.#numbers.get(key);
    if (there !== undefined) return there;
    const number = this.keys.push(key) - 1;
    this.#numbers.set(key, number);
    this.valid = withCapacity(this.valid, number);
    this.valid[number] = canBeAddress(key) ? 1 : 0;
    return number;
  }
}

/** Entries in columns, by the numbers of the records' keys. */
abstract class ByNumber<Key, Record> {
  readonly records: Numbered<Key, Record>;
  /** 1 for an entry that is filled in. */
  #filled = new Uint8Array(FEW);

  constructor(records: Numbered<Key, Record>) {
    this.records = records;
  }

  /** Fills in an entry, or overwrites it. The record must be in the collection already. */
  abstract put(record: Record): void;

  /** Fills in the missing entries, and yields after each. */
  *completing(): Generator<void, void> {
    for (const record of this.records.several(this.#missing())) {
      this.put(record);
      yield;
    }
  }
  *#missing(): Iterable<number> {
    for (const number of this.records.numbers()) if (this.#filled[number] !== 1) yield number;
  }

  /** @returns the entry's number */
  protected fill(key: Key): number {
    const number = this.records.number(key)!;
    this.#filled = withCapacity(this.#filled, number);
    this.#filled[number] = 1;
    return number;
  }
}

/** Entries of one side. */
abstract class SideIndex<Key, Record> extends ByNumber<Key, Record> {
  readonly addresses: Addresses;
  /** The number of the first address + 1; 0 if there is none. */
  first = new Uint32Array(FEW);

  constructor(records: Numbered<Key, Record>, addresses: Addresses) {
    super(records);
    this.addresses = addresses;
  }

  /** Returns a column with 1 for each record in the collection, and 0 for one that is not. */
  here(): Uint8Array {
    const here = new Uint8Array(this.first.length);
    for (const number of this.records.numbers()) here[number] = 1;
    return here;
  }

  /** @returns the entry's number */
  protected fillSide(key: Key, address: number | undefined): number {
    const number = this.fill(key);
    this.first = withCapacity(this.first, number);
    this.first[number] = address === undefined ? 0 : address + 1;
    return number;
  }
}

/** Entries of people. */
export class PersonIndex extends SideIndex<number, Person> {
  /** The numbers of further addresses, by the person's number. */
  readonly more = new Map<number, readonly number[]>();
  /** Copper's ids. 64-bit floats, since an id may exceed 32 bits. */
  ids = new Float64Array(FEW);
  /** When Copper created the record (Unix seconds). */
  createdAt = new Uint32Array(FEW);

  put(person: Person): void {
    const addresses = person.emails.map((email) => this.addresses.put(addressKey(email)));
    const number = this.fillSide(person.id, addresses[0]);
    this.ids = withCapacity(this.ids, number);
    this.ids[number] = person.id;
    this.createdAt = withCapacity(this.createdAt, number);
    this.createdAt[number] = person.createdAt;
    if (addresses.length > 1) this.more.set(number, [...new Set(addresses)].slice(1));
    else this.more.delete(number);
  }

  /** Returns the numbers of a person's addresses, in Copper's order, each once. */
  addressesOf(number: number): readonly number[] {
    const first = this.first[number]!;
    if (first === 0) return [];
    const more = this.more.size === 0 ? undefined : this.more.get(number);
    return more === undefined ? [first - 1] : [first - 1, ...more];
  }

  /** Returns those that can be addresses at all (W7). */
  validOf(number: number): readonly number[] {
    return this.addressesOf(number).filter((address) => this.addresses.valid[address] === 1);
  }
  /** Returns the same as keys (W1). */
  validKeysOf(number: number): readonly string[] {
    return this.validOf(number).map((address) => this.addresses.keys[address]!);
  }
}

/** Entries of members. */
export class MemberIndex extends SideIndex<string, Member> {
  /** 1 for a member that gets writes (V9). */
  keptInStep = new Uint8Array(FEW);

  put(member: Member): void {
    const number = this.fillSide(member.key, this.addresses.put(addressKey(member.email)));
    this.keptInStep = withCapacity(this.keptInStep, number);
    this.keptInStep[number] = isKeptInStep(member.status) ? 1 : 0;
  }
}

/**
 * Entries of links: the person and the member of each, whether or not they are in the collections. Only these columns
 * matter for matching; the rest of a link may change without a new entry.
 */
class LinkIndex extends ByNumber<number, Link> {
  /** The person's number. */
  person = new Uint32Array(FEW);
  /** The member's number. */
  member = new Uint32Array(FEW);
  /** The position in the order of links (W6). */
  since = new Uint32Array(FEW);
  readonly #persons: Numbered<number, Person>;
  readonly #members: Numbered<string, Member>;

  constructor(links: Numbered<number, Link>, persons: Numbered<number, Person>, members: Numbered<string, Member>) {
    super(links);
    this.#persons = persons;
    this.#members = members;
  }

  put(link: Link): void {
    const number = this.fill(link.personId);
    this.person = withCapacity(this.person, number);
    this.member = withCapacity(this.member, number);
    this.since = withCapacity(this.since, number);
    this.person[number] = this.#persons.reserve(link.personId);
    this.member[number] = this.#members.reserve(link.memberKey);
    this.since[number] = link.since;
  }
}
