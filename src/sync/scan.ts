/**
 * Compares a side's reading with the stored records: which are new, changed or gone, and whether to trust the reading.
 *
 *   | stored, but not in a complete reading   | consequence                                                 |
 *   |-----------------------------------------|-------------------------------------------------------------|
 *   | it showed far fewer than are stored     | unseen: left unchanged, and the reading is doubted (G3)     |
 *   | it ended early                          | the same; also for a reading of changes                     |
 *   | the service shows it, but odd           | left unchanged (A9); if an odd record has no key, all are   |
 *   | the service still has it when asked     | seen                                                        |
 *   | otherwise                               | gone (G1, G2)                                               |
 */
import { deepEqual } from "../domain/deep-equal.ts";
import { type Records, walk } from "../plan/collections.ts";
import type { DoubtedReading } from "../plan/run-document.ts";

/** If a complete reading shows less than this share of the stored records, we do not trust it (G3). */
const FAR_FEWER = 0.5;

/** How to handle the records of one side. */
export interface RecordKind<Key, Record> {
  readonly side: DoubtedReading["side"];
  /** Returns the record's key. */
  key(record: Record): Key;
  /** Returns when the record changed last (Unix seconds). */
  stamp(record: Record): number;
  /** Receives each new or changed record, after it was added. */
  seen(record: Record): void;
  /** Returns whether a record lacks a field, or shows it in a form we cannot interpret (V11). */
  absent(record: Record): boolean;
  /** Returns the keys of odd records so far, and whether one had no key (A9). */
  odd(): { readonly keys: ReadonlySet<Key>; readonly nameless: boolean };
  /** Fetches records that a reading leaves in doubt; `undefined` if the side cannot do that. */
  confirm?(keys: readonly Key[]): Promise<readonly Record[]>;
}

/** What the operator confirms about a reading. */
export interface Trust {
  /** Whether far fewer contacts than before are correct (`--yes`). */
  readonly yes: boolean;
  /** Whether the reading always wins over the stored records (`--rebuild`). */
  readonly rebuild?: boolean;
}

/** A side after its reading. */
export interface ScanResult<Key, Record> {
  readonly now: Records<Key, Record>;
  /** New and changed records, computed on each iteration. */
  readonly changed: Iterable<Record>;
  readonly gone: readonly Key[];
  /** Stored records that this reading could not confirm (G3, A9). */
  readonly unseen: ReadonlySet<Key>;
  readonly doubted?: DoubtedReading;
  /** Whether a reading of everything showed no record although some are stored: the guard decides (G4). */
  readonly emptied: boolean;
  /** Number of records that the reading showed. */
  readonly read: number;
  /** The latest timestamp among them (Unix seconds). */
  readonly latest: number;
}

/** Compares a reading with the stored records, page by page. */
export class SideScan<Key extends string | number, Record> {
  readonly #kind: RecordKind<Key, Record>;
  readonly #now: Records<Key, Record>;
  readonly #before: number;
  readonly #trust: Trust;
  readonly #changed = new Set<Key>();
  readonly #gone = new Set<Key>();
  /** Keys that this reading showed. */
  #shown = new Set<Key>();
  #read = 0;
  readonly #unsure = new Set<Key>();
  /** New or changed records with an absent field. */
  readonly #absent = new Set<Key>();
  #latest = 0;

  /** @param known the stored records by key; the reading changes them */
  constructor(kind: RecordKind<Key, Record>, known: Records<Key, Record>, trust: Trust) {
    this.#kind = kind;
    this.#now = known;
    this.#before = known.size;
    this.#trust = trust;
  }

  /** Number of records by now. */
  get size(): number {
    return this.#now.size;
  }

  /** Adds one page. @returns how many of its records this reading had not shown before */
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
        // A search lags behind writes: skip a version older than ours
        if (this.#kind.stamp(there) > stamp) continue;
        // Two versions of the same second: fetch the record to know which is newer
        if (this.#kind.stamp(there) === stamp) this.#unsure.add(key);
      }
      this.#put(key, record);
    }
    return this.#read - before;
  }

  /** Keys of new or changed records with an unclear field. */
  get absent(): readonly Key[] {
    return [...this.#absent];
  }

  /** Replaces records with versions that were read again, whatever their timestamps. */
  retake(records: readonly Record[]): void {
    for (const record of records) this.#confirmed(record);
  }

  /** Removes records that are gone: the service did not have them when we asked. */
  lose(keys: readonly Key[]): void {
    const odd = this.#kind.odd().keys;
    // A member gone from one address may have another one now
    for (const key of keys)
      if (!odd.has(key) && !this.#shown.has(key) && this.#now.delete(key)) {
        this.#changed.delete(key);
        this.#gone.add(key);
      }
  }

  /** Starts the reading again. Keeps the records, but forgets which were shown. */
  again(): void {
    this.#shown = new Set();
    this.#read = 0;
  }

  /**
   * Ends the reading.
   * @param whole whether it was a reading of everything
   * @param complete whether it reached its end
   */
  async end(whole: boolean, complete: boolean): Promise<ScanResult<Key, Record>> {
    const kind = this.#kind;
    const unsure = [...this.#unsure];
    if (kind.confirm !== undefined && unsure.length > 0)
      for (const record of await kind.confirm(unsure)) this.#confirmed(record);
    const read = this.#read;
    const doubted: DoubtedReading = { side: kind.side, read, known: this.#before };
    const odd = kind.odd();
    // Leave contacts with an odd record unchanged (A9)
    const unread = new Set([...odd.keys].filter((key) => this.#now.has(key)));
    if (!whole)
      // If it ended early, any other record may have changed, too
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
    // An odd record without a key may be any of the missing ones
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

  /** Returns the keys of records that this reading did not show. */
  #unseen(): Set<Key> {
    const unseen = new Set<Key>();
    for (const key of this.#now.keys()) if (!this.#shown.has(key)) unseen.add(key);
    return unseen;
  }

  /** Takes a record that was fetched by its key. */
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
