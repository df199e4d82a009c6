/**
 * The three decisions on a marked person (D3); the way back is in `restore.ts`.
 *
 *   | decision | Copper                                       | Mailchimp                     | kept            |
 *   |----------|----------------------------------------------|-------------------------------|-----------------|
 *   | archive  | the archive tag in place of the deletion tag | archived                      | the link        |
 *   | delete   | deleted                                      | archived, or forgotten        | a copy of both  |
 *   | ignore   | –                                            | –                             | not listed      |
 *
 * The person is read again just before (D5). What is decided is noted before the first request and until the last one
 * is answered: see `unfinished.ts` for what becomes of it where something comes in between.
 */
import { deletionTagOf } from "../../domain/deletion-tag.ts";
import type { Decided, Decision, UnfinishedDecision } from "../../plan/decision.ts";
import type { DecideParts } from "./decide-parts.ts";
import { aboutPerson, contactOf, copperHalf, keepCopy, memberHalf } from "./halves.ts";
import { noteBegun, noteEnded } from "./unfinished.ts";

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
      const refused = error instanceof Error ? error.message : String(error);
      return await afterRefusal(parts, step, refused, is);
    }
    return await finished(parts, step, after, is);
  } catch (error) {
    return is("failed", error instanceof Error ? error.message : String(error));
  }
}

type Is = (result: Decided["result"], detail?: string) => Decided;

/** Looks what a refusal, or an answer that never came, has left: nothing was done, or it was after all. */
async function afterRefusal(parts: DecideParts, step: UnfinishedDecision, refused: string, is: Is): Promise<Decided> {
  const { copper, store, tagNames } = parts;
  const now = await copper.fetch(step.personId).catch(() => null);
  if (now === null) return is("unfinished", refused);
  const person = now?.person;
  if (now === undefined ? step.decision === "delete" : person && !deletionTagOf(person.tags, tagNames.deletion))
    return finished(parts, step, person, is);
  await noteEnded(store, step.personId);
  // Whoever is still there cannot be brought back
  if (step.decision === "delete") await store.restoredAs(step.personId, step.personId);
  return is("failed", refused);
}

async function finished(
  parts: DecideParts,
  step: UnfinishedDecision,
  after: Awaited<ReturnType<typeof copperHalf>>,
  is: Is,
): Promise<Decided> {
  try {
    await memberHalf(parts, step, after);
  } catch (error) {
    return is("unfinished", error instanceof Error ? error.message : String(error));
  }
  await noteEnded(parts.store, step.personId);
  return is(step.decision === "archive" ? "archived" : step.forget ? "forgotten" : "deleted");
}
