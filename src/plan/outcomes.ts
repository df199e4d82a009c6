/** What became of operations: values with a code, never exceptions (A3). */
import type { Member, Person, RejectionCode } from "../domain/contact.ts";
import type { Operation } from "./operations.ts";

/** Why one contact's operation failed; the texts are in the catalogues. */
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

export interface Failure {
  readonly code: FailureCode;
  /** The service's own words, scrubbed of secrets. */
  readonly message: string;
  /** Whether the next run tries again. */
  readonly retry: boolean;
  /** Fields of ours that the side refused, by the name that side knows them by (V5). */
  readonly fields?: readonly string[];
}

/** The answer to one operation. A record read back lets the baseline hold what the side really stored (V6, A8). */
export type Outcome<O extends Operation = Operation> =
  | {
      readonly operation: O;
      readonly ok: true;
      readonly person?: Person;
      readonly member?: Member;
      /** The answer was lost and the record looked up: it may be ours, or somebody else's of the same address (A2). */
      readonly found?: true;
      /** Fields the side refused while it took the rest. */
      readonly refused?: readonly string[];
    }
  | { readonly operation: O; readonly ok: false; readonly failure: Failure };

/** Failing runs in a row after which a contact is set aside (A3). */
const SET_ASIDE_AFTER = 5;

/** Whether a contact has failed so often that it waits for somebody to look (A3). */
export function isSetAside(trouble: { readonly runs: number }): boolean {
  return trouble.runs >= SET_ASIDE_AFTER;
}

/** A failure as the run document tells it. */
export interface FailedContact {
  readonly side: "copper" | "mailchimp";
  readonly contact: string;
  readonly operation: string;
  readonly code: FailureCode;
  readonly message: string;
  readonly retry: boolean;
}
