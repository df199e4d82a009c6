/**
 * Stores decisions from before the first request until after the last response (A1), and finishes interrupted ones. The
 * next run reads the person again (D5) and decides:
 *
 *   | decision | the person now                | consequence                                           |
 *   |----------|-------------------------------|-------------------------------------------------------|
 *   | archive  | still marked                  | both halves                                           |
 *   |          | has the archive tag           | the member's half                                     |
 *   |          | neither, or gone              | nothing more: the sync follows the person as it is    |
 *   | delete   | gone                          | the member's half                                     |
 *   |          | still marked                  | both halves                                           |
 *   |          | exists, and no longer marked  | nothing more: the copy cannot be restored             |
 */
import type { Person } from "../../domain/contact.ts";
import { deletionTagOf } from "../../domain/deletion-tag.ts";
import { errorText } from "../../domain/error-text.ts";
import { isArchiveTag } from "../../domain/tags.ts";
import type { UnfinishedDecision } from "../../plan/decision.ts";
import { type FailedContact, isSetAside } from "../../plan/outcomes.ts";
import type { Store } from "../../ports/store.ts";
import type { SyncParts } from "../../sync/run-context.ts";
import type { Beforehand } from "../../sync/run-options.ts";
import { copperHalf, memberHalf } from "./archive-or-delete.ts";
import type { DecideParts } from "./decide-parts.ts";
import { performerOf } from "./perform-operation.ts";
import { decidePartsOf, standing } from "./small-run.ts";

/** Returns the decisions that have begun and not ended. */
export async function unfinished(store: Store): Promise<readonly UnfinishedDecision[]> {
  return (await store.fact("decisions")) ?? [];
}

/** Stores that a decision begins. Replaces an earlier one on the same person. */
export async function noteBegun(store: Store, one: UnfinishedDecision): Promise<void> {
  const others = (await unfinished(store)).filter(({ personId }) => personId !== one.personId);
  await store.saveChanges({ facts: { decisions: [...others, one] } });
}

/** Removes the decision on a person, because it has ended. */
export async function noteEnded(store: Store, personId: number): Promise<void> {
  const others = (await unfinished(store)).filter((one) => one.personId !== personId);
  await store.saveChanges({ facts: { decisions: others } });
}

/**
 * Finishes interrupted decisions, or drops them if the person has changed. One failure does not stop the others. After
 * five failed runs, only reports a decision until the operator asks for a retry (A10).
 * @param run the id of the run that they become part of
 * @param again whether to retry those that failed in five runs
 * @returns what was done, and what failed
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
      operation: one.forget ? "forget-member" : "archive-member",
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
      failures.push(failed(errorText(error)));
    }
  }
  await watched.again();
  return { failures, done: applier };
}

/** Finishes one decision. Throws Refusal, ServiceError, or an Error if the person's record is odd. */
export async function finish(parts: DecideParts, one: UnfinishedDecision): Promise<void> {
  const { copper, store, tagNames } = parts;
  const found = await copper.fetch(one.personId);
  if (found?.odd) throw new Error(found.odd.detail);
  const person = found?.person;
  const marked = (there: Person) => deletionTagOf(there.tags, tagNames.deletion) !== undefined;
  if (person !== undefined && marked(person)) {
    const after = await copperHalf(parts, one, person);
    await memberHalf(parts, one, after);
  } else if (one.decision === "archive") {
    if (person?.tags.some((tag) => isArchiveTag(tag, tagNames))) await memberHalf(parts, one, person);
  } else if (person === undefined) await memberHalf(parts, one, undefined);
  else await store.restoredAs(one.personId, one.personId);
  await noteEnded(store, one.personId);
}
