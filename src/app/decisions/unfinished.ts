/**
 * Decisions that have begun and are not known to have ended, kept from before the first request to after the last one
 * (A1). Killed or cut off in between, the next run looks at the person again (D5) and finishes what can be finished:
 *
 *   | decided | the person then               | what becomes of it                                    |
 *   |---------|-------------------------------|-------------------------------------------------------|
 *   | archive | still marked                  | both halves                                           |
 *   |         | carries the archive tag       | the member's half                                     |
 *   |         | neither, or gone              | nothing more: the sync goes by what the person is     |
 *   | delete  | gone                          | the member's half                                     |
 *   |         | still marked                  | both halves                                           |
 *   |         | there, and no longer marked   | nothing more; the copy is not one of a deleted person |
 */
import type { Person } from "../../domain/contact.ts";
import { deletionTagOf } from "../../domain/deletion-tag.ts";
import { isArchiveTag } from "../../domain/tags.ts";
import type { UnfinishedDecision } from "../../plan/decision.ts";
import { type FailedContact, isSetAside } from "../../plan/outcomes.ts";
import type { Store } from "../../ports/store.ts";
import type { SyncParts } from "../../sync/prepare.ts";
import type { Beforehand } from "../../sync/run.ts";
import type { DecideParts } from "./decide-parts.ts";
import { copperHalf, memberHalf } from "./halves.ts";
import { performerOf } from "./perform.ts";
import { decidePartsOf, standing } from "./run.ts";

/** Returns the decisions that are under way. */
export async function unfinished(store: Store): Promise<readonly UnfinishedDecision[]> {
  return (await store.fact("decisions")) ?? [];
}

/** Notes that a decision begins, in place of what was begun about the same person. */
export async function noteBegun(store: Store, one: UnfinishedDecision): Promise<void> {
  const others = (await unfinished(store)).filter(({ personId }) => personId !== one.personId);
  await store.saveChanges({ facts: { decisions: [...others, one] } });
}

/** Notes that nothing is under way about somebody any more. */
export async function noteEnded(store: Store, personId: number): Promise<void> {
  const all = await unfinished(store);
  const others = all.filter((one) => one.personId !== personId);
  if (others.length < all.length) await store.saveChanges({ facts: { decisions: others } });
}

/**
 * Finishes what was begun, or gives it up where the person says otherwise by now. One person's failure stops nobody
 * else; who failed in five runs is told and not tried again before somebody asks (A10).
 * @param again whether those are tried, too
 * @param run the run as a part of which they are finished
 * @returns what was done, and what could not be finished
 */
export async function finishDecisions(sync: SyncParts, run: string, again: boolean): Promise<Beforehand> {
  const failures: FailedContact[] = [];
  const { applier, perform } = performerOf(sync, run);
  const watched = standing(sync, perform);
  const parts = decidePartsOf(sync, watched.perform);
  for (const one of await unfinished(parts.store)) {
    const failed = (message: string): FailedContact => ({
      side: "mailchimp",
      contact: one.name,
      operation: one.decision === "archive" || !one.forget ? "archive-member" : "forget-member",
      code: "REFUSED",
      message,
      retry: true,
    });
    if (isSetAside({ runs: one.tries }) && !again) {
      failures.push(failed(""));
      continue;
    }
    try {
      await finish(parts, one);
    } catch (error) {
      await noteBegun(parts.store, { ...one, tries: one.tries + 1 });
      failures.push(failed(error instanceof Error ? error.message : String(error)));
    }
  }
  await watched.again();
  return { failures, done: applier };
}

/** Finishes one decision. Throws whatever a service refuses it with. */
export async function finish(parts: DecideParts, one: UnfinishedDecision): Promise<void> {
  const { copper, store, tagNames } = parts;
  const found = await copper.fetch(one.personId);
  if (found?.odd) throw new Error(found.odd.detail);
  const person = found?.person;
  const marked = (there: Person) => deletionTagOf(there.tags, tagNames.deletion) !== undefined;
  if (person !== undefined && marked(person)) {
    const after = await copperHalf(parts, one, person);
    await memberHalf(parts, one, after);
  } else if (one.decision === "archive" && person?.tags.some((tag) => isArchiveTag(tag, tagNames)))
    await memberHalf(parts, one, person);
  else if (one.decision === "delete" && person === undefined) await memberHalf(parts, one, undefined);
  else if (one.decision === "delete") await store.restoredAs(one.personId, one.personId);
  await noteEnded(store, one.personId);
}
