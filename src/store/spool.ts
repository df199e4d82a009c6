/**
 * Texts that are put down once and read again in any order: in memory as long as they are few, else in a file that
 * nobody else can see and that is gone with the program, however it ends.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";

/** Bytes that are gathered before they are written. */
const TAIL = 1 << 20;
/** Bytes to begin with. */
const FIRST = 1 << 16;
/** Bytes that are read ahead where one text is read after another. */
const BLOCK = 1 << 17;

/** What was read last, so that the next ones need no reading. One for each that reads. */
export interface Window {
  bytes: Buffer;
  at: number;
  length: number;
}

/** Nothing read yet. */
export function emptyWindow(): Window {
  return { bytes: Buffer.alloc(0), at: -1, length: 0 };
}

/** Closes the files of spools that nobody can reach any more. */
const forgotten = new FinalizationRegistry<{ file?: number }>(({ file }) => {
  if (file !== undefined) closeSync(file);
});

export class Spool {
  readonly #folder: string;
  readonly #held: { file?: number } = {};
  /** Where each text begins; one more at the end. */
  #begins = new Float64Array(1024);
  #count = 0;
  /** What is in memory for good, once that is full. */
  #kept: Buffer = Buffer.alloc(0);
  /** What was put down last: at first all of it. */
  #tail = Buffer.allocUnsafe(FIRST);
  #tailAt = 0;
  #tailLength = 0;

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
    if (this.#tailLength + most > this.#tail.length) this.#makeRoom(most);
    this.#tailLength += this.#tail.write(text, this.#tailLength, "utf8");
    if (this.#count + 2 > this.#begins.length) {
      const more = new Float64Array(this.#begins.length * 2);
      more.set(this.#begins);
      this.#begins = more;
    }
    this.#count += 1;
    this.#begins[this.#count] = this.#tailAt + this.#tailLength;
    return this.#count - 1;
  }

  /** The text with this number. */
  text(number: number, window: Window): string {
    const begin = this.#begins[number]!;
    const end = this.#begins[number + 1]!;
    if (begin >= this.#tailAt) return this.#tail.toString("utf8", begin - this.#tailAt, end - this.#tailAt);
    if (end <= this.#kept.length) return this.#kept.toString("utf8", begin, end);
    if (begin < window.at || end > window.at + window.length) this.#read(begin, end, window);
    return window.bytes.toString("utf8", begin - window.at, end - window.at);
  }

  /** Further ahead where the last reading ended close by. */
  #read(begin: number, end: number, window: Window): void {
    const near = begin >= window.at && begin < window.at + window.length + BLOCK;
    const length = Math.min(near ? Math.max(BLOCK, end - begin) : end - begin, this.#tailAt - begin);
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
    const full = this.#tail;
    if (this.#tailAt === 0 && full.length < this.#most) {
      // The system gives memory only as it is written to
      this.#tail = Buffer.allocUnsafe(Math.max(this.#most, this.#tailLength + most));
      full.copy(this.#tail, 0, 0, this.#tailLength);
      return;
    }
    if (this.#tailAt === 0) this.#kept = full.subarray(0, this.#tailLength);
    else this.#write();
    this.#tailAt += this.#tailLength;
    this.#tailLength = 0;
    if (this.#tailAt === this.#kept.length || most > this.#tail.length)
      this.#tail = Buffer.allocUnsafe(Math.max(TAIL, most));
  }

  #write(): void {
    this.#held.file ??= scratchFile(this.#folder);
    const at = this.#tailAt - this.#kept.length;
    for (let written = 0; written < this.#tailLength; )
      written += writeSync(this.#held.file, this.#tail, written, this.#tailLength - written, at + written);
  }
}

/** A file without a name: only this program reaches it, and the system takes it back when the program ends. */
function scratchFile(folder: string): number {
  const own = mkdtempSync(join(folder, ".scratch-"));
  const file = openSync(join(own, "spool"), "w+", 0o600);
  rmSync(own, { recursive: true, force: true });
  return file;
}
