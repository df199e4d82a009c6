/**
 * `sync.config.yaml`: settings that need structure. The file may name several connections (other audiences, other
 * accounts), each with its own settings over those of `.env`. One command then runs them all, one after another.
 */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ENGAGEMENT_KINDS } from "../domain/engagement.ts";
import { CONFLICT_RULES, COPPER_FIELDS } from "../domain/fields.ts";
import { describe } from "../services/services.ts";
import type { OnFault } from "./env-file.ts";
import { isSecret } from "./secrecy.ts";
import { parsedYaml, shapeFaults, YAML_FILE } from "./yaml-faults.ts";

/** Another file name that editors suggest. */
const OTHER_FILE = "sync.config.yml";

const names = z.array(z.string().min(1)).min(1);

const fieldShape = z.strictObject({
  copper: z.string().refine((name) => COPPER_FIELDS.includes(name) || name.startsWith("custom:")),
  mailchimp: z.string().min(1).max(describe("mailchimp").longestTag),
  // `none` removes the default line of this merge field
  direction: z.enum(["both", "to-mailchimp", "to-copper", "none"]).default("both"),
  conflict: z.enum(CONFLICT_RULES).optional(),
});
const toldName = z.union([z.string(), z.literal(false)]).optional();
const toldShape = z.strictObject({ unsubscribed: toldName, cleaned: toldName, pending: toldName, rejected: toldName });
const filterShape = z.strictObject({
  tags: names.optional(),
  contactTypes: names.optional(),
  fields: z.record(z.string().min(1), names).optional(),
});
const engagementShape = z.strictObject({
  tell: z
    .array(z.enum(ENGAGEMENT_KINDS))
    .min(1)
    .default([...ENGAGEMENT_KINDS]),
  days: z.number().int().min(1).max(365).default(30),
});

/** The parts that a connection may have of its own, and that all of them may share. */
const ownShape = {
  fields: z.array(fieldShape).default([]),
  told: toldShape.default({}),
  fireAutomations: z.boolean().default(false),
  filter: filterShape
    .refine((one) => Object.values(one).some((wanted) => Object.keys(wanted ?? {}).length > 0))
    .optional(),
  engagement: engagementShape.optional(),
};

/**
 * A setting of one connection. A key may only be named here, since this file is often shared or kept in a repository.
 */
const ownSetting = z.string().min(1);
/** The shape of a connection in the file. */
export const connectionShape = z.strictObject({
  name: z.string().regex(/^[\w-]+$/),
  settings: z
    .record(z.string().regex(/^[A-Z_]+$/), ownSetting)
    .superRefine((all, context) => {
      for (const [name, value] of Object.entries(all))
        if (isSecret(name) && !value.startsWith("$"))
          context.addIssue({ code: "custom", path: [name], message: "key-here" });
    })
    .default({}),
  ...ownShape,
});

/** The shape of the whole file. Editors use it as `assets/sync.config.schema.json`. */
export const yamlShape = z.strictObject({ ...ownShape, connections: z.array(connectionShape).min(1).optional() });
type Yaml = z.infer<typeof yamlShape>;

/** A connection with its own parts. */
export interface Connection extends Omit<Yaml, "connections"> {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** Returns the keys allowed at a path. */
function keysAt(path: readonly (string | number)[]): readonly string[] {
  const names = path.filter((part) => typeof part === "string");
  const inConnection = names[0] === "connections" ? names.slice(1) : names;
  const [place] = inConnection;
  if (place === undefined) return Object.keys(names.length === 0 ? yamlShape.shape : connectionShape.shape);
  if (place === "fields") return Object.keys(fieldShape.shape);
  if (place === "told") return Object.keys(toldShape.shape);
  if (place === "filter") return Object.keys(filterShape.shape);
  return place === "engagement" ? Object.keys(engagementShape.shape) : [];
}

/**
 * Reads the file of a folder; the defaults if there is none, or if it is faulty.
 * @param fault receives each fault
 */
export function readYaml(folder: string, fault: OnFault): Yaml {
  const path = join(folder, YAML_FILE);
  const nothing = yamlShape.parse({});
  const there = existsSync(path);
  // The program would silently ignore the other name
  if (existsSync(join(folder, OTHER_FILE))) fault(OTHER_FILE, there ? "two-files" : "other-file");
  if (!there) return nothing;
  try {
    const { value, lineOf } = parsedYaml(readFileSync(path, "utf8"));
    const parsed = yamlShape.safeParse(value);
    if (!parsed.success) shapeFaults(parsed.error.issues, lineOf, keysAt, fault);
    else {
      const seen = new Set<string>();
      for (const [index, { name }] of (parsed.data.connections ?? []).entries()) {
        const line = lineOf(["connections", index, "name"]);
        if (seen.has(name)) fault(YAML_FILE, "twice", name, line === undefined ? {} : { line });
        seen.add(name);
      }
      return parsed.data;
    }
  } catch (error) {
    fault(YAML_FILE, "unreadable-file", (error as Error).message.split("\n")[0] ?? "");
  }
  return nothing;
}

/** Returns the line of a connection's own setting; empty if it cannot be found. */
export function lineOfSetting(folder: string, connection: string, name: string): { readonly line?: number } {
  try {
    const { value, lineOf } = parsedYaml(readFileSync(join(folder, YAML_FILE), "utf8"));
    const all = (value as { connections?: { name?: unknown }[] }).connections ?? [];
    const line = lineOf(["connections", all.findIndex((one) => one.name === connection), "settings", name]);
    return line === undefined ? {} : { line };
  } catch {
    return {};
  }
}

/** Returns the names of all connections; `default` if the file names none. */
export function connectionNames(folder: string): string[] {
  return [...new Set(readYaml(folder, () => undefined).connections?.map((one) => one.name) ?? ["default"])];
}

/**
 * Returns the connection with a name, else the first one. What it does not set comes from the shared part.
 * @param name "" for the first one
 * @param fault receives a name that does not exist
 */
export function connectionOf({ connections, ...all }: Yaml, name: string, fault: OnFault): Connection {
  if (connections === undefined) return { ...all, name: "default", settings: {} };
  const chosen = connections.find((one) => one.name === name);
  if (name !== "" && chosen === undefined)
    fault("SYNC_CONNECTION", "not-one-of", connections.map((one) => one.name).join(", "));
  return over(all, chosen ?? connections[0]!);
}

/** Returns a connection's own parts over the shared ones. */
export function over({ connections: _, ...all }: Yaml, own: Connection): Connection {
  const filter = own.filter ?? all.filter;
  const engagement = own.engagement ?? all.engagement;
  return {
    ...own,
    fields: own.fields.length > 0 ? own.fields : all.fields,
    told: { ...all.told, ...own.told },
    fireAutomations: own.fireAutomations || all.fireAutomations,
    ...(filter && { filter }),
    ...(engagement && { engagement }),
  };
}
