/**
 * Outcomes of operations: values with a code, never exceptions, so that one contact's failure does not stop a run (A3).
 */
import type { Member, Person, RejectionCode } from "../domain/contact.ts";
import type { Operation } from "./operations.ts";

/** Why an operation failed. A code; the catalogues have its text. */
export type FailureCode =
  | RejectionCode
  | "MEMBER_EXISTS"
  | "ADDRESS_TAKEN"
  | "FIELD_REFUSED"
  | "NOT_FOUND"
  | "CHANGED_MEANWHILE"
  | "CANNOT_ARCHIVE"
  | "REFUSED"
  | "NOT_TAKEN"
  | "MOVE_REFUSED"
  | "LATER"
  | "ACCOUNT_LIMIT"
  | "TEMPORARY"
  | "UNKNOWN_ANSWER";

/** The failure of one operation. */
export interface Failure {
  readonly code: FailureCode;
  /** The service's own words, without secrets. */
  readonly message: string;
  /** Whether the next run tries again. */
  readonly retry: boolean;
  /** Fields that the side refused, by that side's names (V5). */
  readonly fields?: readonly string[];
}

/**
 * The outcome of one operation. A record that was read back lets the baseline hold what the side really stored (V6,
 * A8).
 */
export type Outcome<O extends Operation = Operation> =
  | {
      readonly operation: O;
      readonly ok: true;
      readonly person?: Person;
      readonly member?: Member;
      /**
       * Set if the answer was lost and the record was looked up. It may be ours, or another one with the same address
       * (A2).
       */
      readonly found?: true;
      /** Fields that the side refused while it accepted the rest. */
      readonly refused?: readonly string[];
    }
  | { readonly operation: O; readonly ok: false; readonly failure: Failure };

/** Failed runs in a row after which a contact is set aside (A3). */
const SET_ASIDE_AFTER = 5;

/**
 * Returns whether a contact has failed so often that it waits for an operator (A3).
 * @param trouble `runs`: failed runs in a row
 */
export function isSetAside(trouble: { readonly runs: number }): boolean {
  return trouble.runs >= SET_ASIDE_AFTER;
}

/** A failure in the run document. */
export interface FailedContact {
  readonly side: "copper" | "mailchimp";
  readonly contact: string;
  readonly operation: string;
  readonly code: FailureCode;
  readonly message: string;
  readonly retry: boolean;
}
