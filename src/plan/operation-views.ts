/** Operations for display and scripts: one by one, or by kind with examples. */
import { showValue } from "../domain/values.ts";
import { changesOf, type Operation } from "./operations.ts";
import type { KindView, OperationView } from "./run-document.ts";

/** How many operations of each kind are kept as examples. */
export const SHOWN = 5;

/** Adds an operation to the summary: counts it, and keeps it as an example while there are few. */
export function addTo(summary: Record<string, KindView>, operation: Operation): void {
  const { count, first } = summary[operation.operation] ?? { count: 0, first: [] };
  summary[operation.operation] = {
    count: count + 1,
    first: first.length < SHOWN ? [...first, operationView(operation)] : first,
  };
}

/** Returns operations by kind, with examples. */
export function summarize(operations: Iterable<Operation>): Record<string, KindView> {
  const summary: Record<string, KindView> = {};
  for (const operation of operations) addTo(summary, operation);
  return summary;
}

/** Returns an operation for display: what, on which contact, why, before and after. */
export function operationView(operation: Operation): OperationView {
  const { side, contact, reason } = operation;
  const changes = Object.fromEntries(
    Object.entries(changesOf(operation)).map(([name, [before, after]]) => [
      name,
      [showValue(before), showValue(after)] as const,
    ]),
  );
  return { side, operation: operation.operation, contact, reason, changes };
}
