/** The logs: one readable file a day, `sync_YYYYMMDD.log`, older ones removed; keys never get in (A7). */
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The log folder cannot be written. Exit 2. */
export class LogFolderError extends Error {
  readonly folder: string;
  constructor(folder: string, detail: string) {
    super(detail);
    this.folder = folder;
  }
}

/** Takes secrets out of a text, in whatever form they may have got in. @param secrets keys and tokens */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= 4)
    .flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString("base64")]);
  const credentials = /(\/\/[^\s:/@]*:)[^\s@/]+@/g;
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, "•••"), text).replace(credentials, "$1•••@");
}

/**
 * Makes one line of a text, whatever it holds: control characters and line ends are escaped, so that nothing from
 * outside stands in a log as a line of its own.
 */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (one) =>
    one === "\n"
      ? "\\n"
      : one === "\r"
        ? "\\r"
        : one === "\t"
          ? "\\t"
          : `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const DAY_FILE = /^sync_(\d{8})\.log$/;

/** Lines of all logs that name one of these pieces, in whatever case. */
export function logLines(folder: string, pieces: readonly string[]): string[] {
  return dayFiles(folder).flatMap((path) => readFileSync(path, "utf8").split("\n").filter(naming(pieces)));
}

/** Takes those lines out of the logs. @returns how many there were */
export function eraseLogLines(folder: string, pieces: readonly string[]): number {
  let gone = 0;
  const about = naming(pieces);
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

/** A piece counts as a whole word only: the person 12 is not in the path of 123. */
function naming(pieces: readonly string[]): (line: string) => boolean {
  const escaped = pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const words = new RegExp(`(?<![\\w])(?:${escaped.join("|")})(?![\\w])`, "iu");
  return (line) => pieces.length > 0 && words.test(line);
}

/** A log: takes one line after another. */
export interface Log {
  (line: string): void;
  /** Why the last line could not be written (a code of the system's); `undefined` where it could. */
  trouble(): string | undefined;
}

/** What the system says where it is the disk, and not the setting, that is wrong. */
const DISK: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG", "EIO", "EROFS"];

/** Takes away the logs of days before this one (YYYYMMDD). */
function removeOld(folder: string, oldest: string): void {
  for (const name of readdirSync(folder)) {
    const date = DAY_FILE.exec(name)?.[1];
    if (date !== undefined && date < oldest) rmSync(join(folder, name), { force: true });
  }
}

/**
 * @param folder where the logs are; made when absent
 * @param keepDays how many days are kept
 * @returns writes one line with the time before it. Throws when the folder is none that could be written; a disk that is
 * full, or fails, stops nothing: `trouble` then says so.
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
      // A full disk must not stop a run: the journal is in the database
      passing(error);
    }
  };
  return Object.assign(line, { trouble: () => trouble });
}
