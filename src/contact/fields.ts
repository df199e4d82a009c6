/**
 * Which field of a person goes with which merge field of a member (V7), and what the audience's merge field can
 * hold (V5).
 */
import type { Kind, Value } from "./values.ts";
import { isBlank } from "./values.ts";

/** A merge field of the audience, as far as it matters here. */
export interface MergeField {
  /** `FNAME`, at most 10 characters. */
  readonly tag: string;
  readonly type: string;
  readonly required: boolean;
  readonly choices: readonly string[];
  /** `US` or `none` for phones; `MM/DD/YYYY` or `DD/MM/YYYY` for dates. */
  readonly format: string;
}

/** Which way a mapped field goes. */
export type Direction = "both" | "to-mailchimp" | "to-copper";

/** Who wins when both sides changed one field (V2). */
export type ConflictRule = "copper" | "mailchimp" | "newest";

/** A line of the mapping as somebody wishes it: by default ours, else from `sync.config.yaml`. */
export interface FieldWish {
  /** `first_name`, `details`, or `custom:` with the custom field's name or id. */
  readonly copper: string;
  /** The merge tag. */
  readonly mailchimp: string;
  readonly direction: Direction;
  readonly conflict?: ConflictRule;
}

/** A wish that both sides can fulfil: what the sync works with. */
export interface MappedField extends FieldWish {
  readonly kind: Kind;
  readonly merge: MergeField;
}

/** A mapped field as people are shown it. */
export interface ShownField extends FieldWish {
  readonly kind: Kind;
  /** The name people know it by in Copper. */
  readonly label: string;
}

/** A custom field of the Copper account. */
export interface CustomField {
  readonly id: number;
  readonly name: string;
  readonly dataType: string;
  readonly options: readonly { readonly id: number; readonly name: string }[];
}

/** The mapping in force without a configuration file (V7). */
export const DEFAULT_FIELDS: readonly FieldWish[] = [
  { copper: "first_name", mailchimp: "FNAME", direction: "both" },
  { copper: "last_name", mailchimp: "LNAME", direction: "both" },
  { copper: "phone", mailchimp: "PHONE", direction: "both" },
  { copper: "address", mailchimp: "ADDRESS", direction: "both" },
  { copper: "title", mailchimp: "TITLE", direction: "both" },
  { copper: "company_name", mailchimp: "COMPANY", direction: "to-mailchimp" },
];

/** Fields of a person that a mapping may name, besides `custom:…`. */
export const COPPER_FIELDS: readonly string[] = [
  "first_name",
  "last_name",
  "middle_name",
  "prefix",
  "suffix",
  "title",
  "details",
  "company_name",
  "phone",
  "address",
];

/** Fields that Copper changes by other means than a write to the person. */
export const READ_ONLY_FIELDS: readonly string[] = ["company_name"];

const KINDS: Readonly<Record<string, Kind>> = {
  number: "number",
  address: "address",
  phone: "phone",
  date: "date",
  birthday: "birthday",
  url: "url",
  imageurl: "url",
  radio: "choice",
  dropdown: "choice",
};

/**
 * The wishes that the audience and the account can fulfil.
 * @param wishes the user's lines over the default ones
 * @param merges the audience's merge fields
 * @param customs the account's custom fields
 * @returns the mapping, with custom fields named by id, and the wishes that nothing answers to
 */
export function mapFields(
  wishes: readonly FieldWish[],
  merges: readonly MergeField[],
  customs: readonly CustomField[],
): { mapped: MappedField[]; unmet: FieldWish[] } {
  const mapped: MappedField[] = [];
  const unmet: FieldWish[] = [];
  for (const wish of wishes) {
    const merge = merges.find((field) => field.tag.toUpperCase() === wish.mailchimp.toUpperCase());
    const copper = wish.copper.startsWith("custom:") ? customName(wish.copper, customs) : wish.copper;
    if (merge === undefined || copper === undefined) unmet.push(wish);
    else mapped.push({ ...wish, copper, mailchimp: merge.tag, merge, kind: KINDS[merge.type] ?? "text" });
  }
  return { mapped, unmet };
}

/**
 * The name under which a custom field is known inside the program, `custom:` with its id.
 * @param wished `custom:` with a name or an id
 */
function customName(wished: string, customs: readonly CustomField[]): string | undefined {
  const asked = wished.slice("custom:".length).trim();
  const found =
    customs.find((field) => String(field.id) === asked) ??
    customs.find((field) => field.name.trim().toLowerCase() === asked.toLowerCase());
  return found === undefined ? undefined : `custom:${found.id}`;
}

/** Why a value cannot be held by the other side (V5): a code, its text is in the catalogues. */
export type Unsendable =
  | "too-long"
  | "phone-format"
  | "address-incomplete"
  | "not-a-number"
  | "not-a-date"
  | "not-a-choice"
  | "not-a-url"
  | "refused-before"
  | "not-a-zip"
  | "read-only";

/** Longest text of a merge field ("Merge fields" in docs/apis/mailchimp.md). */
const LONGEST_TEXT = 255;

/**
 * Why a merge field cannot hold a value, or `undefined` when it can (V5). Blanks always fit.
 * @param field the merge field
 * @param value in this program's spelling
 */
export function whyMailchimpCannotHold(field: MergeField, value: Value): Unsendable | undefined {
  if (isBlank(value)) return undefined;
  if (typeof value !== "string") {
    const { addr1, city, state, zip } = value;
    return [addr1, city, state, zip].some((part) => part.trim() === "") ? "address-incomplete" : undefined;
  }
  const text = value.trim();
  switch (field.type) {
    case "address":
      return "address-incomplete";
    case "number":
      return Number.isFinite(Number(text)) ? undefined : "not-a-number";
    case "phone":
      return field.format === "US" && usPhone(text) === undefined ? "phone-format" : undefined;
    case "date":
      return isDay(text) ? undefined : "not-a-date";
    case "birthday":
      return /^(0[1-9]|1[0-2])\/(0[1-9]|[12]\d|3[01])$/u.test(text) ? undefined : "not-a-date";
    case "url":
    case "imageurl":
      return /^https?:\/\/[^\s]+\.[^\s]+$/iu.test(text) ? undefined : "not-a-url";
    case "radio":
    case "dropdown":
      return field.choices.some((choice) => choice.toLowerCase() === text.toLowerCase()) ? undefined : "not-a-choice";
    case "zip":
      return /^\d{5}$/u.test(text) ? undefined : "not-a-zip";
    default:
      return text.length > LONGEST_TEXT ? "too-long" : undefined;
  }
}

/** A US number as Mailchimp's US format wants it, `212-555-0100`, or `undefined` when it is none. */
export function usPhone(text: string): string | undefined {
  const digits = text.replace(/[\s().+-]/gu, "").replace(/^1(?=\d{10}$)/u, "");
  return /^[2-9]\d{9}$/u.test(digits) ? `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}` : undefined;
}

/** Whether a text is a day of the calendar, `2026-11-24`. */
export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/u.exec(text) ?? [];
  if (year === undefined) return false;
  const leap = (Number(year) % 4 === 0 && Number(year) % 100 !== 0) || Number(year) % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1];
  return days !== undefined && Number(day) >= 1 && Number(day) <= days;
}
