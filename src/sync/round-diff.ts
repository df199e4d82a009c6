/**
 * Compares the plans of one run. After each round, the run plans again from what the responses showed. The new plan may
 * repeat what the earlier one reported or tried.
 */
import { changesOf, type Operation } from "../plan/operations.ts";
import type { Plan } from "../plan/plan.ts";

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
 * Returns the operations that were not attempted with the same content, so that no round repeats another. Yields after
 * each step, since a round may have many.
 * @param attempted the operations of each earlier round
 */
export function* notAttempted(
  operations: Iterable<Operation>,
  attempted: readonly Iterable<Operation>[],
): Generator<void, Operation[]> {
  const left = new Map<string, Operation>();
  for (const operation of operations) {
    yield;
    left.set(contentOf(operation), operation);
  }
  if (left.size > 0)
    for (const round of attempted)
      for (const one of round) {
        yield;
        left.delete(contentOf(one));
      }
  return [...left.values()];
}

/** Returns what an operation does and to whom, as text. Equal operations of two plans are different objects. */
function contentOf(operation: Operation): string {
  const { side, operation: kind, personId, contact } = operation;
  return JSON.stringify([side, kind, personId ?? contact, changesOf(operation)]);
}
