/** Translates values of Copper's custom fields, and back ("Custom fields" in docs/apis/copper.md). Pure. */
import { CONNECT, type CustomField } from "../domain/fields.ts";
import { BETWEEN_OPTIONS, isBlank, type Shown, type Value } from "../domain/values.ts";
import { dayOf, midnightOf } from "./dates.ts";

/**
 * Reads the value of a custom field. Returns `null`, not "", if it cannot interpret the value (V11).
 * @param value as Copper sends it; `undefined` if the record leaves the field out, which means blank
 * @param zone the account's time zone (an IANA name)
 */
export function readCustom(custom: CustomField, value: unknown, zone: string): Shown {
  if (value === undefined || value === null || value === "") return "";
  if (Array.isArray(value)) {
    const names = value.map((id) => optionName(custom, id));
    return names.some((name) => name === undefined) ? null : names.join(BETWEEN_OPTIONS);
  }
  switch (custom.dataType) {
    case "Dropdown":
    case "MultiSelect":
      return optionName(custom, value) ?? null;
    case "Date":
      return dayOf(value, zone) ?? null;
    case "Float":
    case "Percentage":
    case "Currency":
      return Number.isFinite(Number(value)) ? String(Number(value)) : null;
    case CONNECT:
      return null;
    default:
      return typeof value === "object" ? null : String(value);
  }
}

/** Returns the name of an option. @param id a number, or its digits */
function optionName(custom: CustomField, id: unknown): string | undefined {
  return custom.options.find((option) => String(option.id) === String(id))?.name;
}

/**
 * Translates a value into the form that Copper accepts; returns `undefined` if that is impossible.
 * @param value in the program's spelling, see `domain/conversions.ts`
 * @param zone the account's time zone (an IANA name)
 */
export function writeCustom(custom: CustomField, value: Value, zone: string): { readonly value: unknown } | undefined {
  if (typeof value !== "string") return undefined;
  if (isBlank(value)) return { value: custom.dataType === "MultiSelect" ? [] : null };
  const id = (name: string) => custom.options.find((one) => one.name === name)?.id;
  switch (custom.dataType) {
    case "Dropdown":
      return whole([id(value)], ([only]) => only);
    case "MultiSelect":
      return whole(value.split(BETWEEN_OPTIONS).map(id), (all) => all);
    case "Date":
      return whole([midnightOf(value, zone)], ([only]) => only);
    case "Checkbox":
      return { value: value === "true" };
    case "Float":
    case "Percentage":
    case "Currency":
      return whole([Number(value)], ([only]) => only);
    case CONNECT:
      return undefined;
    default:
      return { value };
  }
}

/** Returns the value if all its parts are numbers; otherwise `undefined`, so that no part is lost. */
function whole(
  numbers: readonly (number | undefined)[],
  of: (numbers: readonly number[]) => unknown,
): { readonly value: unknown } | undefined {
  const known = numbers.filter((one) => one !== undefined && Number.isFinite(one));
  return known.length === numbers.length ? { value: of(known as number[]) } : undefined;
}
