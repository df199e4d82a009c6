/**
 * Collects the contacts that the next run must look at although nothing about them has changed. All other contacts stay
 * as they are until a reading, an operator or a write of ours touches them. So an ordinary run need not even load them.
 */
import type { Link } from "../domain/contact.ts";
import { type Because, type Standing, standingKey, stateOf } from "../plan/standings.ts";
import type { World } from "./world.ts";

/**
 * The most keys to remember: this number, or this share of all records. Beyond it, the next run looks at everything.
 */
const FEW = 2_000;
const SHARE = 0.05;

/** The contacts to look at again, as a run decides on one after another. */
export class RecheckList {
  #keys: string[] | null = [];
  readonly #most: number;

  /** @param world only the numbers of people and members are read */
  constructor({ persons, members }: Pick<World, "persons" | "members">) {
    this.#most = Math.max(FEW, SHARE * (persons.size + members.size));
  }

  /** The keys (`standingKey`) of the contacts; `null` if there are too many. */
  get keys(): readonly string[] | null {
    return this.#keys;
  }

  /**
   * Adds a contact after the decision on it, if it has to be looked at again.
   * @param who the keys of its records
   * @param because its reason; a lasting one (in step, left out) is no cause to look again
   * @param gathered whether the decision produced a write or a message
   * @param link the stored link; a value that was not taken keeps the contact on the list
   */
  look(who: Omit<Standing, "reason">, { reason }: Because, gathered = false, link?: Link): void {
    const state = stateOf(reason);
    const lasting = state === "in-step" || state === "left-out";
    // A value that a service did not take is sent again some runs later (V13)
    const remembered = link !== undefined && Object.keys(link.refused).length > 0;
    if (this.#keys === null || (lasting && !gathered && !remembered)) return;
    if (this.#keys.length >= this.#most) this.#keys = null;
    else this.#keys.push(standingKey(who));
  }
}
