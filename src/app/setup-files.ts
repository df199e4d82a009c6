/** Writes the files of `init` and the set-up: `.env`, `sync.config.yaml`, and a draft without keys in between. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withSettings } from "../config/env-file.ts";
import { type Chosen, withChosen } from "../config/yaml-changes.ts";
import { YAML_FILE } from "../config/yaml-faults.ts";
import { type Draft, draftShape } from "../setup/draft.ts";

/**
 * Writes settings to `.env`, readable by its owner only. Keeps comments and other lines.
 * @param about the first line of a new file, as a comment
 */
export function writeEnv(folder: string, values: Readonly<Record<string, string>>, about?: string): void {
  const path = join(folder, ".env");
  const before = existsSync(path) ? readFileSync(path, "utf8") : about === undefined ? "" : `# ${about}\n`;
  writeFileSync(path, withSettings(before, values), { mode: 0o600 });
  // `mode` applies to new files only
  chmodSync(path, 0o600);
}

/**
 * Writes the chosen parts to `sync.config.yaml`. Keeps comments and everything else.
 * @param about a comment for a new file
 */
export function writeYaml(folder: string, chosen: Chosen, about = ABOUT): void {
  writeFileSync(join(folder, YAML_FILE), yamlWith(folder, chosen, about));
}

/** Returns the content that `writeYaml` would write. */
export function yamlWith(folder: string, chosen: Chosen, about = ABOUT): string {
  const path = join(folder, YAML_FILE);
  const schema = fileURLToPath(new URL("../../assets/sync.config.schema.json", import.meta.url));
  return withChosen(existsSync(path) ? readFileSync(path, "utf8") : "", schema, about, chosen);
}

/** The comment at the head of a new file. */
const ABOUT = "docs/en/documentation.md";

const draftPath = (folder: string) => join(folder, "data", "set-up.json");

/** Returns the draft of a started set-up; `undefined` if there is none. An unreadable file counts as an empty draft. */
export function keptDraft(folder: string): Draft | undefined {
  const path = draftPath(folder);
  if (!existsSync(path)) return undefined;
  try {
    return draftShape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}

/** Writes the draft, readable by its owner only, since it may contain people's names. */
export function keepDraft(folder: string, draft: Draft): void {
  const path = draftPath(folder);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(draft, null, 2)}\n`, { mode: 0o600 });
}

/** Removes the draft, which marks the set-up as finished. */
export function dropDraft(folder: string): void {
  rmSync(draftPath(folder), { force: true });
}
