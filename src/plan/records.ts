/**
 * Collections that may hold a million records. What they promise is little on purpose: a `Map` and an array keep it
 * in memory, and a store can keep it on disk, where a record is made anew each time it is asked for (so no two of
 * them are the same object).
 */

/** Records by key, to be looked at. A `Map` is one. */
export interface Known<Key, Record> {
  readonly size: number;
  has(key: Key): boolean;
  get(key: Key): Record | undefined;
  keys(): Iterable<Key>;
  values(): Iterable<Record>;
}

/** Records by key that may be changed. A `Map` is one. */
export interface Records<Key, Record> extends Known<Key, Record> {
  set(key: Key, record: Record): unknown;
  delete(key: Key): boolean;
}

/** Things one after another. An array is one. */
export interface Series<Thing> extends Iterable<Thing> {
  readonly length: number;
  push(thing: Thing): unknown;
}

/** Where a run puts what it makes. */
export interface Room {
  series<Thing>(): Series<Thing>;
}

/** The records with these keys, one after another, as often as somebody walks through them. */
export function walk<Key, Record>(keys: Iterable<Key>, records: Known<Key, Record>): Iterable<Record> {
  return {
    *[Symbol.iterator]() {
      for (const key of keys) {
        const record = records.get(key);
        if (record !== undefined) yield record;
      }
    },
  };
}

/** One after the other. */
export function* inTurn<Thing>(...several: readonly Iterable<Thing>[]): Iterable<Thing> {
  for (const one of several) yield* one;
}

/** Everything in memory. */
export const MEMORY: Room = { series: () => [] };
