/**
 * One side's reading beside what is known of it: who is new or changed, who is gone, and what of it is believed.
 *
 *   | known, but not in a complete reading    | becomes                                                  |
 *   |-----------------------------------------|----------------------------------------------------------|
 *   | it showed far fewer than were known     | unseen: left alone, the reading is doubted (G3)          |
 *   | it ended early                          | unseen likewise; also where only changes were read       |
 *   | the service shows it, but odd           | left alone (A9); all are, where an odd one has no key    |
 *   | the service still has it when asked     | seen                                                     |
 *   | otherwise                               | gone (G1, G2)                                            |
 */
import { deepEqual } from "../domain/deep-equal.ts";
import { type Records, walk } from "../plan/collections.ts";
import type { DoubtedReading } from "../plan/run-document.ts";

/** A complete reading that shows less than this share of what was known is not believed to be complete (G3). */
const FAR_FEWER = 0.5;

/** What tells one record from another, and which of two is newer. */
export interface RecordKind<Key, Record> {
  readonly side: DoubtedReading["side"];
  key(record: Record): Key;
  /** Unix seconds. */
  stamp(record: Record): number;
  /** Told of every record that is new or changed, once it is among those known. */
  seen(record: Record): void;
  /** Whether a record shows a field in a way that cannot be understood, or not at all (V11). */
  absent(record: Record): boolean;
  /** What could not be read so far: the keys, and whether there was any without one (A9). */
  odd(): { readonly keys: ReadonlySet<Key>; readonly nameless: boolean };
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
export interface ScanResult<Key, Record> {
  readonly now: Records<Key, Record>;
  /** Those to be stored; made anew each time they are walked through. */
  readonly changed: Iterable<Record>;
  readonly gone: readonly Key[];
  /** Known, but not shown by a reading that was not believed (G3). */
  readonly unseen: ReadonlySet<Key>;
  readonly doubted?: DoubtedReading;
  /** A complete reading showed nobody although somebody was known: for the guard to see (G4); the store keeps what it had. */
  readonly emptied: boolean;
  /** How many records the reading showed. */
  readonly read: number;
  /** The latest stamp among them, Unix seconds. */
  readonly latest: number;
}

/** Looks at a reading as its pages come in. */
export class SideScan<Key extends string | number, Record> {
  readonly #kind: RecordKind<Key, Record>;
  readonly #now: Records<Key, Record>;
  readonly #before: number;
  readonly #trust: Trust;
  readonly #changed = new Set<Key>();
  readonly #gone = new Set<Key>();
  /** Shown by this reading. */
  #shown = new Set<Key>();
  #read = 0;
  readonly #unsure = new Set<Key>();
  /** New or changed records with an absent field. */
  readonly #absent = new Set<Key>();
  #latest = 0;

  /** @param known records of the last run by key; they become what the reading shows */
  constructor(kind: RecordKind<Key, Record>, known: Records<Key, Record>, trust: Trust) {
    this.#kind = kind;
    this.#now = known;
    this.#before = known.size;
    this.#trust = trust;
  }

  /** How many are known by now. */
  get size(): number {
    return this.#now.size;
  }

  /** One page. @returns how many of them this reading had not shown before */
  addPage(records: readonly Record[]): number {
    const before = this.#read;
    for (const record of records) {
      const key = this.#kind.key(record);
      const stamp = this.#kind.stamp(record);
      this.#latest = Math.max(this.#latest, stamp);
      const there = this.#now.get(key);
      const seen = this.#shown.has(key);
      this.#shown.add(key);
      if (!seen) this.#read += 1;
      if (there !== undefined && deepEqual(record, there)) continue;
      if (there !== undefined && (seen || !this.#trust.rebuild)) {
        // A search lags behind writes: what is older than what was seen already is not news
        if (this.#kind.stamp(there) > stamp) continue;
        // Two versions of one second: only the record itself tells which is true
        if (this.#kind.stamp(there) === stamp) this.#unsure.add(key);
      }
      this.#put(key, record);
    }
    return this.#read - before;
  }

  /** New or changed records that show a field in a way that cannot be understood. */
  get absent(): readonly Key[] {
    return [...this.#absent];
  }

  /** Takes records as they are read once more, whatever their stamps say. */
  retake(records: readonly Record[]): void {
    for (const record of records) this.#confirmed(record);
  }

  /** Those of whom the service itself has said, when asked, that they are gone. */
  lose(keys: readonly Key[]): void {
    const odd = this.#kind.odd().keys;
    // Gone from one address may be there under another
    for (const key of keys)
      if (!odd.has(key) && !this.#shown.has(key) && this.#now.delete(key)) {
        this.#changed.delete(key);
        this.#gone.add(key);
      }
  }

  /** Begins again: what was read so far stays, but counts as seen by nobody. */
  again(): void {
    this.#shown = new Set();
    this.#read = 0;
  }

  /**
   * Ends the reading.
   * @param whole whether it was to show everybody @param complete whether it came to its end
   */
  async end(whole: boolean, complete: boolean): Promise<ScanResult<Key, Record>> {
    const kind = this.#kind;
    const unsure = [...this.#unsure];
    if (kind.confirm !== undefined && unsure.length > 0)
      for (const record of await kind.confirm(unsure)) this.#confirmed(record);
    const read = this.#read;
    const doubted: DoubtedReading = { side: kind.side, read, known: this.#before };
    const odd = kind.odd();
    // Nothing is written about whoever could not be read (A9)
    const unread = new Set([...odd.keys].filter((key) => this.#now.has(key)));
    if (!whole)
      // Where it ended early, any of the others may have changed, too
      return this.#scanned(complete ? { unseen: unread } : { unseen: this.#unseen(), doubted });
    const believed = complete && (this.#trust.yes || read >= this.#before * FAR_FEWER);
    if (read === 0 && this.#before > 0 && odd.keys.size === 0 && !odd.nameless)
      return {
        ...this.#scanned({ unseen: new Set(), ...(!believed && { doubted }) }),
        now: new Map(),
        changed: [],
        gone: [],
        emptied: true,
      };
    if (!believed) return this.#scanned({ unseen: this.#unseen(), doubted });
    // One that could not be read may be any of them
    if (odd.nameless) return this.#scanned({ unseen: this.#unseen().union(unread) });
    const missing = [...this.#unseen()].filter((key) => !odd.keys.has(key));
    if (missing.length > 0)
      for (const record of (await kind.confirm?.(missing)) ?? []) {
        const key = kind.key(record);
        if (!this.#shown.has(key)) this.#read += 1;
        this.#shown.add(key);
        this.#confirmed(record);
      }
    this.lose(missing);
    return this.#scanned({ unseen: unread });
  }

  /** Known, and not shown by this reading. */
  #unseen(): Set<Key> {
    const unseen = new Set<Key>();
    for (const key of this.#now.keys()) if (!this.#shown.has(key)) unseen.add(key);
    return unseen;
  }

  /** What the service said when it was asked for just this record. */
  #confirmed(record: Record): void {
    const key = this.#kind.key(record);
    if (!deepEqual(record, this.#now.get(key))) this.#put(key, record);
  }

  #put(key: Key, record: Record): void {
    this.#now.set(key, record);
    this.#kind.seen(record);
    this.#changed.add(key);
    this.#gone.delete(key);
    if (this.#kind.absent(record)) this.#absent.add(key);
    else this.#absent.delete(key);
  }

  #scanned(seen: Pick<ScanResult<Key, Record>, "unseen" | "doubted">): ScanResult<Key, Record> {
    return {
      now: this.#now,
      changed: walk(this.#changed, this.#now),
      gone: [...this.#gone],
      emptied: false,
      read: this.#read,
      latest: this.#latest,
      ...seen,
    };
  }
}
