/**
 * Writing people: ten at once where there are several, each array read fresh and written complete (V8), each refusal
 * narrowed down to the field that Copper does not take (V5), each lost create looked up (A2).
 */
import { z } from "zod";
import { addressKey } from "../contact/address.ts";
import type { Person } from "../contact/contact.ts";
import type { CustomField } from "../contact/fields.ts";
import { type Answer, type Http, LOST } from "../http/request.ts";
import { PEOPLE_PER_PAGE, PEOPLE_PER_WRITE } from "../plan/floor.ts";
import type { CreatePerson, PersonOperation, UpdatePerson } from "../plan/operations.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { Journal, SideContext } from "../plan/ports.ts";
import { bodyOf, failureOf, writesArray } from "./pack.ts";
import { type RawPerson, rawPerson, toBody } from "./translate.ts";

/**
 * Up to so many persons are read one by one just before their arrays are written; beyond, by search, which may lag
 * behind by a moment (docs/reliability.md).
 */
export const FRESH_ONE_BY_ONE = 2;
/** How long the search may lag behind a write, in ms. */
const LAG = 2_000;

type Change = Exclude<PersonOperation, { operation: "create-person" }>;

interface Writer {
  readonly http: Http;
  readonly bulkPerSecond: number;
  customs(): readonly CustomField[];
  person(raw: RawPerson): Person;
  search(body: Record<string, unknown>): Promise<RawPerson[]>;
  /** The records as they are now, by id. */
  fresh(ids: readonly number[]): Promise<ReadonlyMap<number, RawPerson>>;
}

/** @returns what carries out operations on people */
export function personWriter({ http, bulkPerSecond, customs, person, search, fresh }: Writer) {
  async function create(operations: CreatePerson[], journal: Journal<PersonOperation>, context: SideContext) {
    while (operations.length > 0 && !context.stop.aborted) {
      const part = operations.splice(0, PEOPLE_PER_WRITE);
      await journal.sending(part);
      const people = part.map(createBody);
      const answer =
        part.length === 1
          ? await http.send("POST", "/people", people[0])
          : await http.send("POST", "/people/bulk_create", { people }, { perSecond: bulkPerSecond });
      const results = await settled(part, answer);
      await journal.answered(await Promise.all(results.map((one) => narrowed(one, undefined))));
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
      if (found !== undefined) outcomes.push({ operation, ok: true, person: person(found), found: true });
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
    if (found !== undefined) return { operation, ok: true, person: person(found), found: true };
    return { operation, ok: false, failure: failureOf(answer) };
  }
  async function peopleAt(creates: readonly CreatePerson[]): Promise<Map<string, RawPerson>> {
    const found = await search({ emails: creates.map((one) => one.email), page_size: PEOPLE_PER_PAGE });
    return new Map(found.flatMap((raw) => raw.emails.map((one) => [addressKey(one.email), raw] as const)));
  }
  const createBody = (one: CreatePerson) => ({
    name: one.name,
    emails: [{ email: one.email, category: "work" }],
    ...toBody(one.fields, customs()),
  });
  /** Whatever Copper takes of a person: what it refuses is left out, field by field (V5). */
  async function createdPiecemeal(operation: CreatePerson, whole: Outcome): Promise<Outcome<PersonOperation>> {
    const made = await http.send("POST", "/people", createBody({ ...operation, fields: {} }));
    const raw = made.ok ? rawPerson.safeParse(made.body).data : undefined;
    if (raw === undefined) return { ...whole, operation } as Outcome<PersonOperation>;
    const { person: last, refused } = await fieldByField(raw.id, operation.fields, raw);
    return { operation, ok: true, person: last ?? person(raw), refused };
  }
  async function updatedPiecemeal(
    operation: UpdatePerson,
    raw: RawPerson | undefined,
    whole: Outcome,
  ): Promise<Outcome<PersonOperation>> {
    const { person: last, refused } = await fieldByField(operation.personId, operation.fields, raw);
    if (last !== undefined) return { operation, ok: true, person: last, refused };
    const message = whole.ok ? "" : whole.failure.message;
    return { operation, ok: false, failure: { code: "FIELD_REFUSED", message, retry: false, fields: refused } };
  }
  async function fieldByField(id: number, fields: UpdatePerson["fields"], raw: RawPerson | undefined) {
    let last: Person | undefined;
    const refused: string[] = [];
    for (const [name, value] of Object.entries(fields)) {
      const answer = await http.send("PUT", `/people/${id}`, toBody({ [name]: value }, customs(), raw));
      const taken = answer.ok ? rawPerson.safeParse(answer.body).data : undefined;
      if (taken !== undefined) last = person(taken);
      else if (!answer.ok && answer.status === 422) refused.push(name);
    }
    return { person: last, refused };
  }
  /** A refusal of the whole is tried in parts, where there are parts. */
  async function narrowed(
    result: Outcome<PersonOperation>,
    raw: RawPerson | undefined,
  ): Promise<Outcome<PersonOperation>> {
    const { operation } = result;
    if (result.ok || result.failure.code !== "REFUSED" || http.stopped()) return result;
    if (operation.operation === "update-person") return updatedPiecemeal(operation, raw, result);
    if (operation.operation === "create-person" && Object.keys(operation.fields).length > 0)
      return createdPiecemeal(operation, result);
    return result;
  }
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

  async function update(operations: Change[], journal: Journal<PersonOperation>, context: SideContext) {
    const byPerson = Map.groupBy(operations, (one) => one.personId);
    const arrays = new Set([...byPerson].filter(([, list]) => list.some(writesArray)).map(([id]) => id));
    const oneByOne = arrays.size <= FRESH_ONE_BY_ONE;
    const read = new Map<number, RawPerson>();
    const ids = [...byPerson.keys()];
    for (let at = 0; at < ids.length && !context.stop.aborted; at += PEOPLE_PER_WRITE) {
      const part = ids.slice(at, at + PEOPLE_PER_WRITE);
      // Arrays are read right before they are written, and written complete (V8)
      if (oneByOne || at % PEOPLE_PER_PAGE === 0) {
        const window = oneByOne ? part : ids.slice(at, at + PEOPLE_PER_PAGE);
        for (const [id, raw] of await fresh(window.filter((one) => arrays.has(one)))) read.set(id, raw);
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
  async function sent(
    ids: readonly number[],
    byPerson: ReadonlyMap<number, Change[]>,
    read: ReadonlyMap<number, RawPerson>,
  ): Promise<Outcome<PersonOperation>[]> {
    const bodies = ids.map((id) => ({ id, ...bodyOf(byPerson.get(id)!, read.get(id), customs()) }));
    const [{ id, ...alone }] = bodies as [{ id: number }];
    const answer =
      ids.length === 1
        ? await http.send("PUT", `/people/${id}`, alone)
        : await http.send("POST", "/people/bulk_update", { people: bodies }, { perSecond: bulkPerSecond });
    const rows = answer.ok && Array.isArray(answer.body) ? answer.body : [answer.body];
    return ids.flatMap((one, index) =>
      byPerson
        .get(one)!
        .map(
          (operation): Outcome<PersonOperation> =>
            answer.ok ? outcome(operation, rows[index]) : { operation, ok: false, failure: failureOf(answer) },
        ),
    );
  }

  return {
    async apply(operations: PersonOperation[], journal: Journal<PersonOperation>, context: SideContext): Promise<void> {
      const { creates = [], changes = [] } = Object.groupBy(operations.splice(0), (one) =>
        one.operation === "create-person" ? "creates" : "changes",
      );
      await create(creates as CreatePerson[], journal, context);
      await update(changes as Change[], journal, context);
    },
  };
}

function notFound(operation: PersonOperation): Outcome<PersonOperation> {
  return { operation, ok: false, failure: { code: "NOT_FOUND", message: "404", retry: true } };
}
