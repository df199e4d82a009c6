/**
 * Fetches records from Mailchimp, with all their tags ("Members" in docs/apis/mailchimp.md). Sets aside records that do
 * not parse, so that one odd record does not stop the others (A9).
 */
import { z } from "zod";
import { ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import type { OddRecord } from "../ports/sides.ts";
import { allTags } from "./fetch-member-tags.ts";
import { failureOf, isDeactivated } from "./refusal.ts";
import { isCut, MEMBER_FIELDS, oddMember, type RawMember, rawMember } from "./schema.ts";

/** If this many records of a page fail to parse and none succeeds, the page as a whole is unreadable. */
const ALL_ODD = 3;
const FIELDS = [...MEMBER_FIELDS.map((name) => `members.${name}`), "total_items"].join(",");
const rawPage = z.looseObject({ members: z.array(z.unknown()), total_items: z.number().nullish() });

/** One page of members. */
interface Page {
  readonly rows: readonly RawMember[];
  /** How many records the page has, the odd ones included. */
  readonly shown: number;
  readonly total?: number | null | undefined;
}

/** The requests that reading and writing members share. */
export interface MailchimpClient {
  /** Fetches something that the run cannot do without. Throws ServiceError on any failure. */
  need<T>(path: string, shape: z.ZodType<T>): Promise<T>;
  /** Fetches one page. @param query query parameters, without the fields. Throws ServiceError. */
  page(query: string): Promise<Page>;
  /**
   * Fetches one record, with the response body; `undefined` if the member is gone or cannot be parsed.
   * @param id the MD5 of the address, see `memberHash`. Throws ServiceError.
   */
  get(id: string): Promise<{ readonly raw: RawMember; readonly body: unknown } | undefined>;
  /** Returns the records that did not parse so far, and members without an address (W10). */
  odd(): readonly OddRecord[];
}

/**
 * Creates a client. Keeps the odd records for as long as it lives.
 * @param list the audience's path
 * @param connections most requests in parallel
 */
export function mailchimpClient(http: Http, list: string, connections: number): MailchimpClient {
  /** Odd records by id, or by their text if they have none. */
  const odd = new Map<string, OddRecord>();

  async function need<T>(path: string, shape: z.ZodType<T>): Promise<T> {
    const answer = await http.send("GET", path);
    if (answer.ok) return inShape("mailchimp", shape, answer.body);
    const code =
      answer.status === 404
        ? "missing"
        : isDeactivated(answer)
          ? "deactivated"
          : answer.status === 403
            ? "credentials"
            : "unreadable";
    throw new ServiceError("mailchimp", code, `${answer.status} ${failureOf(answer).message}`);
  }
  /** Fetches all tags of members that have more than the fifty a record shows (T6). */
  async function wholeTags(raws: readonly RawMember[]): Promise<RawMember[]> {
    const cut = raws.filter(isCut);
    const tags = new Map<string, NonNullable<RawMember["tags"]>>();
    for (let at = 0; at < cut.length; at += connections)
      await Promise.all(
        cut.slice(at, at + connections).map(async ({ id }) => {
          const found = await allTags(http, list, id);
          if (found !== undefined) tags.set(id, found);
        }),
      );
    return raws.map((raw) => {
      const all = tags.get(raw.id);
      return all === undefined ? raw : { ...raw, tags: all, tags_count: all.length };
    });
  }
  return {
    need,
    /** Sets odd records of a page aside. Throws only if the whole page is odd (A9). */
    async page(query) {
      const { members: all, total_items: total } = await need(`${list}/members?fields=${FIELDS}&${query}`, rawPage);
      const raws = all.flatMap((one): RawMember[] => {
        const raw = rawMember.safeParse(one);
        if (raw.success) return [raw.data];
        const found = oddMember(one, raw.error);
        odd.set(String(found.key ?? JSON.stringify(one)), found);
        return [];
      });
      const strange = all.length - raws.length;
      if (raws.length === 0 && strange >= ALL_ODD && [...odd.values()].every((one) => one.why === "odd-record"))
        inShape("mailchimp", z.array(rawMember), all);
      return { rows: await wholeTags(raws), shown: all.length, total };
    },
    async get(id) {
      const answer = await http.send("GET", `${list}/members/${id}`);
      if (!answer.ok && answer.status === 404) return undefined;
      if (!answer.ok) throw new ServiceError("mailchimp", "unreadable", failureOf(answer).message);
      const raw = rawMember.safeParse(answer.body);
      if (!raw.success) {
        odd.set(id, oddMember(answer.body, raw.error));
        return undefined;
      }
      const [whole] = await wholeTags([raw.data]);
      return { raw: whole!, body: answer.body };
    },
    odd: () => [...odd.values()],
  };
}
