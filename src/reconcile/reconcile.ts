/**
 * The entry point of this module: takes both sides and what is stored, and returns a plan. Pure: the same world gives
 * the same plan, and nothing is written. Each branch also returns the contact's standing (`standing.ts`).
 *
 *   | a contact that is                       | becomes                                                       |
 *   |-----------------------------------------|---------------------------------------------------------------|
 *   | outside `ONLY`                          | nothing, not even counted                                     |
 *   | not seen by a reading in doubt (G3)     | nothing                                                       |
 *   | alone after a reading that ended early  | nothing: the other record may exist (G3)                      |
 *   | marked for deletion (D1, D2)            | nothing; listed for review                                    |
 *   | archived by tag (D3)                    | nothing                                                       |
 *   | without a possible address (W7)         | nothing; counted                                              |
 *   | sharing an address, not the first (W6)  | nothing; counted                                              |
 *   | outside the audience's filter           | linked: archived until it is inside again; else nothing       |
 *   | a pair                                  | see `pair.ts`                                                 |
 *   | a person whose member was deleted (G2)  | nothing: the member is not created again                      |
 *   | a person alone                          | a new member, unless refused (C5) or deleted (D3)             |
 *   | a subscribed member alone (C4)          | a new person, unless a person has the address, or there is a  |
 *   |                                         | filter: it is unknown which tags the new person needs for it  |
 *   | a linked member whose person is gone    | archived, or kept (G1)                                        |
 */
import { addressKey, concerns } from "../domain/address.ts";
import type { Link, Member } from "../domain/contact.ts";
import { deletionTagOf } from "../domain/deletion-tag.ts";
import { belongs } from "../domain/filter.ts";
import { canBeArchived } from "../domain/status.ts";
import { isArchiveTag } from "../domain/tags.ts";
import { type Collections, MEMORY, runSteps } from "../plan/collections.ts";
import { memberRef, type Reason } from "../plan/operations.ts";
import type { Marked, Plan } from "../plan/plan.ts";
import { noneSkipped, type SkippedAs } from "../plan/skipped.ts";
import type { Because, Standing, StandingReason } from "../plan/standings.ts";
import { guarding } from "./guard.ts";
import { AddressIndex } from "./matching/address-index.ts";
import { type Contact, match } from "./matching/match.ts";
import type { MatchIndex } from "./matching/match-index.ts";
import { type Gathered, reconcilePair, type Surroundings, tagStatus } from "./pair.ts";
import { RecheckList } from "./recheck-list.ts";
import { Standings } from "./standings.ts";
import { unlinkedMember, unlinkedPerson } from "./unlinked.ts";
import type { Policy, World } from "./world.ts";

/**
 * Decides a whole world. Yields after every contact, since a million of them take a while and pages must be answered
 * meanwhile.
 * @param world both sides as last seen, and what is stored
 * @param policy the settings in force
 * @param collections hold the plan, which may be as large as the accounts
 * @param matchIndex the index of this world, with the entries filled in so far
 */
export function* reconciling(
  world: World,
  policy: Policy,
  collections: Collections = MEMORY,
  matchIndex?: MatchIndex,
): Generator<unknown, Plan> {
  const into: Gathered = { operations: collections.series(), links: collections.series(), conflicts: [], notes: [] };
  const skipped = noneSkipped();
  const marked: Marked[] = [];
  const addressIndex = new AddressIndex(world, matchIndex);
  yield;
  const { mapped, conflict } = policy;
  const around: Surroundings = { world, policy, addressIndex, rules: { mapped, conflict, run: world.run } };
  const standings = new Standings(collections.series<Standing>(), addressIndex);
  const again = new RecheckList(world);
  /** Returns how much has been collected, to see whether a decision added anything. */
  const gathered = () =>
    into.operations.length + into.links.length + into.conflicts.length + into.notes.length + marked.length;
  const counted = (because: Because): Because => {
    if (because.counted !== undefined) skipped[because.counted] += 1;
    return because;
  };
  /** Decides what is written about a contact that takes part, unless it is outside the filter or set aside. */
  const decidePart = (contact: Contact, into: Gathered): Because => {
    const { person, addresses, member, link, made } = contact;
    if (!belongs(person, policy.filter)) {
      const linked = member !== undefined && link !== undefined && !made;
      const because: Because = linked
        ? archiveFor(link, member, "outside-filter", world, into)
        : { reason: "outside-filter" };
      return { ...because, counted: "filtered" };
    }
    if (world.setAside.has(addresses[0]!) || (member && world.setAside.has(addressKey(member.email)))) {
      into.notes.push({ contact: member?.email ?? addresses[0]!, code: "set-aside" });
      return { reason: "set-aside" };
    }
    if (member !== undefined && link !== undefined)
      return { ...reconcilePair(contact, member, link, around, into), ...leftOut(member, "archived") };
    if (link === undefined) return unlinkedPerson(contact, around, into);
    tagStatus(contact, undefined, world, policy, into, link.address, link);
    return { reason: "member-deleted" };
  };
  const decide = (contact: Contact, into: Gathered, marked: Marked[]): Because => {
    const because = apart(contact, world, policy);
    // A new pair is kept in any case, so that both records stay together
    const keeps = because?.reason === "archived-by-tag" || because?.counted === "markedForDeletion";
    if (keeps && contact.made && contact.link !== undefined) into.links.push(contact.link);
    if (because?.counted === "markedForDeletion") marked.push(markedOf(contact, policy));
    return because ?? decidePart(contact, into);
  };
  /** Decides a contact outside `ONLY`, for its standing alone. What would be written is dropped. */
  const aside = (contact: Contact): Because => {
    const nowhere: Gathered = { operations: [], links: [], conflicts: [], notes: [] };
    const because = decide(contact, nowhere, []);
    const news = because.reason === "marked" && !world.reviewed?.has(contact.person.id);
    return contact.made || news || because.reason === "next-run" ? { reason: "outside-only" } : because;
  };
  const matching = match(world, addressIndex);
  let step = matching.next();
  for (; step.done !== true; step = matching.next()) {
    const contact = step.value;
    if (contact === undefined) {
      yield;
      continue;
    }
    const { addresses, member, link } = contact;
    const within = concerns(policy.only, [...addresses, member?.email, link?.address]);
    const before = gathered();
    const because = within ? counted(decide(contact, into, marked)) : aside(contact);
    standings.person(contact, because);
    again.look({ personId: contact.person.id }, because, gathered() > before, link);
    yield;
  }
  const rest = step.value;
  for (const member of rest.strangers) {
    yield;
    const { key: memberKey } = member;
    if (world.unseen?.members.has(memberKey)) {
      standings.member(memberKey, { reason: "not-seen" });
      again.look({ memberKey }, { reason: "not-seen" });
      continue;
    }
    const taken = rest.taken(addressKey(member.email));
    const alone = (into: Gathered): Because =>
      taken ? { reason: "second-member" } : unlinkedMember(member, world, policy, into);
    if (!concerns(policy.only, [member.email])) {
      const because = alone({ operations: [], links: [], conflicts: [], notes: [] });
      standings.member(memberKey, because.reason === "next-run" ? { reason: "outside-only" } : because);
      continue;
    }
    const before = gathered();
    const because = counted({ ...alone(into), ...leftOut(member) });
    standings.member(memberKey, because);
    again.look({ memberKey }, because, gathered() > before);
  }
  for (const link of rest.orphans) {
    const member = world.members.get(link.memberKey);
    if (member === undefined) continue;
    const before = gathered();
    const because = personGone(link, member, world, policy, into);
    standings.member(member.key, because);
    again.look({ memberKey: member.key }, because, gathered() > before, link);
  }
  const linked = world.links.size + rest.made - rest.givenUp.length;
  const verdict = yield* guarding(world, policy, into.operations, linked);
  return {
    ...into,
    since: rest.since,
    unlinked: rest.givenUp,
    marked,
    skipped,
    standings: standings.ended(),
    again: again.keys,
    guard: verdict,
  };
}

/** Decides a whole world without yielding; the parameters are those of `reconciling`. */
export function reconcile(...world: Parameters<typeof reconciling>): Plan {
  return runSteps(reconciling(...world));
}

/** Returns why nothing may be decided about a person; `undefined` if they take part (D1, D3, G3, W6, W7). */
function apart(
  { person, addresses, member, duplicate }: Contact,
  world: World,
  { tagNames }: Policy,
): Because | undefined {
  if (world.unseen?.persons.has(person.id) || (member && world.unseen?.members.has(member.key)))
    return { reason: "not-seen" };
  if (deletionTagOf(person.tags, tagNames.deletion) !== undefined)
    return { reason: world.reviewed?.get(person.id) ? "ignored" : "marked", counted: "markedForDeletion" };
  if (person.tags.some((one) => isArchiveTag(one, tagNames))) return { reason: "archived-by-tag", counted: "archived" };
  if (addresses.length === 0) {
    const typed = person.emails.some((email) => email.trim() !== "");
    return typed ? { reason: "invalid-email", counted: "invalidEmail" } : { reason: "no-email", counted: "noEmail" };
  }
  return duplicate ? { reason: "duplicate-email", counted: "duplicateEmail" } : undefined;
}

/** Returns a person marked for deletion, for the review list (D2). */
function markedOf({ person, member }: Contact, { tagNames }: Policy): Marked {
  const { id: personId, name, emails, tags } = person;
  return { personId, name, emails, tag: deletionTagOf(tags, tagNames.deletion)!, memberKey: member?.key ?? null };
}

/** Returns the reason under which a member without writes is counted as left out. */
function leftOut({ status }: Member, ...also: readonly "archived"[]): { readonly counted?: SkippedAs } {
  const counted = (["unsubscribed", "cleaned", ...also] as const).find((one) => one === status);
  return counted === undefined ? {} : { counted };
}

/** Decides a linked member whose person is gone (G1). */
function personGone(link: Link, member: Member, world: World, policy: Policy, into: Gathered): Because {
  if (world.unseen?.members.has(member.key)) return { reason: "not-seen" };
  if (policy.copperDeleted === "keep") return { reason: "person-gone-kept" };
  if (concerns(policy.only, [link.address, member.email])) return archiveFor(link, member, "person-gone", world, into);
  return { reason: member.status === "archived" ? "person-gone" : "outside-only" };
}

/**
 * Archives a member, which returns by itself when the reason is gone (C1). A status that Mailchimp cannot archive
 * stays.
 */
function archiveFor(
  link: Link,
  member: Member,
  reason: Extract<Reason, StandingReason>,
  world: World,
  into: Gathered,
): Because {
  if (!canBeArchived(member.status))
    return { reason: reason === "person-gone" && member.status !== "archived" ? "person-gone-kept" : reason };
  if (world.setAside.has(addressKey(member.email))) {
    into.notes.push({ contact: member.email, code: "set-aside" });
    return { reason: "set-aside" };
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
  return { reason: "next-run", afterwards: reason };
}
