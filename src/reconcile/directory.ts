/**
 * Who answers to which address. It keeps numbers instead of records: a million contacts fit into it, and the records
 * themselves may be on disk.
 */
import { addressKey } from "../contact/address.ts";
import type { Member } from "../contact/contact.ts";
import type { World } from "./world.ts";

/** What several have, where an array holds the first of them. */
type More = Map<number, number[]>;

export class Directory {
  /** The members' keys; a member's number is his place here. */
  readonly keys: string[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #addresses = new Map<string, number>();
  /** By address: a member's number + 1, and a person's id; 0 for nobody. */
  readonly #members: number[] = [];
  readonly #persons: number[] = [];
  readonly #moreMembers: More = new Map();
  readonly #morePersons: More = new Map();
  readonly #rejected: World["rejected"];

  constructor(world: Pick<World, "members" | "rejected">) {
    this.#rejected = world.rejected;
    for (const key of world.members.keys()) {
      const number = this.keys.push(key) - 1;
      this.#numbers.set(key, number);
      put(this.#members, this.#moreMembers, this.#addressOf(addressKey(world.members.get(key)!.email)), number + 1);
    }
  }

  /** A person and his addresses as typed. */
  enter(personId: number, emails: readonly string[]): void {
    for (const email of emails) put(this.#persons, this.#morePersons, this.#addressOf(addressKey(email)), personId);
  }

  /** How many addresses there are; each has a number below. */
  get addresses(): number {
    return this.#addresses.size;
  }
  addressNumber(address: string): number | undefined {
    return this.#addresses.get(address);
  }
  /** `undefined` for somebody who is not on the list. */
  memberNumber(key: string): number | undefined {
    return this.#numbers.get(key);
  }
  /** The numbers of the members who have an address. */
  membersAt(address: string): readonly number[] {
    return all(this.#members, this.#moreMembers, this.#addresses.get(address)).map((one) => one - 1);
  }

  /** Whether anybody on the list has it. */
  memberAt(address: string): boolean {
    return this.membersAt(address).length > 0;
  }
  /** Whether a member other than `member` has it. */
  byMember(address: string, member: Member): boolean {
    const own = this.memberNumber(member.key);
    return this.membersAt(address).some((one) => one !== own);
  }
  /** Whether a person other than the one with this id has it. */
  byPerson(address: string, personId: number): boolean {
    return all(this.#persons, this.#morePersons, this.#addresses.get(address)).some((one) => one !== personId);
  }
  /** Whether Mailchimp refuses it (C5). */
  refused(address: string): boolean {
    return this.#rejected.has(address);
  }

  #addressOf(address: string): number {
    const there = this.#addresses.get(address);
    if (there !== undefined) return there;
    const number = this.#addresses.size;
    this.#addresses.set(address, number);
    this.#members.push(0);
    this.#persons.push(0);
    return number;
  }
}

function put(first: number[], more: More, place: number, who: number): void {
  if (first[place] === 0) first[place] = who;
  else if (first[place] !== who) more.set(place, [...(more.get(place) ?? []), who]);
}

function all(first: readonly number[], more: More, place: number | undefined): readonly number[] {
  const one = place === undefined ? 0 : first[place]!;
  if (place === undefined || one === 0) return [];
  return more.size === 0 ? [one] : [one, ...(more.get(place) ?? [])];
}
