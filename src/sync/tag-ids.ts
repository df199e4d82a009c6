/** Collects the ids of the audience's tags from members. Each unknown id costs another request. */
import type { Member } from "../domain/contact.ts";
import { tagKey } from "../domain/tags.ts";
import { inSteps } from "../limits/breaks.ts";
import type { Known } from "../plan/collections.ts";
import { PartialRecords } from "../plan/partial-records.ts";
import type { Store } from "../ports/store.ts";

/**
 * Returns the ids by tag key.
 * @param members the run's members; if only some are loaded, adds the stored ids or, without any, loads all members
 */
export async function tagIdsOf(
  store: Pick<Store, "fact" | "saveChanges" | "load">,
  members: Known<string, Member>,
): Promise<ReadonlyMap<string, number>> {
  const kept = members instanceof PartialRecords ? await store.fact("tag ids") : undefined;
  const all = kept === undefined && members instanceof PartialRecords ? (await store.load()).members : members;
  const ids = await inSteps(idsOf(all.values(), new Map(kept)));
  if (JSON.stringify([...ids]) !== JSON.stringify(kept)) await store.saveChanges({ facts: { "tag ids": [...ids] } });
  return ids;
}

/** Collects the ids. Processes one member per step. */
function* idsOf(members: Iterable<Member>, ids: Map<string, number>): Generator<void, Map<string, number>> {
  for (const { tags } of members) {
    for (const { id, name } of tags) if (id !== 0) ids.set(tagKey(name), id);
    yield;
  }
  return ids;
}
