/**
 * A simulated Copper on this machine, as docs/apis/copper.md describes it. Unknown behaviour is an option, by default
 * the harder case.
 */

import { activitiesOf } from "./copper-activities.ts";
import {
  blankPerson,
  type CopperWorld,
  type SimPerson,
  shownCustoms,
  WRITABLE,
  wrongCustoms,
} from "./copper-people.ts";
import { SEARCH_FIELDS, SortedPeople, searchPeople } from "./copper-search.ts";
import { type Service, type SimRequest, type SimResponse, serve, window } from "./server.ts";
import type { CopperOptions } from "./simulator-options.ts";
import { subscriptions } from "./subscriptions.ts";

/** The most records of a bulk request. */
const BULK = 10;
const base = "/developer_api/v1";
const notFound: SimResponse = { status: 404, body: { success: false, status: 404, message: "Resource not found" } };
const NAME_PARTS = ["first_name", "last_name"];

/** Returns the names of a person after a write: Copper splits a whole name at its first space, and joins its parts. */
function namesAfter(body: Record<string, unknown>, next: SimPerson): Partial<SimPerson> {
  if (typeof body.name === "string" && body.first_name === undefined && body.last_name === undefined) {
    const [first = "", ...rest] = body.name.split(" ");
    return { first_name: first, last_name: rest.join(" ") || null };
  }
  if (body.name !== undefined || !("first_name" in body || "last_name" in body)) return {};
  return { name: [next.first_name, next.last_name].filter(Boolean).join(" ") || next.name };
}

/**
 * Starts the simulator.
 * @param world the data, which requests change
 * @returns the service; its `url` ends with `/developer_api/v1`
 */
export async function simulateCopper(world: CopperWorld, options: CopperOptions): Promise<Service> {
  const { people } = world;
  const order = new SortedPeople(people);
  /** What the search still shows of recently written records; `undefined` for one that it does not show yet. */
  const stale = new Map<number, { until: number; person: SimPerson | undefined }>();
  const enriching: { id: number; at: number }[] = [];
  let nextId =
    Math.max(
      1000,
      people.keys().reduce((highest, id) => Math.max(highest, id), 0),
    ) + 1;
  const ms = options.ms ?? Date.now;
  const minute = window(60_000, options.perMinute, ms);
  const second = window(1_000, options.bulkPerSecond, ms);
  const hooks = subscriptions(100, (list) => list);

  const invalid = (message: string): SimResponse => ({
    status: options.refusalStatus,
    body: {
      success: false,
      status: options.refusalStatus,
      message: `Invalid input: Validation errors: ${message}`,
    },
  });
  const shown = (person: SimPerson): SimPerson => ({
    ...person,
    custom_fields: Array.isArray(person.custom_fields) ? shownCustoms(person, world) : person.custom_fields,
    tags: options.lowerCaseTags ? person.tags.map((tag) => tag.toLowerCase()) : person.tags,
  });
  /** Records what the search shows of a record until the delay is over. Must be called before the write. */
  const lag = (id: number) => {
    if (options.searchLag > 0) stale.set(id, { until: options.now() + options.searchLag, person: people.get(id) });
  };
  /** Applies what happens with time: search delays end, new records are enriched. */
  function passTime(): void {
    const now = options.now();
    for (const [id, { until }] of stale) if (until <= now) stale.delete(id);
    while (enriching.length > 0 && enriching[0]!.at <= now) {
      const { id, at } = enriching.shift()!;
      const person = people.get(id);
      if (person !== undefined) person.date_modified = Math.max(person.date_modified, at);
    }
  }
  function tell(event: "new" | "update" | "delete", id: number, updated?: Record<string, unknown>): void {
    if (!options.apiFiresWebhooks) return;
    const about = { ids: [id], type: "person", event, timestamp: new Date(options.now() * 1000).toISOString() };
    hooks.fire(
      (one) => one.event === event,
      (one) => ({
        url: String(one.target),
        headers: { ...(one.headers as Record<string, string> | undefined), "content-type": "application/json" },
        body: JSON.stringify({
          ...(one.secret as Record<string, unknown> | undefined),
          ...about,
          subscription_id: one.id,
          ...(updated && { updated_attributes: updated }),
        }),
      }),
    );
  }
  function search(body: Record<string, unknown>): SimResponse {
    const unknown = Object.keys(body).find((key) => !SEARCH_FIELDS.includes(key));
    if (unknown) return invalid(`Base: Unrecognized attributes specified: ${unknown}`);
    if (Number(body.page_size ?? 20) > 200) return invalid("Page size: is too large");
    const late = new Map([...stale].map(([id, { person }]) => [id, person]));
    const { found, total } = searchPeople(people, late, body, options.inclusiveDates, order);
    // Copper returns an upper bound, not the exact count
    return { status: 200, body: found.map(shown), headers: { "X-PW-TOTAL": String(total + 3) } };
  }
  /** Returns what is wrong with a body; `undefined` if nothing is. */
  function wrongIn(sent: Record<string, unknown>): string | undefined {
    const refused = options.nameParts === "refused" ? NAME_PARTS : [];
    const unknown = Object.keys(sent).find((key) => (!WRITABLE.includes(key) && key !== "id") || refused.includes(key));
    if (unknown) return `Base: Unrecognized attributes specified: ${unknown}`;
    const wrong = wrongCustoms(sent.custom_fields, world);
    if (wrong) return wrong;
    const dangling = Object.entries(world.pointers ?? {}).some(
      ([key, there]) => sent[key] != null && !there.includes(Number(sent[key])),
    );
    return dangling ? "Base: is invalid" : undefined;
  }
  /** Returns a person after a write. */
  function written(before: SimPerson, body: Record<string, unknown>): SimPerson {
    const next = structuredClone({ ...before, ...body, id: before.id }) as SimPerson;
    if (options.customsInPart && Array.isArray(body.custom_fields)) {
      // Keep the custom fields that the write does not name
      const named = next.custom_fields.map((one) => one.custom_field_definition_id);
      const others = before.custom_fields.filter((one) => !named.includes(one.custom_field_definition_id));
      next.custom_fields = [...others, ...next.custom_fields];
    }
    Object.assign(next, namesAfter(body, next));
    for (const list of ["tags", "emails", "phone_numbers", "custom_fields"] as const)
      next[list] = (next[list] ?? []) as never;
    return next;
  }
  function write(before: SimPerson, sent: Record<string, unknown>, isNew: boolean): SimResponse {
    const wrong = wrongIn(sent);
    if (wrong !== undefined) return invalid(wrong);
    const ignored = options.nameParts === "taken" ? [] : NAME_PARTS;
    const body = Object.fromEntries(Object.entries(sent).filter(([key]) => !ignored.includes(key)));
    const next = written(before, body);
    if (!next.name) return invalid("Name: can't be blank");
    // An address may belong to one person only
    const taken =
      body.emails !== undefined &&
      next.emails.some(({ email }) => people.at(email).some((other) => other.id !== before.id));
    if (taken) return invalid("Emails: has already been taken");
    lag(next.id);
    next.date_modified = options.now();
    people.set(next.id, next);
    if (isNew && options.enrichAfter > 0) enriching.push({ id: next.id, at: options.now() + options.enrichAfter });
    tell(isNew ? "new" : "update", next.id, isNew ? undefined : changed(before, body));
    return { status: 200, body: shown(next) };
  }
  function create(body: Record<string, unknown>): SimResponse {
    const reply = write(blankPerson(nextId, options.now()), body, true);
    if (reply.status === 200) nextId += 1;
    return reply;
  }
  function bulk(list: Record<string, unknown>[], one: (body: Record<string, unknown>) => SimResponse): SimResponse {
    // The bulk limit applies in addition to the limit per minute
    if (!second()) return { status: 429, html: "" };
    if (list.length > BULK) return { status: 422, body: { error: `Request size too large, limit is ${BULK}` } };
    const item = (body: Record<string, unknown>) => {
      const reply = one(body);
      if (reply.status === 200) return reply.body;
      return { success: false, message: { emails: [{ error: "invalid" }] }, id: body.id ?? null };
    };
    return { status: 200, body: list.map(item) };
  }
  const activities = activitiesOf(world, options.now, () => nextId++);
  function tags(): { name: string; count: number }[] {
    const counts = new Map<string, number>();
    for (const person of people.values()) for (const tag of person.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    return [...counts].map(([name, count]) => ({ name, count }));
  }
  const account = () => ({
    id: world.account,
    name: "Démo",
    primary_timezone: world.zone ?? "Europe/Paris",
    settings: { setting_team_permissions_enabled: false },
  });

  function handle({ method, path, body, headers }: SimRequest): SimResponse {
    if (headers["x-pw-accesstoken"] !== world.key || !headers["x-pw-useremail"]) return { status: 401, html: "" };
    // The real service responds to a GET with a body with an HTML page
    if (method === "GET" && body !== undefined) return { status: 400, html: "<!doctype html><title>Copper</title>" };
    if (headers["content-type"] !== "application/json")
      return { status: 400, body: { error: "Content-Type must be application/json" } };
    if (!minute()) return { status: 429, html: "" };
    passTime();
    const route = `${method} ${path.slice(base.length).replace(/\/\d+$/, "/ID")}`;
    const id = Number(path.split("/").at(-1));
    const fields = (body ?? {}) as Record<string, unknown>;
    const list = (fields.people ?? []) as Record<string, unknown>[];
    const person = people.get(id);
    const ok = (answer: unknown): SimResponse => ({ status: 200, body: answer });
    switch (route) {
      case "GET /account":
        return ok(account());
      case "GET /users/me":
        return ok({ id: 1, name: "Admin", email: headers["x-pw-useremail"] });
      case "GET /custom_field_definitions":
        return ok(world.customs);
      case "GET /contact_types":
        return ok(world.contactTypes ?? [{ id: 1, name: "Client" }]);
      case "GET /tags":
        return ok(tags());
      case "POST /people/search":
        return search(fields);
      case "POST /people/fetch_by_email": {
        const [found] = people.at(String(fields.email));
        return found ? ok(shown(found)) : notFound;
      }
      case "POST /people":
        return create(fields);
      case "POST /people/bulk_create":
        return bulk(list, create);
      case "POST /people/bulk_update":
        return bulk(list, (one) => {
          const there = people.get(Number(one.id));
          return there ? write(there, one, false) : notFound;
        });
      case "GET /people/ID":
        return person ? ok(shown(person)) : notFound;
      case "PUT /people/ID":
        return person ? write(person, fields, false) : notFound;
      case "DELETE /people/ID":
        if (person === undefined) return notFound;
        people.delete(id);
        tell("delete", id);
        return ok({ id, is_deleted: true });
      case "POST /activities":
        return activities.add(fields);
      case "POST /activities/bulk_create":
        return bulk((fields.activities ?? []) as Record<string, unknown>[], activities.add);
      case "POST /activities/search":
        return activities.search(fields);
      default:
        if (/ \/webhooks/.test(route)) return hooks.answer(method, id || undefined, fields) ?? notFound;
        return { status: 404, body: { error: "not_found" } };
    }
  }
  const service = await serve(
    {
      port: options.port,
      latency: options.latency,
      connections: 1000,
      tooMany: { status: 429, html: "" },
      ...(options.pause && { pause: options.pause }),
    },
    handle,
  );
  return Object.assign(service, { url: service.url + base });
}

/** Returns the changes for a webhook: each field with its old and new value. */
function changed(before: SimPerson, body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(body)
      .filter(([key]) => key !== "id")
      .map(([key, value]) => [key, [before[key] ?? null, value]]),
  );
}
