/** Decides which reasons a contact keeps while it is retried, and turns failures into reasons. Pure. */
import { type Failure, isSetAside } from "../plan/outcomes.ts";
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
