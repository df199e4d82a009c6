/**
 * Reads people page by page. Sorts all people by creation date, because that never changes while we read. Sorts changes
 * by modification date. Starts each page from the last date seen, so that pages do not shift. So it never reaches the
 * search's limit of 100,000 records ("Reading" in docs/apis/copper.md).
 */
import type { Person } from "../domain/contact.ts";
import { showsAll } from "../plan/cursor.ts";
import type { OnPage, OnProgress, PeopleReader, Reading } from "../ports/sides.ts";
import { PEOPLE_PER_PAGE } from "../services/copper.ts";
import { type CopperClient, FRESH_ONE_BY_ONE } from "./client.ts";
import type { RawPerson } from "./schema.ts";

/** Most people that `confirm` fetches one by one, if the search does not show them. */
const MOST_CONFIRMED = 500;

/**
 * Creates the reader of people.
 * @param person translates a record into the mapped fields
 * @param stop aborts when no further page may be read
 */
export function personReader(
  client: CopperClient,
  person: (raw: RawPerson) => Person,
  stop: AbortSignal,
): PeopleReader {
  /**
   * Reads all people in the order of a date.
   * @param since where to begin (Unix seconds); `undefined` for all
   */
  async function readBy(
    stamp: "date_created" | "date_modified",
    since: number | undefined,
    onPage: OnPage<Person>,
    onProgress?: OnProgress,
  ): Promise<Reading> {
    let found = 0;
    const filter = stamp === "date_created" ? "minimum_created_date" : "minimum_modified_date";
    let from = since;
    let page = 1;
    let idle = 0;
    while (!stop.aborted) {
      const { rows, shown } = await client.page({
        page_number: page,
        page_size: PEOPLE_PER_PAGE,
        sort_by: stamp,
        sort_direction: "asc",
        ...(from !== undefined && { [filter]: from }),
      });
      const fresh = onPage(rows.map(person));
      found += fresh;
      onProgress?.(found);
      if (shown < PEOPLE_PER_PAGE) return { complete: true };
      idle = fresh === 0 ? idle + 1 : 0;
      if (idle > 3) return { complete: false };
      const last = (rows.at(-1)?.[stamp] ?? 0) - 1;
      if (last > (from ?? 0)) [from, page] = [last, 1];
      else page += 1;
    }
    return { complete: false };
  }

  return {
    odd: client.odd,
    readAll: (onPage, onProgress) => readBy("date_created", undefined, onPage, onProgress),
    /** Reads the latest changes first: if few people changed, one page shows them all. */
    async readSince(since, onPage, onProgress) {
      const { rows, shown } = await client.page({
        page_number: 1,
        page_size: PEOPLE_PER_PAGE,
        sort_by: "date_modified",
        sort_direction: "desc",
      });
      const stamps = rows.map((row) => row.date_modified);
      if (!showsAll(stamps, PEOPLE_PER_PAGE - (shown - rows.length), since))
        return readBy("date_modified", Math.max(0, since.at), onPage, onProgress);
      const records = rows.filter((row) => row.date_modified >= since.at).map(person);
      onPage(records);
      onProgress?.(records.length);
      return { complete: true, there: shown };
    },
    async confirm(ids) {
      const found = await client.fresh(ids);
      // The search may lag or miss people: fetch those by id
      const missing = ids.length <= FRESH_ONE_BY_ONE ? [] : ids.filter((id) => !found.has(id)).slice(0, MOST_CONFIRMED);
      for (let at = 0; at < missing.length; at += FRESH_ONE_BY_ONE)
        for (const [id, raw] of await client.fresh(missing.slice(at, at + FRESH_ONE_BY_ONE))) found.set(id, raw);
      return [...found.values()].map(person);
    },
  };
}
