/** `.env`: read with every broken line named, written so that what is there stays and only named lines change. */
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
    | "not-an-address";
  readonly detail: string;
}

/** Told of a fault. */
export type Tell = (name: string, code: SettingFault["code"], detail?: string) => void;

/** What `.env` in a folder says, faults passed over: for what is needed before the settings are checked. */
export function environmentFile(folder: string): Record<string, string | undefined> {
  return readEnvFile(folder, () => undefined);
}

/** What `.env` in a folder says. @param fault told of each line that is none */
export function readEnvFile(folder: string, fault: Tell): Record<string, string | undefined> {
  const path = join(folder, ".env");
  if (!existsSync(path)) return {};
  let text: string;
  try {
    text = readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    fault(".env", "unreadable-file", (error as NodeJS.ErrnoException).code ?? "");
    return {};
  }
  text.split(/\r?\n/).forEach((line, index) => {
    if (line.trim() !== "" && !/^\s*(#|(export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=)/.test(line))
      fault(".env", "unreadable-line", String(index + 1));
  });
  return parseEnv(text);
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
    return value === undefined ? [] : [`${name}=${quoted(value)}`];
  });
  const added = [...left].map(([name, value]) => `${name}=${quoted(value)}`);
  return `${[...kept, ...added].join("\n")}\n`;
}

/** Quoted where a reader of `.env` files would take it for something else. */
function quoted(value: string): string {
  return /^[\w@.+:/%,-]*$/.test(value) ? value : `"${value.replaceAll('"', "")}"`;
}
