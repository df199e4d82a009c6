/**
 * Reads what changed on a side since the last reading. If all records are loaded already, the caller processes changes
 * page by page. Otherwise it gathers them first, and then loads only the contacts that they concern.
 */
import { addressKey } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import { type Collections, chunks, concat, type Series } from "../plan/collections.ts";
import type { Cursors } from "../plan/cursor.ts";
import type { Hints, OnPage, OnProgress, Reading } from "../ports/sides.ts";
import { readPosition } from "./cursors.ts";
import type { Readers } from "./open-sides.ts";

/** Records per page of gathered changes. */
const PAGE = 200;

/** The changes of one side. */
export interface Changes<R> {
  /** Reads all changed records, page by page. */
  read(onPage: OnPage<R>): Promise<Reading>;
  /** Reads the current records that notifications named. Leaves out those that are gone. */
  hinted(): Promise<readonly R[]>;
}

/** The changes of both sides. */
export interface BothChanges {
  readonly copper: Changes<Person>;
  readonly mailchimp: Changes<Member>;
}

/** Changes that were read already. `read` repeats them without a request. */
export interface GatheredChanges<R> extends Changes<R> {
  /** The changed records, and those that notifications named. */
  readonly records: Iterable<R>;
  /** Number of records. */
  readonly count: number;
}

/** What `askedChanges` needs. */
export interface AskedBy {
  readonly cursors: Cursors | undefined;
  /** Contacts that notifications named. */
  readonly hints?: Hints;
  /** When the reading begins, on our clock (Unix seconds). */
  readonly startedAt: number;
  /** Called after each page. */
  readonly progress: { readonly copper: OnProgress; readonly mailchimp: OnProgress };
}

/** Returns the changes of both sides. Sends no request until the caller reads them. */
export function askedChanges(readers: Readers, { cursors, hints, startedAt, progress }: AskedBy): BothChanges {
  const ids = hints?.personIds ?? [];
  const emails = [...new Set(hints?.emails)];
  return {
    copper: {
      read: (onPage) => readers.copper().readSince(readPosition(cursors?.copper, startedAt), onPage, progress.copper),
      hinted: async () => (ids.length === 0 ? [] : readers.copper().confirm(ids)),
    },
    mailchimp: {
      read: (onPage) =>
        readers.mailchimp.readSince(readPosition(cursors?.mailchimp, startedAt), onPage, progress.mailchimp),
      hinted: async () => (emails.length === 0 ? [] : readers.mailchimp.at(emails)),
    },
  };
}

/**
 * Reads the changes now and keeps them, so that the caller can read them several times.
 * @param key returns a record's key
 * @param collections where to keep the records
 */
export async function gathered<R>(
  { read, hinted }: Changes<R>,
  key: (record: R) => string | number,
  collections: Collections,
): Promise<GatheredChanges<R>> {
  const records: Series<R> = collections.series();
  const seen = new Set<string | number>();
  const reading = await read((page) => {
    const before = seen.size;
    for (const record of page) {
      seen.add(key(record));
      records.push(record);
    }
    return seen.size - before;
  });
  const told = await hinted();
  return {
    records: concat(records, told),
    count: records.length + told.length,
    async read(onPage) {
      for (const page of chunks(records, PAGE)) onPage(page);
      return reading;
    },
    hinted: async () => told,
  };
}

/** Returns the address keys of records. */
export function addressesIn(records: Iterable<Person | Member>): string[] {
  return [...records].flatMap((one) => ("emails" in one ? one.emails : [one.email]).map(addressKey));
}
