/** Merge fields and custom fields that come, go and change, by hands in the services. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SimMerge } from "../../src/simulators/mailchimp-rules.ts";
import type { World } from "../harness.ts";

let lastMerge = 100;

/** Adds a merge field to the audience; nobody's date of change moves. */
export function addMerge(own: World, tag: string, some: Partial<SimMerge> = {}): SimMerge {
  lastMerge += 1;
  const made = { merge_id: lastMerge, tag, name: tag, type: "text", required: false, options: {}, ...some };
  own.worlds.mailchimp.merges.push(made);
  return made;
}

/** Deletes a merge field with what everybody has in it. */
export function deleteMerge(own: World, tag: string): void {
  const { merges, members } = own.worlds.mailchimp;
  merges.splice(
    merges.findIndex((one) => one.tag === tag),
    1,
  );
  for (const member of members.values()) delete member.merge_fields[tag];
}

/** Deletes a merge field and makes it anew under the same tag: blank for everybody, with another id. */
export function remakeMerge(own: World, tag: string, some: Partial<SimMerge> = {}): void {
  const before = own.worlds.mailchimp.merges.find((one) => one.tag === tag)!;
  deleteMerge(own, tag);
  const { merge_id: _, ...rest } = before;
  addMerge(own, tag, { ...rest, ...some });
}

/** Adds a custom field to the Copper account. */
export function addCustom(
  own: World,
  id: number,
  name: string,
  data_type: string,
  options: { id: number; name: string }[] = [],
): void {
  own.worlds.copper.customs.push({ id, name, data_type, options });
}

/** Two runs without any change outside write nothing (V6). @returns what they wrote */
export async function quietly(own: World, env: Record<string, string> = {}): Promise<string[]> {
  own.writes();
  await own.sync({}, env);
  await own.sync({}, env);
  return own.writes();
}

/** Writes the lines of the mapping, as the insides of YAML objects: `copper: title, mailchimp: JOB`. */
export function map(own: World, ...lines: string[]): void {
  writeFileSync(join(own.folder, "sync.config.yaml"), `fields:\n${lines.map((line) => `  - { ${line} }\n`).join("")}`);
}
