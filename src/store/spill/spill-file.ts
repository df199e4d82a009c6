/**
 * Texts that are written once and read in any order. A few stay in memory. More go to a file that only this program can
 * read, and that disappears with the program, however it ends.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chunks, withCapacity } from "../../plan/collections.ts";

/** Bytes to collect before a write. */
const TAIL = 1 << 20;
/** Bytes of the first buffer. */
const FIRST = 1 << 16;
/** Bytes to read ahead while texts are read one after another. */
const BLOCK = 1 << 17;
/**
 * The most texts to read in file order at once. Larger groups need fewer passes over the file, but must fit into
 * memory.
 */
const TOGETHER = 1 << 15;
/**
 * If the order of the texts goes backwards at most this often, read them as they come. Sorting would not save a pass.
 */
const BACK = 4;

/** A part of the written bytes. */
interface Piece {
  bytes: Buffer;
  /** `at`: the position of its first byte. `length`: its number of bytes. */
  at: number;
  length: number;
}

/** The bytes of the last read, so that the next texts need none. Each reader has its own. */
export type ReadBuffer = Piece;

/** Returns a read buffer with nothing in it. */
export function emptyReadBuffer(): ReadBuffer {
  return { bytes: Buffer.alloc(0), at: 0, length: 0 };
}

/** Closes the file of a spill file that was garbage-collected. */
const forgotten = new FinalizationRegistry<number>(closeSync);

/** A growing list of texts, in memory up to a limit and in an unnamed file beyond it. */
export class SpillFile {
  readonly #folder: string;
  #file: number | undefined;
  /** The position of each text, and the end of the last one. */
  #begins = new Float64Array(1024);
  #count = 0;
  /** The first bytes, which stay in memory once they reach the limit. */
  readonly #kept: Piece = emptyReadBuffer();
  /** The last bytes, not written yet. At first these are all. */
  readonly #tail: Piece = { bytes: Buffer.allocUnsafe(FIRST), at: 0, length: 0 };

  readonly #most: number;

  /**
   * @param folder the folder of the file, if one is needed; it holds personal data, so it must not be public
   * @param most bytes to keep in memory
   */
  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
  }

  /**
   * Adds a text.
   * @returns its number
   */
  add(text: string): number {
    // UTF-8 needs at most three bytes for each UTF-16 code unit
    const most = text.length * 3;
    const tail = this.#tail;
    if (tail.length + most > tail.bytes.length) this.#makeRoom(most);
    tail.length += tail.bytes.write(text, tail.length, "utf8");
    this.#count += 1;
    this.#begins = withCapacity(this.#begins, this.#count);
    this.#begins[this.#count] = tail.at + tail.length;
    return this.#count - 1;
  }

  /**
   * Returns a text by its number.
   * @param window the reader's buffer
   */
  text(number: number, window: ReadBuffer): string {
    const begin = this.#begins[number]!;
    const end = this.#begins[number + 1]!;
    const { bytes, at } = this.#holding(begin, end, window);
    return bytes.toString("utf8", begin - at, end - at);
  }

  /** Yields texts in the order of `numbers`, but reads them in file order. That saves seeking back and forth. */
  *texts(numbers: Iterable<number>): Iterable<string> {
    const window = emptyReadBuffer();
    let all: Buffer = Buffer.alloc(0);
    for (const part of chunks(numbers, TOGETHER)) {
      if (timesBack(part) <= BACK) {
        for (const number of part) yield this.text(number, window);
        continue;
      }
      const begins = this.#beginsOf(part);
      if (all.length < begins.at(-1)!) all = Buffer.allocUnsafe(begins.at(-1)!);
      for (const place of placesInOrder(part)) {
        const begin = this.#begins[part[place]!]!;
        const end = this.#begins[part[place]! + 1]!;
        const { bytes, at } = this.#holding(begin, end, window);
        bytes.copy(all, begins[place], begin - at, end - at);
      }
      for (let place = 0; place < part.length; place += 1) yield all.toString("utf8", begins[place], begins[place + 1]);
    }
  }

  /** Returns the position of each text when they are joined, and the end of the last one. */
  #beginsOf(numbers: readonly number[]): Float64Array {
    const begins = new Float64Array(numbers.length + 1);
    for (let place = 0; place < numbers.length; place += 1) {
      const number = numbers[place]!;
      begins[place + 1] = begins[place]! + this.#begins[number + 1]! - this.#begins[number]!;
    }
    return begins;
  }

  /** Returns the part that contains a text; fills `window` if the text has to be read. */
  #holding(begin: number, end: number, window: ReadBuffer): Piece {
    if (begin >= this.#tail.at) return this.#tail;
    if (end <= this.#kept.length) return this.#kept;
    if (begin < window.at || end > window.at + window.length) this.#read(begin, end, window);
    return window;
  }

  /** Reads bytes into `window`. Reads ahead if the last read ended close by. */
  #read(begin: number, end: number, window: ReadBuffer): void {
    const near = begin >= window.at && begin < window.at + window.length + BLOCK;
    const needed = end - begin;
    const length = Math.min(near ? Math.max(BLOCK, needed) : needed, this.#tail.at - begin);
    if (window.bytes.length < length) window.bytes = Buffer.allocUnsafe(Math.max(length, near ? BLOCK : 4096));
    for (let read = 0; read < length; ) {
      const more = readSync(this.#file!, window.bytes, read, length - read, begin - this.#kept.length + read);
      if (more === 0) throw new Error("the program's own scratch file has become shorter");
      read += more;
    }
    window.at = begin;
    window.length = length;
  }

  #makeRoom(most: number): void {
    const tail = this.#tail;
    const full = tail.bytes;
    if (tail.at === 0 && full.length < this.#most) {
      // Allocate the full size at once: the system provides the memory only as it is used
      tail.bytes = Buffer.allocUnsafe(Math.max(this.#most, tail.length + most));
      full.copy(tail.bytes, 0, 0, tail.length);
      return;
    }
    const first = tail.at === 0;
    // The first full buffer stays in memory; later ones go to the file
    if (first) {
      this.#kept.bytes = full;
      this.#kept.length = tail.length;
    } else this.#write();
    tail.at += tail.length;
    tail.length = 0;
    if (first || most > full.length) tail.bytes = Buffer.allocUnsafe(Math.max(TAIL, most));
  }

  #write(): void {
    const { bytes, length } = this.#tail;
    if (this.#file === undefined) {
      this.#file = scratchFile(this.#folder);
      forgotten.register(this, this.#file);
    }
    // Writes all of it, after what was written before
    writeFileSync(this.#file, bytes.subarray(0, length));
  }
}

/**
 * Returns the indexes of the numbers in ascending order of the numbers. Joins number and index into one float, since a
 * typed array sorts far faster without a comparison function.
 */
function placesInOrder(numbers: readonly number[]): Float64Array {
  const both = new Float64Array(numbers.length);
  for (let place = 0; place < numbers.length; place += 1) both[place] = numbers[place]! * numbers.length + place;
  both.sort();
  for (let index = 0; index < both.length; index += 1) both[index]! %= numbers.length;
  return both;
}

/** Returns how often the order goes backwards. */
function timesBack(numbers: readonly number[]): number {
  let times = 0;
  for (let place = 1; place < numbers.length; place += 1) if (numbers[place]! < numbers[place - 1]!) times += 1;
  return times;
}

/**
 * Opens a file and removes its name at once. No other program can open it, and the system frees it when this one ends.
 */
function scratchFile(folder: string): number {
  const own = mkdtempSync(join(folder, ".scratch-"));
  const file = openSync(join(own, "spool"), "w+", 0o600);
  rmSync(own, { recursive: true, force: true });
  return file;
}
