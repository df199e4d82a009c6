/** The logs: one readable file a day, `sync_YYYYMMDD.log`, older ones removed; keys never get in (A7). */
import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The log folder cannot be written. Exit 2. */
export class LogsUnusable extends Error {
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
 * @param folder where the logs are; made when absent
 * @param keepDays how many days are kept
 * @returns writes one line with the time before it. Throws when the folder cannot be written.
 */
export function openLog(
  folder: string,
  keepDays: number,
  clean: (text: string) => string,
  now: () => Date,
): (line: string) => void {
  mkdirSync(folder, { recursive: true });
  const day = (date: Date) => date.toISOString().slice(0, 10).replaceAll("-", "");
  const path = () => join(folder, `sync_${day(now())}.log`);
  const oldest = day(new Date(now().getTime() - keepDays * 86_400_000));
  for (const name of readdirSync(folder)) {
    const date = /^sync_(\d{8})\.log$/.exec(name)?.[1];
    if (date !== undefined && date < oldest) rmSync(join(folder, name), { force: true });
  }
  const write = (line: string) => appendFileSync(path(), `${now().toISOString()}  ${clean(line)}\n`, { mode: 0o600 });
  write("—");
  return (line) => {
    try {
      write(line);
    } catch {
      // A full disk must not stop a run: the journal is in the database
    }
  };
}
