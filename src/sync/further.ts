/**
 * Compares the plans of one run. After each round, the run plans again from what the responses showed. The new plan may
 * repeat what the earlier one reported or tried.
 */
import { changesOf, type Operation } from "../plan/operations.ts";
import type { Plan } from "../plan/plan.ts";
import { nameOf } from "./apply.ts";

/**
 * Returns the conflicts and notes of both plans, each once.
 * @param plan the plan so far, with the notes of earlier rounds
 * @param again the new plan
 */
export function furtherNotes(plan: Plan, again: Plan): Pick<Plan, "conflicts" | "notes"> {
  const both = <Thing>(one: readonly Thing[], other: readonly Thing[]): Thing[] => {
    const there = new Set(one.map((each) => JSON.stringify(each)));
    return [...one, ...other.filter((each) => !there.has(JSON.stringify(each)))];
  };
  return { conflicts: both(plan.conflicts, again.conflicts), notes: both(plan.notes, again.notes) };
}

/**
 * Returns the operations that were not attempted with the same content, so that no round repeats another.
 * @param attempted the operations of each earlier round
 */
export function without(operations: Iterable<Operation>, attempted: readonly Iterable<Operation>[]): Operation[] {
  const left = new Map<string, Operation[]>();
  for (const operation of operations) {
    const name = nameOf(operation);
    left.set(name, [...(left.get(name) ?? []), operation]);
  }
  if (left.size > 0)
    for (const round of attempted)
      for (const one of round) {
        const alike = left.get(nameOf(one));
        if (alike === undefined) continue;
        const content = JSON.stringify(changesOf(one));
        left.set(
          nameOf(one),
          alike.filter((other) => JSON.stringify(changesOf(other)) !== content),
        );
      }
  return [...left.values()].flat();
}
