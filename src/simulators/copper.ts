/**
 * Copper on loopback, as docs/apis/copper.md describes it. What is unknown there is a switch, set to the less kind
 * answer by default.
 */
import { subscriptions } from "./more.ts";
import { type Asked, type Reply, type Service, serve } from "./server.ts";

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

export interface CopperWorld {
  readonly account: number;
  readonly key: string;
  readonly people: Map<number, SimPerson>;
  readonly customs: { id: number; name: string; data_type: string; options?: { id: number; name: string }[] }[];
}

export interface CopperSwitches {
  /** Unix seconds. */
  now(): number;
  readonly port: number;
  readonly latency: number;
  readonly perMinute: number;
  readonly bulkPerSecond: number;
  /** Tags come back in lower case. */
  readonly lowerCaseTags: boolean;
  /** Seconds by which the search lags behind writes. */
  readonly searchLag: number;
  /** Whether the bounds of the date filters are inclusive. */
  readonly inclusiveDates: boolean;
}

export const UNKIND_COPPER: Omit<CopperSwitches, "now"> = {
  port: 0,
  latency: 0,
  perMinute: 180,
  bulkPerSecond: 3,
  lowerCaseTags: true,
  searchLag: 1,
  inclusiveDates: false,
};

const KNOWN = [
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
const FILTERS = [
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
const CEILING = 100_000;
const base = "/developer_api/v1";

/** @returns the service; `url` goes up to and with `/developer_api/v1` */
export async function simulateCopper(world: CopperWorld, switches: CopperSwitches): Promise<Service> {
  const times: number[] = [];
  const bulk: number[] = [];
  /** What the search still shows of records written within the lag. */
  const stale = new Map<number, { until: number; person: SimPerson | undefined }>();
  let nextId = Math.max(1000, ...world.people.keys()) + 1;
  const within = (list: number[], window: number, most: number) => {
    const now = Date.now();
    while (list.length > 0 && list[0]! <= now - window) list.shift();
    list.push(now);
    return list.length <= most;
  };
  const hooks = subscriptions(100, (list) => list);
  const invalid = (message: string): Reply => ({
    status: 422,
    body: { success: false, status: 422, message: `Invalid input: Validation errors: ${message}` },
  });
  const shown = (person: SimPerson): SimPerson => ({
    ...person,
    tags: switches.lowerCaseTags ? person.tags.map((tag) => tag.toLowerCase()) : person.tags,
  });

  function search(body: Record<string, unknown>): Reply {
    const unknown = Object.keys(body).find((key) => !FILTERS.includes(key));
    if (unknown) return invalid(`Base: Unrecognized attributes specified: ${unknown}`);
    const size = Number(body.page_size ?? 20);
    if (size > 200) return invalid("Page size: is too large");
    const now = switches.now();
    const all = new Map(world.people);
    for (const [id, { until, person }] of stale) {
      if (until <= now) stale.delete(id);
      else if (person === undefined) all.delete(id);
      else all.set(id, person);
    }
    const floor = (value: number, name: string) => {
      const least = body[name] as number | undefined;
      return least === undefined || (switches.inclusiveDates ? value >= least : value > least);
    };
    const ids = body.ids as number[] | undefined;
    const emails = (body.emails as string[] | undefined)?.map((one) => one.toLowerCase());
    const tags = (body.tags as string[] | undefined)?.map((one) => one.toLowerCase());
    const key = String(body.sort_by ?? "first_name");
    const sign = body.sort_direction === "desc" ? -1 : 1;
    const found = [...all.values()]
      .filter((one) => !ids || ids.includes(one.id))
      .filter((one) => !emails || one.emails.some(({ email }) => emails.includes(email.trim().toLowerCase())))
      .filter((one) => !tags || one.tags.some((tag) => tags.includes(tag.toLowerCase())))
      .filter(
        (one) => floor(one.date_created, "minimum_created_date") && floor(one.date_modified, "minimum_modified_date"),
      )
      .sort((a, b) => (compare(a[key], b[key]) || a.id - b.id) * sign);
    const at = (Number(body.page_number ?? 1) - 1) * size;
    return {
      status: 200,
      body: at >= CEILING ? [] : found.slice(at, at + size).map(shown),
      headers: { "X-PW-TOTAL": String(found.length + 3) },
    };
  }
  function write(person: SimPerson, body: Record<string, unknown>): Reply {
    const unknown = Object.keys(body).find((key) => !KNOWN.includes(key) && key !== "id");
    if (unknown) return invalid(`Base: Unrecognized attributes specified: ${unknown}`);
    const next = structuredClone({ ...person, ...body, id: person.id }) as SimPerson;
    if (typeof body.name === "string" && body.first_name === undefined && body.last_name === undefined) {
      const [first = "", ...rest] = body.name.split(" ");
      next.first_name = first;
      next.last_name = rest.join(" ") || null;
    } else if (body.name === undefined && ("first_name" in body || "last_name" in body))
      next.name = [next.first_name, next.last_name].filter(Boolean).join(" ") || next.name;
    if (!next.name) return invalid("Name: can't be blank");
    for (const list of ["tags", "emails", "phone_numbers", "custom_fields"] as const)
      next[list] = (next[list] ?? []) as never;
    const taken = next.emails.some(({ email }) =>
      [...world.people.values()].some(
        (other) => other.id !== person.id && other.emails.some((one) => same(one.email, email)),
      ),
    );
    if (taken && body.emails !== undefined) return invalid("Emails: has already been taken");
    const before = world.people.get(person.id);
    if (switches.searchLag > 0) stale.set(person.id, { until: switches.now() + switches.searchLag, person: before });
    next.date_modified = switches.now();
    world.people.set(next.id, next);
    const event = before === undefined ? "new" : "update";
    const note = JSON.stringify({
      ids: [next.id],
      type: "person",
      event,
      timestamp: new Date(switches.now() * 1000).toISOString(),
    });
    hooks.fire("target", "application/json", note, (one) => one.event === event);
    return { status: 200, body: shown(next) };
  }
  const create = (body: Record<string, unknown>) => {
    const now = switches.now();
    const reply = write(
      {
        id: nextId,
        name: "",
        first_name: null,
        last_name: null,
        emails: [],
        phone_numbers: [],
        address: null,
        tags: [],
        custom_fields: [],
        title: null,
        company_name: null,
        date_created: now,
        date_modified: now,
      },
      body,
    );
    if (reply.status === 200) nextId += 1;
    return reply;
  };
  const item = (reply: Reply, id: unknown) =>
    reply.status === 200 ? reply.body : { success: false, message: { emails: [{ error: "invalid" }] }, id: id ?? null };

  function handle({ method, path, body, headers }: Asked): Reply {
    if (headers["x-pw-accesstoken"] !== world.key || !headers["x-pw-useremail"]) return { status: 401, html: "" };
    if (method === "GET" && body !== undefined) return { status: 400, html: "<!doctype html><title>Copper</title>" };
    if (!within(times, 60_000, switches.perMinute)) return { status: 429, html: "" };
    const route = `${method} ${path.slice(base.length).replace(/\/\d+$/, "/ID")}`;
    const id = Number(path.split("/").at(-1));
    const fields = (body ?? {}) as Record<string, unknown>;
    const person = world.people.get(id);
    const missing: Reply = { status: 404, body: { success: false, status: 404, message: "Resource not found" } };
    if (route.includes("bulk_")) {
      if (!within(bulk, 1_000, switches.bulkPerSecond)) return { status: 429, html: "" };
      const list = fields.people as Record<string, unknown>[];
      if (list.length > 10) return { status: 422, body: { error: "Request size too large, limit is 10" } };
      if (route.endsWith("bulk_create")) return { status: 200, body: list.map((one) => item(create(one), null)) };
      return {
        status: 200,
        body: list.map((one) => {
          const there = world.people.get(Number(one.id));
          return there ? item(write(there, one), one.id) : item(missing, one.id);
        }),
      };
    }
    switch (route) {
      case "GET /account":
        return {
          status: 200,
          body: {
            id: world.account,
            name: "Démo",
            primary_timezone: "Europe/Paris",
            settings: { setting_team_permissions_enabled: false },
          },
        };
      case "GET /users/me":
        return { status: 200, body: { id: 1, name: "Admin", email: headers["x-pw-useremail"] } };
      case "GET /custom_field_definitions":
        return { status: 200, body: world.customs };
      case "GET /tags":
        return {
          status: 200,
          body: [
            ...Map.groupBy(
              [...world.people.values()].flatMap((one) => one.tags),
              (tag) => tag,
            ),
          ].map(([name, all]) => ({ name, count: all.length })),
        };
      case "POST /people/search":
        return search(fields);
      case "POST /people/fetch_by_email": {
        const found = [...world.people.values()].find((one) =>
          one.emails.some(({ email }) => same(email, String(fields.email))),
        );
        return found ? { status: 200, body: shown(found) } : missing;
      }
      case "POST /people":
        return create(fields);
      case "GET /people/ID":
        return person ? { status: 200, body: shown(person) } : missing;
      case "PUT /people/ID":
        return person ? write(person, fields) : missing;
      case "DELETE /people/ID":
        world.people.delete(id);
        return person ? { status: 200, body: { id, is_deleted: true } } : missing;
      case "GET /contact_types":
        return { status: 200, body: [{ id: 1, name: "Client" }] };
      case "POST /activities":
        return { status: 200, body: { ...fields, id: nextId++ } };
      default:
        if (/ \/webhooks/.test(route)) return hooks.answer(method, id || undefined, fields) ?? missing;
        return { status: 404, body: { error: "not_found" } };
    }
  }
  const service = await serve(
    { port: switches.port, latency: switches.latency, connections: 1000, tooMany: { status: 429, html: "" } },
    handle,
  );
  return Object.assign(service, { url: service.url + base });
}

function same(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function compare(one: unknown, other: unknown): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return String(one ?? "").localeCompare(String(other ?? ""));
}
