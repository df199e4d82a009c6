/**
 * Archives or deletes a contact in two halves. Copper's half comes first, because Copper may refuse it: the key may not
 * be allowed to delete. Until then the member is unchanged. The member's half can be done later.
 */
import { addressKey, validKeys } from "../../domain/address.ts";
import type { ArchivedByUs, Link, Person } from "../../domain/contact.ts";
import { isDeletionTag } from "../../domain/deletion-tag.ts";
import { canBeArchived } from "../../domain/status.ts";
import { isArchiveTag, tagKey } from "../../domain/tags.ts";
import type { UnfinishedDecision } from "../../plan/decision.ts";
import { newLink } from "../../plan/link-patch.ts";
import { memberRef } from "../../plan/operations.ts";
import type { KeptCopy, Store } from "../../ports/store.ts";
import type { DecideParts } from "./decide-parts.ts";
import type { Performed } from "./perform-operation.ts";

/**
 * Deletes the person, or replaces the deletion tag by the archive tag. Throws Refusal.
 * @returns the person afterwards; `undefined` if it was deleted
 */
export async function copperHalf(
  parts: DecideParts,
  one: UnfinishedDecision,
  person: Person,
): Promise<Person | undefined> {
  const { tagNames } = parts;
  const about = { ...aboutPerson(person.id, contactOf(person)), side: "copper" as const };
  if (one.decision === "delete") {
    await done(parts.perform({ ...about, operation: "delete-person" }));
    return undefined;
  }
  const removed = person.tags.filter((tag) => isDeletionTag(tag, tagNames.deletion));
  const add = person.tags.some((tag) => isArchiveTag(tag, tagNames)) ? [] : [tagNames.archive];
  const remove = removed.map(tagKey);
  const { person: after } = await done(parts.perform({ ...about, operation: "archive-person", add, remove, removed }));
  return after;
}

/** Thrown if a service refuses a decision; the message has the service's words. */
export class Refusal extends Error {}

/** Returns a successful result. Throws Refusal if the operation failed. */
async function done(performed: Promise<Performed>): Promise<Performed & { readonly ok: true }> {
  const outcome = await performed;
  if (!outcome.ok) throw new Refusal(outcome.failure.message || outcome.failure.code);
  return outcome;
}

/** Returns the parts that all operations of a decision share. @param contact the address or name for reports */
export function aboutPerson(personId: number, contact: string) {
  return { contact, reason: "decision" as const, personId, settles: {} };
}

/** Returns how reports name a person: the first address, or the name. */
export function contactOf({ name, emails }: Pick<Person, "name" | "emails">): string {
  return emails[0] ?? name;
}

/**
 * Archives or erases the member, and stores the result. Throws Refusal, ServiceError.
 * @param person the person after Copper's half; `undefined` if it is gone
 */
export async function memberHalf(
  parts: DecideParts,
  one: UnfinishedDecision,
  person: Person | undefined,
): Promise<void> {
  if (one.decision === "archive") {
    if (person === undefined) return;
    const { link, memberId } = await knownOf(parts.store, person);
    const archived = await archiveMember(parts, person.id, link, memberId);
    await parts.store.saveChanges({
      links: link ? [archived ? { ...link, archived } : link] : [],
      reviewsOver: [person.id],
    });
    return;
  }
  const copy = (await parts.store.copies()).find(({ personId }) => personId === one.personId);
  if (copy === undefined) return;
  const memberId = (copy.member as { id?: string } | null)?.id;
  const link = (await parts.store.contact({ personId: one.personId })).link ?? copy.link ?? undefined;
  let archived: ArchivedByUs | null = null;
  if (memberId !== undefined && one.forget) {
    const member = (await parts.mailchimp.fetch(memberId))?.member;
    if (member !== undefined) {
      const about = { ...aboutPerson(one.personId, member.email), side: "mailchimp" as const };
      await done(parts.perform({ ...about, operation: "forget-member", member: memberRef(member) }));
    }
  } else archived = await archiveMember(parts, one.personId, link, memberId);
  await parts.store.keep({ ...copy, archived });
  await parts.store.saveChanges({
    personsGone: [one.personId],
    unlinked: [one.personId],
    reviewsOver: [one.personId],
    deleted: validKeys(copy.emails),
  });
}

/**
 * Archives a member, and returns its earlier status and its time of change after that. Only a member unchanged since
 * then may be unarchived later (C1). Leaves a member that is archived already. If the response was lost, we cannot know
 * that it was us, so the member never returns by itself.
 */
async function archiveMember(
  { mailchimp, perform }: DecideParts,
  personId: number,
  link: Link | undefined,
  memberId: string | undefined,
): Promise<ArchivedByUs | null> {
  const member = memberId === undefined ? undefined : (await mailchimp.fetch(memberId))?.member;
  if (member === undefined) return null;
  const { status, changedAt } = member;
  if (status === "archived") return link?.archived?.at === changedAt ? { ...link.archived, why: "decision" } : null;
  if (!canBeArchived(status)) return null;
  const archived: ArchivedByUs = { from: status, why: "decision", at: changedAt };
  const after = await done(
    perform(
      {
        ...aboutPerson(personId, member.email),
        side: "mailchimp",
        operation: "archive-member",
        member: memberRef(member),
        settles: { archived },
      },
      link,
    ),
  );
  return after.member === undefined ? null : { ...archived, at: after.member.changedAt };
}

/** A person's link, and the id of the member in Mailchimp's paths. */
interface Known {
  readonly link: Link | undefined;
  readonly memberId: string | undefined;
}

/** Returns the person's link. If there is none, makes one to an unlinked member at one of their addresses. */
export async function knownOf(store: Store, person: Person): Promise<Known> {
  const { link, member } = await store.contact({ personId: person.id });
  if (link !== undefined) return { link, memberId: member?.id };
  const { since } = await store.holdings();
  for (const address of validKeys(person.emails)) {
    const found = await store.atAddress(address);
    // A linked member belongs to another person, even if the addresses match (W2)
    const there = found.find(
      (one) => one.link === undefined && addressKey(one.member?.email ?? "") === address,
    )?.member;
    if (there !== undefined) return { link: newLink(person.id, there.key, address, since + 1), memberId: there.id };
  }
  return { link: undefined, memberId: undefined };
}

/** Stores a full copy of both records before a deletion (D3). @param raw the person's record as Copper sent it */
export async function keepCopy(parts: DecideParts, person: Person, raw: unknown, forget: boolean): Promise<void> {
  const { link, memberId } = await knownOf(parts.store, person);
  const member = memberId === undefined ? undefined : await parts.mailchimp.fetch(memberId);
  const copy: KeptCopy = {
    personId: person.id,
    name: person.name,
    emails: person.emails,
    person: raw,
    member: member?.raw ?? null,
    link: link ?? null,
    memberStatus: member?.member.status ?? null,
    forgotten: forget,
    deletedAt: parts.now(),
    restoredAs: null,
  };
  await parts.store.keep(copy);
}
