/** Why Mailchimp refused: from the title of its problem document, from the words where a batch gives nothing else. */
import { z } from "zod";
import { LOST, type Refused } from "../http/request.ts";
import type { Failure } from "../plan/outcomes.ts";

const problem = z.looseObject({
  title: z.string().default(""),
  detail: z.string().default(""),
  errors: z.array(z.looseObject({ field: z.string(), message: z.string().default("") })).default([]),
});

/** A refused single request as a failure of one contact. */
export function failureOf(answer: Refused): Failure {
  if (answer.status === LOST) return { code: "TEMPORARY", message: answer.text, retry: true };
  const parsed = problem.safeParse(answer.body);
  if (!parsed.success) return { code: "REFUSED", message: answer.text.slice(0, 200), retry: true };
  const { title, detail, errors } = parsed.data;
  const message = [detail || title, ...errors.map((one) => `${one.field}: ${one.message}`)].join(" ");
  const fields = errors.map((one) => one.field).filter((field) => field !== "" && field !== "email_address");
  if (answer.status === 409) return { code: "CHANGED_MEANWHILE", message, retry: true };
  if (answer.status === 404) return { code: "NOT_FOUND", message, retry: true };
  if (answer.status === 405) return { code: "CANNOT_ARCHIVE", message, retry: true };
  if (fields.length > 0) return { code: "FIELD_REFUSED", message, retry: false, fields };
  return classify(`${title} ${message}`, message);
}

/**
 * @param words title and detail, or what a batch says of one address
 * @param message what people are shown
 */
export function classify(words: string, message: string): Failure {
  if (/forgotten|permanently deleted/i.test(words)) return { code: "FORGOTTEN_EMAIL", message, retry: false };
  if (/compliance/i.test(words)) return { code: "COMPLIANCE_STATE", message, retry: false };
  if (/member exists|already a list member/i.test(words)) return { code: "MEMBER_EXISTS", message, retry: true };
  if (/a lot of lists|not allowing more signups/i.test(words)) return { code: "TEMPORARY", message, retry: true };
  if (/fake or invalid|valid email|invalid resource|invalid email/i.test(words))
    return { code: "INVALID_ADDRESS", message, retry: false };
  return { code: "REFUSED", message, retry: true };
}
