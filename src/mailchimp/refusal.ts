/**
 * Why Mailchimp refused ("Refusals" in docs/apis/mailchimp.md): from the fields that its problem document names, and
 * from the words, since one title stands for nearly everything. Words count only where they surely say one thing.
 *
 *   | it is about               | told by                                     | then                                    |
 *   |---------------------------|---------------------------------------------|-----------------------------------------|
 *   | fields                    | `errors[].field`                            | the others go through (V5, A10)         |
 *   | the address itself        | "fake or invalid", "valid email address"    | refused until it changes (C5, C6)       |
 *   | the contact's state       | "compliance", "permanently deleted"         | refused until it changes (C5)           |
 *   | a change of address       | the field `email address`                   | tried again some runs later             |
 *   | the moment, the account   | "too many recent", "contact limit"          | tried again, set aside after five (A3)  |
 *   | anything else             |                                             | likewise                                |
 */
import { z } from "zod";
import { LOST, type Refused } from "../http/request.ts";
import type { Failure } from "../plan/outcomes.ts";

const said = z
  .string()
  .nullish()
  .catch(undefined)
  .transform((text) => text ?? "");
/** What cannot be understood of it says nothing; the rest does. */
const problem = z.looseObject({
  title: said,
  detail: said,
  errors: z
    .array(z.looseObject({ field: said, message: said }).catch({ field: "", message: "" }))
    .nullish()
    .catch(undefined)
    .transform((list) => (list ?? []).map(({ field, message }) => ({ ...nameIn(field), message }))),
});

/** A field as a refusal names it: which of several members it is about, and its tag; "" for none. */
export interface NamedField {
  readonly item?: number;
  readonly name: string;
}

/**
 * Returns what `FNAME`, `merge_fields.FNAME`, `members.item:0.merge_fields.FNAME` or `ADDRESS.city` names. Tags of merge
 * fields are written in capitals.
 */
export function nameIn(field: string): NamedField {
  const item = /(?:^|\.)item:(\d+)\./.exec(field)?.[1];
  const [name = ""] = field.replace(/^(?:members\.)?(?:item:\d+\.)?(?:merge_fields\.)?/i, "").split(".");
  return { name: name.trim().toUpperCase(), ...(item !== undefined && { item: Number(item) }) };
}

function isAddress(name: string): boolean {
  return /^email[ _]?(address)?$/i.test(name);
}

/** Returns the fields that a refusal names, those of the address left out. */
export function fieldsNamed(answer: Refused): readonly NamedField[] {
  return (problem.safeParse(answer.body).data?.errors ?? []).filter(({ name }) => name !== "" && !isAddress(name));
}

/** Returns whether a refusal may be about merge fields, and does not say which: one that surely says something else is not. */
export function namesNoField(answer: Refused): boolean {
  if (answer.status !== 400 || fieldsNamed(answer).length > 0) return false;
  const { title = "", detail = "", errors = [] } = problem.safeParse(answer.body).data ?? {};
  if (errors.some(({ name }) => isAddress(name))) return false;
  return classify(`${title} ${detail} ${errors.map(({ message }) => message).join(" ")}`, "").code === "REFUSED";
}

/** Returns whether a refusal says that the account is switched off: that is not a refused key. */
export function isDeactivated(answer: Refused): boolean {
  const { title } = problem.safeParse(answer.body).data ?? {};
  return answer.status === 403 && /deactivat|disabled|suspend|closed/i.test(title ?? "");
}

/**
 * Returns a refused single request as a failure of one contact.
 * @param moving whether a new address was asked for
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
  const failure = classify(`${title ?? ""} ${message}`, message);
  if (failure.code !== "REFUSED" || !moving) return failure;
  return errors.some(({ name }) => isAddress(name)) ? { ...failure, code: "MOVE_REFUSED" } : failure;
}

/**
 * Returns what the words of a refusal surely say.
 * @param words title and detail, or what a batch says of one address
 * @param message what people are shown
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
