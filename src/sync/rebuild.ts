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
import { addressKey, validKeys } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import type { Known, Records } from "../plan/collections.ts";

/**
 * Leaves in the links what cannot be found again.
 * @param moved takes the persons whose link has changed
 * @returns the persons whose link is given up
 */
export function rebuilt(
  links: Records<number, Link>,
  persons: Known<number, Person>,
  members: Known<string, Member>,
  moved: Set<number>,
): number[] {
  const dropped: number[] = [];
  for (const id of [...links.keys()]) {
    const link = links.get(id)!;
    const person = persons.get(id);
    const member = members.get(link.memberKey);
    if (person === undefined || member === undefined) continue;
    if (validKeys(person.emails).includes(addressKey(member.email))) {
      links.set(id, { ...link, address: addressKey(member.email), baseline: {}, refused: {} });
      moved.add(id);
    } else {
      links.delete(id);
      dropped.push(id);
    }
  }
  return dropped;
}
