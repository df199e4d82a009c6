/** A map that holds only some of the records that exist. */

/**
 * Records by key, loaded as a run needs them. `size` counts all that exist, loaded or not, since guards compare totals.
 */
export class PartialRecords<Key, Record> extends Map<Key, Record> {
  #elsewhere: number;

  /** @param all how many records exist; none of them is loaded yet */
  constructor(all: number) {
    super();
    this.#elsewhere = all;
  }

  override get size(): number {
    return super.size + this.#elsewhere;
  }

  /** Loads a record that `size` already counts. A record that is loaded already stays as it is. */
  bring(key: Key, record: Record): void {
    if (this.has(key)) return;
    this.#elsewhere -= 1;
    this.set(key, record);
  }
}
