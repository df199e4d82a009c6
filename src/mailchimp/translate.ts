/** Mailchimp's records in the program's words, and back. Pure. Facts: docs/apis/mailchimp.md. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { addressKey } from "../contact/address.ts";
import type { Member } from "../contact/contact.ts";
import { type MappedField, type MergeField, usPhone } from "../contact/fields.ts";
import type { Pool } from "../contact/pool.ts";
import { MEMBER_STATUSES } from "../contact/status.ts";
import { isBlank, type Value } from "../contact/values.ts";

/** The id Mailchimp gives a member: the MD5 of his lower-cased address ("Members" in docs/apis/mailchimp.md). */
export function memberHash(address: string): string {
  return createHash("md5").update(addressKey(address)).digest("hex");
}

/** What is asked of a member: the rest of the record is several times larger. */
export const MEMBER_FIELDS = ["id", "contact_id", "email_address", "status", "merge_fields", "tags", "last_changed"];

/** A member as Mailchimp answers. */
export const rawMember = z.looseObject({
  id: z.string(),
  contact_id: z.string().nullish(),
  email_address: z.string(),
  status: z.enum(MEMBER_STATUSES as [string, ...string[]]),
  merge_fields: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((one) => one ?? {}),
  tags: z
    .array(z.looseObject({ id: z.number(), name: z.string() }))
    .nullish()
    .transform((one) => one ?? []),
  last_changed: z
    .string()
    .nullish()
    .transform((one) => one ?? ""),
});
export type RawMember = z.infer<typeof rawMember>;

/** A member read in the merge fields that are mapped. */
export function toMember(raw: RawMember, mapped: readonly MappedField[], pool: Pool): Member {
  const fields: Record<string, Value> = {};
  for (const { mailchimp } of mapped) {
    const value = readValue(raw.merge_fields[mailchimp]);
    if (!isBlank(value)) fields[mailchimp] = typeof value === "string" ? pool(value) : value;
  }
  const changedAt = Math.floor(Date.parse(raw.last_changed) / 1000);
  return {
    key: raw.contact_id || raw.id,
    id: raw.id,
    email: raw.email_address,
    status: pool(raw.status as Member["status"]),
    fields,
    tags: raw.tags.map(({ id, name }) => ({ id, name: pool(name) })),
    changedAt: Number.isNaN(changedAt) ? 0 : changedAt,
  };
}

function readValue(value: unknown): Value {
  if (value == null) return "";
  if (typeof value !== "object") return String(value).trim();
  const part = (name: string) => String((value as Record<string, unknown>)[name] ?? "").trim();
  return {
    addr1: part("addr1"),
    addr2: part("addr2"),
    city: part("city"),
    state: part("state"),
    zip: part("zip"),
    country: part("country"),
  };
}

/** Merge fields as they are sent; only what is named is touched (V8). */
export function toMergeFields(
  fields: Readonly<Record<string, Value>>,
  mapped: readonly MappedField[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([tag, value]) => {
      const merge = mapped.find((field) => field.mailchimp === tag)?.merge;
      return [tag, merge === undefined ? value : sent(merge, value)];
    }),
  );
}

function sent(merge: MergeField, value: Value): unknown {
  if (isBlank(value)) return "";
  if (typeof value !== "string") {
    const { country, ...parts } = value;
    return country === "" ? parts : { ...parts, country };
  }
  if (merge.type === "number") return Number(value);
  if (merge.type === "phone" && merge.format === "US") return usPhone(value) ?? value;
  if (merge.choices.length > 0)
    return merge.choices.find((choice) => choice.toLowerCase() === value.trim().toLowerCase()) ?? value;
  return value.trim();
}
