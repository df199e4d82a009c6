/**
 * `POST /people/search` of the simulated Copper: filters, order, pages, the maximum depth, and the delay behind writes.
 */
import type { People, SimPerson } from "./copper-people.ts";

/** The last record that a search can reach ("Reading" in docs/apis/copper.md). */
const CEILING = 100_000;

/** The fields that a search may contain. */
export const SEARCH_FIELDS: readonly string[] = [
  "page_number",
  "page_size",
  "sort_by",
  "sort_direction",
  "ids",
  "emails",
  "tags",
  "minimum_created_date",
  "maximum_created_date",
  "minimum_modified_date",
  "maximum_modified_date",
  "city",
  "country",
  "assignee_ids",
  "company_ids",
  "contact_type_ids",
];

type Body = Readonly<Record<string, unknown>>;

/**
 * Returns a page of the people who match, and how many match in all.
 * @param people all people
 * @param stale what the search still shows of recently written records; `undefined` for one that it does not show yet
 * @param body the request
 * @param inclusive whether date bounds are inclusive
 * @param order the cached orders
 */
export function searchPeople(
  people: People,
  stale: ReadonlyMap<number, SimPerson | undefined>,
  body: Body,
  inclusive: boolean,
  order: SortedPeople,
): { found: SimPerson[]; total: number } {
  const size = Number(body.page_size ?? 20);
  const at = (Number(body.page_number ?? 1) - 1) * size;
  const ids = body.ids as number[] | undefined;
  const emails = body.emails as string[] | undefined;
  // Use the indexes for ids and addresses, so that large worlds stay fast
  const few = ids ?? emails?.flatMap((email) => people.at(email).map((one) => one.id));
  const shown = (person: SimPerson) => (stale.has(person.id) ? stale.get(person.id) : person);
  const candidates =
    few === undefined
      ? order.by(String(body.sort_by ?? "first_name"), [...stale.keys()].length > 0 ? shown : undefined)
      : [...new Set(few)].flatMap((id) => people.get(id) ?? []).flatMap((one) => shown(one) ?? []);
  const wanted = filter(body, inclusive);
  const all = candidates.filter(wanted);
  if (body.sort_direction === "desc") all.reverse();
  return { found: at >= CEILING ? [] : all.slice(at, Math.min(at + size, CEILING)), total: all.length };
}

function filter(body: Body, inclusive: boolean): (person: SimPerson) => boolean {
  const emails = (body.emails as string[] | undefined)?.map((one) => one.trim().toLowerCase());
  const tags = (body.tags as string[] | undefined)?.map((one) => one.toLowerCase());
  const checks: ((person: SimPerson) => boolean)[] = [];
  if (emails) checks.push((one) => one.emails.some(({ email }) => emails.includes(email.trim().toLowerCase())));
  if (tags) checks.push((one) => one.tags.some((tag) => tags.includes(tag.toLowerCase())));
  for (const part of ["city", "country"] as const)
    if (body[part] !== undefined) checks.push((one) => one.address?.[part] === body[part]);
  for (const field of ["assignee_id", "company_id", "contact_type_id"] as const) {
    const list = body[`${field}s`] as number[] | undefined;
    // -2 means "none"
    if (list) checks.push((one) => list.includes((one[field] as number | null | undefined) ?? -2));
  }
  for (const stamp of ["created", "modified"] as const) {
    const least = body[`minimum_${stamp}_date`] as number | undefined;
    const most = body[`maximum_${stamp}_date`] as number | undefined;
    const of = (one: SimPerson) => one[`date_${stamp}`];
    if (least !== undefined) checks.push((one) => (inclusive ? of(one) >= least : of(one) > least));
    if (most !== undefined) checks.push((one) => (inclusive ? of(one) <= most : of(one) < most));
  }
  return (person) => checks.every((check) => check(person));
}

/** People in sort order. Sorts again only after a change, which it detects by comparing, since tests edit in place. */
export class SortedPeople {
  readonly #people: People;
  readonly #orders = new Map<string, { people: SimPerson[]; keys: unknown[] }>();
  constructor(people: People) {
    this.#people = people;
  }
  /**
   * Returns all people in the order of a field.
   * @param shown returns what the search shows for a record while it lags
   */
  by(key: string, shown?: (person: SimPerson) => SimPerson | undefined): SimPerson[] {
    if (shown !== undefined)
      return sorted(
        [...this.#people.values()].flatMap((one) => shown(one) ?? []),
        key,
      );
    const known = this.#orders.get(key);
    // Comparing is cheaper than sorting, and notices edits in place
    const valid =
      known !== undefined &&
      known.people.length === this.#people.size &&
      known.people.every((one, index) => this.#people.get(one.id) === one && one[key] === known.keys[index]);
    if (valid) return known.people;
    const people = sorted([...this.#people.values()], key);
    this.#orders.set(key, { people, keys: people.map((one) => one[key]) });
    return people;
  }
}

function sorted(people: SimPerson[], key: string): SimPerson[] {
  return people.sort((one, other) => compare(one[key], other[key]) || one.id - other.id);
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one ?? "").localeCompare(String(other ?? ""));
}
