/** The data of the simulated Copper, with an index by address. */
import type { SimActivity } from "./copper-activities.ts";

/** A person in the format of the API. Dates are Unix seconds. */
export interface SimPerson {
  id: number;
  name: string;
  first_name: string | null;
  last_name: string | null;
  emails: { email: string; category: string }[];
  phone_numbers: { number: string; category: string }[];
  address: Record<string, string | null> | null;
  tags: string[];
  custom_fields: { custom_field_definition_id: number; value: unknown }[];
  title: string | null;
  company_name: string | null;
  date_created: number;
  date_modified: number;
  [other: string]: unknown;
}

/** All data of the simulated account. */
export interface CopperWorld {
  readonly account: number;
  /** The account's time zone (IANA name). */
  zone?: string;
  readonly key: string;
  readonly people: People;
  readonly contactTypes?: { id: number; name: string }[];
  /** The valid ids by reference field; a field that is not listed accepts any id. */
  readonly pointers?: Record<string, number[]>;
  readonly activities?: SimActivity[];
  readonly customs: { id: number; name: string; data_type: string; options?: { id: number; name: string }[] }[];
}

/** The fields that a write may contain; any other is refused. */
export const WRITABLE: readonly string[] = [
  "name",
  "prefix",
  "first_name",
  "middle_name",
  "last_name",
  "suffix",
  "address",
  "assignee_id",
  "company_id",
  "company_name",
  "contact_type_id",
  "details",
  "emails",
  "phone_numbers",
  "socials",
  "tags",
  "title",
  "websites",
  "custom_fields",
];

/** Returns what is wrong with the custom fields of a write; `undefined` if nothing is. */
export function wrongCustoms(fields: unknown, { customs }: CopperWorld): string | undefined {
  for (const { custom_field_definition_id: id, value } of (fields ?? []) as SimPerson["custom_fields"]) {
    const custom = customs.find((one) => one.id === id);
    if (custom === undefined) return "Custom fields: is invalid";
    if (value === null || value === "") continue;
    const isOption = (one: unknown) => custom.options?.some((option) => option.id === one);
    const right =
      custom.data_type === "Dropdown"
        ? isOption(value)
        : custom.data_type === "MultiSelect"
          ? Array.isArray(value) && value.every(isOption)
          : custom.data_type === "Checkbox"
            ? typeof value === "boolean"
            : ["Date", "Float", "Currency", "Percentage"].includes(custom.data_type)
              ? Number.isFinite(value)
              : custom.data_type !== "Connect" && typeof value === "string";
    if (!right) return `Custom fields: ${custom.name} is invalid`;
  }
  return undefined;
}

/** Returns the custom fields as responses show them, without empty ones. */
export function shownCustoms({ custom_fields: all }: SimPerson, { customs }: CopperWorld): SimPerson["custom_fields"] {
  const known = all.filter((one) => customs.some(({ id }) => id === one.custom_field_definition_id));
  return known.filter(({ value }) => value !== null && !(Array.isArray(value) && value.length === 0));
}

/** Returns an address in the form in which Copper compares it. */
export const addressOf = (email: string) => email.trim().toLowerCase();

/** People by id. After changing a record's addresses in place, set it again to update the index. */
export class People extends Map<number, SimPerson> {
  readonly #ids = new Map<string, Set<number>>();
  readonly #known = new Map<number, readonly string[]>();

  override set(id: number, person: SimPerson): this {
    this.#forget(id);
    const addresses = person.emails.map((one) => addressOf(one.email));
    this.#known.set(id, addresses);
    for (const address of addresses) {
      const there = this.#ids.get(address);
      if (there === undefined) this.#ids.set(address, new Set([id]));
      else there.add(id);
    }
    return super.set(id, person);
  }
  override delete(id: number): boolean {
    this.#forget(id);
    return super.delete(id);
  }
  override clear(): void {
    for (const id of this.keys()) this.#forget(id);
    super.clear();
  }
  /** Returns the people with an address, in any case. */
  at(email: string): SimPerson[] {
    return [...(this.#ids.get(addressOf(email)) ?? [])].map((id) => this.get(id)!);
  }
  #forget(id: number): void {
    for (const address of this.#known.get(id) ?? []) this.#ids.get(address)?.delete(id);
    this.#known.delete(id);
  }
}

/** Returns an empty person. @param now Unix seconds */
export function blankPerson(id: number, now: number): SimPerson {
  return {
    id,
    name: "",
    prefix: null,
    first_name: null,
    middle_name: null,
    last_name: null,
    suffix: null,
    emails: [],
    phone_numbers: [],
    address: null,
    assignee_id: null,
    company_id: null,
    company_name: null,
    contact_type_id: null,
    details: null,
    socials: [],
    websites: [],
    tags: [],
    custom_fields: [],
    title: null,
    date_created: now,
    date_modified: now,
    date_last_contacted: null,
    interaction_count: 0,
  };
}
