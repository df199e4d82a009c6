/**
 * Fetches records from Copper ("Reading" in docs/apis/copper.md). Sets aside records that do not parse, so that one odd
 * record does not stop the others (A9).
 */
import { z } from "zod";
import { ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import type { OddRecord } from "../ports/sides.ts";
import { PEOPLE_PER_PAGE } from "../services/copper.ts";
import { said } from "./refusal.ts";
import { oddPerson, type RawPerson, rawPerson } from "./schema.ts";

/** If a page has this many records or more and none parses, the page as a whole is unreadable. */
const ALL_ODD = 3;
/**
 * Most people to fetch one by one, before we write their arrays or confirm their absence. More are fetched by search,
 * which may lag behind a write (docs/reliability.md).
 */
export const FRESH_ONE_BY_ONE = 2;

/** One page of a search. */
interface Page {
  readonly rows: readonly RawPerson[];
  /** How many records the page has, the odd ones included. */
  readonly shown: number;
}

/** The requests that reading and writing people share. They throw ServiceError on failure. */
export interface CopperClient {
  /** Fetches something that the run cannot do without. */
  need<T>(method: "GET" | "POST", path: string, shape: z.ZodType<T>, body?: unknown): Promise<T>;
  /** Fetches one page of a search, with the number of odd records. */
  page(body: Readonly<Record<string, unknown>>): Promise<Page>;
  /** Fetches the records of one page of a search. */
  search(body: Readonly<Record<string, unknown>>): Promise<readonly RawPerson[]>;
  /** Fetches one record, or a description of an odd one; `undefined` if the person is gone. */
  get(id: number): Promise<{ readonly raw: RawPerson } | { readonly odd: OddRecord } | undefined>;
  /** Fetches the current records, by id. Leaves out people who are gone and records that do not parse. */
  fresh(ids: readonly number[]): Promise<Map<number, RawPerson>>;
  /** Returns the records that did not parse so far. */
  odd(): readonly OddRecord[];
}

/** Creates a client. Keeps the odd records for as long as it lives. */
export function copperClient(http: Http): CopperClient {
  /** Odd records by id, or by their text if they have none. */
  const odd = new Map<string, OddRecord>();

  async function need<T>(method: "GET" | "POST", path: string, shape: z.ZodType<T>, body?: unknown): Promise<T> {
    const answer = await http.send(method, path, body, { effect: "read" });
    if (answer.ok) return inShape("copper", shape, answer.body);
    throw new ServiceError(
      "copper",
      answer.status === 403 ? "credentials" : "unreadable",
      `${path}: ${answer.status} ${said(answer)}`,
      answer.status,
    );
  }
  /** Sets odd records of a page aside. Throws only if the whole page is odd (A9). */
  async function page(body: Readonly<Record<string, unknown>>): Promise<Page> {
    const all = await need("POST", "/people/search", z.array(z.unknown()), body);
    const rows = all.flatMap((one) => {
      const raw = rawPerson.safeParse(one);
      if (raw.success) return [raw.data];
      const found = oddPerson(one, raw.error);
      odd.set(String(found.key ?? JSON.stringify(one)), found);
      return [];
    });
    if (rows.length === 0 && all.length >= ALL_ODD) inShape("copper", z.array(rawPerson), all);
    return { rows, shown: all.length };
  }
  const search: CopperClient["search"] = async (body) => (await page(body)).rows;
  const get: CopperClient["get"] = async (id) => {
    const answer = await http.send("GET", `/people/${id}`);
    if (!answer.ok && answer.status === 404) return undefined;
    if (!answer.ok) throw new ServiceError("copper", "unreadable", `GET person: ${answer.status} ${said(answer)}`);
    const raw = rawPerson.safeParse(answer.body);
    if (raw.success) return { raw: raw.data };
    const found = { ...oddPerson(answer.body, raw.error), key: id };
    odd.set(String(id), found);
    return { odd: found };
  };
  return {
    need,
    page,
    search,
    get,
    async fresh(ids) {
      const found = new Map<number, RawPerson>();
      const keep = (raw: RawPerson) => found.set(raw.id, raw);
      if (ids.length <= FRESH_ONE_BY_ONE)
        await Promise.all(
          ids.map(async (id) => {
            const one = await get(id);
            if (one !== undefined && "raw" in one) keep(one.raw);
          }),
        );
      else
        for (let at = 0; at < ids.length; at += PEOPLE_PER_PAGE)
          for (const raw of await search({ ids: ids.slice(at, at + PEOPLE_PER_PAGE), page_size: PEOPLE_PER_PAGE }))
            keep(raw);
      return found;
    },
    odd: () => [...odd.values()],
  };
}
