/** Copper's records in the program's words, and back. Pure. Facts: docs/apis/copper.md. */
import { z } from "zod";
import { addressKey } from "../contact/address.ts";
import type { Person } from "../contact/contact.ts";
import type { CustomField, MappedField } from "../contact/fields.ts";
import { CONTACT_TYPE, type Traits } from "../contact/filter.ts";
import { isDeletionTag } from "../contact/mark.ts";
import type { Pool } from "../contact/pool.ts";
import { tagKey } from "../contact/tags.ts";
import { isBlank, type PostalAddress, type Value } from "../contact/values.ts";

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((one) => (one == null ? "" : String(one)));
const stamp = z
  .number()
  .nullish()
  .transform((one) => one ?? 0);

/** A person as Copper answers; anything else it says is left alone. */
export const rawPerson = z.looseObject({
  id: z.number(),
  name: text,
  emails: z
    .array(z.looseObject({ email: text }))
    .nullish()
    .transform((list) => list ?? []),
  phone_numbers: z
    .array(z.looseObject({ number: text }))
    .nullish()
    .transform((list) => list ?? []),
  address: z.looseObject({ street: text, city: text, state: text, postal_code: text, country: text }).nullish(),
  tags: z
    .array(z.string())
    .nullish()
    .transform((list) => list ?? []),
  custom_fields: z
    .array(z.looseObject({ custom_field_definition_id: z.number(), value: z.unknown() }))
    .nullish()
    .transform((list) => list ?? []),
  date_created: stamp,
  date_modified: stamp,
});
export type RawPerson = z.infer<typeof rawPerson>;

/** A person read in the fields that are mapped; a name that is only his address is no name (W8). */
export function toPerson(
  raw: RawPerson,
  mapped: readonly MappedField[],
  customs: readonly CustomField[],
  pool: Pool,
  traits: Traits,
): Person {
  const own = new Set(raw.emails.map((one) => addressKey(one.email)));
  const standIn = own.has(addressKey(raw.name));
  const fields: Record<string, Value> = {};
  for (const { copper } of mapped) {
    const value = read(raw, copper, customs);
    const nameless = standIn && (copper === "first_name" || copper === "last_name");
    if (!nameless && !isBlank(value)) fields[copper] = typeof value === "string" ? pool(value) : value;
  }
  const emails = raw.emails.map((one) => one.email);
  const said = (name: string) => (typeof raw[name] === "string" ? raw[name] : "");
  const about = raw.tags.some((tag) => isDeletionTag(tag)) && {
    company: said("company_name"),
    title: said("title"),
    lastContactedAt: typeof raw.date_last_contacted === "number" ? raw.date_last_contacted : null,
  };
  return {
    id: raw.id,
    name: raw.name,
    emails,
    fields,
    tags: raw.tags.map(pool),
    createdAt: raw.date_created,
    modifiedAt: raw.date_modified,
    ...(about && { about }),
    ...((traits.contactTypes || traits.fields.length > 0) && { traits: traitsOf(raw, traits, pool) }),
  };
}

/** Only what there is: most people have no more than a contact type. */
function traitsOf(raw: RawPerson, { contactTypes, fields }: Traits, pool: Pool): Record<string, string> {
  const type = contactTypes?.get(Number(raw.contact_type_id));
  const found: Record<string, string> = type === undefined ? {} : { [CONTACT_TYPE]: pool(type) };
  for (const field of fields) {
    const value = read(raw, `custom:${field.id}`, fields);
    if (typeof value === "string" && value !== "") found[pool(tagKey(field.name))] = pool(value);
  }
  return found;
}

function read(raw: RawPerson, field: string, customs: readonly CustomField[]): Value {
  if (field === "phone") return raw.phone_numbers[0]?.number ?? "";
  if (field === "address") return raw.address == null ? "" : toAddress(raw.address);
  if (field.startsWith("custom:")) {
    const custom = customs.find((one) => `custom:${one.id}` === field);
    const value = raw.custom_fields.find((one) => `custom:${one.custom_field_definition_id}` === field)?.value;
    return custom === undefined || value == null ? "" : readCustom(custom, value);
  }
  const value = raw[field];
  return typeof value === "string" ? value.trim() : "";
}

function toAddress(raw: { street: string; city: string; state: string; postal_code: string; country: string }): Value {
  const [addr1 = "", ...rest] = raw.street
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const { city, state, postal_code: zip } = raw;
  const address: PostalAddress = { addr1, addr2: rest.join(" "), city, state, zip, country: raw.country };
  return isBlank(address) ? "" : address;
}

function optionName(custom: CustomField, id: unknown): string {
  return custom.options.find((option) => option.id === id)?.name ?? "";
}

function readCustom(custom: CustomField, value: unknown): string {
  if (Array.isArray(value))
    return value
      .map((id) => optionName(custom, id))
      .filter(Boolean)
      .join(", ");
  if (custom.dataType === "Dropdown") return optionName(custom, value);
  if (custom.dataType === "Date" && typeof value === "number") return new Date(value * 1000).toISOString().slice(0, 10);
  return String(value);
}

/** The part of a person's body that sets a field; arrays are completed from the record read just before (V8). */
export function toBody(
  fields: Readonly<Record<string, Value>>,
  customs: readonly CustomField[],
  fresh?: RawPerson,
): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(fields)) {
    if (field === "phone") {
      const [first, ...others] = fresh?.phone_numbers ?? [];
      const next = isBlank(value) ? [] : [{ category: "work", ...first, number: value }];
      body.phone_numbers = [...next, ...others];
    } else if (field === "address") {
      body.address = typeof value === "string" ? null : fromAddress(value);
    } else if (field.startsWith("custom:")) {
      const id = Number(field.slice(7));
      const custom = customs.find((one) => one.id === id);
      const before = (body.custom_fields ?? fresh?.custom_fields ?? []) as { custom_field_definition_id: number }[];
      const others = before.filter((one) => one.custom_field_definition_id !== id);
      body.custom_fields = [
        ...others,
        { custom_field_definition_id: id, value: custom ? writeCustom(custom, value) : null },
      ];
    } else body[field] = isBlank(value) ? null : value;
  }
  return body;
}

function fromAddress(value: PostalAddress): Record<string, string | null> {
  const street = [value.addr1, value.addr2].filter((line) => line !== "").join("\n");
  return { street, city: value.city, state: value.state, postal_code: value.zip, country: value.country || null };
}

function writeCustom(custom: CustomField, value: Value): unknown {
  if (typeof value !== "string" || isBlank(value)) return null;
  const id = (name: string) =>
    custom.options.find((one) => one.name.toLowerCase() === name.trim().toLowerCase())?.id ?? null;
  switch (custom.dataType) {
    case "Dropdown":
      return id(value);
    case "MultiSelect":
      return value
        .split(",")
        .map(id)
        .filter((one) => one !== null);
    case "Date":
      return Date.parse(`${value}T00:00:00Z`) / 1000;
    case "Checkbox":
      return /^(true|1|yes|oui)$/i.test(value);
    case "Float":
    case "Percentage":
    case "Currency":
      return Number(value);
    default:
      return value;
  }
}
