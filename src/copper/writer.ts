/**
 * Writes people, ten per request if there are several. Reads arrays just before it writes them, because Copper replaces
 * them whole (V8). Narrows a refusal down to the field that Copper refuses (V5, `find-refused-field.ts`). Looks up a
 * create whose response was lost (A2).
 */
import { z } from "zod";
import { addressKey } from "../domain/address.ts";
import type { Person } from "../domain/contact.ts";
import { type Answer, LOST } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import type { Capabilities } from "../plan/capabilities.ts";
import type { CreatePerson, PersonOperation } from "../plan/operations.ts";
import type { Failure, Outcome } from "../plan/outcomes.ts";
import type { Journal, PeopleWriter } from "../ports/sides.ts";
import { PEOPLE_PER_PAGE, PEOPLE_PER_WRITE } from "../services/copper.ts";
import { bodyOf, type Change, NAME_PARTS, wholeNameOnly, writesArray } from "./build-requests.ts";
import { type CopperClient, FRESH_ONE_BY_ONE } from "./client.ts";
import { isWhole, type WholePerson } from "./delete-restore-person.ts";
import { narrowing } from "./find-refused-field.ts";
import { failureOf } from "./refusal.ts";
import { type Body, type RawPerson, type Reading, rawPerson, toBody } from "./schema.ts";

/** How long the search may lag behind a write (ms). */
const LAG = 2_000;

/** Result of one body: the record after the write, or the failure. */
type Row = { readonly raw: RawPerson } | { readonly failure: Failure };

interface Writer {
  readonly http: Http;
  /** Copper's limit for bulk requests (per second). */
  readonly bulkPerSecond: number;
  /** How to read and write the mapped fields. */
  readonly reading: Reading;
  /** Translates a record into the mapped fields. */
  person(raw: RawPerson): Person;
  readonly client: Pick<CopperClient, "search" | "fresh">;
  /** Capabilities of the service found by earlier runs. */
  readonly known: Capabilities;
  /** Deletes and restores people. */
  leave(operations: readonly WholePerson[], journal: Journal<PersonOperation>): Promise<void>;
  /** Aborts when no further request may be sent. */
  readonly stop: AbortSignal;
}

/** Creates the writer that carries out operations on people. */
export function personWriter(own: Writer): PeopleWriter {
  const { http, bulkPerSecond, reading, person, client, known, leave, stop } = own;
  /** Keeps what this service accepts or refuses, so that we try it only once. */
  const capabilities: Pick<Capabilities, "namePartsTaken" | "customsInPart"> = {
    ...(known.namePartsTaken !== undefined && { namePartsTaken: known.namePartsTaken }),
    ...(known.customsInPart !== undefined && { customsInPart: known.customsInPart }),
  };
  const createBody = (one: CreatePerson): Body => {
    const { body, refused } = toBody(one.fields, reading);
    return { body: { name: one.name, emails: [{ email: one.email, category: "work" }], ...body }, refused };
  };
  /** Searches people by the addresses of these creates. @returns records by address key */
  async function peopleAt(creates: readonly CreatePerson[]): Promise<Map<string, RawPerson>> {
    const found = await client.search({ emails: creates.map((one) => one.email), page_size: PEOPLE_PER_PAGE });
    return new Map(found.flatMap((raw) => raw.emails.map((one) => [addressKey(one.email), raw] as const)));
  }
  const { narrowed } = narrowing({ http, reading, person, peopleAt, createBody });

  /**
   * Sends bodies. If Copper refuses bodies with first and last names, sends them again with the whole name only (W8).
   * Remembers which form Copper accepts.
   * @param post sends some of the bodies in one request
   * @param isOf returns whether a record belongs to the body at this index
   * @returns a row for each body, or the response if it was lost
   */
  async function rowsOf(
    bodies: readonly Readonly<Record<string, unknown>>[],
    post: (bodies: readonly Readonly<Record<string, unknown>>[]) => Promise<Answer>,
    isOf: (raw: RawPerson, index: number) => boolean,
  ): Promise<readonly Row[] | (Answer & { ok: false })> {
    const wholeOnly = capabilities.namePartsTaken === false;
    const first = await post(wholeOnly ? bodies.map(wholeNameOnly) : bodies);
    if (!first.ok && first.status === LOST) return first;
    const rows = eachItsOwn(rowsIn(first, bodies.length), isOf);
    const parts = bodies.map((body) => "name" in body && NAME_PARTS.some((name) => name in body));
    if (rows.some((row, index) => "raw" in row && parts[index])) capabilities.namePartsTaken ??= true;
    const again = [...rows.keys()].filter((index) => parts[index] && isRefused(rows[index]!));
    if (capabilities.namePartsTaken !== undefined || again.length === 0 || http.stopped()) return rows;
    const answer = await post(again.map((index) => wholeNameOnly(bodies[index]!)));
    const second = eachItsOwn(rowsIn(answer, again.length), (raw, index) => isOf(raw, again[index]!));
    if (second.some((row) => "raw" in row)) capabilities.namePartsTaken = false;
    return rows.map((row, index) => {
      const later = second[again.indexOf(index)];
      return later !== undefined && "raw" in later ? later : row;
    });
  }

  /** Creates people, ten per request. Looks up those whose response was lost or unclear (A2). */
  async function create(operations: readonly CreatePerson[], journal: Journal<PersonOperation>) {
    for (let at = 0; at < operations.length && !stop.aborted; at += PEOPLE_PER_WRITE) {
      const part = operations.slice(at, at + PEOPLE_PER_WRITE);
      await journal.sending(part);
      const bodies = part.map(createBody);
      const rows = await rowsOf(
        bodies.map((one) => one.body),
        (people) =>
          people.length === 1
            ? http.send("POST", "/people", people[0])
            : http.send("POST", "/people/bulk_create", { people }, { perSecond: bulkPerSecond }),
        (raw, index) => hasAddress(raw, part[index]!.email),
      );
      const results =
        "status" in rows
          ? await afterLost(part, rows)
          : part.map((operation, index) => outcome(operation, rows[index]!, bodies[index]!.refused));
      const unclear = part.filter((_, index) => isUnclear(results[index]!));
      if (!("status" in rows) && unclear.length > 0 && unclear.length < part.length)
        for (const found of await afterLost(unclear, UNCLEAR))
          results[part.indexOf(found.operation as CreatePerson)] = found;
      await journal.answered(await Promise.all(results.map((one) => narrowed(one))));
    }
  }
  /** Looks creates up by address, and sends the missing ones again: their response was lost or unclear (A2). */
  async function afterLost(
    part: readonly CreatePerson[],
    answer: Answer & { ok: false },
  ): Promise<Outcome<PersonOperation>[]> {
    // The search lags behind writes
    await http.wait(LAG);
    const there = await peopleAt(part);
    const outcomes: Outcome<PersonOperation>[] = [];
    for (const operation of part) {
      const found = there.get(addressKey(operation.email));
      if (found !== undefined) outcomes.push({ operation, ok: true, person: person(found), found: true });
      else if (http.stopped()) outcomes.push({ operation, ok: false, failure: failureOf(answer) });
      else outcomes.push(await createdAgain(operation));
    }
    return outcomes;
  }
  /** Sends a create again. If Copper refuses because the address is taken, looks the person up by it. */
  async function createdAgain(operation: CreatePerson): Promise<Outcome<PersonOperation>> {
    const { body, refused } = createBody(operation);
    const answer = await http.send("POST", "/people", body);
    if (answer.ok) return outcome(operation, rowsIn(answer, 1)[0]!, refused);
    const found = (await peopleAt([operation])).get(addressKey(operation.email));
    if (found !== undefined) return { operation, ok: true, person: person(found), found: true };
    return { operation, ok: false, failure: failureOf(answer) };
  }
  function outcome<O extends PersonOperation>(operation: O, row: Row, refused: readonly string[]): Outcome<O> {
    if ("failure" in row) return { operation, ok: false, failure: row.failure };
    return { operation, ok: true, person: person(row.raw), ...(refused.length > 0 && { refused }) };
  }

  /** Writes all changes of a person in one body, ten people per request. First reads people whose arrays change. */
  async function update(operations: readonly Change[], journal: Journal<PersonOperation>) {
    const byPerson = Map.groupBy(operations, (one) => one.personId);
    const whole = (one: Change) => writesArray(one, capabilities.customsInPart === true);
    const arrays = new Set([...byPerson].filter(([, list]) => list.some(whole)).map(([id]) => id));
    const oneByOne = arrays.size <= FRESH_ONE_BY_ONE;
    const read = new Map<number, RawPerson>();
    const ids = [...byPerson.keys()];
    for (let at = 0; at < ids.length && !stop.aborted; at += PEOPLE_PER_WRITE) {
      const part = ids.slice(at, at + PEOPLE_PER_WRITE);
      // Copper replaces arrays whole: read them just before we write them (V8)
      if (oneByOne || at % PEOPLE_PER_PAGE === 0) {
        const window = oneByOne ? part : ids.slice(at, at + PEOPLE_PER_PAGE);
        for (const [id, raw] of await client.fresh(window.filter((one) => arrays.has(one)))) read.set(id, raw);
      }
      const missing = part.filter((id) => arrays.has(id) && !read.has(id));
      const gone = missing.flatMap((id) => byPerson.get(id)!);
      if (gone.length > 0) await journal.answered(gone.map(notFound));
      const here = part.filter((id) => !missing.includes(id));
      if (here.length === 0) continue;
      await journal.sending(here.flatMap((id) => byPerson.get(id)!));
      const results = await sent(here, byPerson, read);
      await journal.answered(
        await Promise.all(results.map((one) => narrowed(one, read.get(one.operation.personId ?? 0)))),
      );
    }
  }
  /** Sends the bodies of up to ten people. @returns an outcome for each operation */
  async function sent(
    ids: readonly number[],
    byPerson: ReadonlyMap<number, Change[]>,
    read: ReadonlyMap<number, RawPerson>,
  ): Promise<Outcome<PersonOperation>[]> {
    const bodies = ids.map((id) => bodyOf(byPerson.get(id)!, read.get(id), reading));
    const rows = await rowsOf(
      bodies.map(({ body }, index) => ({ id: ids[index]!, ...body })),
      (people) => {
        const [{ id, ...alone }] = people as [{ id: number }];
        return people.length === 1
          ? http.send("PUT", `/people/${id}`, alone)
          : http.send("POST", "/people/bulk_update", { people }, { perSecond: bulkPerSecond, effect: "idempotent" });
      },
      (raw, index) => raw.id === ids[index],
    );
    return ids.flatMap((id, index) => {
      const row = "status" in rows ? { failure: failureOf(rows) } : rows[index]!;
      return byPerson.get(id)!.map((operation) => outcome(operation, row, bodies[index]!.refused));
    });
  }

  return {
    async apply(operations, journal) {
      const creates: CreatePerson[] = [];
      const changes: Change[] = [];
      const whole: WholePerson[] = [];
      for (const one of operations) {
        if (isWhole(one)) whole.push(one);
        else if (one.operation === "create-person") creates.push(one);
        else changes.push(one);
      }
      await create(creates, journal);
      await update(changes, journal);
      await leave(whole, journal);
    },
    capabilities: () => capabilities,
  };
}

/** Splits a response into rows. Copper returns the rows of a bulk request in order. */
function rowsIn(answer: Answer, count: number): Row[] {
  if (!answer.ok) return Array.from({ length: count }, () => ({ failure: failureOf(answer) }));
  const rows: readonly unknown[] = count === 1 && !Array.isArray(answer.body) ? [answer.body] : asList(answer.body);
  return Array.from({ length: count }, (_, index) => rowIn(rows[index]));
}

/** Matches records to bodies by their content, in case the order differs. A record that fits no body is ignored. */
function eachItsOwn(rows: readonly Row[], isOf: (raw: RawPerson, index: number) => boolean): Row[] {
  return rows.map((row, index) => {
    if ("raw" in row && isOf(row.raw, index)) return row;
    return rows.find((one) => "raw" in one && isOf(one.raw, index)) ?? ("failure" in row ? row : NOBODYS);
  });
}

/** Row for a body of which the response shows no record. */
const NOBODYS: Row = { failure: { code: "UNKNOWN_ANSWER", message: "", retry: true } };
const UNCLEAR: Answer & { ok: false } = { ok: false, status: LOST, body: undefined, text: "" };

function hasAddress(raw: RawPerson, email: string): boolean {
  return raw.emails.some((one) => addressKey(one.email) === addressKey(email));
}

function isUnclear(outcome: Outcome<PersonOperation>): boolean {
  return !outcome.ok && outcome.failure.code === "UNKNOWN_ANSWER";
}

function asList(body: unknown): readonly unknown[] {
  return Array.isArray(body) ? body : [];
}

function rowIn(row: unknown): Row {
  const failed = z.looseObject({ success: z.literal(false) }).safeParse(row);
  if (failed.success) {
    const message = JSON.stringify(failed.data.message ?? failed.data);
    return { failure: { code: "REFUSED", message, retry: true } };
  }
  const raw = rawPerson.safeParse(row);
  return raw.success ? { raw: raw.data } : NOBODYS;
}

function isRefused(row: Row): boolean {
  return "failure" in row && row.failure.code === "REFUSED";
}

function notFound(operation: PersonOperation): Outcome<PersonOperation> {
  return { operation, ok: false, failure: { code: "NOT_FOUND", message: "404", retry: true } };
}
