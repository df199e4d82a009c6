/**
 * The log: a readable file for each day, `sync_YYYYMMDD.log`. Old files are removed, and keys are never written (A7).
 */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { masking } from "../domain/masking.ts";
import { mentioning } from "../domain/mentions-in-text.ts";
import { oneLine } from "../domain/one-line.ts";

/** The log folder cannot be written. Exit 2. */
export class LogFolderError extends Error {
  readonly folder: string;
  constructor(folder: string, detail: string) {
    super(detail);
    this.folder = folder;
  }
}

/**
 * Returns a function that masks secrets in a text, as `masking` does, and passwords within URLs.
 * @param secrets keys and tokens
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const clean = masking(secrets);
  const credentials = /(\/\/[^\s:/@]*:)[^\s@/]+@/g;
  return (text) => clean(text).replace(credentials, "$1•••@");
}

const DAY_FILE = /^sync_(\d{8})\.log$/;

/**
 * Returns the lines of all log files that contain one of these pieces, without regard to case.
 * @param folder the log folder
 */
export function logLines(folder: string, pieces: readonly string[]): string[] {
  return dayFiles(folder).flatMap((path) => readFileSync(path, "utf8").split("\n").filter(mentioning(pieces)));
}

/**
 * Deletes these lines from all log files, for an erasure request.
 * @returns how many there were
 */
export function eraseLogLines(folder: string, pieces: readonly string[]): number {
  let gone = 0;
  const about = mentioning(pieces);
  for (const path of dayFiles(folder)) {
    const lines = readFileSync(path, "utf8").split("\n");
    const others = lines.filter((line) => !about(line));
    if (others.length === lines.length) continue;
    gone += lines.length - others.length;
    writeFileSync(path, others.join("\n"), { mode: 0o600 });
  }
  return gone;
}

function dayFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => DAY_FILE.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** A log; a call writes one line. */
export interface Log {
  (line: string): void;
  /** Returns why the last line could not be written (the system's code); `undefined` if it was written. */
  trouble(): string | undefined;
}

/** The system's codes for a failure of the disk, rather than a wrong setting. */
const DISK: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS"];

/**
 * Deletes the log files of earlier days.
 * @param oldest the first day to keep (YYYYMMDD)
 */
function removeOld(folder: string, oldest: string): void {
  for (const name of readdirSync(folder)) {
    const date = DAY_FILE.exec(name)?.[1];
    if (date !== undefined && date < oldest) rmSync(join(folder, name), { force: true });
  }
}

/**
 * Opens the log and deletes old files. A full or failing disk does not stop the program; `trouble` then reports it.
 * @param folder the log folder; created if it does not exist
 * @param keepDays how many days to keep
 * @param clean masks secrets in a line
 * @returns a function that writes a line with the time
 * @throws the system's error if the folder can never be written
 */
export function openLog(folder: string, keepDays: number, clean: (text: string) => string, now: () => Date): Log {
  let trouble: string | undefined;
  const passing = (error: unknown) => {
    trouble = (error as NodeJS.ErrnoException).code ?? String(error);
    return DISK.includes(trouble);
  };
  const day = (date: Date) => date.toISOString().slice(0, 10).replaceAll("-", "");
  const path = () => join(folder, `sync_${day(now())}.log`);
  const write = (line: string) =>
    appendFileSync(path(), `${now().toISOString()}  ${oneLine(clean(line))}\n`, { mode: 0o600 });
  try {
    mkdirSync(folder, { recursive: true });
    removeOld(folder, day(new Date(now().getTime() - keepDays * 86_400_000)));
    write("—");
  } catch (error) {
    if (!passing(error)) throw error;
  }
  const line = (text: string) => {
    try {
      write(text);
      trouble = undefined;
    } catch (error) {
      // A run goes on without its log, since the journal in the database has every write
      passing(error);
    }
  };
  return Object.assign(line, { trouble: () => trouble });
}
