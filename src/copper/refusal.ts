/** Reads why Copper refused a request ("Reaching it" in docs/apis/copper.md). Pure. */
import { z } from "zod";
import { LOST, type Refused } from "../http/answer.ts";
import type { Failure } from "../plan/outcomes.ts";

/** Translates a refused request into the failure of one contact. */
export function failureOf(answer: Refused): Failure {
  if (answer.status === 404) return { code: "NOT_FOUND", message: said(answer), retry: true };
  if (answer.status === LOST) return { code: "TEMPORARY", message: answer.text, retry: true };
  return { code: "REFUSED", message: said(answer), retry: true };
}

/** Returns Copper's words for a refusal, in any of its three shapes ("Reaching it" in docs/apis/copper.md). */
export function said(answer: Refused): string {
  const body = z.looseObject({ message: z.unknown().optional(), error: z.unknown().optional() }).safeParse(answer.body);
  const message = body.success ? (body.data.message ?? body.data.error) : undefined;
  return (typeof message === "string" ? message : JSON.stringify(message ?? answer.text)).slice(0, 300);
}
