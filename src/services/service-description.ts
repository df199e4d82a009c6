/** What is known of a service before the first request. */

/** A service's names, settings, addresses and limits. `services.ts` lists both services. */
export interface ServiceDescription {
  /** Its name, as people know it. */
  readonly name: string;
  /** Its settings with their defaults; `undefined` means that the setting is required. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Whether a setting may be shown. */
  readonly secrecy: Readonly<Record<string, "open" | "secret">>;
  /** The setting that holds the key. */
  readonly key: string;
  /** The settings that a person types for access: the key, and what belongs to it. */
  readonly typed: readonly string[];
  /** All settings that access needs. */
  readonly access: readonly string[];
  /** The settings that determine the account and the audience. */
  readonly place: readonly string[];
  /** The setting that holds an API address of its own. */
  readonly apiUrl: string;
  /** Where a key is made: the entries of the service's menu, in order. */
  readonly keyPath: readonly string[];
  /** Where notifications carry our secret, because they have no signature: a header, or the end of their address. */
  readonly hookSecret: { readonly header: string } | "in-address";
  /** Records in one answer. */
  readonly perPage: number;
  /** Records in one bulk request. */
  readonly perWrite: number;
  /** Returns the base URL of the API that the settings name, without a slash at its end. */
  url(get: GetSetting): string;
  /**
   * Returns the URL of a record's page in the service without its end. Returns `undefined` if the API is not the
   * service's own, for example in the simulator.
   * @param api the base URL of the API
   * @param account the account's id
   */
  pages(api: string, account: string): string | undefined;
}

/** What is known of the members' service. */
export interface MembersDescription extends ServiceDescription {
  /** The setting that holds the audience's id. */
  readonly audience: string;
  /** The setting that limits simultaneous requests. */
  readonly connections: string;
  /** The most characters of a merge tag. */
  readonly longestTag: number;
  /** The statuses of members that it bills for. */
  readonly billed: readonly string[];
  /** Returns the settings that a key itself tells, by name. */
  toldByKey(key: string): Readonly<Record<string, string>>;
  /** Returns whether a text has the form of a key, which no key of the other service has. */
  isKey(text: string): boolean;
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
  fault(name: Name, code: "not-an-address" | "not-one-of" | "not-of-the-key", detail?: string): void;
}

/** The largest value of a limit on requests. */
export const MANY_REQUESTS = 1_000_000;
