/** The audience's filter: people with one of some tags, of some contact types, or with some value in a custom field. */
import type { Person } from "./contact.ts";
import type { CustomField } from "./fields.ts";
import { tagKey } from "./tags.ts";
import { BETWEEN_OPTIONS } from "./values.ts";

/**
 * A person belongs if they meet every part that is set. Of each list one match is enough. Names are compared like tags,
 * without regard to case.
 */
export interface Filter {
  readonly tags?: readonly string[];
  /** Contact types by name. */
  readonly contactTypes?: readonly string[];
  /** Custom fields of Copper by name, each with the values that match. */
  readonly fields?: Readonly<Record<string, readonly string[]>>;
}

/** What a filter needs to read of a person, besides the synced fields. */
export interface Traits {
  /** Contact type names by id; absent if the filter does not use them. */
  readonly contactTypes?: ReadonlyMap<number, string>;
  readonly fields: readonly CustomField[];
}
/** The traits of an audience without a filter. */
export const NO_TRAITS: Traits = { fields: [] };

/** The filter names something that Copper does not have. A run would include no contact, or all of them. */
export class UnknownFilterError extends Error {}

/** What a filter may name in an account: custom fields, and contact types by id. */
interface Account {
  readonly customs: readonly CustomField[];
  readonly contactTypes?: Iterable<readonly [number, string]>;
}

/** Returns what the filter names and the account does not have, as the operator wrote it. */
export function unknownTo({ customs, contactTypes = [] }: Account, filter: Filter = {}): string[] {
  const types = new Set([...contactTypes].map(([, name]) => tagKey(name)));
  const fields = new Set(customs.map((one) => tagKey(one.name)));
  return [
    ...(filter.contactTypes ?? []).filter((name) => !types.has(tagKey(name))),
    ...Object.keys(filter.fields ?? {}).filter((name) => !fields.has(tagKey(name))),
  ];
}

/**
 * Returns what a filter needs to read. Throws UnknownFilterError if it names something that the account does not have.
 */
export function traitsFor(filter: Filter | undefined, account: Account): Traits {
  const unknown = unknownTo(account, filter);
  if (unknown.length > 0) throw new UnknownFilterError(unknown.join(", "));
  const named = new Map(account.customs.map((one) => [tagKey(one.name), one]));
  return {
    ...(filter?.contactTypes && { contactTypes: new Map(account.contactTypes) }),
    fields: Object.keys(filter?.fields ?? {}).map((name) => named.get(tagKey(name))!),
  };
}

/** The trait that holds a person's contact type. No custom field has an empty name, so they cannot collide. */
export const CONTACT_TYPE = "";

/**
 * Returns whether a person belongs to the audience.
 * @param filter absent if everyone belongs
 */
export function belongs({ tags, traits = {} }: Pick<Person, "tags" | "traits">, filter: Filter | undefined): boolean {
  if (filter === undefined) return true;
  const among = (values: readonly string[], wanted: readonly string[]) =>
    values.some((value) => wanted.some((one) => tagKey(one) === tagKey(value)));
  const of = (name: string) => {
    const value = traits[tagKey(name)] ?? "";
    // One text may hold several options, so each of them can match too
    return [value, ...value.split(BETWEEN_OPTIONS)];
  };
  return (
    (filter.tags === undefined || among(tags, filter.tags)) &&
    (filter.contactTypes === undefined || among(of(CONTACT_TYPE), filter.contactTypes)) &&
    Object.entries(filter.fields ?? {}).every(([name, values]) => among(of(name), values))
  );
}
