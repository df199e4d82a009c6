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

/** Records whose keys have numbers, below how many keys there ever were; a number stays its key's own. */
export interface Numbered<Key, Record> {
  readonly size: number;
  /** `undefined` for who is not there. */
  number(key: Key): number | undefined;
  /** The number that a key has, or will have once it is there. */
  reserve(key: Key): number;
  /** The numbers of those who are there. */
  numbers(): Iterable<number>;
  /** The records with these numbers, which are there, one after another in that order. */
  several(numbers: Iterable<number>): Iterable<Record>;
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

/** Makes the collections into which a run puts what it makes. */
export interface Collections {
  series<Thing>(): Series<Thing>;
}

/** The records with these keys, one after another, as often as somebody walks through them. */
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

/** With numbers of their own, or such as are given here as they are asked for. */
export function numbered<Key, Record>(records: Known<Key, Record>): Numbered<Key, Record> {
  return isNumbered(records) ? records : new ByNumber(records);
}

function isNumbered<Key, Record>(records: Known<Key, Record>): records is Known<Key, Record> & Numbered<Key, Record> {
  return "several" in records;
}

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

/** So many at a time: there may be a million of them, made anew as they are asked for. */
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

/** One after the other; begun anew each time they are walked through. */
export function concat<Thing>(...several: readonly Iterable<Thing>[]): Iterable<Thing> {
  return {
    *[Symbol.iterator]() {
      for (const each of several) yield* each;
    },
  };
}

/** Does all steps of some work at once. */
export function runSteps<Result>(steps: Iterator<unknown, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Everything in memory. */
export const MEMORY: Collections = { series: () => [] };

/**
 * A column of numbers with room for that index, the same one where it has room already: there may be a million of
 * them, and a plain array would take twice the memory.
 */
export function withCapacity<
  Column extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>,
>(column: Column, index: number): Column {
  if (index < column.length) return column;
  const more = new (column.constructor as new (length: number) => Column)(Math.max(index + 1, column.length * 2));
  more.set(column);
  return more;
}
