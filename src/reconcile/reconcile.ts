/**
 * The door of this room: both sides and what is stored go in, a plan comes out. Pure: the same world gives the same
 * plan, and a plan changes nothing.
 *
 *   | a contact who is                        | becomes                                                       |
 *   |-----------------------------------------|---------------------------------------------------------------|
 *   | outside `ONLY`                          | nothing, not even counted                                     |
 *   | not seen by a reading in doubt (G3)     | nothing                                                       |
 *   | alone after a reading that ended early  | nothing: the other one may be there (G3)                      |
 *   | marked for deletion (D1, D2)            | nothing; listed for review                                    |
 *   | archived by tag (D3)                    | nothing                                                       |
 *   | without a possible address (W7)         | nothing; counted                                              |
 *   | sharing an address, not the first (W6)  | nothing; counted                                              |
 *   | outside the audience's filter           | linked: archived, until he is inside again; else nothing      |
 *   | a pair                                  | see `pair.ts`                                                 |
 *   | a person whose member was deleted (G2)  | nothing: he is not put back                                   |
 *   | a person alone                          | a new member, unless refused (C5) or deleted (D3)             |
 *   | a subscribed member alone (C4)          | a new person, unless the address is anybody's, or there is a  |
 *   |                                         | filter: nobody would know which of its tags is his            |
 *   | a linked member whose person is gone    | archived, or kept (G1)                                        |
 */
import { addressKey, canBeAddress, concerns, mailable } from "../contact/address.ts";
import { type Agreed, agreed, type Link, type Member, type Refusal } from "../contact/contact.ts";
import { maySend, toCopper, toMailchimp } from "../contact/conversions.ts";
import { belongs } from "../contact/filter.ts";
import { deletionMark } from "../contact/mark.ts";
import { becomesPerson, canBeArchived } from "../contact/status.ts";
import { isArchiveTag, isToldRejected, memberTags } from "../contact/tags.ts";
import { isBlank, shownField, type Value } from "../contact/values.ts";
import { newLink } from "../plan/links.ts";
import { memberRef, type Reason } from "../plan/operations.ts";
import { type Marked, noneSkipped, type Plan } from "../plan/plan.ts";
import { atOnce, MEMORY, type Room } from "../plan/records.ts";
import type { Cards } from "./cards.ts";
import { Directory } from "./directory.ts";
import { refusalFor } from "./fields.ts";
import { guarding } from "./guard.ts";
import { type Contact, match } from "./match.ts";
import { wholeName } from "./names.ts";
import { type Gathered, reconcilePair, type Surroundings, tellStatus } from "./pair.ts";
import type { Policy, World } from "./world.ts";

/**
 * Decides a whole world, in steps: a million contacts take a while, and others want their turn meanwhile.
 * @param world both sides as last seen, and what is stored
 * @param policy the settings in force
 * @param room for what the plan holds: there may be as much of it as there are contacts
 * @param cards of this world, as far as they are filled in already
 */
export function* reconciling(
  world: World,
  policy: Policy,
  room: Room = MEMORY,
  cards?: Cards,
): Generator<unknown, Plan> {
  const into: Gathered = { operations: room.series(), links: room.series(), conflicts: [], notes: [] };
  const skipped = noneSkipped();
  const marked: Marked[] = [];
  const directory = new Directory(world, cards);
  yield;
  const { mapped, conflict } = policy;
  const around: Surroundings = { world, policy, directory, rules: { mapped, conflict, run: world.run } };
  const decide = (contact: Contact) => {
    const { person, addresses, member, link, made } = contact;
    if (!concerns(policy.only, [...addresses, member?.email, link?.address])) return;
    const tag = deletionMark(person.tags, policy.tagNames.deletion);
    if (world.unseen?.persons.has(person.id) || (member && world.unseen?.members.has(member.key))) return;
    if (tag !== undefined) {
      skipped.markedForDeletion += 1;
      marked.push({
        personId: person.id,
        name: person.name,
        emails: person.emails,
        tag,
        memberKey: member?.key ?? null,
      });
      if (made && link !== undefined) into.links.push(link);
    } else if (person.tags.some((one) => isArchiveTag(one, policy.tagNames))) {
      skipped.archived += 1;
      if (made && link !== undefined) into.links.push(link);
    } else if (addresses.length === 0) {
      skipped[person.emails.some((email) => email.trim() !== "") ? "invalidEmail" : "noEmail"] += 1;
    } else if (contact.duplicate) {
      skipped.duplicateEmail += 1;
    } else if (!belongs(person, policy.filter)) {
      skipped.filtered += 1;
      if (member !== undefined && link !== undefined && !made) rests(link, member, "outside-filter", world, into);
    } else if (world.setAside.has(addresses[0]!) || (member && world.setAside.has(addressKey(member.email)))) {
      into.notes.push({ contact: member?.email ?? addresses[0]!, code: "set-aside" });
    } else if (member !== undefined && link !== undefined) {
      if (member.status === "unsubscribed" || member.status === "cleaned" || member.status === "archived")
        skipped[member.status] += 1;
      reconcilePair(contact, member, link, around, into);
    } else if (link === undefined) {
      personAlone(contact, around, into, skipped);
    } else {
      tellStatus(contact, undefined, world, policy, into, link.address, link);
    }
  };
  const matching = match(world, directory);
  let step = matching.next();
  for (; step.done !== true; step = matching.next()) {
    decide(step.value);
    yield;
  }
  const rest = step.value;
  for (const member of rest.strangers) {
    yield;
    if (!concerns(policy.only, [member.email]) || world.unseen?.members.has(member.key)) continue;
    if (member.status === "unsubscribed" || member.status === "cleaned") skipped[member.status] += 1;
    if (!rest.taken(addressKey(member.email))) memberAlone(member, world, policy, into);
  }
  for (const link of rest.orphans) personGone(link, world, policy, into);
  const linked = world.links.size + rest.made - rest.givenUp.length;
  const verdict = yield* guarding(world, policy, into.operations, linked);
  return {
    ...into,
    since: rest.since,
    unlinked: rest.givenUp,
    marked,
    skipped,
    guard: verdict,
  };
}

/** Decides a whole world at once; parameters as above. */
export function reconcile(...world: Parameters<typeof reconciling>): Plan {
  return atOnce(reconciling(...world));
}

function personAlone(
  contact: Contact,
  { world, policy, directory }: Surroundings,
  into: Gathered,
  skipped: Plan["skipped"],
): void {
  const { person } = contact;
  const email = mailable(person.emails.find((one) => addressKey(one) === contact.addresses[0])!);
  const address = addressKey(email);
  if (directory.memberAt(address)) {
    into.notes.push({ contact: email, code: "address-taken" });
    return;
  }
  if (contact.addresses.some((one) => world.odd?.has(one))) return;
  const code = world.rejected.get(address);
  // Who carries the tag and is tried again keeps it until they are taken
  const told = code !== undefined || isToldRejected(person.tags, policy.tagNames);
  tellStatus(contact, told ? "rejected" : undefined, world, policy, into, email);
  if (code !== undefined && !world.retryRejected) {
    skipped[code === "FORGOTTEN_EMAIL" ? "forgotten" : code === "COMPLIANCE_STATE" ? "unsubscribed" : "invalidEmail"] +=
      1;
    return;
  }
  if (world.deleted.has(address) || world.partly?.has("mailchimp")) return;
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
}

function memberAlone(member: Member, world: World, policy: Policy, into: Gathered): void {
  const address = addressKey(member.email);
  if (!policy.createInCopper || !becomesPerson(member.status) || world.deleted.has(address)) return;
  if (world.partly?.has("copper") || policy.filter !== undefined || world.odd?.has(address)) return;
  // An address that nobody can have: "Members" in docs/apis/mailchimp.md
  if (!canBeAddress(member.email)) return;
  if (world.setAside.has(address)) {
    into.notes.push({ contact: member.email, code: "set-aside" });
    return;
  }
  const fields: Record<string, Value> = {};
  const baseline: Record<string, Agreed> = {};
  const refused: Record<string, Refusal> = {};
  for (const field of policy.mapped) {
    const value = shownField(member.fields, field.mailchimp);
    // Of several merge fields that lead to one field of a person, the first that has a value speaks
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
  // A merge field that is blank beside another that led to the same field of the person is at first sight still
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
}

function personGone(link: Link, world: World, policy: Policy, into: Gathered): void {
  const member = world.members.get(link.memberKey);
  if (member === undefined || policy.copperDeleted === "keep" || world.unseen?.members.has(member.key)) return;
  if (!concerns(policy.only, [link.address, member.email])) return;
  rests(link, member, "person-gone", world, into);
}

/** A member goes to the archive, from which he alone comes back when the reason is gone (C1). */
function rests(link: Link, member: Member, reason: Reason, world: World, into: Gathered): void {
  if (!canBeArchived(member.status)) return;
  if (world.setAside.has(addressKey(member.email))) {
    into.notes.push({ contact: member.email, code: "set-aside" });
    return;
  }
  into.operations.push({
    side: "mailchimp",
    operation: "archive-member",
    contact: member.email,
    personId: link.personId,
    reason,
    member: memberRef(member),
    settles: { archived: { from: member.status, why: "gone", at: member.changedAt } },
  });
}
