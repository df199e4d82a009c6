/** Records by key, and series, of which only the keys are in memory: the records are texts in a spool. */
import { type Numbered, type Records, type Room, roomy, type Series } from "../plan/records.ts";
import { emptyWindow, Spool } from "./spool.ts";

export class Shelf<Key extends string | number, Record> implements Records<Key, Record>, Numbered<Key, Record> {
  readonly #spool: Spool;
  readonly #numbers = new Map<Key, number>();
  /** Of keys that are not there, or not any more. */
  readonly #reserved = new Map<Key, number>();
  /** Where in the spool a key's record is, by the key's number. */
  readonly #places = new Places();
  readonly #window = emptyWindow();

  constructor(spool: Spool) {
    this.#spool = spool;
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
    return number === undefined ? undefined : JSON.parse(this.#spool.text(this.#places.at(number), this.#window));
  }
  numbers(): Iterable<number> {
    return this.#numbers.values();
  }
  *several(numbers: Iterable<number>): Iterable<Record> {
    for (const text of this.#spool.texts(this.#placesOf(numbers))) yield JSON.parse(text) as Record;
  }
  *#placesOf(numbers: Iterable<number>): Iterable<number> {
    for (const number of numbers) yield this.#places.at(number);
  }
  set(key: Key, record: Record): void {
    this.setText(key, JSON.stringify(record));
  }
  /** A record as it is stored. @param text JSON */
  setText(key: Key, text: string): void {
    const place = this.#spool.add(text);
    const there = this.#numbers.get(key);
    if (there !== undefined) {
      this.#places.put(there, place);
      return;
    }
    const reserved = this.#reserved.get(key);
    if (reserved !== undefined) {
      this.#reserved.delete(key);
      this.#places.put(reserved, place);
    }
    this.#numbers.set(key, reserved ?? this.#places.push(place));
  }
  delete(key: Key): boolean {
    const number = this.#numbers.get(key);
    if (number !== undefined) this.#reserved.set(key, number);
    return this.#numbers.delete(key);
  }
  keys(): Iterable<Key> {
    return this.#numbers.keys();
  }
  *values(): Iterable<Record> {
    for (const number of this.#numbers.values())
      yield JSON.parse(this.#spool.text(this.#places.at(number), this.#window)) as Record;
  }
}

class SpooledSeries<Thing> implements Series<Thing> {
  readonly #spool: Spool;
  readonly #places = new Places();

  constructor(spool: Spool) {
    this.#spool = spool;
  }
  get length(): number {
    return this.#places.length;
  }
  push(thing: Thing): void {
    this.#places.push(this.#spool.add(JSON.stringify(thing)));
  }
  *[Symbol.iterator](): Iterator<Thing> {
    const window = emptyWindow();
    for (let at = 0; at < this.length; at += 1)
      yield JSON.parse(this.#spool.text(this.#places.at(at), window)) as Thing;
  }
}

/** Numbers of texts in a spool, four bytes each. */
class Places {
  #places = new Uint32Array(64);
  length = 0;

  at(number: number): number {
    return this.#places[number]!;
  }
  put(number: number, place: number): void {
    this.#places[number] = place;
  }
  /** @returns its number */
  push(place: number): number {
    this.#places = roomy(this.#places, this.length);
    this.#places[this.length] = place;
    this.length += 1;
    return this.length - 1;
  }
}

/** Room whose records take texts as they are stored. */
interface SpooledRoom extends Room {
  records<Key extends string | number, Record>(): Shelf<Key, Record>;
}

/** So many bytes stay in memory: the contacts of a small company need no file. */
const KEPT = 1 << 22;

/** Room for one run. @param folder where its scratch file is made, should it need one @param kept bytes in memory */
export function spooledRoom(folder: string, kept = KEPT): SpooledRoom {
  const spool = new Spool(folder, kept);
  return { records: () => new Shelf(spool), series: () => new SpooledSeries(spool) };
}
