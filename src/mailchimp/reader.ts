/**
 * Reads members page by page, in the order of their last change: first the present ones, then the archived ones
 * ("Members" in docs/apis/mailchimp.md).
 */
import type { Member } from "../domain/contact.ts";
import { ServiceError } from "../http/answer.ts";
import { type ReadPosition, showsAll } from "../plan/cursor.ts";
import type { MemberReader, OnPage, OnProgress, Reading } from "../ports/sides.ts";
import { MEMBERS_PER_PAGE } from "../services/mailchimp.ts";
import type { MailchimpClient } from "./client.ts";
import { memberHash, type RawMember } from "./schema.ts";

/** Members by which pages overlap. If a page starts with a member we did not see, the list has moved. */
const OVERLAP = 5;
/** Size of the page with the latest changes (members). */
const RECENT = 200;
/** One year (s). */
const YEAR = 31_536_000;
/** Smallest page (members): if a page times out, the next try asks for half. */
const FEWEST = 100;

/** Result of reading the present or the archived members. */
interface Listed extends Reading {
  /** Members that this reading showed for the first time. */
  readonly found: number;
}

/**
 * Creates the reader of members.
 * @param member translates a record into the mapped fields
 * @param stop aborts when no further page may be read
 */
export function memberReader(
  client: MailchimpClient,
  member: (raw: RawMember) => Member,
  stop: AbortSignal,
): MemberReader {
  async function pageOf(query: string) {
    const { rows, shown, total } = await client.page(query);
    return { members: rows.map(member), shown, total };
  }
  /**
   * Reads all pages of one query. Goes back when the list has moved, and asks for smaller pages after a timeout (504).
   * @param query more query parameters, starting with `&`
   * @param known members read before, for the progress
   */
  async function readWhere(
    query: string,
    known: number,
    onPage: OnPage<Member>,
    onProgress?: OnProgress,
  ): Promise<Listed> {
    let found = 0;
    let offset = 0;
    let size = MEMBERS_PER_PAGE;
    /** Keys of the members on the last two pages. */
    let before: readonly (readonly string[])[] = [];
    for (let turns = 0; !stop.aborted; turns += 1) {
      const sorted = "sort_field=last_changed&sort_dir=ASC";
      const asked = await pageOf(`count=${size}&offset=${offset}&${sorted}${query}`).catch((error: unknown) => {
        if (size <= FEWEST || !(error instanceof ServiceError) || !/\b504\b/.test(error.message)) throw error;
        return undefined;
      });
      if (asked === undefined) {
        size = Math.max(FEWEST, Math.floor(size / 2));
        continue;
      }
      const { members: records, shown, total } = asked;
      const keys = records.map(({ key }) => key);
      const moved = offset > 0 && keys.length > 0 && !before.some((page) => page.includes(keys[0]!));
      before = [...before.slice(-1), keys];
      const fresh = onPage(records);
      found += fresh;
      onProgress?.(known + found);
      const idle = fresh === 0 && records.length === shown;
      if (moved && turns < 10_000) offset = Math.max(0, offset - 100);
      else if (shown === 0 || idle || shown <= OVERLAP || (shown < size && offset + shown >= (total ?? 0))) {
        const complete = total == null || found >= total || offset + shown >= total;
        return { found, complete, ...(total != null && { there: total }) };
      } else offset += shown - OVERLAP;
    }
    return { found, complete: false };
  }
  /** Reads present and archived members. Two queries, because without a status Mailchimp leaves the archived out. */
  async function both(read: (query: string, known: number) => Promise<Listed>): Promise<Reading> {
    const present = await read("", 0);
    const archived = await read("&status=archived", present.found);
    const there =
      present.there === undefined || archived.there === undefined ? undefined : present.there + archived.there;
    const complete = present.complete && archived.complete;
    return { complete, ...(there !== undefined && { there }) };
  }
  /** Reads the latest changes first: if few members changed, one page shows them all, and the total. */
  async function readChanged(
    query: string,
    since: ReadPosition,
    known: number,
    onPage: OnPage<Member>,
    onProgress?: OnProgress,
  ): Promise<Listed> {
    const {
      members: records,
      shown,
      total,
    } = await pageOf(`count=${RECENT}&offset=0&sort_field=last_changed&sort_dir=DESC${query}`);
    const stamps = records.map((one) => one.changedAt);
    if (!showsAll(stamps, RECENT - (shown - records.length), since)) {
      // A very old date can hang the service ("Members" in docs/apis/mailchimp.md): leave it out
      const from = new Date(since.at * 1000).toISOString();
      const changed = since.at < YEAR ? "" : `&since_last_changed=${encodeURIComponent(from)}`;
      const { there: _, ...all } = await readWhere(`${query}${changed}`, known, onPage, onProgress);
      return all;
    }
    const found = onPage(records.filter((one) => one.changedAt >= since.at));
    onProgress?.(known + found);
    return { found, complete: true, ...(total != null && { there: total }) };
  }

  return {
    odd: client.odd,
    readAll: (onPage, onProgress) => both((query, known) => readWhere(query, known, onPage, onProgress)),
    readSince: (since, onPage, onProgress) =>
      both((query, known) => readChanged(query, since, known, onPage, onProgress)),
    async at(emails) {
      const found = await Promise.all(emails.map((email) => client.get(memberHash(email))));
      return found.flatMap((one) => (one === undefined ? [] : [member(one.raw)]));
    },
  };
}
