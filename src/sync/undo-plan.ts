/** Makes the plan that undoes a run (A6). */
import type { Link } from "../domain/contact.ts";
import { inSteps } from "../limits/breaks.ts";
import { MEMORY } from "../plan/collections.ts";
import type { Plan } from "../plan/plan.ts";
import type { Store } from "../ports/store.ts";
import type { MatchIndex } from "../reconcile/matching/match-index.ts";
import { reconciling } from "../reconcile/reconcile.ts";
import { undo } from "../reconcile/undo.ts";
import type { Policy, World } from "../reconcile/world.ts";

/** Returns whether the person has no link, or one to a member that is gone. An undo changes no other link. */
export function isNewTo({ personId }: Link, { links, members }: Pick<World, "links" | "members">): boolean {
  const before = links.get(personId);
  return before === undefined || !members.has(before.memberKey);
}

/**
 * Makes the plan that undoes a run. Compares with the current records, and plans nothing else.
 * @param run the id of the run to undo
 */
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
  // Always refuse an empty side (G4). The operator confirmed the rest when they asked for the undo
  const guard = plan.guard?.yesHelps === false ? plan.guard : null;
  return { ...plan, operations, notes, links: made, conflicts: [], guard };
}
