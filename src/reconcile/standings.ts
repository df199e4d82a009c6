/** Collects the standings of all contacts, with each record of either side once. */
import type { Series } from "../plan/collections.ts";
import type { Because, Standing, StandingReason } from "../plan/standings.ts";
import type { AddressIndex } from "./matching/address-index.ts";
import type { Contact } from "./matching/match.ts";

/** Reasons for which a new link is not stored. The person and the member then have separate standings. */
const NOT_LINKED: readonly StandingReason[] = ["not-seen", "outside-filter", "outside-only", "set-aside"];

/** The standings of one run. */
export class Standings {
  readonly #into: Series<Standing>;
  readonly #addressIndex: AddressIndex;
  /** By a member's number: 1 if the member has a standing already. */
  readonly #told: Uint8Array;
  /** People whose linked member does not belong to them. An earlier person may have it. */
  readonly #unsure: { readonly because: Because; readonly personId: number; readonly memberKey: string }[] = [];

  /** @param into receives the standings of contacts that are not plainly in step */
  constructor(into: Series<Standing>, addressIndex: AddressIndex) {
    this.#into = into;
    this.#addressIndex = addressIndex;
    this.#told = new Uint8Array(addressIndex.matchIndex.members.first.length);
  }

  /** Adds a person, with the member that belongs to them. */
  person({ person, member, link, made }: Contact, because: Because): void {
    const memberKey = member?.key ?? link?.memberKey;
    if (memberKey === undefined) this.#put({ ...because, personId: person.id });
    else if (made && NOT_LINKED.includes(because.reason)) {
      this.#put({ ...because, personId: person.id });
      this.member(memberKey, because);
    } else if (member !== undefined) this.#pair(because, person.id, memberKey);
    else this.#unsure.push({ because, personId: person.id, memberKey });
  }

  /** Adds a member that belongs to no person. */
  member(memberKey: string, because: Because): void {
    this.#account(memberKey);
    this.#put({ ...because, memberKey });
  }

  /** Returns the standings once all contacts have been added. */
  ended(): Series<Standing> {
    // These wait until here, because only now it is known whether another person has the member
    for (const { because, personId, memberKey } of this.#unsure)
      if (this.#account(memberKey)) this.#put({ ...because, personId, memberKey });
      else this.#put({ ...because, personId });
    return this.#into;
  }

  #pair(because: Because, personId: number, memberKey: string): void {
    this.#account(memberKey);
    this.#put({ ...because, personId, memberKey });
  }

  /**
   * Marks a member as having a standing.
   * @returns whether it exists and had none before
   */
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
