/**
 * Is this plan safe? (G4) The answer is a value with figures, so that it can be shown, tested and overruled.
 *
 *   | seen                                            | verdict            | `--yes` |
 *   |-------------------------------------------------|--------------------|---------|
 *   | a side answers empty where there were contacts  | refused            | no      |
 *   | more removals than `MAX_REMOVALS`               | refused            | yes     |
 *   | anything else                                   | let through        |         |
 */
import type { Operation } from "../plan/operations.ts";
import type { Guard } from "../plan/plan.ts";
import type { Policy, World } from "./world.ts";

/** A share never refuses fewer removals than this: a small audience could not lose anybody otherwise. */
const ALWAYS_ALLOWED = 10;

/**
 * @param linked how many contacts are linked
 * @returns why the plan must not be written, or `null`
 */
export function guard(world: World, policy: Policy, operations: Iterable<Operation>, linked: number): Guard | null {
  const contacts: string[] = [];
  for (const one of operations) if (one.operation === "archive-member") contacts.push(one.contact);
  const removals = contacts.length;
  const { maxRemovals } = policy;
  const limit =
    "number" in maxRemovals ? maxRemovals.number : Math.max(ALWAYS_ALLOWED, Math.floor(maxRemovals.share * linked));
  const figures = { removals, limit, linked, contacts };
  if (world.before !== undefined) {
    if (world.before.persons > 0 && world.persons.size === 0)
      return { code: "empty-copper", yesHelps: false, ...figures };
    if (world.before.members > 0 && world.members.size === 0)
      return { code: "empty-mailchimp", yesHelps: false, ...figures };
  }
  return removals > limit ? { code: "too-many-removals", yesHelps: true, ...figures } : null;
}
