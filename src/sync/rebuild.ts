/**
 * What is kept of the links when the state is rebuilt from the two services (`sync --rebuild`): who is who is found
 * by address again, and what both sides hold is compared as at first sight (V3), so that a blank overwrites nothing.
 *
 *   | person | member | they share an address | the link                                               |
 *   |--------|--------|-----------------------|--------------------------------------------------------|
 *   | there  | there  | yes                   | stays, without its baseline; whose tags and archiving  |
 *   |        |        |                       | it was is proof that the services do not have          |
 *   | there  | there  | no                    | is given up, and found again or not (W2)               |
 *   | gone   | any    | –                     | stays: nobody is made anew who was deleted (G1)        |
 *   | any    | gone   | –                     | stays: nobody is put back who was taken out (G2)       |
 */
import { addressKey, validKeys } from "../contact/address.ts";
import type { Link, Member, Person } from "../contact/contact.ts";

/** Links with what cannot be found again, and the persons whose link is given up. */
export function rebuilt(
  links: readonly Link[],
  persons: ReadonlyMap<number, Person>,
  members: ReadonlyMap<string, Member>,
): { readonly links: Link[]; readonly dropped: number[] } {
  const kept: Link[] = [];
  const dropped: number[] = [];
  for (const link of links) {
    const person = persons.get(link.personId);
    const member = members.get(link.memberKey);
    if (person === undefined || member === undefined) kept.push(link);
    else if (validKeys(person.emails).includes(addressKey(member.email)))
      kept.push({ ...link, address: addressKey(member.email), baseline: {}, refused: {} });
    else dropped.push(link.personId);
  }
  return { links: kept, dropped };
}
