/** Records and series on disk: only the keys are in memory, and the records are JSON texts in a spill file. */
import { type Collections, type Numbered, type Records, type Series, withCapacity } from "../../plan/collections.ts";
import { emptyReadBuffer, SpillFile } from "./spill-file.ts";

/** Records by key, kept in a spill file. Each read parses a new object. */
export class DiskMap<Key extends string | number, Record> implements Records<Key, Record>, Numbered<Key, Record> {
  readonly #spillFile: SpillFile;
  readonly #numbers = new Map<Key, number>();
  /** Numbers of keys without a record: reserved ones, and those of deleted records. */
  readonly #reserved = new Map<Key, number>();
  /** By a key's number: the number of its text in the spill file. */
  readonly #places = new Positions();
  readonly #window = emptyReadBuffer();

  constructor(spillFile: SpillFile) {
    this.#spillFile = spillFile;
  }
  get size(): number {
    return this.#numbers.size;
  }
  has(key: Key): boolean {
    return this.#numbers.has(key);
  }
  number(key: Key): number | undefined {
    return this.#numbers.get(key);
  }
  reserve(key: Key): number {
    const number = this.#numbers.get(key) ?? this.#reserved.get(key) ?? this.#places.push(0);
    if (!this.#numbers.has(key)) this.#reserved.set(key, number);
    return number;
  }
  get(key: Key): Record | undefined {
    const number = this.#numbers.get(key);
    return number === undefined ? undefined : JSON.parse(this.#spillFile.text(this.#places.at(number), this.#window));
  }
  numbers(): Iterable<number> {
    return this.#numbers.values();
  }
  *several(numbers: Iterable<number>): Iterable<Record> {
    for (const text of this.#spillFile.texts(this.#placesOf(numbers))) yield JSON.parse(text) as Record;
  }
  *#placesOf(numbers: Iterable<number>): Iterable<number> {
    for (const number of numbers) yield this.#places.at(number);
  }
  set(key: Key, record: Record): void {
    this.setText(key, JSON.stringify(record));
  }
  /**
   * Stores a record in its stored form.
   * @param text JSON
   */
  setText(key: Key, text: string): void {
    const number = this.reserve(key);
    this.#places.put(number, this.#spillFile.add(text));
    this.#reserved.delete(key);
    this.#numbers.set(key, number);
  }
  delete(key: Key): boolean {
    const number = this.#numbers.get(key);
    // Keep the number for the key, in case the record comes back
    if (number !== undefined) this.#reserved.set(key, number);
    return this.#numbers.delete(key);
  }
  keys(): Iterable<Key> {
    return this.#numbers.keys();
  }
  *values(): Iterable<Record> {
    for (const number of this.#numbers.values())
      yield JSON.parse(this.#spillFile.text(this.#places.at(number), this.#window)) as Record;
  }
}

class DiskSeries<Thing> implements Series<Thing> {
  readonly #spillFile: SpillFile;
  readonly #places = new Positions();

  constructor(spillFile: SpillFile) {
    this.#spillFile = spillFile;
  }
  get length(): number {
    return this.#places.length;
  }
  push(thing: Thing): void {
    this.#places.push(this.#spillFile.add(JSON.stringify(thing)));
  }
  *[Symbol.iterator](): Iterator<Thing> {
    const window = emptyReadBuffer();
    for (let at = 0; at < this.length; at += 1)
      yield JSON.parse(this.#spillFile.text(this.#places.at(at), window)) as Thing;
  }
}

/** A growing column of text numbers, four bytes each. */
class Positions {
  #places = new Uint32Array(64);
  length = 0;

  at(number: number): number {
    return this.#places[number]!;
  }
  put(number: number, place: number): void {
    this.#places[number] = place;
  }
  /** @returns its index */
  push(place: number): number {
    this.#places = withCapacity(this.#places, this.length);
    this.#places[this.length] = place;
    this.length += 1;
    return this.length - 1;
  }
}

/** Collections whose records can be stored as texts. */
interface DiskCollections extends Collections {
  records<Key extends string | number, Record>(): DiskMap<Key, Record>;
}

/** Bytes to keep in memory, so that a small company's contacts need no file. */
const KEPT = 1 << 22;

/**
 * Makes the collections of one run.
 * @param folder the folder of the scratch file, if one is needed
 * @param kept bytes to keep in memory
 */
export function diskCollections(folder: string, kept = KEPT): DiskCollections {
  const spillFile = new SpillFile(folder, kept);
  return { records: () => new DiskMap(spillFile), series: () => new DiskSeries(spillFile) };
}
