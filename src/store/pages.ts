/** Reading a table in pages, since it may have a million rows. */
import type { Kysely } from "kysely";
import { ROWS } from "./projections.ts";
import type { DocumentTable, Tables } from "./tables.ts";

/** Rows in one query. */
export const PAGE = 2_000;

/**
 * Yields the pages of a query; none is empty.
 * @param size the most rows of a page
 * @param page returns the rows after one, in a fixed order; after `undefined`, the first ones
 */
export async function* pages<Row>(
  size: number,
  page: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncIterable<readonly Row[]> {
  for (let last: Row | undefined; ; ) {
    const rows = await page(last);
    if (rows.length > 0) yield rows;
    if (rows.length < size) return;
    last = rows.at(-1);
  }
}

/** Yields the documents of one connection, in pages. */
export function pagesIn(database: Kysely<Tables>, connection: string, table: DocumentTable | "standings") {
  return pages<{ key: string; json: string }>(PAGE, (last) =>
    database
      .selectFrom(table as "persons")
      .select(["key", "json"])
      .where("connection", "=", connection)
      .where("key", ">", last?.key ?? "")
      .orderBy("key")
      .limit(PAGE)
      .execute(),
  );
}

/** Yields the documents of all connections, in pages. */
export function pagesOf(database: Kysely<Tables>, table: DocumentTable | "standings") {
  return pages<{ connection: string; key: string; json: string }>(
    ROWS,
    (last = { connection: "", key: "", json: "" }) =>
      database
        .selectFrom(table as "persons")
        .select(["connection", "key", "json"])
        .where((row) =>
          row.or([
            row("connection", ">", last.connection),
            row.and([row("connection", "=", last.connection), row("key", ">", last.key)]),
          ]),
        )
        .orderBy("connection")
        .orderBy("key")
        .limit(ROWS)
        .execute(),
  );
}
