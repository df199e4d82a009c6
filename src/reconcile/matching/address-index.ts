/**
 * The address index: which contacts have which address. It holds numbers instead of records. So it fits a million
 * contacts into memory while the records themselves may be on disk.
 */
import type { Member } from "../../domain/contact.ts";
import type { World } from "../world.ts";
import { MatchIndex } from "./match-index.ts";

/**
 * By an address's number: the first contact's number + 1, 0 for none. If several have the address, `more` has the
 * others.
 */
interface Holders {
  readonly first: Uint32Array;
  readonly more: Map<number, number[]>;
}

/** Finds contacts by address, on both sides. */
export class AddressIndex {
  readonly matchIndex: MatchIndex;
  readonly #members: Holders;
  readonly #persons: Holders;
  readonly #rejected: World["rejected"];

  /**
   * @param world the records; their index entries are completed here
   * @param matchIndex the index of this world, with the entries filled in so far
   */
  constructor(world: World, matchIndex = new MatchIndex(world)) {
    this.#rejected = world.rejected;
    this.matchIndex = matchIndex;
    matchIndex.complete();
    const { persons, members, addresses } = matchIndex;
    const nobody = () => ({ first: new Uint32Array(addresses.keys.length), more: new Map() });
    this.#members = nobody();
    this.#persons = nobody();
    for (const number of members.records.numbers()) put(this.#members, members.first[number]! - 1, number);
    for (const number of persons.records.numbers())
      for (const address of persons.addressesOf(number)) put(this.#persons, address, number);
  }

  /** Returns a member's number; `undefined` if the member is not in the audience. */
  memberNumber(key: string): number | undefined {
    return this.matchIndex.members.records.number(key);
  }
  /**
   * Returns the numbers of the members with an address.
   * @param address the address's number
   */
  membersAt(address: number | undefined): readonly number[] {
    return all(this.#members, address);
  }

  /**
   * Returns whether any member has an address.
   * @param address as a key (W1), like below
   */
  memberAt(address: string): boolean {
    return this.membersAt(this.matchIndex.addresses.number(address)).length > 0;
  }
  /** Returns whether a member other than `member` has an address. */
  byMember(address: string, member: Member): boolean {
    const own = this.memberNumber(member.key);
    return this.membersAt(this.matchIndex.addresses.number(address)).some((one) => one !== own);
  }
  /** Returns whether a person other than the one with this id has an address. */
  byPerson(address: string, personId: number): boolean {
    const own = this.matchIndex.persons.records.number(personId);
    return all(this.#persons, this.matchIndex.addresses.number(address)).some((one) => one !== own);
  }
  /** Returns whether Mailchimp refuses an address (C5). */
  refused(address: string): boolean {
    return this.#rejected.has(address);
  }
}

function put({ first, more }: Holders, address: number, who: number): void {
  if (first[address] === 0) first[address] = who + 1;
  else if (first[address] !== who + 1) more.set(address, [...(more.get(address) ?? []), who]);
}

function all({ first, more }: Holders, address: number | undefined): readonly number[] {
  const one = address === undefined ? 0 : first[address]!;
  if (address === undefined || one === 0) return [];
  return more.size === 0 ? [one - 1] : [one - 1, ...(more.get(address) ?? [])];
}
