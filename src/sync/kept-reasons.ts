/** Which reasons stay while a contact is tried again, and what a failure comes to. Pure. */
import { type Failure, isSetAside } from "../plan/outcomes.ts";
import { type Because, type KeptStanding, type Standing, type StandingReason, stateOf } from "../plan/standings.ts";
import type { Trouble } from "../ports/store.ts";

/** Reasons that a contact keeps while it is tried again. */
export const TRIED_AGAIN: readonly StandingReason[] = ["failed", "set-aside", "value-not-taken"];

/** What a failure that is still to be mended comes to. */
export function failing(
  { code, message }: Pick<Failure, "code" | "message">,
  troubles: readonly Trouble[],
  addresses: readonly string[],
): Because {
  const aside = troubles.some((one) => isSetAside(one) && addresses.includes(one.contact));
  return { reason: aside ? "set-aside" : "failed", detail: { code, ...(message !== "" && { words: message }) } };
}

/** Whether a contact keeps its reason: a run with ONLY touches nobody else, and what failed has failed until it went through. */
export function staysAs(before: KeptStanding, { reason }: Standing): boolean {
  if (reason === "outside-only") return stateOf(before.reason) === "failing";
  return reason === "next-run" && TRIED_AGAIN.includes(before.reason);
}

/** The two sides of a contact, without those that it lacks. */
export function who(
  personId: number | undefined,
  memberKey: string | undefined,
): Pick<Standing, "personId" | "memberKey"> {
  return { ...(personId !== undefined && { personId }), ...(memberKey !== undefined && { memberKey }) };
}
