/**
 * Which field of a person goes with which merge field of a member (V7). Each pair has an identity of its own (V10): what
 * was agreed belongs to this Copper field with that merge field, not to their names.
 */
import type { Kind } from "./values.ts";

/** A merge field of the audience, as far as it matters here. */
export interface MergeField {
  /** What stays its own when its tag changes, and is another when it is deleted and made anew. */
  readonly id: number;
  /** `FNAME`, at most 10 characters. */
  readonly tag: string;
  /** Mailchimp's word for what it holds. */
  readonly type: string;
  readonly kind: Kind;
  readonly required: boolean;
  /** The only values that it takes; empty for any. */
  readonly choices: readonly string[];
  /** `US` for phones; `MM/DD/YYYY` or `DD/MM/YYYY` for dates; else "". */
  readonly format: string;
  /** Most characters of a text. */
  readonly longest: number;
  /** Whether an address without a country is one of a country that has states. */
  readonly stateNeeded?: boolean;
}

/** A merge field with the name that people gave it. */
export interface NamedMerge extends MergeField {
  readonly name: string;
}

/** Which way a mapped field goes. */
export type Direction = "both" | "to-mailchimp" | "to-copper";

/** Who wins when both sides changed one field (V2). */
export type ConflictRule = "copper" | "mailchimp" | "newest";

/** A line of the mapping as somebody asks for it: by default ours, else from `sync.config.yaml`. */
export interface FieldOverride {
  /** `first_name`, `address.city`, or `custom:` with the custom field's name or id. */
  readonly copper: string;
  /** The merge tag. */
  readonly mailchimp: string;
  readonly direction: Direction;
  readonly conflict?: ConflictRule;
  /** Whether a person asked for it, so that they are told where it cannot be met. */
  readonly asked?: boolean;
}

/** A field of a person, as far as it matters here. */
export interface CopperField {
  readonly kind: Kind;
  /** Whether a write to the person can change it. */
  readonly writable: boolean;
  /** The only values that it takes, by name; empty for any. */
  readonly choices: readonly string[];
}

/** A pair of fields that both sides have: what the sync works with. */
export interface MappedField extends FieldOverride {
  /** What identifies the pair (V10): the Copper field with the merge field's id and type. */
  readonly pair: string;
  readonly source: CopperField;
  readonly merge: MergeField;
  /** Whether what an earlier version kept under the Copper field's name alone belongs to this pair. */
  readonly inherits?: boolean;
}

/** A mapped field as people are shown it. */
export interface ShownField extends MappedField {
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
export const DEFAULT_FIELDS: readonly FieldOverride[] = [
  { copper: "first_name", mailchimp: "FNAME", direction: "both" },
  { copper: "last_name", mailchimp: "LNAME", direction: "both" },
  { copper: "phone", mailchimp: "PHONE", direction: "both" },
  { copper: "address", mailchimp: "ADDRESS", direction: "both" },
  { copper: "title", mailchimp: "TITLE", direction: "both" },
  { copper: "company_name", mailchimp: "COMPANY", direction: "to-mailchimp" },
];

/** The parts of a person's address, each of which can be mapped alone (V15). */
export const ADDRESS_PARTS: readonly string[] = ["street", "city", "state", "postal_code", "country"];

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
  ...ADDRESS_PARTS.map((part) => `address.${part}`),
];

/** Fields that Copper changes by other means than a write to the person. */
const READ_ONLY_FIELDS: readonly string[] = ["company_name"];

const CUSTOM_KINDS: Readonly<Record<string, Kind>> = {
  Dropdown: "choice",
  MultiSelect: "choices",
  Date: "date",
  Checkbox: "flag",
  Float: "number",
  Percentage: "number",
  Currency: "number",
  URL: "url",
};

/** Custom fields that are changed through related records ("Custom fields" in docs/apis/copper.md). */
export const CONNECT = "Connect";

/**
 * Returns the pairs that the audience and the account have.
 * @param fieldOverrides the user's lines over the default ones
 * @param merges the audience's merge fields
 * @param customs the account's custom fields
 * @returns the mapping, with custom fields named by id, and the lines that nothing answers to
 */
export function mapFields(
  fieldOverrides: readonly FieldOverride[],
  merges: readonly MergeField[],
  customs: readonly CustomField[],
): { mapped: MappedField[]; unmet: FieldOverride[] } {
  const mapped: MappedField[] = [];
  const unmet: FieldOverride[] = [];
  for (const override of fieldOverrides) {
    const merge = merges.find((field) => field.tag.toUpperCase() === override.mailchimp.toUpperCase());
    const custom = override.copper.startsWith("custom:") ? customNamed(override.copper, customs) : undefined;
    if (merge === undefined || (custom === undefined && override.copper.startsWith("custom:"))) {
      unmet.push(override);
      continue;
    }
    const copper = custom === undefined ? override.copper : `custom:${custom.id}`;
    const whose = custom === undefined ? copper : `${copper}:${custom.dataType}`;
    const pair = `${whose}|${merge.id}:${merge.type}`;
    mapped.push({ ...override, copper, mailchimp: merge.tag, merge, pair, source: sourceOf(copper, custom) });
  }
  return { mapped, unmet };
}

function sourceOf(copper: string, custom: CustomField | undefined): CopperField {
  if (custom === undefined) {
    const kind = copper === "phone" || copper === "address" ? copper : "text";
    return { kind, writable: !READ_ONLY_FIELDS.includes(copper), choices: [] };
  }
  return {
    kind: CUSTOM_KINDS[custom.dataType] ?? "text",
    writable: custom.dataType !== CONNECT,
    choices: custom.options.map((one) => one.name),
  };
}

/**
 * Returns the custom field that a line of the mapping means.
 * @param asked `custom:` with a name or an id
 */
function customNamed(asked: string, customs: readonly CustomField[]): CustomField | undefined {
  const name = asked.slice("custom:".length).trim();
  return (
    customs.find((field) => String(field.id) === name) ??
    customs.find((field) => field.name.trim().toLowerCase() === name.toLowerCase())
  );
}

/** Why a value cannot be held by the other side (V5, V12): a code, its text is in the catalogues. */
export type Unsendable =
  | "too-long"
  | "phone-format"
  | "address-incomplete"
  | "not-an-address"
  | "not-a-number"
  | "not-a-date"
  | "not-a-birthday"
  | "birthday-without-year"
  | "not-a-choice"
  | "not-an-option"
  | "not-a-yes-or-no"
  | "not-a-url"
  | "not-a-zip";
