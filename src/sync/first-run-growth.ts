/** Computes how much a plan makes both accounts grow, before the first run writes anything (R3). */
import type { MemberStatus, NewMemberStatus } from "../domain/status.ts";
import type { Growth } from "../plan/growth.ts";
import type { FailedContact } from "../plan/outcomes.ts";
import { describe } from "../services/services.ts";
import type { Prepared } from "./prepare.ts";

/** The statuses of members that the service bills for. */
const BILLED: readonly MemberStatus[] = describe("mailchimp").billed;

/** Counts the growth that a plan causes. Processes one record per step. */
export function* growing({ plan, seen }: Prepared): Generator<void, Growth> {
  const newMembers: { [Status in NewMemberStatus]?: number } = {};
  let [billed, bill, people] = [0, 0, 0];
  for (const { status } of seen.members.values()) {
    yield;
    if (BILLED.includes(status)) billed += 1;
  }
  for (const one of plan.operations) {
    yield;
    if (one.operation === "create-member") {
      newMembers[one.status] = (newMembers[one.status] ?? 0) + 1;
      if (BILLED.includes(one.status)) bill += 1;
    }
    if (one.operation === "create-person") people += 1;
    if (one.operation === "archive-member" && BILLED.includes(one.member.status)) bill -= 1;
    if (one.operation === "unarchive-member" && BILLED.includes(one.status)) bill += 1;
  }
  return {
    newMembers,
    welcomed: (newMembers.subscribed ?? 0) > 0,
    billable: { from: billed, to: billed + bill },
    people: { from: seen.persons.size, to: seen.persons.size + people },
  };
}

/** Failed creations that a later run may repeat without asking (R4). */
const FEW_LEFT = 50;

/**
 * Returns whether this run completed the first sync. From then on, very many new contacts are suspicious (R4).
 * @param failures failures of this run
 */
export function hasGrown(
  { policy }: Prepared,
  failures: readonly FailedContact[],
  { stop, undo }: { readonly stop: AbortSignal; readonly undo?: string },
): boolean {
  const left = failures.filter((one) => one.operation.startsWith("create-") && one.retry);
  return !stop.aborted && undo === undefined && policy.only.length === 0 && left.length <= FEW_LEFT;
}
