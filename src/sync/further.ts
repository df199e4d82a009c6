/** What a plan adds that is made again in the same run, from what the answers have taught. */
import { changesOf, type Operation } from "../plan/operations.ts";
import type { Plan } from "../plan/plan.ts";
import { nameOf } from "./apply.ts";

/** Returns what is told of conflicts and contacts, of an earlier plan and of what a further one adds. */
export function furtherNotes(plan: Plan, again: Plan): Pick<Plan, "conflicts" | "notes"> {
  const both = <Thing>(one: readonly Thing[], other: readonly Thing[]): Thing[] => {
    const there = new Set(one.map((each) => JSON.stringify(each)));
    return [...one, ...other.filter((each) => !there.has(JSON.stringify(each)))];
  };
  return { conflicts: both(plan.conflicts, again.conflicts), notes: both(plan.notes, again.notes) };
}

/** Those of a further plan that have not been tried: not the same with the same content. */
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
