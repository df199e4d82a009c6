/**
 * An index entry for everybody, and for every link: what finding the pairs has to know of a record, in numbers. Entries
 * are filled in while records come in, so that a million of them need not be read once more from disk only to see who
 * answers to which address.
 */
import { addressKey, canBeAddress } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import { isKeptInStep } from "../domain/status.ts";
import { type Numbered, numbered, runSteps, withCapacity } from "../plan/collections.ts";
import type { World } from "./world.ts";

export class MatchIndex {
  readonly persons: PersonIndex;
  readonly members: MemberIndex;
  readonly links: LinkIndex;
  readonly addresses = new Addresses();

  /** Empty ones for these records. */
  constructor({ persons, members, links }: Pick<World, "persons" | "members" | "links">) {
    this.persons = new PersonIndex(numbered(persons), this.addresses);
    this.members = new MemberIndex(numbered(members), this.addresses);
    this.links = new LinkIndex(numbered(links), this.persons.records, this.members.records);
  }

  /** Fills in an entry for every record that has none. */
  complete(): void {
    runSteps(this.completing());
  }
  /** The same in steps. */
  *completing(): Generator<void, void> {
    yield* this.persons.completing();
    yield* this.members.completing();
    yield* this.links.completing();
  }
}

/** So many to begin with. */
const FEW = 64;

/** Addresses as keys (W1), each with a number. */
class Addresses {
  readonly keys: string[] = [];
  /** By number: 1 for one that can be an address at all (W7). */
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

/** Entries by the numbers of the keys. */
abstract class ByNumber<Key, Record> {
  readonly records: Numbered<Key, Record>;
  /** 1 for an entry that is filled in. */
  #filled = new Uint8Array(FEW);

  constructor(records: Numbered<Key, Record>) {
    this.records = records;
  }

  /** Fills in an entry, anew where there was one; the record is among the others already. */
  abstract put(record: Record): void;

  /** Fills in what is missing, an entry a step. */
  *completing(): Generator<void, void> {
    for (const record of this.records.several(this.#missing())) {
      this.put(record);
      yield;
    }
  }
  *#missing(): Iterable<number> {
    for (const number of this.records.numbers()) if (this.#filled[number] !== 1) yield number;
  }

  /** @returns the number of the entry */
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
  /** The number of the address + 1; of several the first; 0 for whoever has none. */
  first = new Uint32Array(FEW);

  constructor(records: Numbered<Key, Record>, addresses: Addresses) {
    super(records);
    this.addresses = addresses;
  }

  /** By number: 1 for who is there, nothing else for who is not. */
  here(): Uint8Array {
    const here = new Uint8Array(this.first.length);
    for (const number of this.records.numbers()) here[number] = 1;
    return here;
  }

  /** @returns the number of the entry */
  protected fillSide(key: Key, address: number | undefined): number {
    const number = this.fill(key);
    this.first = withCapacity(this.first, number);
    this.first[number] = address === undefined ? 0 : address + 1;
    return number;
  }
}

export class PersonIndex extends SideIndex<number, Person> {
  /** The numbers of further addresses. */
  readonly more = new Map<number, readonly number[]>();
  /** Copper's ids. */
  ids = new Float64Array(FEW);
  /** Unix seconds. */
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

  /** The numbers of his addresses, in Copper's order, each once. */
  addressesOf(number: number): readonly number[] {
    const first = this.first[number]!;
    if (first === 0) return [];
    const more = this.more.size === 0 ? undefined : this.more.get(number);
    return more === undefined ? [first - 1] : [first - 1, ...more];
  }

  /** Those of them that can be an address at all (W7). */
  validOf(number: number): readonly number[] {
    return this.addressesOf(number).filter((address) => this.addresses.valid[address] === 1);
  }
  /** The same, as keys (W1). */
  validKeysOf(number: number): readonly string[] {
    return this.validOf(number).map((address) => this.addresses.keys[address]!);
  }
}

export class MemberIndex extends SideIndex<string, Member> {
  /** 1 for somebody who gets writes. */
  keptInStep = new Uint8Array(FEW);

  put(member: Member): void {
    const number = this.fillSide(member.key, this.addresses.put(addressKey(member.email)));
    this.keptInStep = withCapacity(this.keptInStep, number);
    this.keptInStep[number] = isKeptInStep(member.status) ? 1 : 0;
  }
}

/** Whom a link leads from and to, there or not. What else a link holds may change without its entry. */
class LinkIndex extends ByNumber<number, Link> {
  /** The person's number. */
  person = new Uint32Array(FEW);
  /** The member's number. */
  member = new Uint32Array(FEW);
  /** Its place in the order of links. */
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
