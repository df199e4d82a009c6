/**
 * The mapping between fields of a person and merge fields of a member (V7). Each pair has an identity of its own (V10).
 * A baseline belongs to this Copper field with that merge field, not to their names.
 */
import type { Kind } from "./values.ts";

/** A merge field of the audience, with the parts that the sync uses. */
export interface MergeField {
  /**
   * Stays the same when the tag changes. A field that is deleted and created again gets another id ("Merge fields" in
   * docs/apis/mailchimp.md).
   */
  readonly id: number;
  /** The merge tag, `FNAME`, at most 10 characters. */
  readonly tag: string;
  /** Mailchimp's name of the type. */
  readonly type: string;
  readonly kind: Kind;
  readonly required: boolean;
  /** The only values that the field accepts; empty if it accepts any. */
  readonly choices: readonly string[];
  /** `US` for phones; `MM/DD/YYYY` or `DD/MM/YYYY` for dates; else "". */
  readonly format: string;
  /** The longest text that it holds (characters). */
  readonly longest: number;
  /** Whether an address without a country belongs to a country that has states. */
  readonly stateNeeded?: boolean;
}

/** A merge field with the name that people gave it. */
export interface NamedMerge extends MergeField {
  readonly name: string;
}

/** The direction in which a mapped field is written. */
export type Direction = "both" | "to-mailchimp" | "to-copper";

/** Which side may win when both changed one field (V2). */
export const CONFLICT_RULES = ["copper", "mailchimp", "newest"] as const;
export type ConflictRule = (typeof CONFLICT_RULES)[number];

/** One line of the mapping: from the defaults, or from `sync.config.yaml`. */
export interface FieldOverride {
  /** `first_name`, `address.city`, or `custom:` with the custom field's name or id. */
  readonly copper: string;
  /** The merge tag. */
  readonly mailchimp: string;
  readonly direction: Direction;
  readonly conflict?: ConflictRule;
  /** Whether the operator wrote the line. Then a line that cannot be met is reported. */
  readonly asked?: boolean;
}

/** A field of a person, with the parts that the sync uses. */
export interface CopperField {
  readonly kind: Kind;
  /** Whether a write to the person can change it. */
  readonly writable: boolean;
  /** The only values that it accepts, by name; empty if it accepts any. */
  readonly choices: readonly string[];
}

/** A pair of fields that both sides have: the unit that the sync works with. */
export interface MappedField extends FieldOverride {
  /** Identifies the pair (V10): the Copper field (with a custom field's type), and the merge field's id and type. */
  readonly pair: string;
  readonly source: CopperField;
  readonly merge: MergeField;
  /** Whether a baseline that an earlier version stored under the Copper field's name belongs to this pair. */
  readonly inherits?: boolean;
}

/** A mapped field for display. */
export interface ShownField extends MappedField {
  /** The name that people know it by in Copper. */
  readonly label: string;
}

/** A custom field of the Copper account ("Custom fields" in docs/apis/copper.md). */
export interface CustomField {
  readonly id: number;
  readonly name: string;
  readonly dataType: string;
  readonly options: readonly { readonly id: number; readonly name: string }[];
}

/** The merge fields of a member's first and last name, in every audience. */
export const NAME_FIELDS = ["FNAME", "LNAME"] as const;

/** The mapping that applies without a configuration file (V7). */
export const DEFAULT_FIELDS: readonly FieldOverride[] = [
  { copper: "first_name", mailchimp: "FNAME", direction: "both" },
  { copper: "last_name", mailchimp: "LNAME", direction: "both" },
  { copper: "phone", mailchimp: "PHONE", direction: "both" },
  { copper: "address", mailchimp: "ADDRESS", direction: "both" },
  { copper: "title", mailchimp: "TITLE", direction: "both" },
  { copper: "company_name", mailchimp: "COMPANY", direction: "to-mailchimp" },
];

/** The parts of a person's address. Each can be mapped alone (V15). */
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

/** Fields that a write to the person cannot change. */
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

/** The type of custom fields that change through related records ("Custom fields" in docs/apis/copper.md). */
export const CONNECT = "Connect";

/**
 * Returns the pairs of fields that both the audience and the account have.
 * @param fieldOverrides the lines of the mapping: the operator's and the default ones
 * @param merges the audience's merge fields
 * @param customs the account's custom fields
 * @returns the mapping, with custom fields named by id, and the lines whose field does not exist
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
 * Returns the custom field that a line of the mapping names, by id first, then by name.
 * @param asked `custom:` with a name or an id
 */
function customNamed(asked: string, customs: readonly CustomField[]): CustomField | undefined {
  const name = asked.slice("custom:".length).trim();
  return (
    customs.find((field) => String(field.id) === name) ??
    customs.find((field) => field.name.trim().toLowerCase() === name.toLowerCase())
  );
}

/** Why the other side cannot hold a value (V5, V12). A code; the catalogues have its text. */
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
