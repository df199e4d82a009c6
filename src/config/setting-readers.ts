/** Reads single settings into their types, and reports each that is missing or has a wrong form. */
import type { Allowance } from "../domain/allowance.ts";
import type { OnFault } from "./env-file.ts";
import type { SettingName } from "./setting-sources.ts";

/**
 * Creates the readers.
 * @param get returns a setting's value; "" if it has none
 * @param unnamed settings that are reported already, so that they are not missing, too
 */
export function settingReaders(get: (name: SettingName) => string, unnamed: ReadonlySet<string>, fault: OnFault) {
  return {
    fault,
    /** Reads a setting that has no default. */
    must(name: SettingName): string {
      const value = get(name);
      if (value === "" && !unnamed.has(name)) fault(name, "missing");
      return value;
    },
    oneOf<T extends string>(name: SettingName, choices: readonly T[]): T {
      const value = get(name).toLowerCase() as T;
      if (!choices.includes(value)) fault(name, "not-one-of", choices.join(", "));
      return value;
    },
    /** Reads a whole number. */
    number(name: SettingName, least: number, most: number): number {
      const value = Number(get(name));
      if (!Number.isInteger(value) || value < least) fault(name, "not-a-number", String(least));
      else if (value > most) fault(name, "too-large", String(most));
      return value;
    },
    /** Reads a list with commas. */
    list: (name: SettingName): string[] =>
      get(name)
        .split(",")
        .map((one) => one.trim())
        .filter((one) => one !== ""),
    /** Reads a URL, without a slash at its end; "" for none. */
    url(name: SettingName): string {
      const value = get(name);
      if (value !== "" && !URL.canParse(value)) fault(name, "not-a-url", value);
      return value.replace(/\/+$/, "");
    },
    /** Reads a percentage, or a whole number of contacts: `1,000` or `0.1` could be meant in several ways. */
    allowance(name: SettingName): Allowance {
      const [, share, number] = /^(?:(\d+(?:[.,]\d+)?)\s*%|(\d+))$/.exec(get(name)) ?? [];
      const percent = Number(share?.replace(",", "."));
      if ((share === undefined && number === undefined) || percent > 100) fault(name, "not-a-limit", get(name));
      return number === undefined ? { share: percent / 100 } : { number: Number(number) };
    },
  };
}
