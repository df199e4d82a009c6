/**
 * Finds out why Mailchimp refused a request ("Refusals" in docs/apis/mailchimp.md). Reads the fields that the problem
 * document names, and its words, because one title covers nearly every reason. Uses words only if they are unambiguous.
 *
 *   | reason                    | shown by                                    | consequence                           |
 *   |---------------------------|---------------------------------------------|---------------------------------------|
 *   | fields                    | `errors[].field`                            | the other fields are written (V5, A10)|
 *   | the address itself        | "fake or invalid", "valid email address"    | refused until it changes (C5, C6)     |
 *   | the contact's state       | "compliance", "permanently deleted"         | refused until it changes (C5)         |
 *   | a change of address       | the field `email address`                   | retried some runs later               |
 *   | the moment, the account   | "too many recent", "contact limit"          | retried, set aside after five (A3)    |
 *   | anything else             |                                             | retried, set aside after five (A3)    |
 */
import { z } from "zod";
import { LOST, type Refused } from "../http/answer.ts";
import type { Failure } from "../plan/outcomes.ts";

const said = z
  .string()
  .nullish()
  .catch(undefined)
  .transform((text) => text ?? "");
/** A problem document. Parts that do not parse become empty, so that the rest still counts. */
const problem = z.looseObject({
  title: said,
  detail: said,
  errors: z
    .array(z.looseObject({ field: said, message: said }).catch({ field: "", message: "" }))
    .nullish()
    .catch(undefined)
    .transform((list) => (list ?? []).map(({ field, message }) => ({ ...nameIn(field), message }))),
});

/** A field that a refusal names: the row of a bulk request (`item`), and the merge tag, "" if there is none. */
export interface NamedField {
  readonly item?: number;
  readonly name: string;
}

/**
 * Parses the name of a field: `FNAME`, `merge_fields.FNAME`, `members.item:0.merge_fields.FNAME` or `ADDRESS.city`.
 * Returns tags in capitals, because Mailchimp writes them so.
 */
export function nameIn(field: string): NamedField {
  const item = /(?:^|\.)item:(\d+)\./.exec(field)?.[1];
  const [name = ""] = field.replace(/^(?:members\.)?(?:item:\d+\.)?(?:merge_fields\.)?/i, "").split(".");
  return { name: name.trim().toUpperCase(), ...(item !== undefined && { item: Number(item) }) };
}

function isAddress(name: string): boolean {
  return /^email[ _]?(address)?$/i.test(name);
}

/** Returns the merge fields that a refusal names, without the email address. */
export function fieldsNamed(answer: Refused): readonly NamedField[] {
  return (problem.safeParse(answer.body).data?.errors ?? []).filter(({ name }) => name !== "" && !isAddress(name));
}

/** Returns whether a refusal may be about merge fields but names none: its words give no other reason. */
export function namesNoField(answer: Refused): boolean {
  if (answer.status !== 400 || fieldsNamed(answer).length > 0) return false;
  const { title = "", detail = "", errors = [] } = problem.safeParse(answer.body).data ?? {};
  if (errors.some(({ name }) => isAddress(name))) return false;
  return classify(`${title} ${detail} ${errors.map(({ message }) => message).join(" ")}`, "").code === "REFUSED";
}

/** Returns whether the account is deactivated. The response is a 403 too, but the key is not wrong. */
export function isDeactivated(answer: Refused): boolean {
  const { title } = problem.safeParse(answer.body).data ?? {};
  return answer.status === 403 && /deactivat|disabled|suspend|closed/i.test(title ?? "");
}

/**
 * Translates the refusal of a single request into the failure of one contact.
 * @param moving whether the request was to change the address
 */
export function failureOf(answer: Refused, moving = false): Failure {
  if (answer.status === LOST) return { code: "TEMPORARY", message: answer.text, retry: true };
  const parsed = problem.safeParse(answer.body);
  if (!parsed.success) return { code: "REFUSED", message: answer.text.slice(0, 200), retry: true };
  const { title, detail, errors } = parsed.data;
  const words = [detail || title || "", ...errors.map(({ name, message }) => `${name && `${name}: `}${message}`)];
  const message = words.join(" ").trim();
  if (answer.status === 409) return { code: "CHANGED_MEANWHILE", message, retry: true };
  if (answer.status === 404) return { code: "NOT_FOUND", message, retry: true };
  if (answer.status === 405) return { code: "CANNOT_ARCHIVE", message, retry: true };
  const fields = errors.map(({ name }) => name).filter((name) => name !== "" && !isAddress(name));
  if (fields.length > 0) return { code: "FIELD_REFUSED", message, retry: false, fields };
  const failure = classify(`${title} ${message}`, message);
  if (failure.code !== "REFUSED" || !moving) return failure;
  return errors.some(({ name }) => isAddress(name)) ? { ...failure, code: "MOVE_REFUSED" } : failure;
}

/**
 * Classifies a refusal by its words, if they are unambiguous; otherwise returns `REFUSED`.
 * @param words title and detail, or what a bulk response says about one address
 * @param message the text for the report
 */
export function classify(words: string, message: string): Failure {
  if (/forgotten|permanently deleted/i.test(words)) return { code: "FORGOTTEN_EMAIL", message, retry: false };
  if (/compliance/i.test(words)) return { code: "COMPLIANCE_STATE", message, retry: false };
  if (/member exists|already a list member/i.test(words)) return { code: "MEMBER_EXISTS", message, retry: true };
  if (/too many recent|a lot of lists|not allowing more signups/i.test(words))
    return { code: "LATER", message, retry: true };
  if (/contact limit|over its .*limit|exceeds? .*(plan|limit)/i.test(words))
    return { code: "ACCOUNT_LIMIT", message, retry: true };
  if (/looks fake or invalid|valid email address|invalid email/i.test(words))
    return { code: "INVALID_ADDRESS", message, retry: false };
  return { code: "REFUSED", message, retry: true };
}
