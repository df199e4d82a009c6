/** The data of the simulated Mailchimp, how responses show it, and what is refused, as in docs/apis/mailchimp.md. */

import { createHash, randomUUID } from "node:crypto";
import { domainToASCII } from "node:url";
import type { SimCampaign } from "./mailchimp-reports.ts";
import type { SimResponse } from "./server.ts";

/** A member of the audience. */
export interface SimMember {
  id: string;
  contact_id: string;
  email_address: string;
  status: string;
  merge_fields: Record<string, unknown>;
  tags: { id: number; name: string }[];
  last_changed: string;
}

/** A merge field of the audience. */
export interface SimMerge {
  readonly merge_id: number;
  readonly tag: string;
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly options: Readonly<Record<string, unknown>>;
}

/** All data of the simulated account. */
export interface MailchimpWorld {
  readonly key: string;
  readonly list: string;
  /** Members by hash. */
  readonly members: Map<string, SimMember>;
  readonly merges: SimMerge[];
  /** Addresses that were deleted for good, in lower case. */
  readonly forgotten: Set<string>;
  /** Addresses that unsubscribed or bounced; the API cannot add them. */
  readonly compliance: Set<string>;
  readonly campaigns?: SimCampaign[];
}

/** Returns an address as the service stores it, with the domain in ASCII. */
export function kept(email: string): string {
  const [local = "", domain = ""] = email.trim().split("@");
  return domain === "" ? email.trim() : `${local}@${domainToASCII(domain.toLowerCase()) || domain}`;
}
/** Returns the hash that identifies a member. */
export const hashOf = (email: string) => createHash("md5").update(kept(email).toLowerCase()).digest("hex");

/** The most tags that a record shows. */
const TAGS_SHOWN = 50;
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#039;",
};

/** Returns a value or a tag's name as responses contain it. @param entities whether HTML entities replace characters */
export function encoded<T>(value: T, entities: boolean): T {
  if (!entities) return value;
  if (typeof value === "string") return value.replace(/[&<>"']/g, (sign) => ENTITIES[sign]!) as T;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, encoded(part, entities)])) as T;
}

/** Returns a problem response, as recorded from the service. */
export function problem(
  status: number,
  title: string,
  detail: string,
  errors?: { field: string; message: string }[],
): SimResponse {
  const body = {
    type: "https://mailchimp.com/developer/marketing/docs/errors/",
    title,
    status,
    detail,
    instance: randomUUID(),
    ...(errors && { errors }),
  };
  return { status, body, headers: { "content-type": "application/problem+json; charset=utf-8" } };
}
/** Returns the response for an existing member. As recorded, it has no `type`. */
export const memberExists = (detail: string): SimResponse => {
  const { type: _, ...body } = problem(400, "Member Exists", detail).body as Record<string, unknown>;
  return { status: 400, body, headers: { "content-type": "application/problem+json; charset=utf-8" } };
};
/** Returns the response for an unknown resource. */
export const notFound = () => problem(404, "Resource Not Found", "The requested resource could not be found.");

/** Returns a member as responses contain it. @param entities whether HTML entities replace characters */
export const shown = (member: SimMember, world: MailchimpWorld, entities: boolean) => ({
  id: member.id,
  email_address: member.email_address,
  unique_email_id: member.id.slice(0, 10),
  contact_id: member.contact_id,
  full_name: [member.merge_fields.FNAME, member.merge_fields.LNAME].filter(Boolean).join(" "),
  web_id: Number.parseInt(member.id.slice(0, 7), 16),
  email_type: "html",
  status: member.status,
  consents_to_one_to_one_messaging: true,
  merge_fields: Array.isArray(member.merge_fields)
    ? member.merge_fields
    : Object.fromEntries(world.merges.map(({ tag }) => [tag, encoded(member.merge_fields[tag] ?? "", entities)])),
  stats: { avg_open_rate: 0, avg_click_rate: 0 },
  ip_signup: "",
  timestamp_signup: "",
  ip_opt: "",
  timestamp_opt: member.last_changed,
  member_rating: 2,
  last_changed: member.last_changed,
  language: "",
  vip: false,
  email_client: "",
  location: { latitude: 0, longitude: 0, gmtoff: 0, dstoff: 0, country_code: "", timezone: "" },
  source: "API - Generic",
  tags_count: member.tags.length,
  tags: member.tags.slice(0, TAGS_SHOWN).map(({ id, name }) => ({ id, name: encoded(name, entities) })),
  list_id: world.list,
});

type Wrong = { field: string; message: string }[];

/**
 * Returns the merge fields that make a write invalid: impossible values, missing required ones, and incomplete
 * addresses, even if they were not sent.
 * @param before the member's current fields
 * @param stateTaken what is accepted as a missing state
 */
export function refusedFields(
  fields: Record<string, unknown>,
  before: Record<string, unknown>,
  world: MailchimpWorld,
  stateTaken: "anything" | "n/a" | "nothing",
): Wrong {
  // Required fields count as present if the member has them already
  const after = { ...before, ...fields };
  const blank = (value: unknown) => value === undefined || value === "" || value === null;
  return world.merges.flatMap((merge): Wrong => {
    const { tag, type, required } = merge;
    if (required && blank(after[tag])) return [{ field: tag, message: "Please enter a value" }];
    if (type === "address" && !blank(after[tag]) && !isComplete(after[tag], stateTaken))
      return [{ field: tag, message: "Please enter a complete address" }];
    return blank(fields[tag]) ? [] : wrongValue(merge, fields[tag]);
  });
}

function isComplete(value: unknown, stateTaken: "anything" | "n/a" | "nothing"): boolean {
  const parts = value as Record<string, unknown>;
  if (typeof value !== "object" || !["addr1", "city", "state", "zip"].every((part) => parts[part])) return false;
  const state = String(parts.state);
  if (stateTaken === "nothing") return state.trim() !== "" && state !== "N/A";
  return stateTaken === "anything" || state.trim() !== "";
}

function wrongValue({ tag, type, options }: SimMerge, value: unknown): Wrong {
  const wrong = (message: string) => [{ field: tag, message }];
  if (type === "number" && !Number.isFinite(Number(value))) return wrong("Please enter a number");
  if (type === "address") return [];
  if (type === "phone" && options.phone_format === "US" && !/^\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}$/.test(String(value)))
    return wrong("Phone number is not valid");
  if ((type === "radio" || type === "dropdown") && !(options.choices as string[]).includes(String(value)))
    return wrong("Value must be one of the choices");
  if (type === "birthday" && !/^\d\d\/\d\d$/.test(String(value))) return wrong("Birthday must be MM/DD");
  if (type === "zip" && !/^\d{5}$/.test(String(value))) return wrong("Please enter a valid zip code");
  if (type === "date" && Number.isNaN(Date.parse(String(value)))) return wrong("Please enter a date");
  return String(value).length > 255 ? wrong("The text is too long") : [];
}
/** Returns why an address cannot be added; `undefined` if it can. */
export function refusedAddress(email: string, world: MailchimpWorld): SimResponse | undefined {
  const address = email.trim().toLowerCase();
  if (!/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address))
    return problem(400, "Invalid Resource", "Please provide a valid email address.");
  if (/@example\.com$|^(abuse|noreply|postmaster)@/.test(address))
    return problem(400, "Invalid Resource", `${email} looks fake or invalid, please enter a real email address.`);
  if (world.forgotten.has(address))
    return problem(
      400,
      "Forgotten Email Not Subscribed",
      `${email} was permanently deleted and cannot be re-imported. The contact must re-subscribe to get back on the list.`,
    );
  if (world.compliance.has(address))
    return problem(
      400,
      "Member In Compliance State",
      `${email} is in a compliance state due to unsubscribe, bounce, or compliance review and cannot be subscribed.`,
    );
  return undefined;
}

/** Returns the audience as `GET /lists/{id}` does. */
export const audience = (world: MailchimpWorld) => ({
  id: world.list,
  web_id: 1,
  name: "Lettre",
  stats: { member_count: world.members.values().reduce((sum, one) => sum + (one.status === "subscribed" ? 1 : 0), 0) },
  subscribe_url_long: `https://demo.list-manage.com/subscribe?id=${world.list}`,
});
