/**
 * One side's reading beside what is known of it: who is new or changed, who is gone, and what of it is believed.
 *
 *   | known, but not in a complete reading    | becomes                                                  |
 *   |-----------------------------------------|----------------------------------------------------------|
 *   | it showed far fewer than were known     | unseen: left alone, the reading is doubted (G3)          |
 *   | it ended early                          | unseen likewise; also where only changes were read       |
 *   | the service still has it when asked     | seen                                                     |
 *   | otherwise                               | gone (G1, G2)                                            |
 */
import { alike } from "../contact/pool.ts";
import type { Reading } from "../plan/ports.ts";
import type { DoubtedReading } from "../plan/run-document.ts";

/** A complete reading that shows less than this share of what was known is not believed to be complete (G3). */
const FAR_FEWER = 0.5;

/** What tells one record from another, and which of two is newer. */
export interface Kind<Key, Record> {
  readonly side: DoubtedReading["side"];
  key(record: Record): Key;
  /** Unix seconds. */
  stamp(record: Record): number;
  /** Asks the service itself for records that a reading leaves in doubt; absent where it cannot be asked. */
  confirm?(keys: readonly Key[]): Promise<readonly Record[]>;
}

/** What somebody vouches for. */
export interface Trust {
  /** Far fewer contacts than before are right (`--yes`). */
  readonly yes: boolean;
  /** What is stored counts for nothing beside what is read (`--rebuild`). */
  readonly rebuild?: boolean;
}

/** A side as it is now. */
export interface Looked<Key, Record> {
  readonly now: ReadonlyMap<Key, Record>;
  readonly changed: readonly Record[];
  readonly gone: readonly Key[];
  /** Known, but not shown by a reading that was not believed (G3). */
  readonly unseen: ReadonlySet<Key>;
  readonly doubted?: DoubtedReading;
  /** A complete reading showed nobody although somebody was known: for the guard to see (G4), for nobody to learn. */
  readonly emptied: boolean;
}

/**
 * @param whole whether the reading was to show everybody
 * @param known records of the last run by key
 * @param told those of whom the service itself has said, when asked, that they are gone
 */
export async function look<Key extends string | number, Record>(
  kind: Kind<Key, Record>,
  reading: Reading<Record>,
  whole: boolean,
  known: ReadonlyMap<Key, Record>,
  trust: Trust,
  told: readonly Key[] = [],
): Promise<Looked<Key, Record>> {
  const before = (key: Key) => (trust.rebuild ? undefined : known.get(key));
  const read = new Map<Key, Record>();
  const unsure: Key[] = [];
  for (const record of reading.records) {
    const key = kind.key(record);
    const there = before(key);
    // A search lags behind writes: what is older than what was seen already is not news
    read.set(key, there !== undefined && kind.stamp(there) > kind.stamp(record) ? there : record);
    // Two versions of one second: only the record itself tells which is true
    if (there !== undefined && kind.stamp(there) === kind.stamp(record) && !alike(record, there)) unsure.push(key);
  }
  if (kind.confirm !== undefined && unsure.length > 0)
    for (const record of await kind.confirm(unsure)) read.set(kind.key(record), record);
  const doubt: DoubtedReading = { side: kind.side, read: read.size, known: known.size };
  const nothing = { gone: [], unseen: new Set<Key>(), emptied: false };
  const absent = () => [...known.keys()].filter((key) => !read.has(key));
  const changed = () => [...read.values()].filter((record) => !alike(record, known.get(kind.key(record))));
  if (!whole) {
    const now = together(known, read);
    // Gone from one address may be there under another
    const gone = told.filter((key) => !read.has(key) && now.delete(key));
    if (reading.complete) return { ...nothing, now, changed: changed(), gone };
    // Any of the others may have changed, too
    return { ...nothing, now, changed: changed(), gone, unseen: new Set(absent()), doubted: doubt };
  }
  const missing = absent();
  const believed = reading.complete && (trust.yes || read.size >= known.size * FAR_FEWER);
  if (believed && missing.length > 0)
    for (const record of (await kind.confirm?.(missing)) ?? []) read.set(kind.key(record), record);
  const gone = believed ? missing.filter((key) => !read.has(key)) : [];
  const emptied = reading.records.length === 0 && known.size > 0;
  if (emptied) return { ...nothing, now: read, changed: [], emptied, ...(!believed && { doubted: doubt }) };
  const unseen = new Set(believed ? [] : missing);
  const now = together(known, read);
  for (const key of gone) now.delete(key);
  return { now, changed: changed(), gone, unseen, emptied, ...(!believed && { doubted: doubt }) };
}

function together<Key, Record>(known: ReadonlyMap<Key, Record>, read: ReadonlyMap<Key, Record>): Map<Key, Record> {
  const all = new Map(known);
  for (const [key, record] of read) all.set(key, record);
  return all;
}
