/**
 * Carries out the three decisions on a marked person (D3). Restoring is in `restore.ts`.
 *
 *   | decision | Copper                                       | Mailchimp                     | stored          |
 *   |----------|----------------------------------------------|-------------------------------|-----------------|
 *   | archive  | the archive tag replaces the deletion tag    | archived                      | the link        |
 *   | delete   | deleted                                      | archived, or erased           | a copy of both  |
 *   | ignore   | –                                            | –                             | as ignored      |
 *
 * Reads the person again just before (D5). Stores the decision before the first request, until the last response. If
 * it is interrupted, the next run finishes it: see `unfinished.ts`.
 */
import { deletionTagOf } from "../../domain/deletion-tag.ts";
import { errorText } from "../../domain/error-text.ts";
import type { Decided, Decision, UnfinishedDecision } from "../../plan/decision.ts";
import { aboutPerson, contactOf, copperHalf, keepCopy, memberHalf } from "./archive-or-delete.ts";
import type { DecideParts } from "./decide-parts.ts";
import { noteBegun, noteEnded } from "./unfinished.ts";

/**
 * Carries out one decision on one person. Returns failures instead of throwing, so that one never stops another person.
 * @param personId the person's id in Copper
 * @param forget for `delete`: whether to erase the member instead of archiving it
 */
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
    if (found?.odd) return is("failed", found.odd.detail);
    const listed = (await store.waiting()).reviews.find((one) => one.personId === personId);
    if (found === undefined) {
      if (listed === undefined) return is("unknown");
      await store.saveChanges({ reviewsOver: [personId] });
      return is("vanished");
    }
    const { person } = found;
    name = person.name;
    const tag = deletionTagOf(person.tags, tagNames.deletion);
    if (tag === undefined) return is(stored && deletionTagOf(stored.tags, tagNames.deletion) ? "unmarked" : "unknown");
    if (decision === "ignore") {
      const since = listed?.since ?? parts.now();
      const about = { ...aboutPerson(personId, contactOf(person)), side: "copper" as const };
      await parts.perform({ ...about, operation: "ignore-person", tag: listed?.tag ?? tag, since, ignored: true });
      return is("ignored");
    }
    if (decision === "delete") await keepCopy(parts, person, found.raw, forget);
    const step: UnfinishedDecision = { personId, name, decision, forget: decision === "delete" && forget, tries: 0 };
    await noteBegun(store, step);
    let after: Awaited<ReturnType<typeof copperHalf>>;
    try {
      after = await copperHalf(parts, step, person);
    } catch (error) {
      const refused = errorText(error);
      return await afterRefusal(parts, step, refused, is);
    }
    return await finished(parts, step, after, is);
  } catch (error) {
    return is("failed", errorText(error));
  }
}

type Is = (result: Decided["result"], detail?: string) => Decided;

/** Reads the person again after a refusal or a lost response: the deletion or archiving may have happened. */
async function afterRefusal(parts: DecideParts, step: UnfinishedDecision, refused: string, is: Is): Promise<Decided> {
  const { copper, store, tagNames } = parts;
  const now = await copper.fetch(step.personId).catch(() => null);
  if (now === null) return is("unfinished", refused);
  const person = now?.person;
  if (now === undefined ? step.decision === "delete" : person && !deletionTagOf(person.tags, tagNames.deletion))
    return finished(parts, step, person, is);
  await noteEnded(store, step.personId);
  // A person who still exists must not be restored from a copy
  if (now !== undefined) await store.restoredAs(step.personId, step.personId);
  return is("failed", refused);
}

/** Carries out the member's half and ends the decision. */
async function finished(
  parts: DecideParts,
  step: UnfinishedDecision,
  after: Awaited<ReturnType<typeof copperHalf>>,
  is: Is,
): Promise<Decided> {
  try {
    await memberHalf(parts, step, after);
  } catch (error) {
    return is("unfinished", errorText(error));
  }
  await noteEnded(parts.store, step.personId);
  return is(step.decision === "archive" ? "archived" : step.forget ? "forgotten" : "deleted");
}
