/**
 * Values and when two are the same (V5, V6).
 *
 * A value is a text, or a postal address; a blank is "". Numbers, dates and options are texts in one agreed spelling
 * (`12.5`, `2026-11-24`, `true`, the option's name; several options a line each), so that both sides' forms meet in one
 * place. What an answer does not show, or shows in a way that cannot be understood, is absent: neither a value nor a
 * blank, and nothing is concluded from it (V11).
 */

import { decodeEntities } from "./html-entities.ts";

/** A postal address in Mailchimp's parts; Copper's `street` is the first two, a line each. */
export interface PostalAddress {
  readonly addr1: string;
  readonly addr2: string;
  readonly city: string;
  readonly state: string;
  readonly zip: string;
  /** Two-letter code where it is known, else as written; "" for the audience's own country. */
  readonly country: string;
}

/** A field's value; "" is a blank. */
export type Value = string | PostalAddress;

/** A field that an answer does not show, or not in a form that can be understood (V11). */
export type Absent = null;

/** What a record shows of one field. */
export type Shown = Value | Absent;

/** What a record shows of its fields; a field that is not named is blank. */
export type ShownFields = Readonly<Record<string, Shown>>;

/** Values to be written; a field that is not named is not touched. */
export type Values = Readonly<Record<string, Value>>;

/** What kind of value a field holds: decides how two are compared. */
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

/** Stands between several options in one text. */
export const BETWEEN_OPTIONS = "\n";

/** Returns whether there is nothing in a value. */
export function isBlank(value: Value): boolean {
  if (typeof value === "string") return value.trim() === "";
  return PARTS.every((part) => value[part].trim() === "");
}

/** Returns what a record shows of a field. */
export function shownField(fields: ShownFields, name: string): Shown {
  const value = fields[name];
  return value === undefined ? "" : value;
}

/** Returns a value that is to be written, or was there before; a blank where there is none. */
export function fieldValue(fields: Values, name: string): Value {
  return fields[name] ?? "";
}

/** Returns a value that is shown, for people: an absent one as a blank. */
export function valueOr(shown: Shown): Value {
  return shown ?? "";
}

/**
 * Returns whether two values of one side are the same, however it formats them (V6). A blank country is the audience's
 * own, so it is the same as any.
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
 * Returns whether a value may be another spelling of one: the same letters and digits in another order (a date), or one
 * cut short or completed (a text that is too long, a telephone number).
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

/** Returns a text that is equal for equal values of a kind; for remembering what was refused. */
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

/** Returns a value in one line, for people. */
export function showValue(value: Value): string {
  if (typeof value === "string") return value.replaceAll(BETWEEN_OPTIONS, ", ");
  return [value.addr1, value.addr2, `${value.zip} ${value.city}`.trim(), value.state, value.country]
    .filter((part) => part !== "")
    .join(", ");
}

/** Texts are compared decoded: a service may store one plain and answer it encoded, or the other way round (T7). */
function text(value: string): string {
  return decodeEntities(value).normalize("NFC").replace(/\s+/gu, " ").trim();
}

/** Digits only, with what makes an extension another number; a leading US `1` or `+1` is formatting. */
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
