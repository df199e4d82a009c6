/**
 * Asks Mailchimp for records, as they come but with all their tags ("Members" in docs/apis/mailchimp.md). Sets aside
 * those in a shape that is not known, so that everybody else is read (A9).
 */
import { z } from "zod";
import { type Http, ServiceError } from "../http/request.ts";
import { inShape } from "../http/shape.ts";
import type { OddRecord } from "../ports/sides.ts";
import { failureOf, isDeactivated } from "./refusal.ts";
import { allTags } from "./tags.ts";
import { isCut, MEMBER_FIELDS, oddMember, type RawMember, rawMember } from "./translate.ts";

/** A page of at least so many records none of which can be read is odd as a whole. */
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

/** What reading and writing members ask of Mailchimp. */
export interface MailchimpClient {
  /** Returns what must be there for anything to go on. Throws ServiceError. */
  need<T>(path: string, shape: z.ZodType<T>): Promise<T>;
  page(query: string): Promise<Page>;
  /** Returns one record, with the answer as it came; `undefined` if the member is gone or cannot be read. */
  get(id: string): Promise<{ readonly raw: RawMember; readonly body: unknown } | undefined>;
  /** Returns all that could not be read so far, and members without an address (W10). */
  odd(): readonly OddRecord[];
}

/** Makes what asks for records; it remembers the odd ones for as long as it lives. @param list the audience's path */
export function mailchimpClient(http: Http, list: string, connections: number): MailchimpClient {
  /** By what tells them apart. */
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
  /** Asks for all tags of those who have more than the fifty that a record shows (T6). */
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
    /** Sets one odd record of a page aside; only a page that is odd as a whole is not understood (A9). */
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
