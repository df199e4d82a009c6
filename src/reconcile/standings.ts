/** Gathers where every contact stands, each record of either side once. */
import type { Series } from "../plan/collections.ts";
import type { Because, Standing, StandingReason } from "../plan/standings.ts";
import type { AddressIndex } from "./address-index.ts";
import type { Contact } from "./match.ts";

/** Reasons for which a link that was just found is not kept: person and member then stand each alone. */
const NOT_LINKED: readonly StandingReason[] = ["not-seen", "outside-filter", "outside-only", "set-aside"];

export class Standings {
  readonly #into: Series<Standing>;
  readonly #addressIndex: AddressIndex;
  /** By a member's number: 1 for one that is accounted for. */
  readonly #told: Uint8Array;
  /** Persons who do not speak for the member whom they are linked to; somebody before them may. */
  readonly #unsure: { readonly because: Because; readonly personId: number; readonly memberKey: string }[] = [];

  /** @param into takes those who are not plainly in step */
  constructor(into: Series<Standing>, addressIndex: AddressIndex) {
    this.#into = into;
    this.#addressIndex = addressIndex;
    this.#told = new Uint8Array(addressIndex.matchIndex.members.first.length);
  }

  /** A person, with the member who belongs to them. */
  person({ person, member, link, made }: Contact, because: Because): void {
    const memberKey = member?.key ?? link?.memberKey;
    if (memberKey === undefined) this.#put({ ...because, personId: person.id });
    else if (made && NOT_LINKED.includes(because.reason)) {
      this.#put({ ...because, personId: person.id });
      this.member(memberKey, because);
    } else if (member !== undefined) this.#pair(because, person.id, memberKey);
    else this.#unsure.push({ because, personId: person.id, memberKey });
  }

  /** A member for whom no person speaks. */
  member(memberKey: string, because: Because): void {
    this.#account(memberKey);
    this.#put({ ...because, memberKey });
  }

  /** Returns them once everybody has been looked at. */
  ended(): Series<Standing> {
    // A member who is linked to one that shares an address stands where that person stands, unless another is theirs
    for (const { because, personId, memberKey } of this.#unsure)
      if (this.#account(memberKey)) this.#put({ ...because, personId, memberKey });
      else this.#put({ ...because, personId });
    return this.#into;
  }

  #pair(because: Because, personId: number, memberKey: string): void {
    this.#account(memberKey);
    this.#put({ ...because, personId, memberKey });
  }

  /** @returns whether the member is there, and was not accounted for before */
  #account(memberKey: string): boolean {
    const number = this.#addressIndex.memberNumber(memberKey);
    if (number === undefined || this.#told[number] === 1) return false;
    this.#told[number] = 1;
    return true;
  }

  #put(standing: Standing): void {
    if (standing.reason !== "in-step") this.#into.push(standing);
  }
}
