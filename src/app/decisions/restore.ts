/**
 * Restores a deleted person (D3). Creates the person in Copper from the stored copy, without the deletion tag. Then
 * unarchives the member with its earlier status, but only if it is unchanged since we archived it (C1). Stores each
 * step, so that an interrupted restore continues and never creates a person twice (A1, A2).
 */
import { validKeys } from "../../domain/address.ts";
import { isDeletionTag } from "../../domain/deletion-tag.ts";
import type { Decided } from "../../plan/decision.ts";
import { memberRef } from "../../plan/operations.ts";
import type { KeptCopy } from "../../ports/store.ts";
import { aboutPerson, contactOf, Refusal } from "./archive-or-delete.ts";
import type { DecideParts } from "./decide-parts.ts";
import { finish, noteEnded, unfinished } from "./unfinished.ts";

/**
 * Restores a deleted person. Throws Refusal or ServiceError; the operator can then ask again.
 * @param copy both records as stored before the deletion
 */
export async function restore(parts: DecideParts, copy: KeptCopy): Promise<Decided> {
  const { copper, store, tagNames } = parts;
  const is = (result: Decided["result"], detail = ""): Decided => ({
    personId: copy.personId,
    name: copy.name,
    result,
    detail,
  });
  const found = await copper.fetch(copy.personId);
  // Still there, and unreadable: a second record must not be created (A9)
  if (found?.odd) return is("failed", found.odd.detail);
  if (found !== undefined) {
    // A delete that was cut off before it took effect is no longer wanted
    await noteEnded(store, copy.personId);
    await store.restoredAs(copy.personId, copy.personId);
    return is("there");
  }
  const open = (await unfinished(store)).find(({ personId }) => personId === copy.personId);
  // Finish an erasure, because the contact asked for it; an archiving that was not done is not needed any more
  if (open?.forget) await finish(parts, open);
  else await noteEnded(store, copy.personId);
  let begun = copy.restoring;
  if (begun?.personId == null) {
    const raw = copy.person as { tags?: string[] };
    const tags = (raw.tags ?? []).filter((tag) => !isDeletionTag(tag, tagNames.deletion));
    await store.keep({ ...copy, restoring: { personId: null, leftOut: [] } });
    const made = await parts.perform({
      ...aboutPerson(copy.personId, contactOf(copy)),
      side: "copper",
      operation: "restore-person",
      record: copy.person,
      tags,
      begun: begun !== undefined,
    });
    if (!made.ok) {
      const { restoring: _, ...before } = copy;
      await store.keep(before);
      return is("failed", made.failure.message);
    }
    begun = { personId: made.person!.id, leftOut: made.leftOut };
    await store.keep({ ...copy, restoring: begun });
  }
  const { personId, leftOut } = begun as { personId: number; leftOut: readonly string[] };
  const memberStays = await memberBack(parts, copy);
  const other = copy.link ? (await store.contact({ memberKey: copy.link.memberKey })).link : undefined;
  await store.saveChanges({
    links: copy.link && (other === undefined || other.personId === copy.personId) ? [linkBack(copy, personId)] : [],
    unlinked: [copy.personId],
    restored: validKeys(copy.emails),
    reviewsOver: [copy.personId],
  });
  await store.restoredAs(copy.personId, personId);
  return {
    ...is("restored", String(personId)),
    ...(leftOut.length > 0 && { leftOut }),
    ...(memberStays && { memberStays }),
  };
}

function linkBack({ link }: KeptCopy, personId: number) {
  return { ...link!, personId, archived: null };
}

/** Unarchives the member if that is allowed. @returns whether a member stays archived, or is missing or unreadable */
async function memberBack({ mailchimp, store, perform }: DecideParts, copy: KeptCopy): Promise<boolean> {
  const { id, email_address: email } = (copy.member ?? {}) as { id?: string; email_address?: string };
  if (id === undefined || copy.forgotten || copy.memberStatus === "archived") return false;
  const now = await mailchimp.fetch(id);
  if (now === undefined) return true;
  // Another member signed up with that address since; the next run matches it
  if (copy.link?.memberKey !== now.member.key) return false;
  // A run may have archived the member because the person was gone, before the decision did
  const ours = copy.archived ?? (await store.contact({ personId: copy.personId })).link?.archived;
  const untouched = now.member.status === "archived" && ours != null && now.member.changedAt === ours.at;
  if (!untouched) {
    // Read without the mapped fields: keep those that are stored, or else they would seem to have been cleared
    const { member: known } = await store.contact({ memberKey: now.member.key });
    const { status, changedAt } = now.member;
    await store.saveChanges({ members: known ? [{ ...known, status, changedAt }] : [] });
    return status === "archived";
  }
  const back = await perform({
    ...aboutPerson(copy.personId, email ?? now.member.email),
    side: "mailchimp",
    operation: "unarchive-member",
    member: { ...memberRef(now.member), email: email ?? now.member.email },
    status: ours.from,
    changedAt: ours.at,
  });
  if (!back.ok && back.failure.code !== "CHANGED_MEANWHILE") throw new Refusal(back.failure.message);
  return !back.ok;
}
