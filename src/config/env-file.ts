/**
 * The `.env` file. Reading reports every broken line. Writing keeps all other lines, and every value reads back the
 * same.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** A fault in the settings: its name, and a code. The catalogues have the texts. */
export interface SettingFault {
  readonly name: string;
  readonly code:
    | "missing"
    | "not-one-of"
    | "not-a-number"
    | "not-a-limit"
    | "too-large"
    | "not-a-url"
    | "not-of-the-key"
    | "unreadable-line"
    | "unreadable-file"
    | "wrong-shape"
    | "not-an-address"
    | "unknown-key"
    | "yaml-value"
    | "key-here"
    | "names-nothing"
    | "names-itself"
    | "twice"
    | "clash"
    | "two-files"
    | "other-file";
  readonly detail: string;
  /** The line of the file, if the fault is in a file. */
  readonly line?: number;
  /** What was probably meant, or the values allowed. */
  readonly meant?: string;
}

/**
 * Receives a fault.
 * @param name the setting, key or file
 * @param detail a value for the placeholder in the fault's text
 */
export type OnFault = (
  name: string,
  code: SettingFault["code"],
  detail?: string,
  place?: Pick<SettingFault, "line" | "meant">,
) => void;

/**
 * Returns the values of `.env`, without a report of faults. For what is needed before the settings are checked.
 * @param folder the working folder
 */
export function environmentFile(folder: string): Record<string, string | undefined> {
  return readEnvFile(folder, () => undefined);
}

/**
 * Returns the values of `.env`; empty if there is no file.
 * @param folder the working folder
 * @param fault receives each line that cannot be read
 */
export function readEnvFile(folder: string, fault: OnFault): Record<string, string | undefined> {
  const path = join(folder, ".env");
  if (!existsSync(path)) return {};
  let text: string;
  try {
    text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    fault(".env", "unreadable-file", (error as NodeJS.ErrnoException).code ?? "");
    return {};
  }
  const lines = text.split(/\r?\n/);
  lines.forEach((line, index) => {
    if (line.trim() !== "" && !/^\s*(#|(export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=)/.test(line))
      fault(".env", "unreadable-line", String(index + 1));
  });
  return { ...parseEnv(text), ...valuesAsJson(lines) };
}

/**
 * Returns the text of `.env` with some settings changed.
 * @param before the file as it was, "" for none
 * @param values by name; each name is on one line afterwards
 */
export function withSettings(before: string, values: Readonly<Record<string, string>>): string {
  const left = new Map(Object.entries(values));
  const lines = before === "" ? [] : before.replace(/\r?\n$/, "").split(/\r?\n/);
  const kept = lines.flatMap((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1];
    if (name === undefined || !(name in values)) return [line];
    const value = left.get(name);
    left.delete(name);
    // Drop a second line of the same name, since it would override the first
    return value === undefined ? [] : [`${name}=${written(value)}`];
  });
  const added = [...left].map(([name, value]) => `${name}=${written(value)}`);
  return `${[...kept, ...added].join("\n")}\n`;
}

/** Marks a value that only this program can read. It is a comment, so other readers skip it. */
const AS_JSON = "# as JSON";
const JSON_LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*("(?:[^"\\]|\\.)*") # as JSON\s*$/;

/**
 * Returns a value as it must be written to read back the same. Plain if possible, since Docker keeps every character of
 * a line, quotes included. Else in quotes that Node.js can read. Else as JSON, which only this program can read.
 */
function written(value: string): string {
  const plain = [value, ...["'", "`", '"'].map((quote) => quote + value + quote), `"${value.replaceAll("\n", "\\n")}"`];
  // Test it between other lines, as in the file
  const readsBack = (text: string) => {
    // A quote without an end on its line would end on a later line
    if (/[\r\n]|^(["'`])(?!.*\1$)/.test(text)) return false;
    const read = parseEnv(`A=1\nX=${text}\nZ=2`);
    return read.X === value && read.A === "1" && read.Z === "2" && !text.endsWith(AS_JSON);
  };
  return plain.find(readsBack) ?? `${JSON.stringify(value)} ${AS_JSON}`;
}

/** Returns the values of lines in JSON form. */
function valuesAsJson(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = "", text = ""] = JSON_LINE.exec(line) ?? [];
      return name === "" ? [] : [[name, JSON.parse(text) as string]];
    }),
  );
}
