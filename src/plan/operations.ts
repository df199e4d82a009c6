/** Operations as plain data, without effect, so that a plan can be shown, stored, refused, applied and undone. */
import type { Member, MemberTag } from "../domain/contact.ts";
import type { MemberStatus, NewMemberStatus } from "../domain/status.ts";
import { fieldValue, type Value, type Values } from "../domain/values.ts";
import type { LinkPatch } from "./link-patch.ts";

/** Why an operation is in the plan. A code; the catalogues have its text. */
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

/** Before and after of each field, by the written side's name of the field. */
export type Changes = Readonly<Record<string, readonly [before: Value, after: Value]>>;

/** The member of an operation: enough to write it, and to see that it is still the same one. */
export interface MemberRef {
  readonly key: string;
  readonly id: string;
  readonly email: string;
  readonly status: MemberStatus;
}

interface Common {
  /** The address by which people know the contact. */
  readonly contact: string;
  readonly reason: Reason;
  /** The person whose link `settles` changes on success; absent for `create-person`, which has none yet. */
  readonly personId?: number;
  readonly settles: LinkPatch;
}

/** Creates a member for a person (C2). The link's member key is known once the answer has arrived. */
export interface CreateMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "create-member";
  readonly personId: number;
  readonly email: string;
  /** The status of the new member (C2). An address that exists is refused by Mailchimp and keeps its own status. */
  readonly status: NewMemberStatus;
  readonly fields: Values;
  readonly tags: readonly string[];
}

/** Changes merge fields of a member. Never its status (C1). */
export interface UpdateMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "update-member";
  readonly member: MemberRef;
  readonly fields: Values;
  /** What the written fields held, for display and for undo. */
  readonly before: Values;
}

/** Moves a subscribed member to another address (W4). */
export interface MoveAddress extends Common {
  readonly side: "mailchimp";
  readonly operation: "move-address";
  readonly member: MemberRef;
  readonly email: string;
}

/** Adds and removes tags of a member (T1, T2). */
export interface TagMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "tag-member";
  readonly member: MemberRef;
  readonly add: readonly string[];
  readonly remove: readonly MemberTag[];
}

/** Archives a member (G1, D3). */
export interface ArchiveMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "archive-member";
  readonly member: MemberRef;
}

/** Returns a member that the sync archived to its former status: the only way back (C1). */
export interface UnarchiveMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "unarchive-member";
  readonly member: MemberRef;
  readonly status: MemberStatus;
  /** When the member was last seen changed (Unix seconds). Another time means that it changed since. */
  readonly changedAt: number;
}

/** Deletes a member for good; its address can never be added again by the API (D3). */
export interface ForgetMember extends Common {
  readonly side: "mailchimp";
  readonly operation: "forget-member";
  readonly member: MemberRef;
}

/** Creates a person for a member (C4). */
export interface CreatePerson extends Common {
  readonly side: "copper";
  readonly operation: "create-person";
  readonly member: MemberRef;
  readonly name: string;
  readonly email: string;
  readonly fields: Values;
}

/** Changes fields of a person. */
export interface UpdatePerson extends Common {
  readonly side: "copper";
  readonly operation: "update-person";
  readonly personId: number;
  readonly fields: Values;
  readonly before: Values;
  /** The whole name if first or last name changes, since only the whole can surely be written (W8). */
  readonly name?: string;
}

/** Puts the member's new address before the person's others (W5). */
export interface AddAddress extends Common {
  readonly side: "copper";
  readonly operation: "add-address";
  readonly personId: number;
  readonly email: string;
  /** The person's addresses before, in Copper's order. */
  readonly before: readonly string[];
}

/** Adds and removes status tags of a person (C3). */
export interface TagPerson extends Common {
  readonly side: "copper";
  readonly operation: "tag-person";
  readonly personId: number;
  readonly add: readonly string[];
  /** Keys of the tags (`tagKey`). */
  readonly remove: readonly string[];
}

/** Puts the archive tag in the deletion tag's place (D3). */
export interface ArchivePerson extends Common {
  readonly side: "copper";
  readonly operation: "archive-person";
  readonly personId: number;
  readonly add: readonly string[];
  readonly remove: readonly string[];
  /** The removed tags, as written. */
  readonly removed: readonly string[];
}

/** Deletes a person in Copper; a copy is kept first (D3). */
export interface DeletePerson extends Common {
  readonly side: "copper";
  readonly operation: "delete-person";
  readonly personId: number;
}

/** Creates a person again from a kept copy (D3). Leaves out what no longer exists in Copper. */
export interface RestorePerson extends Common {
  readonly side: "copper";
  readonly operation: "restore-person";
  /** The person's former id. */
  readonly personId: number;
  /** The record as it was. */
  readonly record: unknown;
  readonly tags: readonly string[];
  /** Whether an earlier try may have created the person. Then look for them first (A2). */
  readonly begun: boolean;
}

/** Takes a marked person off the review list, or puts them back. Sends no request to either service. */
export interface IgnorePerson extends Common {
  readonly side: "copper";
  readonly operation: "ignore-person";
  readonly personId: number;
  readonly tag: string;
  /** Since when the person is marked (RFC 3339). */
  readonly since: string;
  readonly ignored: boolean;
}

/** Operations that write to Mailchimp. */
export type MemberOperation =
  | CreateMember
  | UpdateMember
  | MoveAddress
  | TagMember
  | ArchiveMember
  | UnarchiveMember
  | ForgetMember;
/** Operations that write to Copper. */
export type PersonOperation =
  | CreatePerson
  | UpdatePerson
  | AddAddress
  | TagPerson
  | ArchivePerson
  | DeletePerson
  | RestorePerson;
/** Every operation that a plan may hold. */
export type Operation = MemberOperation | PersonOperation | IgnorePerson;
/** The kind of an operation. */
export type OperationKind = Operation["operation"];

/** What an operation that succeeded counts as. */
type CountsAs = "created" | "updated" | "archived" | "deleted" | "tagged" | "nothing";
/** How each operation counts, and whether one request holds several of them (`together`). */
export const COUNTING: Readonly<Record<OperationKind, { readonly as: CountsAs; readonly together: boolean }>> = {
  "create-member": { as: "created", together: true },
  "update-member": { as: "updated", together: true },
  "move-address": { as: "updated", together: false },
  "tag-member": { as: "tagged", together: true },
  "archive-member": { as: "archived", together: false },
  "unarchive-member": { as: "updated", together: false },
  "forget-member": { as: "deleted", together: false },
  "create-person": { as: "created", together: true },
  "update-person": { as: "updated", together: true },
  "add-address": { as: "updated", together: true },
  "tag-person": { as: "updated", together: true },
  "archive-person": { as: "updated", together: true },
  "delete-person": { as: "deleted", together: false },
  "restore-person": { as: "created", together: true },
  "ignore-person": { as: "nothing", together: true },
};

/** Returns the record that an operation changes; `undefined` if it creates one. */
export function recordOf(operation: Operation): number | string | undefined {
  return operation.side === "mailchimp" && "member" in operation ? operation.member.key : operation.personId;
}

/**
 * Returns before and after of what an operation writes, by the written side's names. Empty if it has no fields to show.
 */
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

/** Makes a switch that misses an operation a compile error. The error names no contact, since reports contain it. */
export function assertNever(operation: never): never {
  throw new Error(`no such operation: ${(operation as Operation).operation}`);
}

/** Returns whether an operation overwrites fields. */
export const isUpdate = (one: Operation): one is UpdateMember | UpdatePerson =>
  one.operation === "update-member" || one.operation === "update-person";

/** Returns the parts of a member that an operation needs. */
export function memberRef(member: Member): MemberRef {
  return { key: member.key, id: member.id, email: member.email, status: member.status };
}
