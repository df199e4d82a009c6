/**
 * The states of a member and what each permits (C1–C4, V9). A status is sent for a new member, and for one that the sync
 * archived and brings back (`bodyOf` and `unarchive` in the Mailchimp side).
 *
 *   | status        | fields and tags written | fields copied to Copper | made a person |
 *   |---------------|-------------------------|-------------------------|---------------|
 *   | subscribed    | yes                     | yes                     | yes           |
 *   | unsubscribed  | yes                     | yes                     | no            |
 *   | pending       | yes                     | yes                     | no            |
 *   | transactional | yes                     | yes                     | no            |
 *   | cleaned       | no                      | no                      | no            |
 *   | archived      | no                      | no                      | no            |
 */
import type { StatusTag } from "./tags.ts";

/** A member's status, in Mailchimp's words ("Members" in docs/apis/mailchimp.md). */
export type MemberStatus = "subscribed" | "unsubscribed" | "cleaned" | "pending" | "transactional" | "archived";

/** Every status that Mailchimp has. */
export const MEMBER_STATUSES: readonly MemberStatus[] = [
  "subscribed",
  "unsubscribed",
  "cleaned",
  "pending",
  "transactional",
  "archived",
];

/** Every status that a member created by the sync may get (C2). */
export const NEW_MEMBER_STATUSES = ["subscribed", "pending", "transactional"] as const;
/** A status for a member created by the sync (C2). */
export type NewMemberStatus = (typeof NEW_MEMBER_STATUSES)[number];

/** Returns whether a member of this status gets writes, and whether its values go to Copper (V9, C4). */
export function isKeptInStep(status: MemberStatus): boolean {
  return status !== "cleaned" && status !== "archived";
}

/**
 * Returns whether Mailchimp lets a member of this status be archived ("Archive and forget" in docs/apis/mailchimp.md).
 */
export function canBeArchived(status: MemberStatus): boolean {
  return status !== "archived" && status !== "cleaned" && status !== "pending";
}

/** Returns whether a member of this status becomes a person if Copper does not have one (C4). */
export function becomesPerson(status: MemberStatus): boolean {
  return status === "subscribed";
}

/** Returns the status tag that Copper gets for a status, if any (C3). */
export function statusTagOf(status: MemberStatus): StatusTag | undefined {
  return status === "unsubscribed" || status === "cleaned" || status === "pending" ? status : undefined;
}
