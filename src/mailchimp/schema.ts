/** Translates Mailchimp's records into the program's types, and back. Pure. Facts: docs/apis/mailchimp.md. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { addressKey } from "../domain/address.ts";
import type { Member } from "../domain/contact.ts";
import type { MappedField, MergeField } from "../domain/fields.ts";
import { decodeEntities } from "../domain/html-entities.ts";
import type { Intern } from "../domain/intern.ts";
import { MEMBER_STATUSES } from "../domain/status.ts";
import { usPhone } from "../domain/typed-values.ts";
import { isBlank, type Shown, type Value, type Values } from "../domain/values.ts";
import type { StateStandIn } from "../plan/capabilities.ts";
import type { OddRecord } from "../ports/sides.ts";

/** Returns a member's id: the MD5 of the lower-cased address ("Members" in docs/apis/mailchimp.md). */
export function memberHash(address: string): string {
  return createHash("md5").update(addressKey(address)).digest("hex");
}

/** Fields we request of a member. The rest of the record is several times larger. */
export const MEMBER_FIELDS = [
  "id",
  "contact_id",
  "email_address",
  "status",
  "merge_fields",
  "tags",
  "tags_count",
  "last_changed",
  "web_id",
];

const rawTag = z.looseObject({ id: z.number(), name: z.string() });

/** A member as Mailchimp sends it ("Members" in docs/apis/mailchimp.md). */
export const rawMember = z.looseObject({
  id: z.string(),
  contact_id: z.string().nullish(),
  email_address: z.string().trim().min(1),
  status: z.enum(MEMBER_STATUSES as [string, ...string[]]),
  merge_fields: z
    .record(z.string(), z.unknown())
    .optional()
    .transform((one) => one ?? {}),
  tags: z.array(rawTag).nullish(),
  tags_count: z.number().nullish(),
  last_changed: z
    .string()
    .nullish()
    .transform((one) => one ?? ""),
  // Only for a link: a member without it is still valid
  web_id: z.number().int().positive().optional().catch(undefined),
});
/** A member record that was parsed but not translated. */
export type RawMember = z.infer<typeof rawMember>;

/** Returns whether a record shows only some of the member's tags (T6). */
export function isCut({ tags, tags_count }: RawMember): boolean {
  return tags == null ? tags_count !== 0 : (tags_count ?? 0) > tags.length;
}

const loose = z.looseObject({
  id: z.string().optional().catch(undefined),
  contact_id: z.string().optional().catch(undefined),
  email_address: z.string().catch(""),
});
const withoutAddress = rawMember.extend({ email_address: z.string().trim().max(0).nullish() });

/**
 * Reads what it can from a record that did not parse, so that the report can name the member (A9, W10).
 * @param record the record as Mailchimp sent it
 * @param error why it did not parse
 */
export function oddMember(record: unknown, error: z.ZodError): OddRecord {
  const { id, contact_id, email_address: email } = loose.safeParse(record).data ?? { email_address: "" };
  const key = contact_id || id;
  const phoneOnly = withoutAddress.safeParse(record).success;
  return {
    ...(key !== undefined && { key }),
    addresses: email.trim() === "" ? [] : [email],
    why: phoneOnly ? "no-address" : "odd-record",
    detail: phoneOnly ? "" : [...new Set(error.issues.map((issue) => issue.path.join(".") || issue.code))].join(", "),
  };
}

/**
 * Translates a record into the mapped merge fields. A field that the response leaves out is `null` (V11).
 * @param mapped the mapped fields
 * @param pool keeps one copy of equal texts, to save memory
 */
export function toMember(raw: RawMember, mapped: readonly MappedField[], pool: Intern): Member {
  const fields: Record<string, Shown> = {};
  for (const { mailchimp, merge } of mapped) {
    const value = readValue(merge, raw.merge_fields[mailchimp]);
    if (value === null) fields[mailchimp] = null;
    else if (!isBlank(value)) fields[mailchimp] = typeof value === "string" ? pool(value) : value;
  }
  const changedAt = Math.floor(Date.parse(raw.last_changed) / 1000);
  return {
    key: raw.contact_id || raw.id,
    id: raw.id,
    email: decodeEntities(raw.email_address),
    status: pool(raw.status as Member["status"]),
    fields,
    tags: (raw.tags ?? []).map(({ id, name }) => ({ id, name: pool(decodeEntities(name)) })),
    ...(isCut(raw) && { tagsCut: true }),
    changedAt: Number.isNaN(changedAt) ? 0 : changedAt,
    ...(raw.web_id !== undefined && { webId: raw.web_id }),
  };
}

/** Texts sent as the state of an address that has none. Reading treats them as blank (V15). */
const STAND_INS: Readonly<Record<Exclude<StateStandIn, "none">, string>> = { nbsp: "\u00a0", "n/a": "N/A" };

/** Reads the value of one merge field; returns `null` if the record does not show a value we understand. */
function readValue(merge: MergeField, value: unknown): Shown {
  if (value === undefined || value === null) return null;
  // Neither a text nor an address: we cannot interpret it
  if (typeof value === "object" && (merge.kind !== "address" || Array.isArray(value))) return null;
  if (typeof value !== "object") {
    const text = decodeEntities(String(value)).trim();
    return merge.kind === "date" ? dayOf(text, merge.format) : text;
  }
  const part = (name: string) => decodeEntities(String((value as Record<string, unknown>)[name] ?? "")).trim();
  const state = part("state");
  return {
    addr1: part("addr1"),
    addr2: part("addr2"),
    city: part("city"),
    state: state.toUpperCase() === STAND_INS["n/a"] ? "" : state,
    zip: part("zip"),
    country: part("country"),
  };
}

/** Converts a date to `YYYY-MM-DD`, whether the audience writes days or months first. Leaves other texts unchanged. */
function dayOf(text: string, format: string): string {
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ].*)?$/.exec(text)?.[1];
  if (iso !== undefined) return iso;
  const [, one = "", other = "", year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(text) ?? [];
  if (year === undefined) return text;
  return format.startsWith("DD") ? `${year}-${other}-${one}` : `${year}-${one}-${other}`;
}

/**
 * Translates values into merge fields to send. Mailchimp changes only the fields that a request names (V8).
 * @param fields values by merge tag
 * @param standIn text for the state of an address that has none
 */
export function toMergeFields(
  fields: Values,
  mapped: readonly MappedField[],
  standIn: StateStandIn = "nbsp",
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([tag, value]) => {
      const merge = mapped.find((field) => field.mailchimp === tag)?.merge;
      return [tag, merge === undefined ? value : sent(merge, value, standIn)];
    }),
  );
}

/** Translates one value into the form that its merge field takes. */
function sent(merge: MergeField, value: Value, standIn: StateStandIn): unknown {
  if (isBlank(value)) return "";
  if (typeof value !== "string") {
    const { country, ...parts } = value;
    const state = needsStandIn(value) && standIn !== "none" ? STAND_INS[standIn] : value.state;
    return { ...parts, state, ...(country !== "" && { country }) };
  }
  if (merge.kind === "number") return Number(value);
  if (merge.kind === "phone" && merge.format === "US") return usPhone(value) ?? value;
  return value.trim();
}

/** Returns whether a value is an address without a state, which needs a stand-in (V15). */
export function needsStandIn(value: Value | undefined): boolean {
  return value !== undefined && typeof value !== "string" && value.state.trim() === "" && !isBlank(value);
}
