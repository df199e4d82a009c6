/**
 * The reasons of contacts about which nothing has to be written. Pure.
 *
 *   | a pair whose member is                     | reason                                        |
 *   |--------------------------------------------|-----------------------------------------------|
 *   | cleaned                                    | cleaned                                       |
 *   | archived by us, by an undo                 | archived-by-undo                              |
 *   | archived otherwise, and not coming back    | archived-in-mailchimp                         |
 *   | due to move to an address of another contact | address-taken                               |
 *   | due to move to an address that is refused  | address-refused, address-not-taken            |
 *   | due to move, and its status forbids it     | old-address                                   |
 *   | without a value that cannot cross over     | value-kept-back                               |
 *   | without a value or a tag that was not taken, and is tried again | value-not-taken          |
 *   | unsubscribed, pending, transactional       | unsubscribed, unconfirmed, not-subscribed     |
 *   | anything else                              | in-step                                       |
 */
import { addressKey } from "../domain/address.ts";
import { type Link, type Member, type Person, type Refusal, refusalOf } from "../domain/contact.ts";
import { samePair } from "../domain/conversions.ts";
import type { MemberStatus } from "../domain/status.ts";
import { memberTags, tagKey } from "../domain/tags.ts";
import { shownField } from "../domain/values.ts";
import type { Because, StandingReason } from "../plan/standings.ts";
import type { Contact } from "./matching/match.ts";
import type { AddressVerdict } from "./pair-address.ts";
import { tagRefusal } from "./tags.ts";
import type { Policy } from "./world.ts";

/** The reason for each status of a linked member, if both sides hold the same. */
const WITH_STATUS: Readonly<Record<MemberStatus, StandingReason>> = {
  subscribed: "in-step",
  unsubscribed: "unsubscribed",
  pending: "unconfirmed",
  transactional: "not-subscribed",
  cleaned: "cleaned",
  archived: "archived-in-mailchimp",
};

/** The reason for each status of a member that Copper does not have; a subscribed one becomes a person. */
const UNKNOWN_TO_COPPER: Readonly<Record<MemberStatus, StandingReason>> = {
  subscribed: "next-run",
  unsubscribed: "unsubscribed-unknown",
  pending: "unconfirmed-unknown",
  transactional: "not-subscribed-unknown",
  cleaned: "cleaned",
  archived: "archived-in-mailchimp",
};

/**
 * Returns the reason for an address that Mailchimp refuses (C5).
 * @param code the rejection's code
 */
export function refusedBecause(code: string): Because {
  if (code === "FORGOTTEN_EMAIL") return { reason: "forgotten", counted: "forgotten" };
  return code === "COMPLIANCE_STATE"
    ? { reason: "must-resubscribe", counted: "unsubscribed" }
    : { reason: "fake-address", counted: "invalidEmail" };
}

/** Returns why a member that Copper does not have stays alone, by its status only. */
export function unknownBecause(status: MemberStatus): StandingReason {
  return UNKNOWN_TO_COPPER[status];
}

/** Returns the reason of a pair whose member gets no writes (V9); `undefined` if it may get them. */
export function notWrittenBecause(member: Member, link: Link): Because | undefined {
  if (member.status === "archived" && link.archived?.why === "undo" && link.archived.at === member.changedAt)
    return { reason: "archived-by-undo" };
  return member.status === "cleaned" || member.status === "archived"
    ? { reason: WITH_STATUS[member.status] }
    : undefined;
}

/**
 * Returns the reason of a pair about which nothing has to be written; the cases are in the table above.
 * @param address the decision on the pair's address
 * @param link as it will be stored
 */
export function pairBecause(
  { person, addresses }: Pick<Contact, "person" | "addresses">,
  member: Member,
  link: Link,
  address: AddressVerdict,
  policy: Policy,
): Because {
  switch (address.become) {
    case "taken": {
      const { copper, mailchimp } = address.conflict;
      const wished = addressKey(String(mailchimp)) === addressKey(link.address) ? copper : mailchimp;
      return { reason: "address-taken", detail: { address: String(wished) } };
    }
    case "refused":
      return { reason: "address-refused", detail: { address: address.email } };
    case "forbidden":
      return { reason: "old-address", detail: { address: address.email } };
    default:
  }
  if (!addresses.includes(addressKey(member.email)))
    return { reason: "address-not-taken", detail: { address: addresses[0] ?? "" } };
  const kept = keptBack(person, member, link, policy);
  if (kept.length > 0) {
    const reason = kept.some((one) => one.why === "not-taken") ? "value-not-taken" : "value-kept-back";
    return { reason, detail: { fields: [...new Set(kept.map((one) => one.field))] } };
  }
  return { reason: WITH_STATUS[member.status] };
}

/** A value or tag that did not cross over. */
interface KeptBack {
  /** Copper's name of the field, or `tags`. */
  readonly field: string;
  readonly why: Refusal["why"];
}

/** Returns what did not cross over and still differs between the sides. */
function keptBack(person: Person, member: Member, link: Link, { mapped, tagNames, tagStyle }: Policy): KeptBack[] {
  if (Object.keys(link.refused).length === 0) return [];
  const kept: KeptBack[] = [];
  for (const field of mapped) {
    const refusal = refusalOf(link, field);
    const [copper, mailchimp] = [shownField(person.fields, field.copper), shownField(member.fields, field.mailchimp)];
    if (refusal === undefined || copper === null || mailchimp === null || samePair(field, copper, mailchimp)) continue;
    kept.push({ field: field.copper, why: refusal.why });
  }
  if (member.tagsCut) return kept;
  const there = new Set(member.tags.map((tag) => tagKey(tag.name)));
  for (const key of memberTags(person.tags, tagNames, tagStyle).keys()) {
    const refusal = link.refused[tagRefusal(key)];
    if (refusal !== undefined && !there.has(key)) kept.push({ field: "tags", why: refusal.why });
  }
  return kept;
}
