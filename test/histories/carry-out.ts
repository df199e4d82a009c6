/** Operations carried out one by one, with whatever befalls each. */
import type { Operation } from "../../src/plan/operations.ts";
import type { Failure, Outcome } from "../../src/plan/outcomes.ts";
import type { Journal } from "../../src/ports/sides.ts";
import { type Faults, Killed } from "./faults.ts";

/** A refusal. */
export const refused = (code: Failure["code"], retry: boolean): Failure => ({ code, message: code, retry });

/** Operations that are journalled and answered together. */
export const TOGETHER = 3;

/** Carries operations out one by one, with whatever mishap befalls each. */
export async function carryOut<O extends Operation>(
  operations: readonly O[],
  journal: Journal<O>,
  stop: AbortSignal,
  faults: Faults,
  effect: (operation: O) => Outcome<O>,
  found: (operation: O) => Outcome<O> | undefined,
  asBefore: (operation: O) => Outcome<O> | undefined,
): Promise<void> {
  for (let at = 0; at < operations.length && !stop.aborted; at += TOGETHER) {
    const part = operations.slice(at, at + TOGETHER);
    await journal.sending(part);
    const outcomes: Outcome<O>[] = [];
    for (const operation of part) {
      faults.meanwhile();
      const mishap = faults.mishap();
      if (mishap === "killed-before") throw new Killed();
      if (mishap === "refused") {
        outcomes.push({ operation, ok: false, failure: refused("REFUSED", true) });
        continue;
      }
      const ignored = mishap === "ignored" ? asBefore(operation) : undefined;
      if (ignored !== undefined) {
        outcomes.push(ignored);
        continue;
      }
      const outcome = mishap === "lost-before" ? undefined : effect(operation);
      if (mishap === "killed-after") throw new Killed();
      if (outcome !== undefined && (mishap === "none" || mishap === "ignored")) outcomes.push(outcome);
      // A lost create is looked up (A2); any other is left to the next run
      else outcomes.push(found(operation) ?? { operation, ok: false, failure: refused("TEMPORARY", true) });
    }
    await journal.answered(outcomes);
  }
}
