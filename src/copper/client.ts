/**
 * Asks Copper for records, as they come ("People" in docs/apis/copper.md). Sets aside those in a shape that is not known,
 * so that everybody else is read (A9).
 */
import { z } from "zod";
import { type Http, ServiceError } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import { PEOPLE_PER_PAGE } from "../plan/request-lower-bound.ts";
import type { OddRecord } from "../ports/sides.ts";
import { oddPerson } from "./odd.ts";
import { said } from "./pack.ts";
import { type RawPerson, rawPerson } from "./translate.ts";

/** A page of at least so many records none of which can be read is odd as a whole. */
const ALL_ODD = 3;
/**
 * Up to so many persons are read one by one, just before their arrays are written or where their absence is checked;
 * beyond, by search, which may lag behind by a moment (docs/reliability.md).
 */
export const FRESH_ONE_BY_ONE = 2;

/** One page of a search. */
interface Page {
  readonly rows: readonly RawPerson[];
  /** How many records the page has, the odd ones included. */
  readonly shown: number;
}

/** What reading and writing people ask of Copper. */
export interface CopperClient {
  /** Returns what must be there for anything to go on. Throws ServiceError. */
  need<T>(method: "GET" | "POST", path: string, shape: z.ZodType<T>, body?: unknown): Promise<T>;
  page(body: Readonly<Record<string, unknown>>): Promise<Page>;
  search(body: Readonly<Record<string, unknown>>): Promise<readonly RawPerson[]>;
  /** Returns one record, or what is odd about it; `undefined` if it is gone. */
  get(id: number): Promise<{ readonly raw: RawPerson } | { readonly odd: OddRecord } | undefined>;
  /** Returns the records as they are now, by id. */
  fresh(ids: readonly number[]): Promise<Map<number, RawPerson>>;
  /** Returns all that could not be read so far. */
  odd(): readonly OddRecord[];
}

/** Makes what asks for records; it remembers the odd ones for as long as it lives. */
export function copperClient(http: Http): CopperClient {
  /** By what tells them apart. */
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
  /** Sets one odd record of a page aside; only a page that is odd as a whole is not understood (A9). */
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
