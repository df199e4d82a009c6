/**
 * Operations as plain data: what a run means to do, to whom, why, and with what before and after. Nothing here does
 * anything; a plan can be shown, kept, refused, applied and undone because it is only this.
 */
import type { Member, MemberTag } from "../domain/contact.ts";
import type { Unsendable } from "../domain/fields.ts";
import type { MemberStatus, NewMemberStatus } from "../domain/status.ts";
import { fieldValue, type Value, type Values } from "../domain/values.ts";
import type { LinkPatch } from "./links.ts";

/** Why an operation is in the plan; the texts are in the catalogues. */
export type Reason =
  | "new-in-copper"
  | "new-in-mailchimp"
  | "changed-in-copper"
  | "changed-in-mailchimp"
  | "changed-in-both"
  | "first-sight"
  | "tags-changed"
  | "status-told"
  | "address-changed"
  | "person-gone"
  | "outside-filter"
  | "back-in-sync"
  | "real-name"
  | "undo"
  | "decision"
  | "probe";

/** Before and after of one field, by the name the written side knows it by. */
export type Changes = Readonly<Record<string, readonly [before: Value, after: Value]>>;

/** The member an operation is about: enough to write him, and to see that he is still the same. */
export interface MemberRef {
  readonly key: string;
  readonly id: string;
  readonly email: string;
  readonly status: MemberStatus;
}

interface Common {
  /** Address by which people know the contact. */
  readonly contact: string;
  readonly reason: Reason;
  /** The person whose link the answer settles; for `create-person` there is none yet. */
  readonly personId?: number;
  readonly settles: LinkPatch;
}

export interface CreateMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "create-member";
  readonly personId: number;
  readonly email: string;
  /** The status of a new member (C2); whoever exists is refused by Mailchimp and keeps his own. */
  readonly status: NewMemberStatus;
  readonly fields: Values;
  readonly tags: readonly string[];
}

export interface UpdateMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "update-member";
  readonly member: MemberRef;
  readonly fields: Values;
  /** What the written fields held, for showing and for undoing. */
  readonly before: Values;
}

export interface MoveAddress extends Common {
  readonly side: "mailchimp";
  readonly operation: "move-address";
  readonly member: MemberRef;
  readonly email: string;
}

export interface TagMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "tag-member";
  readonly member: MemberRef;
  readonly add: readonly string[];
  readonly remove: readonly MemberTag[];
}

export interface ArchiveMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "archive-member";
  readonly member: MemberRef;
}

/** The one way back (C1): a member whom we archived returns to the status he had. */
export interface UnarchiveMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "unarchive-member";
  readonly member: MemberRef;
  readonly status: MemberStatus;
  /** When he was last seen changed, Unix seconds: another time means that somebody touched him since. */
  readonly changedAt: number;
}

export interface ForgetMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "forget-member";
  readonly member: MemberRef;
}

export interface CreatePerson extends Common {
  readonly side: "copper";
  readonly operation: "create-person";
  readonly member: MemberRef;
  readonly name: string;
  readonly email: string;
  readonly fields: Values;
}

export interface UpdatePerson extends Common {
  readonly side: "copper";
  readonly operation: "update-person";
  readonly personId: number;
  readonly fields: Values;
  /** What the written fields held, for showing and for undoing. */
  readonly before: Values;
  /** The whole name, where first or last name changes: only this one can surely be written (W8). */
  readonly name?: string;
}

export interface AddAddress extends Common {
  readonly side: "copper";
  readonly operation: "add-address";
  readonly personId: number;
  readonly email: string;
  /** His addresses before, in Copper's order. */
  readonly before: readonly string[];
}

export interface TagPerson extends Common {
  readonly side: "copper";
  readonly operation: "tag-person";
  readonly personId: number;
  readonly add: readonly string[];
  /** Keys (see `tagKey`). */
  readonly remove: readonly string[];
}

/** The archive tag in the deletion tag's place (D3). */
export interface ArchivePerson extends Common {
  readonly side: "copper";
  readonly operation: "archive-person";
  readonly personId: number;
  readonly add: readonly string[];
  /** Keys (see `tagKey`). */
  readonly remove: readonly string[];
  /** The tags that go, as they are written. */
  readonly removed: readonly string[];
}

export interface DeletePerson extends Common {
  readonly side: "copper";
  readonly operation: "delete-person";
  readonly personId: number;
}

/** Creates a person anew from a kept copy (D3). What the copy names and Copper no longer has is left out. */
export interface RestorePerson extends Common {
  readonly side: "copper";
  readonly operation: "restore-person";
  /** The id that they had. */
  readonly personId: number;
  /** The record as it was. */
  readonly record: unknown;
  readonly tags: readonly string[];
  /** Whether an earlier try may have made them: then they are looked for first (A2). */
  readonly begun: boolean;
}

/** Takes a marked person off the list of those to decide on, or puts them back. Neither service is asked for anything. */
export interface IgnorePerson extends Common {
  readonly side: "copper";
  readonly operation: "ignore-person";
  readonly personId: number;
  /** The deletion tag as written. */
  readonly tag: string;
  /** Since when they are marked, RFC 3339. */
  readonly since: string;
  readonly ignored: boolean;
}

/** What is written to Mailchimp. */
export type MemberOperation =
  | CreateMember
  | UpdateMember
  | MoveAddress
  | TagMember
  | ArchiveMember
  | UnarchiveMember
  | ForgetMember;
/** What is written to Copper. */
export type PersonOperation =
  | CreatePerson
  | UpdatePerson
  | AddAddress
  | TagPerson
  | ArchivePerson
  | DeletePerson
  | RestorePerson;
/** Everything a plan may hold. */
export type Operation = MemberOperation | PersonOperation | IgnorePerson;

/** Before and after of what an operation writes, by the name the written side knows it by. */
export function changesOf(operation: Operation): Changes {
  switch (operation.operation) {
    case "create-member":
      return { ...between({}, operation.fields), ...tagChange([], operation.tags) };
    case "create-person":
      return between({}, operation.fields);
    case "update-member":
    case "update-person":
      return between(operation.before, operation.fields);
    case "tag-member":
      return tagChange(
        operation.remove.map((tag) => tag.name),
        operation.add,
      );
    case "tag-person":
      return tagChange(operation.remove, operation.add);
    case "move-address":
      return { email: [operation.member.email, operation.email] };
    case "add-address":
      return { email: [operation.before.join(", "), [operation.email, ...operation.before].join(", ")] };
    case "archive-member":
      return { status: [operation.member.status, "archived"] };
    case "unarchive-member":
      return { status: ["archived", operation.status] };
    case "archive-person":
      return tagChange(operation.removed, operation.add);
    case "forget-member":
    case "delete-person":
    case "restore-person":
    case "ignore-person":
      return {};
  }
}

function between(before: Values, after: Values): Changes {
  return Object.fromEntries(
    Object.entries(after).map(([name, value]) => [name, [fieldValue(before, name), value] as const]),
  );
}

function tagChange(removed: readonly string[], added: readonly string[]): Changes {
  return removed.length + added.length === 0 ? {} : { tags: [removed.join(", "), added.join(", ")] };
}

/** Both sides changed one field, differently (V2), or one address cannot be taken (W4). */
export interface Conflict {
  readonly contact: string;
  readonly personId?: number;
  readonly field: string;
  readonly copper: Value;
  readonly mailchimp: Value;
  /** `none` where nothing can be written before a person has decided. */
  readonly kept: "copper" | "mailchimp" | "none";
}

/** Something told without doing anything. */
export interface Note {
  /** "" for what concerns the audience or the account as a whole. */
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
  /** What is odd about a record, in the words of whoever read it. */
  readonly detail?: string;
}

/** Makes an operation that a switch forgets a compile error. Throws where one comes from a later version's journal. */
export function assertNever(operation: never): never {
  throw new Error(`no such operation: ${JSON.stringify(operation)}`);
}

/** What of a member an operation needs. */
export function memberRef(member: Member): MemberRef {
  return { key: member.key, id: member.id, email: member.email, status: member.status };
}
