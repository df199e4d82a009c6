/**
 * The address of a pair (W3–W5). Decides which side moved away from the address under which the two are linked.
 *
 *   | person still has it | member still at it | becomes                                                     |
 *   |---------------------|--------------------|-------------------------------------------------------------|
 *   | yes                 | yes                | nothing                                                     |
 *   | no                  | yes, subscribed    | the member moves to the person's first valid address (W4)    |
 *   | no                  | yes, not subscribed | reported: Mailchimp moves subscribed members only           |
 *   | yes                 | no                 | the new one goes before the person's others (W5)             |
 *   | no                  | no                 | the conflict rule decides which of the two                   |
 *   | the person has the member's address already | no  | only the link moves                                |
 *
 * An address that belongs to another contact is never written; the conflict is reported. An address that a service did
 * not take is left alone for some runs (V13).
 */
import { addressKey, mailable } from "../domain/address.ts";
import { heldBack, type Link, type Member } from "../domain/contact.ts";
import type { ConflictRule } from "../domain/fields.ts";
import type { Conflict } from "../plan/notes.ts";
import type { AddressIndex } from "./matching/address-index.ts";
import type { Contact } from "./matching/match.ts";
import { winner } from "./one-field.ts";

/**
 * What becomes of a pair's address. `linked`: only the link changes. `taken`: another contact has the address.
 * `refused`: Mailchimp refuses it (C5). `forbidden`: the member's status does not allow a move.
 */
export type AddressVerdict =
  | { readonly become: "nothing" }
  | { readonly become: "linked"; readonly address: string }
  | { readonly become: "move-address" | "add-address"; readonly email: string; readonly conflict?: Conflict }
  | { readonly become: "taken"; readonly conflict: Conflict }
  | { readonly become: "refused" | "forbidden"; readonly email: string };

/** The key under which a link remembers that a service did not take an address (V13). */
export const ADDRESS = "email";

/**
 * Decides the address of a pair; the cases are in the table above.
 * @param contact the person with their valid addresses
 * @param member the member as it will be, after it came back from the archive
 * @param link the stored link, with the address that both had
 * @param rule decides if both sides moved
 * @param addressIndex finds other contacts with the same address
 * @param run the number of this run
 */
export function decideAddress(
  contact: Contact,
  member: Member,
  link: Link,
  rule: ConflictRule,
  addressIndex: Pick<AddressIndex, "byMember" | "byPerson" | "refused">,
  run: number,
): AddressVerdict {
  const { person, addresses } = contact;
  const now = addressKey(member.email);
  // An earlier version stored the address as typed, so make a key of it
  const linked = addressKey(link.address);
  const memberMoved = now !== linked;
  if (addresses.includes(now)) return memberMoved ? { become: "linked", address: now } : { become: "nothing" };
  const typed = person.emails.find((email) => addressKey(email) === addresses[0]);
  if (typed === undefined) return { become: "nothing" };
  const wished = mailable(typed);

  const personMoved = !addresses.includes(linked);
  const kept = memberMoved && personMoved ? winner(rule, person, member) : personMoved ? "copper" : "mailchimp";
  const conflict: Conflict = { contact: member.email, field: "email", copper: wished, mailchimp: member.email, kept };
  const told = memberMoved && personMoved ? { conflict } : {};
  const known = link.refused[ADDRESS];
  if (kept === "mailchimp") {
    if (heldBack(known, "mailchimp", now, run)) return { become: "nothing" };
    if (addressIndex.byPerson(now, person.id)) return { become: "taken", conflict: { ...conflict, kept: "none" } };
    return { become: "add-address", email: member.email, ...told };
  }
  if (addressIndex.byMember(addressKey(wished), member))
    return { become: "taken", conflict: { ...conflict, kept: "none" } };
  if (addressIndex.refused(addressKey(wished))) return { become: "refused", email: wished };
  // Mailchimp moves only subscribed members ("Members" in docs/apis/mailchimp.md)
  if (member.status !== "subscribed") return { become: "forbidden", email: wished };
  if (heldBack(known, "copper", addressKey(wished), run)) return { become: "nothing" };
  return { become: "move-address", email: wished, ...told };
}
