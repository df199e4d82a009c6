/**
 * Creates a person again from a stored copy. What the copy refers to may no longer exist: the owner, the company, a
 * contact type, a custom field. Copper's words for this are unreliable, so we do not parse them. Leaves out first the
 * custom fields that Copper no longer defines, then each reference in turn, then all of them. Reports what it left out.
 */
import { addressKey, validKeys } from "../domain/address.ts";
import { tagKey } from "../domain/tags.ts";
import { type Answer, LOST, ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { PEOPLE_PER_PAGE } from "../services/copper.ts";
import { said } from "./refusal.ts";
import { type RawPerson, rawPerson } from "./schema.ts";

/** Fields of a copy that Copper lets us write. */
const KEPT = [
  "name",
  "prefix",
  "first_name",
  "middle_name",
  "last_name",
  "suffix",
  "address",
  "assignee_id",
  "company_id",
  "contact_type_id",
  "details",
  "emails",
  "phone_numbers",
  "socials",
  "title",
  "websites",
  "custom_fields",
];
/** Fields that refer to other records, which may be gone. */
const POINTERS: readonly string[] = ["assignee_id", "company_id", "contact_type_id", "custom_fields"];
/** How long the search may lag behind a write (ms). */
const LAG = 2_000;

/** Dependencies of `recreated`. */
export interface RecreateParts {
  readonly http: Http;
  /** Searches people. @param body the search request */
  search(body: Readonly<Record<string, unknown>>): Promise<readonly RawPerson[]>;
  /** Returns the custom fields that Copper defines now, with their options. */
  customs(): Promise<readonly { readonly id: number; readonly options: readonly { readonly id: number }[] }[]>;
}

/**
 * Creates the person again.
 * @param copy the record as it was
 * @param tags tags of the new record
 * @param begun whether an earlier try may have created the person: then looks for it first
 * @returns the new record and what was left out of it, or Copper's refusal. Throws ServiceError if we cannot know
 * whether the person was created.
 */
export async function recreated(
  { http, search, customs }: RecreateParts,
  copy: unknown,
  tags: readonly string[],
  begun: boolean,
): Promise<{ raw: RawPerson; leftOut: readonly string[] } | { refused: string }> {
  const before = rawPerson.parse(copy);
  if (begun) {
    const there = await alike(search, before, tags);
    if (there !== undefined) return { raw: there, leftOut: [] };
  }
  const kept = KEPT.flatMap((key) => (before[key] == null ? [] : [[key, before[key]] as const]));
  const whole: Readonly<Record<string, unknown>> = { ...Object.fromEntries(kept), tags };
  const send = async (body: Readonly<Record<string, unknown>>): Promise<Answer> => {
    const answer = await http.send("POST", "/people", body);
    if (answer.ok || answer.status !== LOST) return answer;
    await http.wait(LAG);
    const there = await alike(search, before, tags);
    if (there !== undefined) return { ok: true, body: there };
    throw new ServiceError("copper", "unreachable", answer.text);
  };
  const first = await send(whole);
  if (first.ok) return { raw: rawPerson.parse(first.body), leftOut: [] };
  const { there, gone } = await existing(before.custom_fields ?? [], customs);
  const defined = gone.length > 0 ? { ...whole, custom_fields: there } : whole;
  const fields = gone.map((id) => `custom_fields ${id}`);
  const pointers = POINTERS.filter((key) => key in whole);
  const without: readonly (readonly string[])[] = [
    ...(gone.length > 0 ? [[]] : []),
    ...pointers.map((key) => [key]),
    ...(pointers.length > 1 ? [pointers] : []),
  ];
  for (const keys of without) {
    const answer = await send(Object.fromEntries(Object.entries(defined).filter(([key]) => !keys.includes(key))));
    if (answer.ok) return { raw: rawPerson.parse(answer.body), leftOut: [...fields, ...keys] };
  }
  return { refused: said(first) };
}

type CustomFields = NonNullable<RawPerson["custom_fields"]>;

/** Splits custom fields into those that exist, and the ids of those that do not or whose option does not. */
async function existing(fields: CustomFields, customs: RecreateParts["customs"]) {
  const known = new Map((await customs()).map((one) => [one.id, new Set(one.options.map(({ id }) => id))]));
  const isThere = ({ custom_field_definition_id: id, value }: CustomFields[number]) => {
    const options = known.get(id);
    if (options === undefined) return false;
    return options.size === 0 || [value].flat().every((one) => typeof one !== "number" || options.has(one));
  };
  return {
    there: fields.filter(isThere),
    gone: fields.filter((one) => !isThere(one)).map((one) => one.custom_field_definition_id),
  };
}

/** Finds the person that an earlier try created: by address, or by name and tags if the copy has no valid address. */
async function alike(search: RecreateParts["search"], before: RawPerson, tags: readonly string[]) {
  const addressesOf = (one: RawPerson) => one.emails.map(({ email }) => email);
  const emails = addressesOf(before);
  const keys = new Set(validKeys(emails));
  const newest = { sort_by: "date_created", sort_direction: "desc" };
  const found = await search({ ...(keys.size > 0 ? { emails } : newest), page_size: PEOPLE_PER_PAGE });
  const sameTags = (one: RawPerson) =>
    [...new Set(one.tags.map(tagKey))].sort().join() === [...new Set(tags.map(tagKey))].sort().join();
  return found.find(
    (one) =>
      one.id !== before.id &&
      (keys.size > 0
        ? one.emails.some(({ email }) => keys.has(addressKey(email)))
        : one.name === before.name && validKeys(addressesOf(one)).length === 0 && sameTags(one)),
  );
}
