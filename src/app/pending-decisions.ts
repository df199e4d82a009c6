/** Reads the people who are marked for deletion and wait for a decision (D2). */
import { prepare } from "../sync/prepare.ts";
import { StandingTracker } from "../sync/standing-tracker.ts";
import type { Wired } from "./wired.ts";

/** A person who waits for a decision. */
export interface Pending {
  readonly personId: number;
  readonly name: string;
  readonly emails: readonly string[];
  readonly tag: string;
  /** When the person was first seen with the tag (RFC 3339). */
  readonly since: string;
  /** The member's status, or `none`. */
  readonly member: string;
}

/**
 * Returns the people who wait for a decision. Reads both sides first, so that nobody is listed whose tag was removed in
 * the meantime, and stores what the reading found. The caller holds the lease.
 * @throws UnknownFilterError, ServiceError
 */
export async function pending(wired: Wired): Promise<Pending[]> {
  const prepared = await prepare(wired, {
    full: false,
    yes: false,
    retryRejected: false,
    stop: new AbortController().signal,
  });
  const standingChanges = await new StandingTracker(prepared, new Date(wired.clock.now()).toISOString()).before();
  await wired.store.saveChanges({
    ...prepared.seen.stateChanges,
    ...standingChanges,
    facts: { ...prepared.seen.stateChanges.facts, ...standingChanges.facts },
    links: prepared.plan.links,
    unlinked: prepared.plan.unlinked,
    reviews: prepared.reviews,
    reviewsOver: prepared.reviewsOver,
  });
  const ignored = new Set(prepared.reviews.filter((review) => review.ignored).map((review) => review.personId));
  return prepared.plan.marked
    .filter((one) => !ignored.has(one.personId))
    .map((one) => ({
      personId: one.personId,
      name: one.name,
      emails: one.emails,
      tag: one.tag,
      since: prepared.reviews.find((review) => review.personId === one.personId)!.since,
      member: (one.memberKey !== null && prepared.seen.members.get(one.memberKey)?.status) || "none",
    }));
}
