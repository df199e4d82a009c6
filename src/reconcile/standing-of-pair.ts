/** The standing of one pair from what both sides hold now, after a write or a decision. Pure. */
import { validKeys } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import type { Because } from "../plan/standings.ts";
import { reconcilePair, type Surroundings } from "./pair.ts";
import type { Policy, World } from "./world.ts";

/**
 * Returns the reason of a pair's standing; `next-run` if something is left to be written.
 * @param world only the parts that concern this pair are read. Other contacts with its addresses are assumed not to
 * exist
 */
export function standingOfPair(person: Person, member: Member, link: Link, world: World, policy: Policy): Because {
  const contact = {
    person,
    addresses: validKeys(person.emails),
    member,
    link,
    made: false,
    others: [],
    duplicate: false,
  };
  const addressIndex: Surroundings["addressIndex"] = {
    memberAt: () => false,
    byMember: () => false,
    byPerson: () => false,
    refused: (address) => world.rejected.has(address),
  };
  const rules = { mapped: policy.mapped, conflict: policy.conflict, run: world.run };
  const nowhere = { operations: [], links: [], conflicts: [], notes: [] };
  return reconcilePair(contact, member, link, { world, policy, rules, addressIndex }, nowhere);
}
