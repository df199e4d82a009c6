/**
 * The three decisions on a marked person (D3), and the way back.
 *
 *   | decision | Copper                                       | Mailchimp                     | kept            |
 *   |----------|----------------------------------------------|-------------------------------|-----------------|
 *   | archive  | the archive tag in place of the deletion tag | archived                      | the link        |
 *   | delete   | deleted                                      | archived, or forgotten        | a copy of both  |
 *   | ignore   | –                                            | –                             | not listed      |
 *   | restore  | created from the copy, with a new id         | back to the status he had     | the link        |
 *
 * The person is read again just before (D5). The member goes first: a crash between the two leaves the person marked
 * and listed, so that the decision can be taken once more.
 */
import { addressKey, validKeys } from "../contact/address.ts";
import type { Link, Person } from "../contact/contact.ts";
import { deletionMark, isDeletionTag } from "../contact/mark.ts";
import type { MemberStatus } from "../contact/status.ts";
import { isArchiveTag, type TagNames } from "../contact/tags.ts";
import { newLink } from "../plan/operations.ts";
import type { KeptCopy, Review, Store } from "../plan/ports.ts";
import type { MemberSide, PeopleSide } from "../plan/sides.ts";

export type Decision = "archive" | "delete" | "ignore";

/** What became of one person. */
export interface Decided {
  readonly personId: number;
  readonly name: string;
  readonly result: "archived" | "deleted" | "forgotten" | "ignored" | "unmarked" | "restored" | "unknown" | "failed";
  readonly detail: string;
}

export interface DecideParts {
  readonly copper: PeopleSide;
  readonly mailchimp: MemberSide;
  readonly store: Store;
  readonly tagNames: TagNames;
  /** RFC 3339. */
  now(): string;
}

/** Takes one decision on one person. A failure is a value: it never touches another person. */
export async function decide(
  parts: DecideParts,
  personId: number,
  decision: Decision,
  forget: boolean,
): Promise<Decided> {
  const { copper, store, tagNames } = parts;
  const { person: stored } = await store.contact({ personId });
  let name = stored?.name ?? String(personId);
  const is = (result: Decided["result"], detail = ""): Decided => ({ personId, name, result, detail });
  try {
    const found = await copper.fetch(personId);
    if (found === undefined) return is("unknown");
    const { person } = found;
    name = person.name;
    const tag = deletionMark(person.tags, tagNames.deletion);
    if (tag === undefined) return is(stored && deletionMark(stored.tags, tagNames.deletion) ? "unmarked" : "unknown");
    const { reviews } = await store.waiting();
    const review: Review = reviews.find((one) => one.personId === personId) ?? {
      personId,
      tag,
      since: parts.now(),
      ignored: false,
    };
    if (decision === "ignore") {
      await store.learn({ persons: [person], reviews: [{ ...review, ignored: true }] });
      return is("ignored");
    }
    const known = await knownOf(store, person);
    if (decision === "archive") {
      const after = await archiveMember(parts, known);
      const kept = person.tags.filter((one) => !isDeletionTag(one, tagNames.deletion));
      const tags = kept.some((one) => isArchiveTag(one, tagNames)) ? kept : [...kept, tagNames.archive];
      const written = await copper.setTags(personId, tags);
      await store.learn({ persons: [written], links: after ? [after] : [], reviewsOver: [personId] });
      return is("archived");
    }
    return is(await remove(parts, person, found.raw, known, forget));
  } catch (error) {
    return is("failed", error instanceof Error ? error.message : String(error));
  }
}

async function remove(parts: DecideParts, person: Person, raw: unknown, { link, memberId }: Known, forget: boolean) {
  const { copper, mailchimp, store } = parts;
  const member = memberId === undefined ? undefined : await mailchimp.fetch(memberId);
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
  await store.keep(copy);
  if (member !== undefined && forget) {
    await mailchimp.forget(member.member.id);
    await store.learn({ membersGone: [member.member.key] });
  } else await archiveMember(parts, { link, memberId });
  await copper.remove(person.id);
  await store.learn({
    personsGone: [person.id],
    unlinked: [person.id],
    reviewsOver: [person.id],
    deleted: validKeys(person.emails),
  });
  return forget ? "forgotten" : "deleted";
}

/** Archives the member of a link and notes that it was us, so that he alone can come back (C1). */
async function archiveMember(parts: DecideParts, { link, memberId }: Known): Promise<Link | undefined> {
  const before = memberId === undefined ? undefined : await parts.mailchimp.fetch(memberId);
  if (link === undefined || before === undefined || before.member.status === "archived") return link;
  await parts.mailchimp.archive(before.member.id);
  const after = await parts.mailchimp.fetch(before.member.id);
  if (after?.member.status !== "archived") return link;
  await parts.store.learn({ members: [after.member] });
  return { ...link, archived: { from: before.member.status, why: "decision", at: after.member.changedAt } };
}

/** A person's link, and the id under which his member is asked for. */
interface Known {
  readonly link: Link | undefined;
  readonly memberId: string | undefined;
}

/** The person's link, or one made for the member at his address. */
async function knownOf(store: Store, person: Person): Promise<Known> {
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

/** Brings a deleted person back, without the deletion tag, and his member from the archive. @returns his new id */
export async function restore(parts: DecideParts, copy: KeptCopy): Promise<number> {
  const { copper, mailchimp, store, tagNames } = parts;
  const raw = copy.person as { tags?: string[] };
  const tags = (raw.tags ?? []).filter((tag) => !isDeletionTag(tag, tagNames.deletion));
  const person = await copper.recreate(copy.person, tags);
  await store.restoredAs(copy.personId, person.id);
  const link = copy.link && { ...copy.link, personId: person.id, archived: null };
  await store.learn({ persons: [person], links: link ? [link] : [], restored: validKeys(copy.emails) });
  const member = copy.member as { id?: string; email_address?: string } | null;
  if (member?.id !== undefined && !copy.forgotten && copy.memberStatus !== null && copy.memberStatus !== "archived") {
    const now = await mailchimp.fetch(member.id);
    if (now?.member.status === "archived")
      await mailchimp.unarchive(member.id, member.email_address ?? now.member.email, copy.memberStatus as MemberStatus);
    const after = await mailchimp.fetch(member.id);
    if (after !== undefined) await store.learn({ members: [after.member] });
  }
  return person.id;
}
