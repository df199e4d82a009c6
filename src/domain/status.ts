/**
 * The states of a member and what each permits (C1–C4, V9). No file but this one and the two that create and
 * bring back members may speak of sending a status.
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

/** A member's status, in Mailchimp's words; `gone` for one that no reading shows any more. */
export type MemberStatus = "subscribed" | "unsubscribed" | "cleaned" | "pending" | "transactional" | "archived";

/** Every status Mailchimp knows. */
export const MEMBER_STATUSES: readonly MemberStatus[] = [
  "subscribed",
  "unsubscribed",
  "cleaned",
  "pending",
  "transactional",
  "archived",
];

/** Every status that a member created by us may get (C2). */
export const NEW_MEMBER_STATUSES = ["subscribed", "pending", "transactional"] as const;
export type NewMemberStatus = (typeof NEW_MEMBER_STATUSES)[number];

/** Whether a member of this status gets writes, and whether his values go to Copper (V9, C4). */
export function isKeptInStep(status: MemberStatus): boolean {
  return status !== "cleaned" && status !== "archived";
}

/** Whether Mailchimp archives a member of this status ("archive and forget" in docs/apis/mailchimp.md). */
export function canBeArchived(status: MemberStatus): boolean {
  return status !== "archived" && status !== "cleaned" && status !== "pending";
}

/** Whether a member of this status whom Copper does not know becomes a person (C4). */
export function becomesPerson(status: MemberStatus): boolean {
  return status === "subscribed";
}

/** What Copper is told of a status, if anything (C3). */
export function statusTagOf(status: MemberStatus): StatusTag | undefined {
  return status === "unsubscribed" || status === "cleaned" || status === "pending" ? status : undefined;
}
