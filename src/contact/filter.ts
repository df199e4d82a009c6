/** For whom an audience is: people with one of some tags, of some contact type, with some value in a custom field. */
import type { Person } from "./contact.ts";
import type { CustomField } from "./fields.ts";
import { tagKey } from "./tags.ts";

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
export class FilterUnknown extends Error {
  readonly names: readonly string[];
  constructor(names: readonly string[]) {
    super(names.join(", "));
    this.names = names;
  }
}

/**
 * What has to be read for a filter.
 * @param account its custom fields and its contact types, the latter by id
 * Throws FilterUnknown.
 */
export function traitsFor(
  filter: Filter | undefined,
  account: { readonly customs: readonly CustomField[]; readonly contactTypes?: Iterable<readonly [number, string]> },
): Traits {
  const { customs } = account;
  const contactTypes = new Map(account.contactTypes);
  const types = new Set([...contactTypes.values()].map(tagKey));
  const named = new Map(customs.map((one) => [tagKey(one.name), one]));
  const wanted = Object.keys(filter?.fields ?? {});
  const unknown = [
    ...(filter?.contactTypes ?? []).filter((name) => !types.has(tagKey(name))),
    ...wanted.filter((name) => !named.has(tagKey(name))),
  ];
  if (unknown.length > 0) throw new FilterUnknown(unknown);
  return {
    ...(filter?.contactTypes && { contactTypes }),
    fields: wanted.map((name) => named.get(tagKey(name))!),
  };
}

/** The name under which a person's contact type is kept among his traits; no custom field has an empty name. */
export const CONTACT_TYPE = "";

/** Whether somebody is for this audience. */
export function belongs({ tags, traits = {} }: Pick<Person, "tags" | "traits">, filter: Filter | undefined): boolean {
  if (filter === undefined) return true;
  const among = (values: readonly string[], wanted: readonly string[]) => {
    const keys = new Set(wanted.map(tagKey));
    return values.some((value) => keys.has(tagKey(value)));
  };
  const of = (name: string) => {
    const value = traits[tagKey(name)] ?? "";
    // Several values stand in one text
    return [value, ...value.split(", ")];
  };
  return (
    (filter.tags === undefined || among(tags, filter.tags)) &&
    (filter.contactTypes === undefined || among(of(CONTACT_TYPE), filter.contactTypes)) &&
    Object.entries(filter.fields ?? {}).every(([name, values]) => among(of(name), values))
  );
}
