/**
 * Reads people. Everything is read by a key that a reading cannot disturb: by creation date for all, by modification date
 * for what changed, each page starting from the last stamp seen, so that pages do not drift and the search's ceiling of
 * 100,000 records is never met (docs/apis/copper.md).
 */
import type { Person } from "../domain/contact.ts";
import { showsAll } from "../plan/cursor.ts";
import { PEOPLE_PER_PAGE } from "../plan/request-lower-bound.ts";
import type { OnPage, OnProgress, PeopleReader, Reading } from "../ports/sides.ts";
import { type CopperClient, FRESH_ONE_BY_ONE } from "./client.ts";
import type { RawPerson } from "./translate.ts";

/** So many absent persons are asked for one by one before absence is believed. */
const MOST_CONFIRMED = 500;

/** @param person translates a record into the mapped fields @param stop aborted when no further page is to be read */
export function personReader(
  client: CopperClient,
  person: (raw: RawPerson) => Person,
  stop: AbortSignal,
): PeopleReader {
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
    /** The last to change come first: where few have changed, one page shows them all. */
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
      // The search may lag or leave out: what it does not show is asked for by id
      const missing = ids.length <= FRESH_ONE_BY_ONE ? [] : ids.filter((id) => !found.has(id)).slice(0, MOST_CONFIRMED);
      for (let at = 0; at < missing.length; at += FRESH_ONE_BY_ONE)
        for (const [id, raw] of await client.fresh(missing.slice(at, at + FRESH_ONE_BY_ONE))) found.set(id, raw);
      return [...found.values()].map(person);
    },
  };
}
