/**
 * Contacts that only one side has: a person who may become a member, and a member that may become a person. Each
 * decision returns the contact's reason, also why it stays alone.
 */
import { addressKey, canBeAddress, mailable } from "../domain/address.ts";
import { type Agreed, agreed, type Member, type Refusal } from "../domain/contact.ts";
import { maySend, toCopper, toMailchimp } from "../domain/conversions.ts";
import { becomesPerson } from "../domain/status.ts";
import { isTaggedRejected, memberTags } from "../domain/tags.ts";
import { isBlank, shownField, type Value } from "../domain/values.ts";
import { newLink } from "../plan/link-patch.ts";
import { memberRef } from "../plan/operations.ts";
import type { Because, StandingReason } from "../plan/standings.ts";
import { refusalFor } from "./fields.ts";
import type { Contact } from "./matching/match.ts";
import { wholeName } from "./names.ts";
import { type Gathered, type Surroundings, tagStatus } from "./pair.ts";
import { refusedBecause, unknownBecause } from "./standing-reasons.ts";
import type { Policy, World } from "./world.ts";

/**
 * Decides a person without a member: a new member, or a reason why not (C5, D3).
 * @param contact the person with at least one valid address
 * @param into receives the operation and the notes
 */
export function unlinkedPerson(
  contact: Contact,
  { world, policy, addressIndex }: Surroundings,
  into: Gathered,
): Because {
  const { person } = contact;
  const email = mailable(person.emails.find((one) => addressKey(one) === contact.addresses[0])!);
  const address = addressKey(email);
  if (addressIndex.memberAt(address)) {
    into.notes.push({ contact: email, code: "address-taken" });
    return { reason: "address-taken", detail: { address: email } };
  }
  if (contact.addresses.some((one) => world.odd?.has(one))) return { reason: "other-record-odd" };
  const code = world.rejected.get(address);
  // A person with the `rejected` tag whose address is tried again keeps the tag until Mailchimp accepts it
  const told = code !== undefined || isTaggedRejected(person.tags, policy.tagNames);
  tagStatus(contact, told ? "rejected" : undefined, world, policy, into, email);
  if (code !== undefined && !world.retryRejected) return refusedBecause(code);
  if (world.deleted.has(address)) return { reason: "deleted" };
  if (world.partly?.has("mailchimp")) return { reason: "reading-in-doubt" };
  const fields: Record<string, Value> = {};
  const baseline: Record<string, Agreed> = {};
  const refused: Record<string, Refusal> = {};
  for (const field of policy.mapped) {
    const value = shownField(person.fields, field.copper);
    if (value === null) continue;
    if (!maySend(field, "copper") || isBlank(value)) {
      baseline[field.pair] = agreed(value, "");
      continue;
    }
    const converted = toMailchimp(field, value);
    if (converted.ok) {
      fields[field.mailchimp] = converted.value;
      baseline[field.pair] = agreed(value, converted.value);
    } else {
      refused[field.pair] = refusalFor("copper", field, value);
      into.notes.push({ contact: email, code: converted.why, field: field.copper, value });
    }
  }
  const tags = memberTags(person.tags, policy.tagNames, policy.tagStyle);
  for (const key of world.toldAlone?.get(person.id) ?? []) tags.delete(key);
  into.operations.push({
    side: "mailchimp",
    operation: "create-member",
    contact: email,
    personId: person.id,
    reason: "new-in-copper",
    email,
    status: policy.newMemberStatus,
    fields,
    tags: [...tags.values()],
    settles: { ...newLink(person.id, "", address, 0), baseline, refused, tagsPut: [...tags.keys()].sort() },
  });
  return { reason: "next-run" };
}

/** Returns why a member that Copper does not have gets no person; `undefined` if it gets one. */
function staysAlone(member: Member, world: World, policy: Policy): StandingReason | undefined {
  const address = addressKey(member.email);
  if (world.deleted.has(address)) return "deleted";
  if (!becomesPerson(member.status)) return unknownBecause(member.status);
  if (!policy.createInCopper) return "not-created";
  if (policy.filter !== undefined) return "not-created-filter";
  if (world.odd?.has(address)) return "other-record-odd";
  // A member may have no address, only an SMS number ("Members" in docs/apis/mailchimp.md)
  if (!canBeAddress(member.email)) return "invalid-email";
  if (world.partly?.has("copper")) return "reading-in-doubt";
  return world.setAside.has(address) ? "set-aside" : undefined;
}

/**
 * Decides a member that Copper does not have: a new person, or a reason why not (C4).
 * @param into receives the operation and the notes
 */
export function unlinkedMember(member: Member, world: World, policy: Policy, into: Gathered): Because {
  const address = addressKey(member.email);
  const stays = staysAlone(member, world, policy);
  if (stays === "set-aside") into.notes.push({ contact: member.email, code: "set-aside" });
  if (stays !== undefined) return { reason: stays };
  const fields: Record<string, Value> = {};
  const baseline: Record<string, Agreed> = {};
  const refused: Record<string, Refusal> = {};
  for (const field of policy.mapped) {
    const value = shownField(member.fields, field.mailchimp);
    // If several merge fields lead to one field of a person, the first one with a value wins
    if (value === null || !maySend(field, "mailchimp") || (field.copper in fields && !isBlank(value))) continue;
    const converted = toCopper(field, value, "");
    if (!converted.ok) {
      refused[field.pair] = refusalFor("mailchimp", field, value);
      into.notes.push({ contact: member.email, code: converted.why, field: field.copper, value });
      continue;
    }
    baseline[field.pair] = agreed(converted.value, value);
    if (!isBlank(converted.value)) fields[field.copper] = converted.value;
  }
  // Forget the baseline of a blank merge field beside another that filled the same field. It stays at first sight, so
  // the next run gives it its first value
  for (const { pair, copper, mailchimp } of policy.mapped)
    if (copper in fields && isBlank(shownField(member.fields, mailchimp) ?? "")) delete baseline[pair];
  const name = wholeName(fields);
  into.operations.push({
    side: "copper",
    operation: "create-person",
    contact: member.email,
    reason: "new-in-mailchimp",
    member: memberRef(member),
    name: name === "" ? mailable(member.email) : name,
    email: mailable(member.email),
    fields,
    settles: { ...newLink(0, member.key, address, 0), baseline, refused },
  });
  return { reason: "next-run" };
}
