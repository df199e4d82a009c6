/** For whom an audience is: people with one of some tags, of some contact type, with some value in a custom field. */
import type { Person } from "./contact.ts";
import type { CustomField } from "./fields.ts";
import { tagKey } from "./tags.ts";
import { BETWEEN_OPTIONS } from "./values.ts";

/** Whoever meets all that is said belongs; of each list one is enough. Compared as tags are, without regard to case. */
export interface Filter {
  readonly tags?: readonly string[];
  /** By name. */
  readonly contactTypes?: readonly string[];
  /** Custom fields of Copper by name, each with the values it may have. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
}

/** What has to be read of a person for a filter besides what is synced. */
export interface Traits {
  /** Names by id; absent where nobody asks. */
  readonly contactTypes?: ReadonlyMap<number, string>;
  readonly fields: readonly CustomField[];
}
export const NO_TRAITS: Traits = { fields: [] };

/** What a filter names and Copper does not have: with it, nobody would belong, or everybody. */
export class UnknownFilterError extends Error {}

/** What an account has that a filter may name: its custom fields, and its contact types by id. */
interface Account {
  readonly customs: readonly CustomField[];
  readonly contactTypes?: Iterable<readonly [number, string]>;
}

/** What of a filter the account does not have, by name as written. */
export function unknownTo({ customs, contactTypes = [] }: Account, filter: Filter = {}): string[] {
  const types = new Set([...contactTypes].map(([, name]) => tagKey(name)));
  const fields = new Set(customs.map((one) => tagKey(one.name)));
  return [
    ...(filter.contactTypes ?? []).filter((name) => !types.has(tagKey(name))),
    ...Object.keys(filter.fields ?? {}).filter((name) => !fields.has(tagKey(name))),
  ];
}

/** What has to be read for a filter. Throws UnknownFilterError. */
export function traitsFor(filter: Filter | undefined, account: Account): Traits {
  const unknown = unknownTo(account, filter);
  if (unknown.length > 0) throw new UnknownFilterError(unknown.join(", "));
  const named = new Map(account.customs.map((one) => [tagKey(one.name), one]));
  return {
    ...(filter?.contactTypes && { contactTypes: new Map(account.contactTypes) }),
    fields: Object.keys(filter?.fields ?? {}).map((name) => named.get(tagKey(name))!),
  };
}

/** The name under which a person's contact type is kept among his traits; no custom field has an empty name. */
export const CONTACT_TYPE = "";

/** Whether somebody is for this audience. */
export function belongs({ tags, traits = {} }: Pick<Person, "tags" | "traits">, filter: Filter | undefined): boolean {
  if (filter === undefined) return true;
  const among = (values: readonly string[], wanted: readonly string[]) =>
    values.some((value) => wanted.some((one) => tagKey(one) === tagKey(value)));
  const of = (name: string) => {
    const value = traits[tagKey(name)] ?? "";
    // Several values stand in one text
    return [value, ...value.split(BETWEEN_OPTIONS)];
  };
  return (
    (filter.tags === undefined || among(tags, filter.tags)) &&
    (filter.contactTypes === undefined || among(of(CONTACT_TYPE), filter.contactTypes)) &&
    Object.entries(filter.fields ?? {}).every(([name, values]) => among(of(name), values))
  );
}
