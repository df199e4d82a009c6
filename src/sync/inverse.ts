/** The plan that undoes a run (A6). */
import type { Link } from "../contact/contact.ts";
import type { Plan } from "../plan/plan.ts";
import type { Store } from "../plan/ports.ts";
import { MEMORY } from "../plan/records.ts";
import type { Cards } from "../reconcile/cards.ts";
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
export async function inverse(store: Store, run: string, world: World, policy: Policy, cards?: Cards): Promise<Plan> {
  const plan = await inSteps(reconciling(world, policy, MEMORY, cards));
  const { operations, notes } = undo(await Array.fromAsync(store.operations(run)), world, policy, cards);
  const made = [...plan.links].filter((link) => isNewTo(link, world));
  // An empty answer is refused whatever was asked for (G4); somebody who undoes has been asked about the rest
  const guard = plan.guard?.yesHelps === false ? plan.guard : null;
  return { ...plan, operations, notes, links: made, conflicts: [], guard };
}
