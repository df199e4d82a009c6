/** Translates Copper's records into the program's types, and back. Pure. Facts: docs/apis/copper.md. */
import { z } from "zod";
import { addressKey } from "../domain/address.ts";
import type { Person } from "../domain/contact.ts";
import { isDeletionTag } from "../domain/deletion-tag.ts";
import { CONNECT, type CustomField, type MappedField } from "../domain/fields.ts";
import { CONTACT_TYPE, type Traits } from "../domain/filter.ts";
import type { Intern } from "../domain/intern.ts";
import { tagKey } from "../domain/tags.ts";
import { isBlank, type PostalAddress, type Shown, type Value, type Values } from "../domain/values.ts";
import type { OddRecord } from "../ports/sides.ts";
import { readCustom, writeCustom } from "./fields.ts";

const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((one) => (one == null ? "" : String(one)));
const stamp = z
  .number()
  .nullish()
  .transform((one) => one ?? 0);

/** A person as Copper sends it. Keeps fields that are not listed here. */
export const rawPerson = z.looseObject({
  id: z.number(),
  name: text,
  emails: z
    .array(z.looseObject({ email: text }))
    .nullish()
    .transform((list) => list ?? []),
  phone_numbers: z.array(z.looseObject({ number: z.union([z.string(), z.number()]).transform(String) })).nullish(),
  address: z.looseObject({ street: text, city: text, state: text, postal_code: text, country: text }).nullish(),
  // Required: without tags we cannot know whether the person is marked for deletion
  tags: z.array(z.string()),
  custom_fields: z.array(z.looseObject({ custom_field_definition_id: z.number(), value: z.unknown() })).nullish(),
  date_created: stamp,
  date_modified: stamp,
});
/** A person's record that was parsed but not translated. */
export type RawPerson = z.infer<typeof rawPerson>;

/** What reading and writing people needs to know. */
export interface Reading {
  readonly mapped: readonly MappedField[];
  /** Definitions of all custom fields. */
  readonly customs: readonly CustomField[];
  /** The account's time zone (an IANA name). */
  readonly zone: string;
  /** Contact types and fields that the filter needs. */
  readonly traits: Traits;
}

/**
 * Translates a record into the mapped fields. If the name is one of the addresses, its parts stay blank (W8).
 * @param pool keeps one copy of equal texts, to save memory
 */
export function toPerson(raw: RawPerson, { mapped, customs, zone, traits }: Reading, pool: Intern): Person {
  const own = new Set(raw.emails.map((one) => addressKey(one.email)));
  const standIn = own.has(addressKey(raw.name));
  const fields: Record<string, Shown> = {};
  for (const { copper } of mapped) {
    const value = read(raw, copper, customs, zone);
    const isNamePart = copper === "first_name" || copper === "last_name";
    const nameless = standIn && isNamePart;
    // Every person in Copper has a name: if the record has none, it does not show the name
    const unnamed = isNamePart && raw.name.trim() === "" && value === "";
    if (value === null || unnamed) fields[copper] = null;
    else if (!nameless && !isBlank(value)) fields[copper] = typeof value === "string" ? pool(value) : value;
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
    ...((traits.contactTypes || traits.fields.length > 0) && { traits: traitsOf(raw, traits, pool, zone) }),
  };
}

/** Collects the values that the filter needs. Leaves out blank ones: most people have only a contact type. */
function traitsOf(
  raw: RawPerson,
  { contactTypes, fields }: Traits,
  pool: Intern,
  zone: string,
): Record<string, string> {
  const type = contactTypes?.get(Number(raw.contact_type_id));
  const found: Record<string, string> = type === undefined ? {} : { [CONTACT_TYPE]: pool(type) };
  for (const field of fields) {
    const value = read(raw, `custom:${field.id}`, fields, zone);
    if (typeof value === "string" && value !== "") found[pool(tagKey(field.name))] = pool(value);
  }
  return found;
}

/** Reads one field. Returns `null` if the record does not show it, "" if it is blank (V11). */
function read(raw: RawPerson, field: string, customs: readonly CustomField[], zone: string): Shown {
  if (field === "phone") return raw.phone_numbers == null ? null : (raw.phone_numbers[0]?.number ?? "");
  if (field === "address") return raw.address == null ? blankOrAbsent(raw.address) : toAddress(raw.address);
  if (field.startsWith(PART)) {
    if (raw.address === undefined) return null;
    const part = raw.address?.[field.slice(PART.length)];
    return typeof part === "string" ? part.trim() : "";
  }
  if (field.startsWith("custom:")) {
    const custom = customs.find((one) => `custom:${one.id}` === field);
    // Copper leaves out fields that have no value
    const value = raw.custom_fields?.find((one) => `custom:${one.custom_field_definition_id}` === field)?.value;
    return custom === undefined || raw.custom_fields == null ? null : readCustom(custom, value, zone);
  }
  const value = raw[field];
  if (typeof value === "string") return value.trim();
  return typeof value === "number" ? String(value) : blankOrAbsent(value);
}

function blankOrAbsent(value: unknown): Shown {
  return value === null ? "" : null;
}

/** Prefix of the names of address parts in a mapping. */
const PART = "address.";

function toAddress(raw: NonNullable<RawPerson["address"]>): Value {
  const [addr1 = "", ...rest] = raw.street
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const { city, state, postal_code: zip } = raw;
  const address: PostalAddress = { addr1, addr2: rest.join(" "), city, state, zip, country: raw.country };
  return isBlank(address) ? "" : address;
}

/** A request body, and the fields that we cannot express in it. */
export interface Body {
  readonly body: Record<string, unknown>;
  readonly refused: readonly string[];
}

/**
 * Builds the part of a request body that sets fields. Copper replaces arrays whole, so it completes them (V8).
 * @param fields values by Copper's field names
 * @param fresh the record as read just before the write
 */
export function toBody(fields: Values, { customs, zone }: Pick<Reading, "customs" | "zone">, fresh?: RawPerson): Body {
  const body: Record<string, unknown> = {};
  const refused: string[] = [];
  // Write the whole address first: its parts then change it
  const names = Object.keys(fields).sort((one, other) => Number(one.startsWith(PART)) - Number(other.startsWith(PART)));
  for (const field of names) {
    const value = fields[field]!;
    if (field === "phone") {
      const [first, ...others] = fresh?.phone_numbers ?? [];
      const next = isBlank(value) ? [] : [{ category: "work", ...first, number: value }];
      body.phone_numbers = [...next, ...others];
    } else if (field === "address") {
      body.address = typeof value === "string" ? null : fromAddress(value);
    } else if (field.startsWith(PART)) {
      const now = "address" in body ? body.address : fresh?.address;
      body.address = {
        ...(now as object | null | undefined),
        [field.slice(PART.length)]: isBlank(value) ? null : value,
      };
    } else if (field.startsWith("custom:")) {
      const id = Number(field.slice("custom:".length));
      const custom = customs.find((one) => one.id === id);
      const written = custom && writeCustom(custom, value, zone);
      if (written === undefined) {
        refused.push(field);
        continue;
      }
      const before = (body.custom_fields ?? fresh?.custom_fields ?? []) as { custom_field_definition_id: number }[];
      const others = before.filter((one) => one.custom_field_definition_id !== id && !isConnect(one, customs));
      body.custom_fields = [...others, { custom_field_definition_id: id, ...written }];
    } else body[field] = isBlank(value) ? null : value;
  }
  return { body, refused };
}

/** Returns whether a value belongs to a Connect field. Copper changes these by related records, not by PUT. */
function isConnect(one: { readonly custom_field_definition_id: number }, customs: readonly CustomField[]): boolean {
  return customs.some(({ id, dataType }) => id === one.custom_field_definition_id && dataType === CONNECT);
}

function fromAddress(value: PostalAddress): Record<string, string | null> {
  const street = [value.addr1, value.addr2].filter((line) => line !== "").join("\n");
  return { street, city: value.city, state: value.state, postal_code: value.zip, country: value.country || null };
}

/** What can be read of a record that does not parse. */
const known = z.looseObject({
  id: z.number().optional().catch(undefined),
  emails: z.array(z.looseObject({ email: z.string().catch("") }).catch({ email: "" })).catch([]),
});

/**
 * Reads what it can from a record that did not parse: id, addresses, and the fields that are odd.
 * @param record the record as Copper sent it
 * @param error why it did not parse
 */
export function oddPerson(record: unknown, error: z.ZodError): OddRecord {
  const { id, emails } = known.safeParse(record).data ?? { id: undefined, emails: [] };
  return {
    ...(id !== undefined && { key: id }),
    addresses: emails.map((one) => one.email).filter((email) => email !== ""),
    why: "odd-record",
    detail: [...new Set(error.issues.map((issue) => issue.path.join(".") || issue.code))].join(", "),
  };
}
