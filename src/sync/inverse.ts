/** The plan that undoes a run (A6). */
import type { Link } from "../domain/contact.ts";
import { MEMORY } from "../plan/collections.ts";
import type { Plan } from "../plan/plan.ts";
import type { Store } from "../ports/store.ts";
import type { MatchIndex } from "../reconcile/match-index.ts";
import { reconciling } from "../reconcile/reconcile.ts";
import { undo } from "../reconcile/undo.ts";
import type { Policy, World } from "../reconcile/world.ts";
import { inSteps } from "./turns.ts";

/** Whether a link is of somebody who has none, or whose member is gone: an undo moves no other. */
export function isNewTo({ personId }: Link, { links, members }: Pick<World, "links" | "members">): boolean {
  const before = links.get(personId);
  return before === undefined || !members.has(before.memberKey);
}

/** The plan that undoes a run: what both sides are by now is looked at, and nothing else is done. */
export async function inverse(
  store: Store,
  run: string,
  world: World,
  policy: Policy,
  matchIndex?: MatchIndex,
): Promise<Plan> {
  const plan = await inSteps(reconciling(world, policy, MEMORY, matchIndex));
  const { operations, notes } = undo(await Array.fromAsync(store.operations(run)), world, policy, matchIndex);
  const made = [...plan.links].filter((link) => isNewTo(link, world));
  // An empty answer is refused whatever was asked for (G4); somebody who undoes has been asked about the rest
  const guard = plan.guard?.yesHelps === false ? plan.guard : null;
  return { ...plan, operations, notes, links: made, conflicts: [], guard };
}
