/**
 * Values, and when two are the same (V5, V6).
 *
 * A value is a text or a postal address; a blank is "". Numbers, dates and options are texts in one agreed form
 * (`12.5`, `2026-11-24`, `true`, the option's name; several options one a line). A value is absent if an answer does
 * not show it, or shows it in a form that cannot be parsed. Absent is neither a value nor a blank: conclude nothing
 * from it (V11).
 */

import { decodeEntities } from "./html-entities.ts";

/** A postal address in Mailchimp's parts; Copper's `street` is `addr1` and `addr2`, one a line. */
export interface PostalAddress {
  readonly addr1: string;
  readonly addr2: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  /** Two-letter code if it is known, else as written; "" for the audience's own country. */
  readonly country: string;
}

/** A field's value; "" is a blank. */
export type Value = string | PostalAddress;

/** A field that an answer does not show, or not in a form that can be parsed (V11). */
export type Absent = null;

/** What a record shows of one field. */
export type Shown = Value | Absent;

/** What a record shows of its fields; a field that is not named is blank. */
export type ShownFields = Readonly<Record<string, Shown>>;

/** Values to be written; a field that is not named is not touched. */
export type Values = Readonly<Record<string, Value>>;

/** The kind of value that a field holds: decides how two are compared. */
export type Kind =
  | "text"
  | "phone"
  | "address"
  | "number"
  | "date"
  | "birthday"
  | "url"
  | "zip"
  | "choice"
  | "choices"
  | "flag";

const PARTS = ["addr1", "addr2", "city", "state", "zip"] as const;

/** The separator between several options in one text. */
export const BETWEEN_OPTIONS = "\n";

/** Returns whether a value is blank. An address with only a country is blank, too. */
export function isBlank(value: Value): boolean {
  if (typeof value === "string") return value.trim() === "";
  return PARTS.every((part) => value[part].trim() === "");
}

/** Returns what a record shows of a field; a field that is not named is blank. */
export function shownField(fields: ShownFields, name: string): Shown {
  const value = fields[name];
  return value === undefined ? "" : value;
}

/** Returns a field's value from values to be written or held before; a blank if it is not among them. */
export function fieldValue(fields: Values, name: string): Value {
  return fields[name] ?? "";
}

/** Returns a shown value for display: an absent one becomes a blank. */
export function valueOr(shown: Shown): Value {
  return shown ?? "";
}

/**
 * Returns whether two values of one side are the same, however the service formats them (V6). A blank country is the
 * audience's own, so it equals any.
 */
export function sameValue(kind: Kind, one: Value, other: Value): boolean {
  if (one === other) return true;
  if (isBlank(one) || isBlank(other)) return isBlank(one) && isBlank(other);
  if (typeof one !== "string" && typeof other !== "string") {
    if (!PARTS.every((part) => text(one[part]).toLowerCase() === text(other[part]).toLowerCase())) return false;
    return one.country === "" || other.country === "" || one.country.toLowerCase() === other.country.toLowerCase();
  }
  return valueKey(kind, one) === valueKey(kind, other);
}

/**
 * Returns whether one value may be another spelling of the other. True for the same letters and digits in another order
 * (a date), and for a value cut short or completed (a long text, a telephone number).
 */
export function isRespelt(one: Value, other: Value): boolean {
  const [a, b] = [one, other].map((value) => [...showValue(value).normalize("NFKD").toLowerCase()]);
  const [letters, others] = [a, b].map((all) => (all ?? []).filter((sign) => /[\p{L}\p{N}]/u.test(sign)));
  if (letters === undefined || others === undefined) return false;
  if (letters.length === 0 || others.length === 0) return letters.length === others.length;
  const [text, otherText] = [letters.join(""), others.join("")];
  if (text.includes(otherText) || otherText.includes(text)) return true;
  return letters.sort().join("") === others.sort().join("");
}

/** Returns a text that is equal for equal values of a kind; for remembering which value was refused. */
export function valueKey(kind: Kind, value: Value): string {
  if (typeof value !== "string")
    return [...PARTS, "country" as const].map((part) => text(value[part]).toLowerCase()).join("\n");
  switch (kind) {
    case "phone":
      return phoneKey(value);
    case "number":
      return value.trim() !== "" && Number.isFinite(Number(value)) ? String(Number(value)) : text(value);
    case "url":
      return text(value).replace(/\/$/u, "");
    case "choice":
    case "flag":
      return text(value).toLowerCase();
    case "choices":
      return [...new Set(value.split(BETWEEN_OPTIONS).map((one) => text(one).toLowerCase()))].sort().join("\n");
    default:
      return text(value);
  }
}

/** Returns a value in one line, for display. */
export function showValue(value: Value): string {
  if (typeof value === "string") return value.replaceAll(BETWEEN_OPTIONS, ", ");
  return [value.addr1, value.addr2, `${value.zip} ${value.city}`.trim(), value.state, value.country]
    .filter((part) => part !== "")
    .join(", ");
}

/** Normalizes a text for comparison. Decodes it, since a service may store a text plain and answer it encoded (T7). */
function text(value: string): string {
  return decodeEntities(value).normalize("NFC").replace(/\s+/gu, " ").trim();
}

/**
 * Returns the digits of a phone number, and an extension if there is one, since that is another number. A leading US
 * `1` or `+1` is only formatting.
 */
function phoneKey(value: string): string {
  const [number = "", extension = ""] = value.toLowerCase().split(/(?:ext\.?|poste|x)/u);
  const digits = number.replace(/\D/gu, "");
  if (digits === "") return text(value);
  const international = number.trim().startsWith("+") || digits.startsWith("00");
  const bare = digits.replace(/^00/u, "");
  const american = bare.length === 11 && bare.startsWith("1");
  const key = american ? bare.slice(1) : `${international ? "+" : ""}${bare}`;
  return extension === "" ? key : `${key}x${extension.replace(/\D/gu, "")}`;
}
