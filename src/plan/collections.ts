/**
 * Collections that may hold a million records. The interfaces ask for little on purpose. A `Map` or an array keeps the
 * records in memory; the store can keep them on disk instead. From disk, each read returns a new object, so never
 * compare two records by identity.
 */

/** Records by key, read-only. A `Map` is one. */
export interface Known<Key, Record> {
  readonly size: number;
  has(key: Key): boolean;
  get(key: Key): Record | undefined;
  keys(): Iterable<Key>;
  values(): Iterable<Record>;
}

/** Returns the record under a key; `undefined` if there is none, or no key. @param key as the records are kept by */
export function lookUp<Key, Record>(
  records: Pick<Known<Key, Record>, "get">,
  key: Key | undefined,
): Record | undefined {
  return key === undefined ? undefined : records.get(key);
}

/**
 * Records whose keys have numbers. A key's number never changes, and is below the number of keys ever seen. So a column
 * (typed array) can hold a value for each record.
 */
export interface Numbered<Key, Record> {
  readonly size: number;
  /** Returns a key's number, or `undefined` if the record is not in the collection. */
  number(key: Key): number | undefined;
  /** Returns the number that a key has, or will get when its record is added. */
  reserve(key: Key): number;
  /** Returns the numbers of the records in the collection. */
  numbers(): Iterable<number>;
  /** Yields the records with these numbers, in that order. All of them must be in the collection. */
  several(numbers: Iterable<number>): Iterable<Record>;
}

/** Records by key that may be changed. A `Map` is one. */
export interface Records<Key, Record> extends Known<Key, Record> {
  set(key: Key, record: Record): unknown;
  delete(key: Key): boolean;
}

/** An append-only list. An array is one. */
export interface Series<Thing> extends Iterable<Thing> {
  readonly length: number;
  push(thing: Thing): unknown;
}

/** Makes the collections that hold a run's results. */
export interface Collections {
  series<Thing>(): Series<Thing>;
}

/** Returns the records with these keys as an iterable that can be walked several times. Skips keys without a record. */
export function walk<Key, Record>(keys: Iterable<Key>, records: Known<Key, Record>): Iterable<Record> {
  const all = numbered(records);
  return {
    *[Symbol.iterator]() {
      yield* all.several(numbersOf(keys, all));
    },
  };
}

function* numbersOf<Key>(keys: Iterable<Key>, records: Numbered<Key, unknown>): Iterable<number> {
  for (const key of keys) {
    const number = records.number(key);
    if (number !== undefined) yield number;
  }
}

/** Returns the records with numbers: their own if they have them, else numbers given here on first use. */
export function numbered<Key, Record>(records: Known<Key, Record>): Numbered<Key, Record> {
  return isNumbered(records) ? records : new ByNumber(records);
}

function isNumbered<Key, Record>(records: Known<Key, Record>): records is Known<Key, Record> & Numbered<Key, Record> {
  return "several" in records;
}

/** Numbers the keys of a plain `Map` on first use. */
class ByNumber<Key, Record> implements Numbered<Key, Record> {
  readonly #records: Known<Key, Record>;
  readonly #numbers = new Map<Key, number>();
  readonly #keys: Key[] = [];

  constructor(records: Known<Key, Record>) {
    this.#records = records;
  }
  get size(): number {
    return this.#records.size;
  }
  number(key: Key): number | undefined {
    return this.#records.has(key) ? this.reserve(key) : undefined;
  }
  reserve(key: Key): number {
    const there = this.#numbers.get(key);
    if (there !== undefined) return there;
    const number = this.#keys.push(key) - 1;
    this.#numbers.set(key, number);
    return number;
  }
  *numbers(): Iterable<number> {
    for (const key of this.#records.keys()) yield this.number(key)!;
  }
  *several(numbers: Iterable<number>): Iterable<Record> {
    for (const number of numbers) yield this.#records.get(this.#keys[number]!)!;
  }
}

/** Yields the items in arrays of at most `size`. A million items then never need to be in memory at once. */
export function* chunks<Thing>(all: Iterable<Thing>, size: number): Iterable<Thing[]> {
  let part: Thing[] = [];
  for (const one of all) {
    part.push(one);
    if (part.length === size) {
      yield part;
      part = [];
    }
  }
  if (part.length > 0) yield part;
}

/** Returns several iterables as one. Each walk begins anew. */
export function concat<Thing>(...several: readonly Iterable<Thing>[]): Iterable<Thing> {
  return {
    *[Symbol.iterator]() {
      for (const each of several) yield* each;
    },
  };
}

/** Runs a generator to its end without yielding to the event loop, and returns its result. */
export function runSteps<Result>(steps: Iterator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Collections in memory. */
export const MEMORY: Collections = { series: () => [] };

/**
 * Returns the column itself if it has room for an index, else a larger copy. A typed array takes half the memory of a
 * plain array, which matters for a million records.
 * @param column a typed array with one value for each number
 * @param index the number to make room for
 */
export function withCapacity<
  Column extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>,
>(column: Column, index: number): Column {
  if (index < column.length) return column;
  const more = new (column.constructor as new (length: number) => Column)(Math.max(index + 1, column.length * 2));
  more.set(column);
  return more;
}
