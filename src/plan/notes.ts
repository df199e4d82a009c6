/** What a plan tells without doing anything: conflicts, and remarks about contacts. Plain data. */
import type { Unsendable } from "../domain/fields.ts";
import type { Value } from "../domain/values.ts";

/** A conflict: both sides changed one field differently (V2), or an address belongs to another contact (W4). */
export interface Conflict {
  readonly contact: string;
  readonly personId?: number;
  readonly field: string;
  readonly copper: Value;
  readonly mailchimp: Value;
  /** The side whose value is kept; `none` if nothing can be written before the operator decides. */
  readonly kept: "copper" | "mailchimp" | "none";
}

/** A message without any write. */
export interface Note {
  /** "" if it concerns the audience or the account as a whole. */
  readonly contact: string;
  readonly code:
    | Unsendable
    | "second-member"
    | "address-taken"
    | "set-aside"
    | "address-refused"
    | "status-forbids"
    | "refused-before"
    | "not-taken"
    | "odd-record"
    | "no-address"
    | "required-field"
    | "unmet-field"
    | "log-unwritable"
    | "undo-changed-since"
    | "undo-gone"
    | "undo-left-alone"
    | "undo-comes-again"
    | "undo-person"
    | "undo-address"
    | "undo-unseen"
    | "undo-deleted"
    | "undo-forgotten";
  readonly field?: string;
  readonly value?: Value;
  /** What is odd about a record. */
  readonly detail?: string;
}
