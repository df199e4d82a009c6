/** Mailchimp's records in the program's words, and back. Pure. Facts: docs/apis/mailchimp.md. */
import { createHash } from "node:crypto";
import { z } from "zod";
import { addressKey } from "../domain/address.ts";
import type { Member } from "../domain/contact.ts";
import type { MappedField, MergeField } from "../domain/fields.ts";
import { decodeEntities } from "../domain/html-entities.ts";
import type { Intern } from "../domain/intern.ts";
import { usPhone } from "../domain/readings.ts";
import { MEMBER_STATUSES } from "../domain/status.ts";
import { isBlank, type Shown, type Value, type Values } from "../domain/values.ts";
import type { StateStandIn } from "../plan/capabilities.ts";
import type { OddRecord } from "../ports/sides.ts";

/** Returns the id Mailchimp gives a member: the MD5 of the lower-cased address ("Members" in docs/apis/mailchimp.md). */
export function memberHash(address: string): string {
  return createHash("md5").update(addressKey(address)).digest("hex");
}

/** What is asked of a member: the rest of the record is several times larger. */
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

/** A member as Mailchimp answers. */
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
  // For a link only: nothing is odd about a member without it
  web_id: z.number().int().positive().optional().catch(undefined),
});
export type RawMember = z.infer<typeof rawMember>;

/** Whether a member's record shows some of the tags only (T6). */
export function isCut({ tags, tags_count }: RawMember): boolean {
  return tags == null ? tags_count !== 0 : (tags_count ?? 0) > tags.length;
}

const loose = z.looseObject({
  id: z.string().optional().catch(undefined),
  contact_id: z.string().optional().catch(undefined),
  email_address: z.string().catch(""),
});
const withoutAddress = rawMember.extend({ email_address: z.string().trim().max(0).nullish() });

/** Returns what of an odd record can be read all the same (A9, W10). @param error what is odd about it */
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

/** Returns a member in the merge fields that are mapped; one that the answer does not show is absent (V11). */
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

/** What is sent for a state that an address does not have, and counts as none when it comes back (V15). */
const STAND_INS: Readonly<Record<Exclude<StateStandIn, "none">, string>> = { nbsp: "\u00a0", "n/a": "N/A" };

function readValue(merge: MergeField, value: unknown): Shown {
  if (value === undefined || value === null) return null;
  // Neither a text nor an address: nobody knows what it says
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

/** A day as the calendar has it, whichever way the audience writes it; another text stays as it is. */
function dayOf(text: string, format: string): string {
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ].*)?$/.exec(text)?.[1];
  if (iso !== undefined) return iso;
  const [, one = "", other = "", year] = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(text) ?? [];
  if (year === undefined) return text;
  return format.startsWith("DD") ? `${year}-${other}-${one}` : `${year}-${one}-${other}`;
}

/**
 * Returns merge fields as they are sent; only what is named is touched (V8).
 * @param standIn for a state that an address does not have
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

/** Returns whether an address is sent with something in place of a state. */
export function needsStandIn(value: Value | undefined): boolean {
  return value !== undefined && typeof value !== "string" && value.state.trim() === "" && !isBlank(value);
}
