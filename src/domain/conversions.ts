/**
 * Conversion of a value into the other side's form (V12). Every conversion can fail, with a reason. A value that cannot
 * be converted is not written, and never becomes a blank. A blank is a blank everywhere.
 *
 *   | Copper           | Mailchimp                          | becomes                                               |
 *   |------------------|------------------------------------|-------------------------------------------------------|
 *   | text             | text                               | the text, up to what the merge field holds            |
 *   | Date             | date                               | the day                                               |
 *   | Date             | birthday                           | month and day; back with the year that Copper has     |
 *   | Dropdown         | text, dropdown, radio              | the option's name, if the other side has it           |
 *   | MultiSelect      | text                               | the options' names between commas                     |
 *   | Checkbox         | text, dropdown, radio              | `true` or `false`; back from yes, no, oui, non, 1, 0  |
 *   | Float, Currency… | number, text                       | the number                                            |
 *   | address          | address                            | its parts; without a state if the country has none    |
 *   | address          | text                               | one line, and not back                                |
 *   | part of address  | text, zip                          | the text                                              |
 */

import type { MappedField, MergeField, Unsendable } from "./fields.ts";
import { isDay, numberIn, optionsIn, usPhone, yesOrNo } from "./typed-values.ts";
import {
  BETWEEN_OPTIONS,
  isBlank,
  type Kind,
  type PostalAddress,
  type Shown,
  sameValue,
  showValue,
  type Value,
  valueKey,
} from "./values.ts";

/** A value in the other side's form, or why it has none. */
export type Converted = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly why: Unsendable };

const is = (value: Value): Converted => ({ ok: true, value });
const cannot = (why: Unsendable): Converted => ({ ok: false, why });

/** Countries whose addresses need a state; for any other country the state is optional (V15). */
const WITH_STATES: readonly string[] = ["us", "usa", "united states", "ca", "canada", "au", "australia"];

/**
 * Converts Copper's value into the merge field's form.
 * @param field the pair of fields
 * @param value in Copper's form
 */
export function toMailchimp(field: MappedField, value: Value): Converted {
  if (isBlank(value)) return is("");
  const { merge, source } = field;
  if (merge.kind === "address") return typeof value === "string" ? cannot("not-an-address") : sendable(merge, value);
  if (source.kind === "choices") return severalOptions(field, String(value));
  const text = typeof value === "string" ? value.trim() : showValue(value);
  return intoMerge(merge, source.kind, text);
}

/** Checks a text against the merge field's type, and brings it into that type's form. */
function intoMerge(merge: MergeField, from: Kind, text: string): Converted {
  switch (merge.kind) {
    case "number": {
      const number = from === "number" ? text : numberIn(text);
      return number === undefined ? cannot("not-a-number") : is(number);
    }
    case "phone":
      return merge.format === "US" && usPhone(text) === undefined ? cannot("phone-format") : is(text);
    case "date":
      return isDay(text) ? is(text) : cannot("not-a-date");
    case "birthday":
      if (isDay(text)) return is(`${text.slice(5, 7)}/${text.slice(8)}`);
      return isBirthday(text) ? is(text) : cannot("not-a-birthday");
    case "url":
      return /^https?:\/\/[^\s]+\.[^\s]+$/iu.test(text) ? is(text) : cannot("not-a-url");
    case "choice":
      return choiceIn(merge, from, text);
    case "zip":
      return /^\d{5}$/u.test(text) ? is(text) : cannot("not-a-zip");
    default:
      return text.length > merge.longest ? cannot("too-long") : is(text);
  }
}

/** Returns the merge field's own spelling of a choice. A checkbox matches any choice that means yes or no. */
function choiceIn(merge: MergeField, from: Kind, text: string): Converted {
  const found =
    merge.choices.find((choice) => choice === text) ??
    merge.choices.find((choice) => sameValue("choice", choice, text)) ??
    (from === "flag" ? merge.choices.find((choice) => yesOrNo(choice) === text) : undefined);
  return found === undefined ? cannot("not-a-choice") : is(found);
}

/** Joins several options into one text. Tries separators until the same options can be read back, else fails. */
function severalOptions({ merge, source }: MappedField, value: string): Converted {
  const names = value.split(BETWEEN_OPTIONS);
  for (const between of [", ", "; ", " | "]) {
    const text = names.join(between);
    const back = optionsIn(text, source.choices);
    if (back === undefined || !sameValue("choices", back.join(BETWEEN_OPTIONS), value)) continue;
    return intoMerge(merge, "choices", text);
  }
  return cannot("not-an-option");
}

/**
 * Checks an address: Mailchimp requires street, city, state and code ("Merge fields" in docs/apis/mailchimp.md). The
 * writer fills in a stand-in if the country has no states.
 */
function sendable(merge: MergeField, value: PostalAddress): Converted {
  const { addr1, city, state, zip, country } = value;
  if ([addr1, city, zip].some((part) => part.trim() === "")) return cannot("address-incomplete");
  const states =
    country.trim() === "" ? merge.stateNeeded === true : WITH_STATES.includes(country.trim().toLowerCase());
  return state.trim() === "" && states ? cannot("address-incomplete") : is(value);
}

/**
 * Converts the merge field's value into Copper's form. A value that is already in Copper's form stays as it is.
 * @param field the pair of fields
 * @param value in Mailchimp's form
 * @param now what Copper holds of this field; a birthday takes its year from it
 */
export function toCopper(field: MappedField, value: Value, now: Shown): Converted {
  if (isBlank(value)) return is("");
  const { source } = field;
  if (source.kind === "address") return typeof value === "string" ? cannot("not-an-address") : is(value);
  const text = typeof value === "string" ? value.trim() : showValue(value);
  switch (source.kind) {
    case "number": {
      const number = numberIn(text);
      return number === undefined ? cannot("not-a-number") : is(number);
    }
    case "date":
      return dayFrom(field, text, now);
    case "flag": {
      const flag = yesOrNo(text);
      return flag === undefined ? cannot("not-a-yes-or-no") : is(flag);
    }
    case "choice": {
      const option =
        source.choices.find((one) => one === text) ?? source.choices.find((one) => sameValue("choice", one, text));
      return option === undefined ? cannot("not-an-option") : is(option);
    }
    case "choices": {
      const options = optionsIn(text, source.choices);
      return options === undefined ? cannot("not-an-option") : is(options.join(BETWEEN_OPTIONS));
    }
    default:
      return is(text);
  }
}

/** Returns a calendar day. A birthday gets the year that Copper already has. */
function dayFrom({ merge }: MappedField, text: string, now: Shown): Converted {
  if (isDay(text)) return is(text);
  if (merge.kind !== "birthday" || !isBirthday(text)) return cannot("not-a-date");
  const year = typeof now === "string" && isDay(now) ? now.slice(0, 4) : undefined;
  if (year === undefined) return cannot("birthday-without-year");
  const day = `${year}-${text.replace("/", "-")}`;
  return isDay(day) ? is(day) : cannot("not-a-date");
}

function isBirthday(text: string): boolean {
  // 2024 is a leap year, so 29 February is valid
  return /^\d\d\/\d\d$/u.test(text) && isDay(`2024-${text.replace("/", "-")}`);
}

/**
 * Returns whether both sides hold the same value, each in its own form (V6).
 * @param copper in Copper's form
 * @param mailchimp in Mailchimp's form
 */
export function samePair(field: MappedField, copper: Value, mailchimp: Value): boolean {
  if (isBlank(copper) || isBlank(mailchimp)) return isBlank(copper) && isBlank(mailchimp);
  const there = toMailchimp(field, copper);
  if (there.ok && sameValue(field.merge.kind, there.value, mailchimp)) return true;
  // Compare the addresses directly: an incomplete one cannot be converted, but may still be the same
  if (typeof copper !== "string" && typeof mailchimp !== "string") return sameValue("address", copper, mailchimp);
  const back = toCopper(field, mailchimp, copper);
  return back.ok && sameValue(field.source.kind, back.value, copper);
}

/**
 * Returns what each side should hold for a value that the operator chose for both, or `undefined` if a side cannot, or
 * the field's direction forbids it.
 * @param field the pair of fields
 * @param chosen in the form of either side
 * @param copper what Copper holds
 */
export function wantedOf(
  field: MappedField,
  chosen: Value,
  copper: Shown,
): { readonly copper: Value; readonly mailchimp: Value } | undefined {
  if (!maySend(field, "copper") || !maySend(field, "mailchimp")) return undefined;
  const here = toCopper(field, chosen, copper);
  const there = here.ok ? toMailchimp(field, here.value) : here;
  return here.ok && there.ok ? { copper: here.value, mailchimp: there.value } : undefined;
}

/** Returns whether the field's direction lets this side's value go to the other. */
export function maySend(field: MappedField, from: "copper" | "mailchimp"): boolean {
  if (from === "copper") return field.direction !== "to-copper";
  return field.direction !== "to-mailchimp" && field.source.writable;
}

/**
 * Returns the key under which a refused value is remembered, to tell it from other values of its side (V5).
 * @param from the side that holds the value
 */
export function refusalKey(from: "copper" | "mailchimp", field: MappedField, value: Value): string {
  return valueKey(from === "copper" ? field.source.kind : field.merge.kind, value);
}
