/**
 * A pair's address (W3–W5): which side moved away from the address under which the two are linked.
 *
 *   | person still has it | member still at it | becomes                                                     |
 *   |---------------------|--------------------|-------------------------------------------------------------|
 *   | yes                 | yes                | nothing                                                     |
 *   | no                  | yes                | the member moves to the person's first valid address (W4)    |
 *   | yes                 | no                 | the new one goes before the person's others (W5)             |
 *   | no                  | no                 | the conflict rule decides which of the two                   |
 *   | the person has the member's address already | no  | only the link moves                                |
 *
 * An address that belongs to somebody else is never written: a conflict is told.
 */
import { addressKey } from "../contact/address.ts";
import type { Link, Member } from "../contact/contact.ts";
import type { ConflictRule } from "../contact/fields.ts";
import type { Conflict } from "../plan/operations.ts";
import type { Directory } from "./directory.ts";
import { winner } from "./fields.ts";
import type { Contact } from "./match.ts";

export type AddressVerdict =
  | { readonly become: "nothing" }
  | { readonly become: "linked"; readonly address: string }
  | { readonly become: "move-address" | "add-address"; readonly email: string; readonly conflict?: Conflict }
  | { readonly become: "taken"; readonly conflict: Conflict }
  | { readonly become: "refused"; readonly email: string };

/** Decides the address of a pair. */
export function decideAddress(
  contact: Contact,
  member: Member,
  link: Link,
  rule: ConflictRule,
  directory: Directory,
): AddressVerdict {
  const { person, addresses } = contact;
  const now = addressKey(member.email);
  const memberMoved = now !== link.address;
  if (addresses.includes(now)) return memberMoved ? { become: "linked", address: now } : { become: "nothing" };
  const wished = person.emails.find((email) => addressKey(email) === addresses[0])?.trim();
  if (wished === undefined) return { become: "nothing" };

  const personMoved = !addresses.includes(link.address);
  const kept = memberMoved && personMoved ? winner(rule, person, member) : personMoved ? "copper" : "mailchimp";
  const conflict: Conflict = { contact: member.email, field: "email", copper: wished, mailchimp: member.email, kept };
  const told = memberMoved && personMoved ? { conflict } : {};
  if (kept === "mailchimp") {
    if (directory.byPerson(now, person.id)) return { become: "taken", conflict: { ...conflict, kept: "none" } };
    return { become: "add-address", email: member.email, ...told };
  }
  if (directory.byMember(addressKey(wished), member))
    return { become: "taken", conflict: { ...conflict, kept: "none" } };
  if (directory.refused(addressKey(wished))) return { become: "refused", email: wished };
  return { become: "move-address", email: wished, ...told };
}
