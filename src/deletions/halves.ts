/**
 * The two halves of archiving or deleting somebody. Copper's comes first: it is the one that can be refused (a key that
 * may not delete), and until it is done nothing has happened to the member. The member's half can always be done later.
 */
import { addressKey, validKeys } from "../contact/address.ts";
import type { ArchivedByUs, Link, Person } from "../contact/contact.ts";
import { isDeletionTag } from "../contact/mark.ts";
import { isArchiveTag } from "../contact/tags.ts";
import { newLink } from "../plan/operations.ts";
import type { KeptCopy, Store } from "../plan/ports.ts";
import type { DecideParts, Unfinished } from "./decision.ts";

/** Puts the archive tag in the deletion tag's place, or deletes. @returns the person afterwards, where they are there */
export async function copperHalf(parts: DecideParts, one: Unfinished, person: Person): Promise<Person | undefined> {
  const { copper, tagNames } = parts;
  if (one.decision === "delete") {
    await copper.remove(person.id);
    return undefined;
  }
  const kept = person.tags.filter((tag) => !isDeletionTag(tag, tagNames.deletion));
  const tags = kept.some((tag) => isArchiveTag(tag, tagNames)) ? kept : [...kept, tagNames.archive];
  return copper.setTags(person.id, tags);
}

/** Archives or forgets the member, and keeps what that came to. */
export async function memberHalf(parts: DecideParts, one: Unfinished, person: Person | undefined): Promise<void> {
  if (one.decision === "archive") {
    if (person === undefined) return;
    const { link, memberId } = await knownOf(parts.store, person);
    const archived = await archiveMember(parts, link, memberId);
    // Only what a reading in the mapped fields has shown is kept of them; what was written is the tags
    const stored = (await parts.store.contact({ personId: person.id })).person;
    await parts.store.learn({
      persons: stored ? [{ ...stored, tags: person.tags, modifiedAt: person.modifiedAt }] : [],
      links: link ? [archived ? { ...link, archived } : link] : [],
      reviewsOver: [person.id],
    });
    return;
  }
  const copy = (await parts.store.copies()).find(({ personId }) => personId === one.personId);
  if (copy === undefined) return;
  const memberId = (copy.member as { id?: string } | null)?.id;
  const link = (await parts.store.contact({ personId: one.personId })).link ?? copy.link ?? undefined;
  const gone: string[] = [];
  let archived: ArchivedByUs | null = null;
  if (memberId !== undefined && one.forget) {
    const there = await parts.mailchimp.fetch(memberId);
    if (there !== undefined) {
      await parts.mailchimp.forget(memberId);
      gone.push(there.member.key);
    }
  } else archived = await archiveMember(parts, link, memberId);
  await parts.store.keep({ ...copy, archived });
  await parts.store.learn({
    personsGone: [one.personId],
    unlinked: [one.personId],
    reviewsOver: [one.personId],
    membersGone: gone,
    deleted: validKeys(copy.emails),
  });
}

/**
 * Archives a member and says so that it was us, and in which very state that left them: so they alone can come back, and
 * only from there (C1). Whoever is archived already is left as they are; where they were archived while the answer
 * was lost, it is not known whether it was us, and they do not return by themselves.
 */
async function archiveMember(
  { mailchimp, store }: DecideParts,
  link: Link | undefined,
  memberId: string | undefined,
): Promise<ArchivedByUs | null> {
  const before = memberId === undefined ? undefined : await mailchimp.fetch(memberId);
  if (before === undefined) return null;
  if (before.member.status === "archived")
    return link?.archived?.at === before.member.changedAt ? { ...link.archived, why: "decision" } : null;
  await mailchimp.archive(before.member.id);
  const after = await mailchimp.fetch(before.member.id);
  if (after?.member.status !== "archived") return null;
  const known = (await store.contact({ memberKey: after.member.key })).member;
  const { status, changedAt } = after.member;
  await store.learn({ members: [known ? { ...known, status, changedAt } : after.member] });
  return { from: before.member.status, why: "decision", at: changedAt };
}

/** A person's link, and the id under which their member is asked for. */
interface Known {
  readonly link: Link | undefined;
  readonly memberId: string | undefined;
}

/** Returns the person's link, or one made for the member at their address. */
export async function knownOf(store: Store, person: Person): Promise<Known> {
  const { link, member } = await store.contact({ personId: person.id });
  if (link !== undefined) return { link, memberId: member?.id };
  const { links } = await store.holdings();
  for (const address of validKeys(person.emails)) {
    const found = (await store.atAddress(address)).map((one) => one.member);
    const there = found.find((one) => one !== undefined && addressKey(one.email) === address);
    if (there !== undefined) return { link: newLink(person.id, there.key, address, links + 1), memberId: there.id };
  }
  return { link: undefined, memberId: undefined };
}

/** Keeps a full copy of both records, before anything is deleted (D3). */
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
