/**
 * Merge fields to create for Copper fields.
 *
 *   | Copper                  | Mailchimp                   |
 *   |-------------------------|-----------------------------|
 *   | text, several options   | text                        |
 *   | phone                   | phone, of any country       |
 *   | address                 | address                     |
 *   | number, amount          | number                      |
 *   | date                    | date, day first             |
 *   | link                    | website                     |
 *   | dropdown                | dropdown, the same options  |
 *   | checkbox                | dropdown, yes and no        |
 */

import { type CustomField, DEFAULT_FIELDS, type FieldOverride, type MergeField } from "../domain/fields.ts";
import { describe } from "../services/services.ts";
import { copperField } from "./mapping-lines.ts";

/** A merge field to create. */
export interface NewMerge {
  /** At most ten characters. */
  readonly tag: string;
  readonly name: string;
  readonly type: "text" | "number" | "address" | "phone" | "date" | "url" | "dropdown";
  readonly options: Readonly<Record<string, unknown>>;
}

const { longestTag: LONGEST_TAG } = describe("mailchimp");
/** The most characters of a name. */
const LONGEST_NAME = 50;
/** Tags with another meaning in Mailchimp's templates. */
const TAKEN_BY_MAILCHIMP: readonly string[] = [
  "EMAIL",
  "EMAIL_TYPE",
  "DATE",
  "UNSUB",
  "FORWARD",
  "ARCHIVE",
  "REWARDS",
  "TO",
];

/** Returns the merge tag that Mailchimp derives from a name: ten letters and digits, without accents. */
export function tagOf(name: string): string {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").toUpperCase();
  return plain.replace(/[^A-Z0-9]/g, "").slice(0, LONGEST_TAG);
}

/**
 * Returns pairs of custom fields and merge fields with the same name that are not mapped yet.
 * @param mapped the existing pairs
 */
export function mappable(
  mapped: readonly Pick<FieldOverride, "mailchimp">[],
  merges: readonly Pick<MergeField, "tag">[],
  customs: readonly CustomField[],
): Pick<FieldOverride, "copper" | "mailchimp">[] {
  const taken = new Set(mapped.map((one) => one.mailchimp));
  return merges
    .filter((merge) => !taken.has(merge.tag))
    .flatMap((merge) => {
      const custom = customs.find((one) => tagOf(one.name) === merge.tag);
      return custom === undefined ? [] : [{ copper: `custom:${custom.name}`, mailchimp: merge.tag }];
    });
}

/** Returns the tag, with a number at its end if it is taken. */
function freeTag(wanted: string, merges: readonly Pick<MergeField, "tag">[]): string {
  const taken = new Set([...TAKEN_BY_MAILCHIMP, ...merges.map((one) => one.tag.toUpperCase())]);
  const plain = wanted === "" ? "FIELD" : wanted;
  if (!taken.has(plain)) return plain;
  for (let count = 2; ; count += 1) {
    const tag = `${plain.slice(0, LONGEST_TAG - String(count).length)}${count}`;
    if (!taken.has(tag)) return tag;
  }
}

/**
 * Returns the merge field to create for a Copper field; `undefined` if there is no such field.
 * @param label the field's display name
 * @param merges the audience's merge fields, whose tags are taken
 * @param words the options of a checkbox
 */
export function newMergeFor(
  copper: string,
  label: string,
  merges: readonly Pick<MergeField, "tag">[],
  customs: readonly CustomField[],
  words: readonly [yes: string, no: string],
): NewMerge | undefined {
  const field = copperField(copper, customs);
  if (field === undefined) return undefined;
  const usual = DEFAULT_FIELDS.find((one) => one.copper === copper)?.mailchimp;
  const tag = freeTag(usual ?? tagOf(label), merges);
  return { tag, name: label.slice(0, LONGEST_NAME), ...typeFor(field.source.kind, field.source.choices, words) };
}

function typeFor(
  kind: MergeField["kind"],
  choices: readonly string[],
  words: readonly [yes: string, no: string],
): Pick<NewMerge, "type" | "options"> {
  switch (kind) {
    case "phone":
      return { type: "phone", options: { phone_format: "none" } };
    case "address":
      return { type: "address", options: {} };
    case "number":
      return { type: "number", options: {} };
    case "date":
    case "birthday":
      return { type: "date", options: { date_format: "DD/MM/YYYY" } };
    case "url":
      return { type: "url", options: {} };
    case "choice":
      return choices.length === 0 ? { type: "text", options: {} } : { type: "dropdown", options: { choices } };
    case "flag":
      return { type: "dropdown", options: { choices: words } };
    case "text":
    case "zip":
    case "choices":
      return { type: "text", options: {} };
  }
}
