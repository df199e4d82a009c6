/**
 * Asks one side what has changed since it was last read. The answer can be taken in as it comes, if everybody is loaded
 * already, or gathered first, so that only the contacts that it concerns need be loaded.
 */
import { addressKey } from "../domain/address.ts";
import type { Member, Person } from "../domain/contact.ts";
import { type Collections, chunks, concat, type Series } from "../plan/collections.ts";
import type { Cursors } from "../plan/cursor.ts";
import type { Hints, OnPage, OnProgress, Reading } from "../ports/sides.ts";
import { readPosition } from "./cursors.ts";
import type { Readers } from "./run-sides.ts";

/** Records taken in at once. */
const PAGE = 200;

/** The changes of one side. */
export interface Changes<R> {
  /** Gives all that changed. */
  read(onPage: OnPage<R>): Promise<Reading>;
  /** Gives the records that a service has told us about, as they are now; those that are gone are left out. */
  hinted(): Promise<readonly R[]>;
}

/** The same of both sides. */
export interface BothChanges {
  readonly copper: Changes<Person>;
  readonly mailchimp: Changes<Member>;
}

/** Gathered changes. */
export interface GatheredChanges<R> extends Changes<R> {
  readonly records: Iterable<R>;
  /** How many of them. */
  readonly count: number;
}

/** What asking needs. */
export interface AskedBy {
  readonly cursors: Cursors | undefined;
  /** Contacts of whom a service has told. */
  readonly hints?: Hints;
  /** When the reading begins, on our clock, Unix seconds. */
  readonly startedAt: number;
  /** Called after each page. */
  readonly progress: { readonly copper: OnProgress; readonly mailchimp: OnProgress };
}

/** Returns the changes of both sides; nothing is asked before it is wanted. */
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

/** Asks now, and gives what was said as often as it is wanted. @param collections where it is kept meanwhile */
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

/** Returns the addresses of records, as keys. */
export function addressesIn(records: Iterable<Person | Member>): string[] {
  return [...records].flatMap((one) => ("emails" in one ? one.emails : [one.email]).map(addressKey));
}
