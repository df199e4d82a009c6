/**
 * Copper as the sync sees it (the port `PeopleSide`). Everything is read by a key that a reading cannot disturb:
 * by creation date for all, by modification date for what changed, each page starting from the last stamp seen, so
 * that pages do not drift and the search's ceiling of 100,000 records is never met (docs/apis/copper.md).
 */
import { z } from "zod";
import { addressKey } from "../contact/address.ts";
import type { Person } from "../contact/contact.ts";
import type { CustomField, MappedField } from "../contact/fields.ts";
import { textPool } from "../contact/pool.ts";
import { type Answer, type Http, RemoteUnusable } from "../http/request.ts";
import type { CreatePerson, PersonOperation } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { Journal, PeopleSide, Reading, SideContext } from "../plan/ports.ts";
import { bodyOf, failureOf, said, writesArray } from "./pack.ts";
import { type RawPerson, rawPerson, toBody, toPerson } from "./translate.ts";

const PAGE = 200;
const BULK = 10;
/** Up to so many persons are read one by one just before their arrays are written; the search may lag behind. */
const FRESH_ONE_BY_ONE = 50;
/** So many absent persons are asked for one by one before absence is believed. */
const MOST_CONFIRMED = 500;
/** What the client gives for a request whose answer never came. */
const LOST = 599;
/** How long the search may lag behind a write, in ms. */
const LAG = 2_000;
const rawCustom = z.array(
  z.looseObject({
    id: z.number(),
    name: z.string(),
    data_type: z.string(),
    options: z.array(z.looseObject({ id: z.number(), name: z.string() })).nullish(),
  }),
);

/** @param bulkPerSecond Copper's limit for bulk requests */
export function copperSide(http: Http, bulkPerSecond: number): PeopleSide {
  let mapped: readonly MappedField[] = [];
  let customs: readonly CustomField[] = [];
  const pool = textPool();
  const person = (raw: RawPerson) => toPerson(raw, mapped, customs, pool);

  async function need(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await http.send(method, path, body);
    if (answer.ok) return answer.body;
    throw new RemoteUnusable(
      "copper",
      answer.status === 403 ? "credentials" : "unreadable",
      `${path}: ${answer.status} ${said(answer)}`,
    );
  }
  async function search(body: Record<string, unknown>): Promise<RawPerson[]> {
    const parsed = z.array(rawPerson).safeParse(await need("POST", "/people/search", body));
    if (!parsed.success) throw new RemoteUnusable("copper", "unreadable", z.prettifyError(parsed.error).slice(0, 300));
    return parsed.data;
  }
  async function readBy(
    stamp: "date_created" | "date_modified",
    since: number | undefined,
    context: SideContext,
  ): Promise<Reading<Person>> {
    const found = new Map<number, Person>();
    const filter = stamp === "date_created" ? "minimum_created_date" : "minimum_modified_date";
    let from = since;
    let page = 1;
    let idle = 0;
    while (!context.stop.aborted) {
      const rows = await search({
        page_number: page,
        page_size: PAGE,
        sort_by: stamp,
        sort_direction: "asc",
        ...(from !== undefined && { [filter]: from }),
      });
      const before = found.size;
      for (const row of rows) found.set(row.id, person(row));
      context.progress?.(found.size);
      if (rows.length < PAGE) return { records: [...found.values()], complete: true };
      idle = found.size === before ? idle + 1 : 0;
      if (idle > 3) return { records: [...found.values()], complete: false };
      const last = rows.at(-1)![stamp] - 1;
      if (last > (from ?? 0)) [from, page] = [last, 1];
      else page += 1;
    }
    return { records: [...found.values()], complete: false };
  }
  async function get(id: number): Promise<RawPerson | undefined> {
    const answer = await http.send("GET", `/people/${id}`);
    if (!answer.ok && answer.status === 404) return undefined;
    if (!answer.ok) throw new RemoteUnusable("copper", "unreadable", `GET person: ${answer.status} ${said(answer)}`);
    return rawPerson.parse(answer.body);
  }
  async function fresh(ids: readonly number[]): Promise<Map<number, RawPerson>> {
    const found = new Map<number, RawPerson>();
    const keep = (raw: RawPerson | undefined) => raw && found.set(raw.id, raw);
    if (ids.length <= FRESH_ONE_BY_ONE) await Promise.all(ids.map(async (id) => keep(await get(id))));
    else
      for (let at = 0; at < ids.length; at += PAGE)
        for (const raw of await search({ ids: ids.slice(at, at + PAGE), page_size: PAGE })) keep(raw);
    return found;
  }

  async function create(operations: readonly CreatePerson[], journal: Journal<PersonOperation>, context: SideContext) {
    for (let at = 0; at < operations.length && !context.stop.aborted; at += BULK) {
      const part = operations.slice(at, at + BULK);
      await journal.sending(part);
      const people = part.map(createBody);
      const answer =
        part.length === 1
          ? await http.send("POST", "/people", people[0])
          : await http.send("POST", "/people/bulk_create", { people }, { perSecond: bulkPerSecond });
      await journal.answered(await settled(part, answer));
    }
  }
  /** The outcomes of one write; a create whose answer was lost is looked up by address before it is tried again (A2). */
  async function settled(part: readonly PersonOperation[], answer: Answer): Promise<Outcome<PersonOperation>[]> {
    if (answer.ok) {
      const rows = part.length === 1 && !Array.isArray(answer.body) ? [answer.body] : (answer.body as unknown[]);
      return part.map((operation, index) => outcome(operation, Array.isArray(rows) ? rows[index] : undefined));
    }
    if (answer.status !== LOST) return part.map((operation) => ({ operation, ok: false, failure: failureOf(answer) }));
    const creates = part.filter((one): one is CreatePerson => one.operation === "create-person");
    // The search lags behind writes
    await http.wait(LAG);
    const there = await peopleAt(creates);
    const outcomes: Outcome<PersonOperation>[] = [];
    for (const operation of creates) {
      const found = there.get(addressKey(operation.email));
      if (found !== undefined) outcomes.push({ operation, ok: true, person: person(found) });
      else if (http.stopped()) outcomes.push({ operation, ok: false, failure: failureOf(answer) });
      else outcomes.push(await createdAgain(operation));
    }
    return outcomes;
  }
  /** Copper refuses an address that it has already: whoever is there after all is then found by it. */
  async function createdAgain(operation: CreatePerson): Promise<Outcome<PersonOperation>> {
    const answer = await http.send("POST", "/people", createBody(operation));
    if (answer.ok) return outcome(operation, answer.body);
    const found = (await peopleAt([operation])).get(addressKey(operation.email));
    if (found !== undefined) return { operation, ok: true, person: person(found) };
    return { operation, ok: false, failure: failureOf(answer) };
  }
  async function peopleAt(creates: readonly CreatePerson[]): Promise<Map<string, RawPerson>> {
    const found = await search({ emails: creates.map((one) => one.email), page_size: PAGE });
    return new Map(found.flatMap((raw) => raw.emails.map((one) => [addressKey(one.email), raw] as const)));
  }
  const createBody = (one: CreatePerson) => ({
    name: one.name,
    emails: [{ email: one.email, category: "work" }],
    ...toBody(one.fields, customs),
  });
  function outcome(operation: PersonOperation, row: unknown): Outcome<PersonOperation> {
    const failed = z.looseObject({ success: z.literal(false) }).safeParse(row);
    if (failed.success) {
      const text = JSON.stringify(failed.data.message ?? failed.data);
      return { operation, ok: false, failure: { code: "REFUSED", message: text, retry: true } };
    }
    const raw = rawPerson.safeParse(row);
    if (raw.success) return { operation, ok: true, person: person(raw.data) };
    return { operation, ok: false, failure: { code: "UNKNOWN_ANSWER", message: "", retry: true } };
  }

  type Change = Exclude<PersonOperation, { operation: "create-person" }>;
  async function update(operations: Change[], journal: Journal<PersonOperation>, context: SideContext) {
    const byPerson = Map.groupBy(operations, (one) => one.personId);
    const arrays = new Set([...byPerson].filter(([, list]) => list.some(writesArray)).map(([id]) => id));
    const oneByOne = arrays.size <= FRESH_ONE_BY_ONE;
    const read = new Map<number, RawPerson>();
    const ids = [...byPerson.keys()];
    for (let at = 0; at < ids.length && !context.stop.aborted; at += BULK) {
      const part = ids.slice(at, at + BULK);
      // Arrays are read right before they are written, and written complete (V8)
      if (oneByOne || at % PAGE === 0) {
        const window = oneByOne ? part : ids.slice(at, at + PAGE);
        const wanted = window.filter((id) => arrays.has(id));
        for (const [id, raw] of await fresh(wanted)) read.set(id, raw);
      }
      const here = part.filter((id) => !arrays.has(id) || read.has(id));
      const lost = part.filter((id) => !here.includes(id)).flatMap((id) => byPerson.get(id)!);
      if (lost.length > 0)
        await journal.answered(
          lost.map((operation) => ({
            operation,
            ok: false,
            failure: { code: "NOT_FOUND", message: "404", retry: true },
          })),
        );
      if (here.length === 0) continue;
      const sending = here.flatMap((id) => byPerson.get(id)!);
      await journal.sending(sending);
      const bodies = here.map((id) => ({ id, ...bodyOf(byPerson.get(id)!, read.get(id), customs) }));
      const answer =
        here.length === 1
          ? await http.send("PUT", `/people/${here[0]}`, bodyOf(byPerson.get(here[0]!)!, read.get(here[0]!), customs))
          : await http.send("POST", "/people/bulk_update", { people: bodies }, { perSecond: bulkPerSecond });
      const rows = answer.ok
        ? here.length === 1 && !Array.isArray(answer.body)
          ? [answer.body]
          : (answer.body as unknown[])
        : [];
      await journal.answered(
        here.flatMap((id, index) =>
          byPerson
            .get(id)!
            .map(
              (operation): Outcome<PersonOperation> =>
                answer.ok
                  ? outcome(operation, Array.isArray(rows) ? rows[index] : undefined)
                  : { operation, ok: false, failure: failureOf(answer) },
            ),
        ),
      );
    }
  }

  return {
    requests: http.requests,
    async identity() {
      const account = z.looseObject({ id: z.number() }).safeParse(await need("GET", "/account"));
      if (!account.success) throw new RemoteUnusable("copper", "unreadable", "GET /account");
      return String(account.data.id);
    },
    async customFields() {
      const list = rawCustom.parse(await need("GET", "/custom_field_definitions"));
      customs = list.map((one) => ({
        id: one.id,
        name: one.name,
        dataType: one.data_type,
        options: one.options ?? [],
      }));
      return customs;
    },
    use(fields) {
      mapped = fields;
    },
    readAll: (context) => readBy("date_created", undefined, context),
    readSince: (since, context) => readBy("date_modified", Math.max(0, since), context),
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
    async apply(operations, journal, context) {
      const all = operations.splice(0);
      const changes = all.filter((one): one is Change => one.operation !== "create-person");
      const creates = all.filter((one) => one.operation === "create-person");
      all.length = 0;
      await create(creates, journal, context);
      await update(changes, journal, context);
    },
    async setTags(id, tags) {
      return person(rawPerson.parse(await need("PUT", `/people/${id}`, { tags })));
    },
    async remove(id) {
      const answer = await http.send("DELETE", `/people/${id}`);
      if (!answer.ok && answer.status !== 404)
        throw new RemoteUnusable("copper", "unreadable", `${answer.status} ${said(answer)}`);
    },
    async recreate(copy, tags) {
      const raw = rawPerson.parse(copy);
      const keep = [
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
      const body = Object.fromEntries(keep.flatMap((key) => (raw[key] == null ? [] : [[key, raw[key]]])));
      return person(rawPerson.parse(await need("POST", "/people", { ...body, tags })));
    },
  };
}
