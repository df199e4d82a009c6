/**
 * Who answers to which address. It keeps numbers instead of records: a million contacts fit into it, and the records
 * themselves may be on disk.
 */
import type { Member } from "../domain/contact.ts";
import { MatchIndex } from "./match-index.ts";
import type { World } from "./world.ts";

/** Numbers + 1 by address, 0 for nobody; where several have one, the others besides. */
interface Holders {
  readonly first: Uint32Array;
  readonly more: Map<number, number[]>;
}

export class AddressIndex {
  readonly matchIndex: MatchIndex;
  readonly #members: Holders;
  readonly #persons: Holders;
  readonly #rejected: World["rejected"];

  /** @param matchIndex of this world, as far as they are filled in; completed here */
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

  /** `undefined` for somebody who is not on the list. */
  memberNumber(key: string): number | undefined {
    return this.matchIndex.members.records.number(key);
  }
  /** The numbers of the members who have the address with this number. */
  membersAt(address: number | undefined): readonly number[] {
    return all(this.#members, address);
  }

  /** Whether anybody on the list has it. */
  memberAt(address: string): boolean {
    return this.membersAt(this.matchIndex.addresses.number(address)).length > 0;
  }
  /** Whether a member other than `member` has it. */
  byMember(address: string, member: Member): boolean {
    const own = this.memberNumber(member.key);
    return this.membersAt(this.matchIndex.addresses.number(address)).some((one) => one !== own);
  }
  /** Whether a person other than the one with this id has it. */
  byPerson(address: string, personId: number): boolean {
    const own = this.matchIndex.persons.records.number(personId);
    return all(this.#persons, this.matchIndex.addresses.number(address)).some((one) => one !== own);
  }
  /** Whether Mailchimp refuses it (C5). */
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
