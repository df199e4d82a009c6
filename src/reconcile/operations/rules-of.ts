/** Finds the rules of an operation by its kind. */
import { assertNever, type MemberOperation, type Operation } from "../../plan/operations.ts";
import { MEMBER_OPERATIONS } from "./member-operations.ts";
import type { MemberRules, OperationRules } from "./operation-rules.ts";
import { PERSON_OPERATIONS } from "./person-operations.ts";

const RULES = { ...MEMBER_OPERATIONS, ...PERSON_OPERATIONS };

/** Returns the rules of an operation. Throws if it comes from a later version's journal. */
export function rulesOf(operation: MemberOperation): MemberRules<MemberOperation>;
export function rulesOf(operation: Operation): OperationRules<Operation>;
export function rulesOf(operation: Operation): OperationRules<Operation> {
  const rules = RULES[operation.operation];
  if (rules === undefined) assertNever(operation as never);
  return rules as OperationRules<Operation>;
}
