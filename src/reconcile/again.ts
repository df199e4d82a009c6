/**
 * Whom a later run looks at again although nothing of them has changed. Everybody else stays as they are until a
 * reading, a human or a write of ours touches them, so that an ordinary run need not even load them.
 */
import type { Link } from "../domain/contact.ts";
import { type Because, type Standing, standingKey, stateOf } from "../plan/standings.ts";
import type { World } from "./world.ts";

/** So many are remembered, or this share of the people and members: with more of them everybody is looked at. */
const FEW = 2_000;
const SHARE = 0.05;

export class LookedAtAgain {
  #keys: string[] | null = [];
  readonly #most: number;

  /** @param world of which only the numbers of people and members are looked at */
  constructor({ persons, members }: Pick<World, "persons" | "members">) {
    this.#most = Math.max(FEW, SHARE * (persons.size + members.size));
  }

  /** Their keys (`standingKey`); `null` where they are too many. */
  get keys(): readonly string[] | null {
    return this.#keys;
  }

  /**
   * Takes a contact in that has been decided on.
   * @param gathered whether anything is to be done or told about it
   * @param link as stored
   */
  look(who: Omit<Standing, "reason">, { reason }: Because, gathered = false, link?: Link): void {
    const state = stateOf(reason);
    const lasting = state === "in-step" || state === "left-out";
    // What a service did not take is tried again after some runs (V13)
    const remembered = link !== undefined && Object.keys(link.refused).length > 0;
    if (this.#keys === null || (lasting && !gathered && !remembered)) return;
    if (this.#keys.length >= this.#most) this.#keys = null;
    else this.#keys.push(standingKey(who));
  }
}
