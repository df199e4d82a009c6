/** Some of many records, as they are asked for. */

/** Records by key of which some are here. Its size tells of all that there are, here or not. */
export class Some<Key, Record> extends Map<Key, Record> {
  #elsewhere: number;

  /** @param all how many there are, none of which is here yet */
  constructor(all: number) {
    super();
    this.#elsewhere = all;
  }

  override get size(): number {
    return super.size + this.#elsewhere;
  }

  /** Takes in a record that was counted already; one that is here stays as it is. */
  bring(key: Key, record: Record): void {
    if (this.has(key)) return;
    this.#elsewhere -= 1;
    this.set(key, record);
  }
}
