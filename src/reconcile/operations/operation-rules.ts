/** What each kind of operation needs to have decided after it was planned: one row of functions a kind. */
import type { Link, Member, Person } from "../../domain/contact.ts";
import type { MappedField } from "../../domain/fields.ts";
import type { LinkPatch } from "../../plan/link-patch.ts";
import type { Note } from "../../plan/notes.ts";
import type { MemberOperation, Operation } from "../../plan/operations.ts";
import type { AddressIndex } from "../matching/address-index.ts";

/** The records that a response shows, if it shows any. */
export interface InResponse {
  readonly person?: Person;
  readonly member?: Member;
  /** Number of sent fields that were written. */
  taken(): number;
}

/**
 * What a successful response says about the operation (V13). `"not-done"`: report it, and send it again some runs
 * later. `"retry"`: send it again in the next run.
 */
export type Proof = "done" | "not-done" | "retry";

/** The records of a contact with a write in doubt, as they were read after it. */
export interface InDoubt {
  readonly link: Link;
  readonly person: Person | undefined;
  readonly member: Member | undefined;
  readonly mapped: readonly MappedField[];
}

/** The records of an operation that is undone, as they are now. */
export interface Now {
  readonly link: Link | undefined;
  readonly person: Person | undefined;
  readonly member: Member | undefined;
  /** Keys of our status tags on the person. */
  readonly told: readonly string[];
  readonly addressIndex: AddressIndex;
  readonly mapped: readonly MappedField[];
}

/** The operations that undo others. */
export interface Undoing {
  readonly operations: Operation[];
  /** What cannot be put back, and why. */
  readonly notes: readonly Note[];
}

/** The operation that undoes another, or why there is none; for fields, which are put back one by one, both. */
export type Inverse = Operation | Undoing | { readonly why: Extract<Note["code"], `undo-${string}`> };

/** The rules of one kind of operation. */
export interface OperationRules<O extends Operation> {
  /** Compares a successful response with the operation. A response that shows no record proves nothing wrong. */
  proof(operation: O, shown: InResponse): Proof;
  /** Returns what to change in the link if the response was lost and the effect is there (A1). */
  inDoubt(operation: O, now: InDoubt): LinkPatch;
  /** Returns what undoes the operation if its effect still stands (A6). */
  inverse(operation: O, now: Now): Inverse;
}

/** The rules of one kind of operation on members. */
export interface MemberRules<O extends MemberOperation> extends OperationRules<O> {
  /** Returns the stored member after the write, for responses that show none; `undefined` if it is gone. */
  memberAfter(operation: O, before: Member): Member | undefined;
}

/** The inverse of what somebody changed since. */
export const CHANGED = { why: "undo-changed-since" } as const;
/** The inverse of what concerns a record that is gone. */
export const GONE = { why: "undo-gone" } as const;

/** What a response proves of operations whose response does not show their effect, or is compared elsewhere. */
export const believed = (): Proof => "done";
/** The change to a link if a lost response changes nothing: the records are read or compared afresh. */
export const readAgain = (): LinkPatch => ({});

/** Returns what an operation and its inverse have in common. */
export function undoOf({ contact, personId }: Operation) {
  return { contact, reason: "undo" as const, ...(personId !== undefined && { personId }) };
}
