/**
 * The number of people, members and links of a connection. Each write updates it, so that no page waits for a count of
 * a million rows. If no number is stored, the rows are counted once.
 */
import type { Kysely } from "kysely";
import type { Holdings } from "../ports/store.ts";
import { dropFact, putFact, readFact } from "./facts.ts";
import { pagesIn } from "./pages.ts";
import type { Tables } from "./tables.ts";

/** The key of the fact that holds the counts. */
const COUNTS = "counts";

/** A change of the counts; `since` is the highest position among the links written. */
export type Counted = { -readonly [Name in keyof Holdings]: Holdings[Name] };

/** The tables whose rows are counted. */
export type CountedTable = "persons" | "members" | "links";

/** Returns a change of zero. */
export function nothingCounted(): Counted {
  return { persons: 0, members: 0, links: 0, since: 0 };
}

/** Returns the counts of a connection. */
export async function holdingsOf(on: Kysely<Tables>, connection: string): Promise<Holdings> {
  return (await readFact<Holdings>(on, connection, COUNTS)) ?? (await counted(on, connection));
}

/**
 * Adds a change to the counts, in the transaction that wrote the rows.
 * @param before the counts before it
 * @param filled tables that were empty: their rows are counted, since nobody looked which were new
 */
export async function addCounts(
  on: Kysely<Tables>,
  connection: string,
  before: Holdings,
  change: Counted,
  filled: Iterable<CountedTable>,
): Promise<void> {
  const counts = {
    persons: before.persons + change.persons,
    members: before.members + change.members,
    links: before.links + change.links,
    since: Math.max(before.since, change.since),
  };
  for (const table of filled) counts[table] = await countOf(on, connection, table);
  await putFact(on, connection, COUNTS, counts);
}

/** Deletes the counts after rows were deleted in another way, so that they are counted again. */
export async function forgetCounts(on: Kysely<Tables>, connection: string): Promise<void> {
  await dropFact(on, connection, COUNTS);
}

/** Counts the rows of one table. */
async function countOf(on: Kysely<Tables>, connection: string, table: CountedTable): Promise<number> {
  const { n } = await on
    .selectFrom(table as "persons")
    .select((all) => all.fn.countAll().as("n"))
    .where("connection", "=", connection)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** Counts the rows. */
async function counted(on: Kysely<Tables>, connection: string): Promise<Holdings> {
  const count = (table: CountedTable) => countOf(on, connection, table);
  return {
    persons: await count("persons"),
    members: await count("members"),
    links: await count("links"),
    since: await highest(on, connection),
  };
}

/** Returns the highest position in the order of links. */
async function highest(on: Kysely<Tables>, connection: string): Promise<number> {
  // The position is inside the JSON, so read all links page by page
  let since = 0;
  for await (const page of pagesIn(on, connection, "links"))
    for (const { json } of page) since = Math.max(since, (JSON.parse(json) as { since?: number }).since ?? 0);
  return since;
}
