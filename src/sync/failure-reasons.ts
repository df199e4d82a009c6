/** What a failure means: which reason the contact gets, and whether the next run must look again. Pure. */
import type { RejectionCode } from "../domain/contact.ts";
import { type FailedContact, type Failure, isSetAside } from "../plan/outcomes.ts";
import { type Because, type KeptStanding, type Standing, type StandingReason, stateOf } from "../plan/standings.ts";
import type { Trouble } from "../ports/store.ts";

/** Reasons that a contact keeps until a retry succeeds. */
export const TRIED_AGAIN: readonly StandingReason[] = ["failed", "set-aside", "value-not-taken"];

/** Returns the reason for a failure: set aside after five runs, otherwise failed. @param addresses address keys */
export function failing(
  { code, message }: Pick<Failure, "code" | "message">,
  troubles: readonly Trouble[],
  addresses: readonly string[],
): Because {
  const aside = troubles.some((one) => isSetAside(one) && addresses.includes(one.contact));
  return { reason: aside ? "set-aside" : "failed", detail: { code, ...(message !== "" && { words: message }) } };
}

/** Returns whether a contact keeps its reason: it fails and a run with ONLY skipped it, or its retry is still due. */
export function staysAs(before: KeptStanding, { reason }: Standing): boolean {
  if (reason === "outside-only") return stateOf(before.reason) === "failing";
  return reason === "next-run" && TRIED_AGAIN.includes(before.reason);
}

/** Returns the keys of a contact, without those that it lacks. */
export function who(
  personId: number | undefined,
  memberKey: string | undefined,
): Pick<Standing, "personId" | "memberKey"> {
  return { ...(personId !== undefined && { personId }), ...(memberKey !== undefined && { memberKey }) };
}

/** Words of the services, by address key. */
export interface Words {
  readonly troubles: ReadonlyMap<string, FailedContact>;
  readonly rejections: ReadonlyMap<string, string>;
}

/** Reasons of a refused address, whose words are stored with the rejection. */
const OF_ADDRESS: readonly StandingReason[] = ["forgotten", "must-resubscribe", "fake-address"];

/**
 * Adds the service's words to a standing, if they are stored with failures or rejections.
 * @param addresses returns the contact's address keys
 */
export function worded(standing: Standing, { troubles, rejections }: Words, addresses: () => string[]): Standing {
  const { reason, detail } = standing;
  if (detail !== undefined) return standing;
  if (reason === "set-aside") {
    const last = addresses().flatMap((address) => troubles.get(address) ?? [])[0];
    return last === undefined ? standing : { ...standing, detail: { code: last.code, words: last.message } };
  }
  if (!OF_ADDRESS.includes(reason)) return standing;
  const words = addresses().flatMap((address) => rejections.get(address) ?? [])[0];
  return words ? { ...standing, detail: { words } } : standing;
}

const REJECTIONS: readonly string[] = [
  "FORGOTTEN_EMAIL",
  "COMPLIANCE_STATE",
  "INVALID_ADDRESS",
] satisfies RejectionCode[];

/** Failures that are clear, besides rejections: the next run need not read everything again. */
const CLEAR: readonly string[] = ["FIELD_REFUSED", "NOT_TAKEN", "MOVE_REFUSED", "LATER", "ACCOUNT_LIMIT"];

/** Returns whether a failure means that Mailchimp refuses the address itself (C5). */
export function isRejection(code: Failure["code"]): code is RejectionCode {
  return REJECTIONS.includes(code);
}

/** Returns whether a failure leaves no doubt about what a service holds now. */
export function isClear(code: Failure["code"]): boolean {
  return isRejection(code) || CLEAR.includes(code);
}
