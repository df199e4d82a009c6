/**
 * Texts that are put down once and read again in any order: in memory as long as they are few, else in a file that
 * nobody else can see and that is gone with the program, however it ends.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { chunks, withCapacity } from "../../plan/collections.ts";

/** Bytes that are gathered before they are written. */
const TAIL = 1 << 20;
/** Bytes to begin with. */
const FIRST = 1 << 16;
/** Bytes that are read ahead where one text is read after another. */
const BLOCK = 1 << 17;
/** So many texts are gathered at a time: for them the file is read once through, and they fit into memory. */
const TOGETHER = 1 << 15;
/** What goes back only so often is read as it is wanted: each time the file is read through once at most. */
const BACK = 4;

/** A piece of all that was put down. */
interface Piece {
  bytes: Buffer;
  /** Where it begins; how many bytes of it there are. */
  at: number;
  length: number;
}

/** What was read last, so that the next ones need no reading. One for each that reads. */
export type ReadBuffer = Piece;

/** Nothing read yet. */
export function emptyReadBuffer(): ReadBuffer {
  return { bytes: Buffer.alloc(0), at: 0, length: 0 };
}

/** Closes spill files that nothing refers to any more. */
const forgotten = new FinalizationRegistry<{ file?: number }>(({ file }) => {
  if (file !== undefined) closeSync(file);
});

export class SpillFile {
  readonly #folder: string;
  readonly #held: { file?: number } = {};
  /** Where each text begins; one more at the end. */
  #begins = new Float64Array(1024);
  #count = 0;
  /** What is in memory for good, once that is full. */
  readonly #kept: Piece = emptyReadBuffer();
  /** What was put down last: at first all of it. */
  readonly #tail: Piece = { bytes: Buffer.allocUnsafe(FIRST), at: 0, length: 0 };

  readonly #most: number;

  /**
   * @param folder where the file is made once there is much; it holds people's data, so not a public one
   * @param most bytes that stay in memory
   */
  constructor(folder: string, most: number) {
    this.#folder = folder;
    this.#most = most;
    forgotten.register(this, this.#held);
  }

  /** Puts a text down. @returns its number */
  add(text: string): number {
    const most = text.length * 3;
    const tail = this.#tail;
    if (tail.length + most > tail.bytes.length) this.#makeRoom(most);
    tail.length += tail.bytes.write(text, tail.length, "utf8");
    this.#count += 1;
    this.#begins = withCapacity(this.#begins, this.#count);
    this.#begins[this.#count] = tail.at + tail.length;
    return this.#count - 1;
  }

  /** The text with this number. */
  text(number: number, window: ReadBuffer): string {
    const begin = this.#begins[number]!;
    const end = this.#begins[number + 1]!;
    const { bytes, at } = this.#holding(begin, end, window);
    return bytes.toString("utf8", begin - at, end - at);
  }

  /** Texts one after another in the order of `numbers`, but read in the order in which they lie. */
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

  /** Where these texts begin when they lie one after another; one more at the end. */
  #beginsOf(numbers: readonly number[]): Float64Array {
    const begins = new Float64Array(numbers.length + 1);
    for (let place = 0; place < numbers.length; place += 1) {
      const number = numbers[place]!;
      begins[place + 1] = begins[place]! + this.#begins[number + 1]! - this.#begins[number]!;
    }
    return begins;
  }

  /** The piece in which it is; `window` where it has to be read. */
  #holding(begin: number, end: number, window: ReadBuffer): Piece {
    if (begin >= this.#tail.at) return this.#tail;
    if (end <= this.#kept.length) return this.#kept;
    if (begin < window.at || end > window.at + window.length) this.#read(begin, end, window);
    return window;
  }

  /** Further ahead where the last reading ended close by. */
  #read(begin: number, end: number, window: ReadBuffer): void {
    const near = begin >= window.at && begin < window.at + window.length + BLOCK;
    const length = Math.min(near ? Math.max(BLOCK, end - begin) : end - begin, this.#tail.at - begin);
    if (window.bytes.length < length) window.bytes = Buffer.allocUnsafe(Math.max(length, near ? BLOCK : 4096));
    for (let read = 0; read < length; ) {
      const more = readSync(this.#held.file!, window.bytes, read, length - read, begin - this.#kept.length + read);
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
      // The system gives memory only as it is written to
      tail.bytes = Buffer.allocUnsafe(Math.max(this.#most, tail.length + most));
      full.copy(tail.bytes, 0, 0, tail.length);
      return;
    }
    const first = tail.at === 0;
    if (first) {
      this.#kept.bytes = full;
      this.#kept.length = tail.length;
    } else this.#write();
    tail.at += tail.length;
    tail.length = 0;
    if (first || most > full.length) tail.bytes = Buffer.allocUnsafe(Math.max(TAIL, most));
  }

  #write(): void {
    const { bytes, at, length } = this.#tail;
    this.#held.file ??= scratchFile(this.#folder);
    const begin = at - this.#kept.length;
    for (let written = 0; written < length; )
      written += writeSync(this.#held.file, bytes, written, length - written, begin + written);
  }
}

/** Their places in ascending order; sorted without a comparison of our own, for which number and place become one. */
function placesInOrder(numbers: readonly number[]): Float64Array {
  const both = new Float64Array(numbers.length);
  for (let place = 0; place < numbers.length; place += 1) both[place] = numbers[place]! * numbers.length + place;
  both.sort();
  for (let index = 0; index < both.length; index += 1) both[index]! %= numbers.length;
  return both;
}

function timesBack(numbers: readonly number[]): number {
  let times = 0;
  for (let place = 1; place < numbers.length; place += 1) if (numbers[place]! < numbers[place - 1]!) times += 1;
  return times;
}

/** A file without a name: only this program reaches it, and the system takes it back when the program ends. */
function scratchFile(folder: string): number {
  const own = mkdtempSync(join(folder, ".scratch-"));
  const file = openSync(join(own, "spool"), "w+", 0o600);
  rmSync(own, { recursive: true, force: true });
  return file;
}
