/**
 * Copper as the sync sees it (the port `PeopleSide`). Everything is read by a key that a reading cannot disturb:
 * by creation date for all, by modification date for what changed, each page starting from the last stamp seen, so
 * that pages do not drift and the search's ceiling of 100,000 records is never met (docs/apis/copper.md).
 */
import { z } from "zod";
import type { Person } from "../domain/contact.ts";
import { NO_TRAITS } from "../domain/filter.ts";
import { internPool } from "../domain/intern.ts";
import { type Http, ServiceError } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import { type ReadPosition, showsAll } from "../plan/cursor.ts";
import { PEOPLE_PER_PAGE } from "../plan/request-lower-bound.ts";
import type { OddRecord, OnPage, PeopleSide, Reading, SideContext } from "../ports/sides.ts";
import { oddPerson } from "./odd.ts";
import { said } from "./pack.ts";
import { type RawPerson, type Reading as ReadBy, rawPerson, toPerson } from "./translate.ts";
import { leavingWriter } from "./whole-person-writer.ts";
import { FRESH_ONE_BY_ONE, personWriter } from "./writer.ts";

/** A page of at least so many records none of which can be read is odd as a whole. */
const ALL_ODD = 3;
/** So many absent persons are asked for one by one before absence is believed. */
const MOST_CONFIRMED = 500;
const rawCustom = z.array(
  z.looseObject({
    id: z.number(),
    name: z.string(),
    data_type: z.string(),
    options: z.array(z.looseObject({ id: z.coerce.number(), name: z.string() })).nullish(),
  }),
);
const rawAccount = z.looseObject({
  id: z.number(),
  primary_timezone: z.string().nullish(),
  settings: z.looseObject({ setting_team_permissions_enabled: z.boolean().nullish() }).nullish(),
});

/** @param bulkPerSecond Copper's limit for bulk requests */
export function copperSide(http: Http, bulkPerSecond: number): PeopleSide {
  let reading: ReadBy = { mapped: [], customs: [], zone: "UTC", traits: NO_TRAITS };
  const pool = internPool();
  const capabilities: Capabilities = {};
  /** Records that could not be read, by what tells them apart. */
  const odd = new Map<string, OddRecord>();
  const person = (raw: RawPerson) => toPerson(raw, reading, pool);

  async function need(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
    const answer = await http.send(method, path, body, { effect: "read" });
    if (answer.ok) return answer.body;
    throw new ServiceError(
      "copper",
      answer.status === 403 ? "credentials" : "unreadable",
      `${path}: ${answer.status} ${said(answer)}`,
      answer.status,
    );
  }
  const parse = <T>(schema: z.ZodType<T>, body: unknown) => inShape("copper", schema, body);
  /** One odd record of a page is set aside; only a page that is odd as a whole is not understood (A9). */
  async function search(body: Record<string, unknown>): Promise<RawPerson[]> {
    return (await pageOf(body)).rows;
  }
  async function pageOf(body: Record<string, unknown>): Promise<{ rows: RawPerson[]; shown: number }> {
    const all = parse(z.array(z.unknown()), await need("POST", "/people/search", body));
    const rows = all.flatMap((one) => {
      const raw = rawPerson.safeParse(one);
      if (raw.success) return [raw.data];
      const found = oddPerson(one, raw.error);
      odd.set(String(found.key ?? JSON.stringify(one)), found);
      return [];
    });
    if (rows.length === 0 && all.length >= ALL_ODD) parse(z.array(rawPerson), all);
    return { rows, shown: all.length };
  }
  async function readBy(
    stamp: "date_created" | "date_modified",
    since: number | undefined,
    onPage: OnPage<Person>,
    context: SideContext,
  ): Promise<Reading> {
    let found = 0;
    const filter = stamp === "date_created" ? "minimum_created_date" : "minimum_modified_date";
    let from = since;
    let page = 1;
    let idle = 0;
    while (!context.stop.aborted) {
      const { rows, shown } = await pageOf({
        page_number: page,
        page_size: PEOPLE_PER_PAGE,
        sort_by: stamp,
        sort_direction: "asc",
        ...(from !== undefined && { [filter]: from }),
      });
      const fresh = onPage(rows.map(person));
      found += fresh;
      context.progress?.(found);
      if (shown < PEOPLE_PER_PAGE) return { complete: true };
      idle = fresh === 0 ? idle + 1 : 0;
      if (idle > 3) return { complete: false };
      const last = (rows.at(-1)?.[stamp] ?? 0) - 1;
      if (last > (from ?? 0)) [from, page] = [last, 1];
      else page += 1;
    }
    return { complete: false };
  }
  /** The last to change come first: where few have changed, one page shows them all. */
  async function readChanged(since: ReadPosition, onPage: OnPage<Person>, context: SideContext): Promise<Reading> {
    const { rows, shown } = await pageOf({
      page_number: 1,
      page_size: PEOPLE_PER_PAGE,
      sort_by: "date_modified",
      sort_direction: "desc",
    });
    const stamps = rows.map((row) => row.date_modified);
    if (!showsAll(stamps, PEOPLE_PER_PAGE - (shown - rows.length), since))
      return readBy("date_modified", Math.max(0, since.at), onPage, context);
    const records = rows.filter((row) => row.date_modified >= since.at).map(person);
    onPage(records);
    context.progress?.(records.length);
    return { complete: true, there: shown };
  }
  async function get(id: number): Promise<RawPerson | undefined> {
    const answer = await http.send("GET", `/people/${id}`);
    if (!answer.ok && answer.status === 404) return undefined;
    if (!answer.ok) throw new ServiceError("copper", "unreadable", `GET person: ${answer.status} ${said(answer)}`);
    const raw = rawPerson.safeParse(answer.body);
    if (raw.success) return raw.data;
    odd.set(String(id), { ...oddPerson(answer.body, raw.error), key: id });
    return undefined;
  }
  async function fresh(ids: readonly number[]): Promise<Map<number, RawPerson>> {
    const found = new Map<number, RawPerson>();
    const keep = (raw: RawPerson | undefined) => raw && found.set(raw.id, raw);
    if (ids.length <= FRESH_ONE_BY_ONE) await Promise.all(ids.map(async (id) => keep(await get(id))));
    else
      for (let at = 0; at < ids.length; at += PEOPLE_PER_PAGE)
        for (const raw of await search({ ids: ids.slice(at, at + PEOPLE_PER_PAGE), page_size: PEOPLE_PER_PAGE }))
          keep(raw);
    return found;
  }

  async function customFields() {
    const list = parse(rawCustom, await need("GET", "/custom_field_definitions"));
    return list.map((one) => ({ id: one.id, name: one.name, dataType: one.data_type, options: one.options ?? [] }));
  }
  const leave = leavingWriter({ http, search, customs: customFields, person });
  const write = personWriter({
    http,
    bulkPerSecond,
    reading: () => reading,
    person,
    search,
    fresh,
    capabilities,
    leave,
  });

  return {
    requests: http.requests,
    async identity() {
      const { id, settings, primary_timezone } = parse(rawAccount, await need("GET", "/account"));
      const byTeam = settings?.setting_team_permissions_enabled ?? false;
      return { id: String(id), byTeam, zone: primary_timezone ?? "UTC" };
    },
    customFields,
    async contactTypes() {
      const list = parse(
        z.array(z.looseObject({ id: z.number(), name: z.string() })),
        await need("GET", "/contact_types"),
      );
      return new Map(list.map(({ id, name }) => [id, name]));
    },
    use(mapped, customs, zone, traits = NO_TRAITS) {
      reading = { mapped, customs, zone, traits };
    },
    know(found) {
      if (found.namePartsTaken !== undefined) capabilities.namePartsTaken = found.namePartsTaken;
      if (found.customsInPart !== undefined) capabilities.customsInPart = found.customsInPart;
    },
    capabilities: () => capabilities,
    odd: () => [...odd.values()],
    readAll: (onPage, context) => readBy("date_created", undefined, onPage, context),
    readSince: readChanged,
    async confirm(ids) {
      const found = await fresh(ids);
      // The search may lag or leave out: what it does not show is asked for by id
      const missing = ids.length <= FRESH_ONE_BY_ONE ? [] : ids.filter((id) => !found.has(id)).slice(0, MOST_CONFIRMED);
      for (let at = 0; at < missing.length; at += FRESH_ONE_BY_ONE)
        for (const [id, raw] of await fresh(missing.slice(at, at + FRESH_ONE_BY_ONE))) found.set(id, raw);
      return [...found.values()].map(person);
    },
    async fetch(id) {
      const raw = await get(id);
      return raw && { person: person(raw), raw };
    },
    apply: write.apply,
  };
}
