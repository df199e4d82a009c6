/** What is known of a service before the first request. */

/** A service's names, settings and limits. `services.ts` lists both services. */
export interface ServiceDescription {
  /** Its name, as people know it. */
  readonly name: string;
  /** The names of the settings that a person types for access. The first is the key. */
  readonly typed: readonly string[];
  /** The settings that access needs, too, and that the key itself tells. */
  readonly derived: readonly string[];
  /** The settings that determine the account and the audience. */
  readonly place: readonly string[];
  /** Where a key is made: the entries of the service's menu, in order. */
  readonly keyPath: readonly string[];
  /** Where notifications carry our secret, because they have no signature: a header, or the end of their address. */
  readonly hookSecret: { readonly header: string } | "in-address";
}

/** Returns the value of a setting; "" if it has none. */
export type GetSetting = (name: string) => string;

/** Reads settings, and reports those that are missing or have a wrong form (`settingReaders` in `config`). */
export interface SettingReaders<Name extends string> {
  must(name: Name): string;
  url(name: Name): string;
  /** Reads a whole number between the two limits. */
  number(name: Name, least: number, most: number): number;
  /** Reports a wrong value. @param detail a value for the fault's text */
  fault(name: Name, code: "not-an-address" | "not-one-of" | "dc-mismatch", detail?: string): void;
}

/** The largest value of a limit on requests. */
export const MANY_REQUESTS = 1_000_000;
