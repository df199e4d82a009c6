/** `.env`: read with every broken line named, written so that what is there stays and every value reads back the same. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** A fault in the settings: which, and what is wrong; the texts are in the catalogues. */
export interface SettingFault {
  readonly name: string;
  readonly code:
    | "missing"
    | "not-one-of"
    | "not-a-number"
    | "not-a-url"
    | "dc-mismatch"
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
  /** The line of the file that it stands in, where it stands in one. */
  readonly line?: number;
  /** What was probably meant, or may stand there. */
  readonly meant?: string;
}

/** Told of a fault. */
export type OnFault = (
  name: string,
  code: SettingFault["code"],
  detail?: string,
  place?: Pick<SettingFault, "line" | "meant">,
) => void;

/** What `.env` in a folder says, faults passed over: for what is needed before the settings are checked. */
export function environmentFile(folder: string): Record<string, string | undefined> {
  return readEnvFile(folder, () => undefined);
}

/** What `.env` in a folder says. @param fault told of each line that is none */
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
 * @param before the file as it was, "" for none
 * @param values by name; each stands once afterwards
 */
export function withSettings(before: string, values: Readonly<Record<string, string>>): string {
  const left = new Map(Object.entries(values));
  const lines = before === "" ? [] : before.replace(/\r?\n$/, "").split(/\r?\n/);
  const kept = lines.flatMap((line) => {
    const name = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1];
    if (name === undefined || !(name in values)) return [line];
    const value = left.get(name);
    left.delete(name);
    // A second line of the same name would win over the first
    return value === undefined ? [] : [`${name}=${written(value)}`];
  });
  const added = [...left].map(([name, value]) => `${name}=${written(value)}`);
  return `${[...kept, ...added].join("\n")}\n`;
}

/** Marks a value that only our own reader understands, in the line's own comment: other readers see the comment. */
const AS_JSON = "# as JSON";
const JSON_LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*("(?:[^"\\]|\\.)*") # as JSON\s*$/;

/**
 * Writes a value so that it reads back the same: as it is where that will do, since Docker takes every character of a
 * line; else in the quotes that Node.js takes as they are; else, where no quotes of its will do, as JSON for us alone.
 */
function written(value: string): string {
  const plain = [value, ...["'", "`", '"'].map((quote) => quote + value + quote), `"${value.replaceAll("\n", "\\n")}"`];
  // Between other lines, as it will stand
  const readsBack = (text: string) => {
    // A quote that is not closed on its line is closed by some line below
    if (/[\r\n]|^(["'`])(?!.*\1$)/.test(text)) return false;
    const read = parseEnv(`A=1\nX=${text}\nZ=2`);
    return read.X === value && read.A === "1" && read.Z === "2" && !text.endsWith(AS_JSON);
  };
  return plain.find(readsBack) ?? `${JSON.stringify(value)} ${AS_JSON}`;
}

/** The values of lines that only we understand. */
function valuesAsJson(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name = "", text = ""] = JSON_LINE.exec(line) ?? [];
      return name === "" ? [] : [[name, JSON.parse(text) as string]];
    }),
  );
}
