/** Records by key, and series, of which only the keys are in memory: the records are texts in a spool. */
import type { Records, Room, Series } from "../plan/records.ts";
import { emptyWindow, Spool } from "./spool.ts";

export class Shelf<Key extends string | number, Record> implements Records<Key, Record> {
  readonly #spool: Spool;
  readonly #places = new Map<Key, number>();
  readonly #window = emptyWindow();

  constructor(spool: Spool) {
    this.#spool = spool;
  }
  get size(): number {
    return this.#places.size;
  }
  has(key: Key): boolean {
    return this.#places.has(key);
  }
  get(key: Key): Record | undefined {
    const place = this.#places.get(key);
    return place === undefined ? undefined : JSON.parse(this.#spool.text(place, this.#window));
  }
  set(key: Key, record: Record): void {
    this.setText(key, JSON.stringify(record));
  }
  /** A record as it is stored. @param text JSON */
  setText(key: Key, text: string): void {
    this.#places.set(key, this.#spool.add(text));
  }
  delete(key: Key): boolean {
    return this.#places.delete(key);
  }
  keys(): Iterable<Key> {
    return this.#places.keys();
  }
  *values(): Iterable<Record> {
    for (const place of this.#places.values()) yield JSON.parse(this.#spool.text(place, this.#window)) as Record;
  }
}

class SpooledSeries<Thing> implements Series<Thing> {
  readonly #spool: Spool;
  #places = new Uint32Array(64);
  length = 0;

  constructor(spool: Spool) {
    this.#spool = spool;
  }
  push(thing: Thing): void {
    if (this.length === this.#places.length) {
      const more = new Uint32Array(this.#places.length * 2);
      more.set(this.#places);
      this.#places = more;
    }
    this.#places[this.length] = this.#spool.add(JSON.stringify(thing));
    this.length += 1;
  }
  *[Symbol.iterator](): Iterator<Thing> {
    const window = emptyWindow();
    for (let at = 0; at < this.length; at += 1) yield JSON.parse(this.#spool.text(this.#places[at]!, window)) as Thing;
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
