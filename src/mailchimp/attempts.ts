/**
 * Decides what to retry after a refusal, so that a wrong field stops only itself (V5, A10). Pure.
 *
 *   | the refusal names           | retry                                                                  |
 *   |-----------------------------|------------------------------------------------------------------------|
 *   | an address without a state  | with the other stand-in (V15)                                          |
 *   | a field that was sent       | without that field                                                     |
 *   | a field that was not sent   | without Mailchimp's check: we checked our own values already           |
 *   | nothing new                 | none: the operation stays refused                                      |
 */
import type { Refused } from "../http/answer.ts";
import type { StateStandIn } from "../plan/capabilities.ts";
import type { MemberOperation } from "../plan/operations.ts";
import type { Failure } from "../plan/outcomes.ts";
import type { Attempt } from "./build-requests.ts";
import { failureOf, fieldsNamed, type NamedField } from "./refusal.ts";
import { needsStandIn } from "./schema.ts";

/**
 * Returns the first attempt at an operation.
 * @param standIn the stand-in that this service accepted before, if known
 */
export function firstAttempt(operation: MemberOperation, standIn: StateStandIn = "nbsp"): Attempt {
  return { fields: "fields" in operation ? operation.fields : {}, skip: false, standIn, refused: [] };
}

/**
 * Returns the attempts of a run's operations. One is kept for retries, even if other operations learn more meanwhile.
 * @param standIn returns the stand-in that this service accepted so far, if known
 */
export function attemptsOf(standIn: () => StateStandIn | undefined) {
  const made = new WeakMap<MemberOperation, Attempt>();
  return {
    get(operation: MemberOperation): Attempt {
      const there = made.get(operation);
      if (there !== undefined) return there;
      const first = firstAttempt(operation, standIn());
      made.set(operation, first);
      return first;
    },
    set: (operation: MemberOperation, attempt: Attempt) => made.set(operation, attempt),
  };
}

/**
 * Returns the next attempt after a refusal, or `undefined` if there is nothing else to try.
 * @param last the attempt that was refused
 * @param named the fields that the refusal names
 */
export function nextAttempt(
  operation: MemberOperation,
  last: Attempt,
  named: readonly NamedField[],
): Attempt | undefined {
  const names = new Set(named.map((one) => one.name));
  const sent = Object.keys(last.fields);
  const mine = sent.filter((tag) => names.has(tag));
  const others = [...names].some((name) => !sent.includes(name));
  const skip = last.skip || others;
  if (last.standIn === "nbsp" && mine.some((tag) => needsStandIn(last.fields[tag])))
    return { ...last, skip, standIn: "n/a" };
  if (mine.length === 0) return skip === last.skip ? undefined : { ...last, skip };
  const fields = Object.fromEntries(Object.entries(last.fields).filter(([tag]) => !mine.includes(tag)));
  if (operation.operation === "update-member" && Object.keys(fields).length === 0) return undefined;
  return { ...last, fields, skip, refused: [...last.refused, ...mine] };
}

/** Returns all refused fields of an operation: those left out, and those that the last refusal names. */
function refusedIn(operation: MemberOperation, last: Attempt, named: readonly NamedField[]): readonly string[] {
  if (!("fields" in operation)) return [];
  const names = named.map((one) => one.name).filter((name) => name in operation.fields);
  return [...new Set([...last.refused, ...names])];
}

/** Returns the failure of an operation, with the refused fields, after the last attempt was refused. */
export function failureAfter(operation: MemberOperation, last: Attempt, answer: Refused): Failure {
  const failure = failureOf(answer, operation.operation === "move-address");
  if (failure.code !== "FIELD_REFUSED") return failure;
  const refused = refusedIn(operation, last, fieldsNamed(answer));
  // We cannot leave out fields that we did not send
  return refused.length === 0 ? { ...failure, code: "REFUSED", retry: true } : { ...failure, fields: refused };
}
