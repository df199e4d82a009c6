/**
 * A person made anew from a kept copy. What the copy names may no longer exist (whose the person was, the company, a
 * contact type, a custom field). Copper's words for it are not to be relied on: what it no longer defines is left out first,
 * then one after another of what may be gone, and in the end all of it; what was left out is told.
 */
import { addressKey, validKeys } from "../domain/address.ts";
import { tagKey } from "../domain/tags.ts";
import { type Answer, type Http, LOST, ServiceError } from "../http/request.ts";
import { PEOPLE_PER_PAGE } from "../plan/request-lower-bound.ts";
import { said } from "./pack.ts";
import { type RawPerson, rawPerson } from "./translate.ts";

/** What of a copy can be written. */
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
/** What points to something else that may be gone. */
const POINTERS: readonly string[] = ["assignee_id", "company_id", "contact_type_id", "custom_fields"];
/** How long the search may lag behind a write, in ms. */
const LAG = 2_000;

/** What making somebody anew needs of Copper. */
export interface RecreateParts {
  readonly http: Http;
  search(body: Readonly<Record<string, unknown>>): Promise<readonly RawPerson[]>;
  /** The custom fields that there are, with their options. */
  customs(): Promise<readonly { readonly id: number; readonly options: readonly { readonly id: number }[] }[]>;
}

/**
 * @param copy the record as it was
 * @param begun whether an earlier try may have made them
 * @returns the new record and what was left out of it, or why Copper takes it in no way. Throws ServiceError where it
 * is not known whether somebody was made.
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

/** Parts custom fields into those that exist and the numbers of those that do not, or whose option does not. */
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

/** Somebody who is what an earlier try would have made: by address, or by name and tags where there is none. */
async function alike(search: RecreateParts["search"], before: RawPerson, tags: readonly string[]) {
  const emails = before.emails.map((one) => one.email);
  const keys = new Set(validKeys(emails));
  const newest = { sort_by: "date_created", sort_direction: "desc" };
  const found = await search({ ...(emails.length > 0 ? { emails } : newest), page_size: PEOPLE_PER_PAGE });
  const sameTags = (one: RawPerson) =>
    [...new Set(one.tags.map(tagKey))].sort().join() === [...new Set(tags.map(tagKey))].sort().join();
  return found.find(
    (one) =>
      one.id !== before.id &&
      (keys.size > 0
        ? one.emails.some(({ email }) => keys.has(addressKey(email)))
        : one.name === before.name && one.emails.length === 0 && sameTags(one)),
  );
}
