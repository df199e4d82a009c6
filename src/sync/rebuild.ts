/**
 * Rebuilds the links from the two services (`sync --rebuild`). Contacts are matched by address again. Fields are
 * compared as if seen for the first time (V3), so that a blank overwrites nothing.
 *
 *   | person | member | they share an address | the link                                               |
 *   |--------|--------|-----------------------|--------------------------------------------------------|
 *   | exists | exists | yes                   | stays without its baseline; only the link records      |
 *   |        |        |                       | which tags and which archiving are ours                |
 *   | exists | exists | no                    | is removed, and matched again or not (W2)              |
 *   | gone   | any    | –                     | stays: we never recreate a deleted person (G1)         |
 *   | any    | gone   | –                     | stays: we never add a removed member again (G2)        |
 */
import { addressKey, validKeys } from "../domain/address.ts";
import type { Link, Member, Person } from "../domain/contact.ts";
import type { Known, Records } from "../plan/collections.ts";

/**
 * Resets or removes the links, by the table above.
 * @param moved collects the people whose link changed
 * @returns the people whose link was removed
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
