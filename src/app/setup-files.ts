/** What `init` and the set-up pages write: `.env`, and between the questions a draft without keys. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withSettings } from "../config/env-file.ts";
import { YAML_FILE } from "../config/yaml-faults.ts";
import { type Chosen, withChosen } from "../config/yaml-file.ts";
import { type Draft, draftShape } from "../setup/draft.ts";

/**
 * Writes settings into `.env`, readable by its owner only; comments and other lines stay.
 * @param about the first line of a new file, for its reader
 */
export function writeEnv(folder: string, values: Readonly<Record<string, string>>, about?: string): void {
  const path = join(folder, ".env");
  const before = existsSync(path) ? readFileSync(path, "utf8") : about === undefined ? "" : `# ${about}\n`;
  writeFileSync(path, withSettings(before, values), { mode: 0o600 });
  chmodSync(path, 0o600);
}

/** Writes what was chosen into `sync.config.yaml`; comments and everything else stay. @param about for its reader */
export function writeYaml(folder: string, chosen: Chosen, about = ABOUT): void {
  writeFileSync(join(folder, YAML_FILE), yamlWith(folder, chosen, about));
}

/** Returns what `writeYaml` would write. */
export function yamlWith(folder: string, chosen: Chosen, about = ABOUT): string {
  const path = join(folder, YAML_FILE);
  const schema = fileURLToPath(new URL("../../assets/sync.config.schema.json", import.meta.url));
  return withChosen(existsSync(path) ? readFileSync(path, "utf8") : "", schema, about, chosen);
}

/** What stands at the head of a file that the pages make. */
const ABOUT = "docs/en/documentation.md";

const draftPath = (folder: string) => join(folder, "data", "set-up.json");

/** Returns the draft of a set-up that was begun in a folder; `undefined` for none. A file that is no draft is an empty one. */
export function keptDraft(folder: string): Draft | undefined {
  const path = draftPath(folder);
  if (!existsSync(path)) return undefined;
  try {
    return draftShape.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return {};
  }
}

/** Keeps a draft, readable by its owner only: it may name people. */
export function keepDraft(folder: string, draft: Draft): void {
  const path = draftPath(folder);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(draft, null, 2)}\n`, { mode: 0o600 });
}

/** Removes the draft: the set-up is over. */
export function dropDraft(folder: string): void {
  rmSync(draftPath(folder), { force: true });
}
