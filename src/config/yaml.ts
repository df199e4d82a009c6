/**
 * `sync.config.yaml`: what has structure. It may name several connections (other audiences, other accounts), each with
 * settings of its own over those of `.env`; one command then runs them all, one after another.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ENGAGEMENT_KINDS } from "../contact/engagement.ts";
import { COPPER_FIELDS } from "../contact/fields.ts";
import type { Tell } from "./env-file.ts";
import { isSecret } from "./secrecy.ts";

const names = z.array(z.string().min(1)).min(1);

/** What a connection may have of its own, and all of them together. */
const ownShape = {
  fields: z
    .array(
      z.strictObject({
        copper: z.string().refine((name) => COPPER_FIELDS.includes(name) || name.startsWith("custom:")),
        mailchimp: z.string().min(1).max(10),
        direction: z.enum(["both", "to-mailchimp", "to-copper"]).default("both"),
        conflict: z.enum(["copper", "mailchimp", "newest"]).optional(),
      }),
    )
    .default([]),
  told: z
    .strictObject({
      unsubscribed: z.union([z.string(), z.literal(false)]).optional(),
      cleaned: z.union([z.string(), z.literal(false)]).optional(),
      pending: z.union([z.string(), z.literal(false)]).optional(),
      rejected: z.union([z.string(), z.literal(false)]).optional(),
    })
    .default({}),
  fireAutomations: z.boolean().default(false),
  filter: z
    .strictObject({
      tags: names.optional(),
      contactTypes: names.optional(),
      fields: z.record(z.string().min(1), names).optional(),
    })
    .refine((one) => Object.values(one).some((wanted) => Object.keys(wanted ?? {}).length > 0))
    .optional(),
  engagement: z
    .strictObject({
      tell: z
        .array(z.enum(ENGAGEMENT_KINDS))
        .min(1)
        .default([...ENGAGEMENT_KINDS]),
      days: z.number().int().min(1).max(365).default(30),
    })
    .optional(),
};

/** A setting of one connection; a key is named, never written here: this file is often kept with others. */
const ownSetting = z.string().min(1);
export const connectionShape = z.strictObject({
  name: z.string().regex(/^[\w-]+$/),
  settings: z
    .record(z.string().regex(/^[A-Z_]+$/), ownSetting)
    .refine((all) => Object.entries(all).every(([name, value]) => !isSecret(name) || value.startsWith("$")))
    .default({}),
  ...ownShape,
});

/** What the file may hold; editors know it by `assets/sync.config.schema.json`. */
export const yamlShape = z.strictObject({ ...ownShape, connections: z.array(connectionShape).min(1).optional() });
type Yaml = z.infer<typeof yamlShape>;

/** One connection with what is its own. */
export interface Connection extends Omit<Yaml, "connections"> {
  readonly name: string;
  readonly settings: Readonly<Record<string, string>>;
}

/** The file of a folder, "nothing special" where there is none. @param fault told of what is wrong with it */
export function readYaml(folder: string, fault: Tell): Yaml {
  const path = join(folder, "sync.config.yaml");
  const nothing = yamlShape.parse({});
  if (!existsSync(path)) return nothing;
  try {
    const parsed = yamlShape.safeParse(parse(readFileSync(path, "utf8"), { logLevel: "error" }) ?? {});
    if (parsed.success) return parsed.data;
    fault(
      "sync.config.yaml",
      "wrong-shape",
      parsed.error.issues.map((issue) => issue.path.join(".") || issue.message).join(", "),
    );
  } catch (error) {
    fault("sync.config.yaml", "unreadable-file", (error as Error).message.split("\n")[0] ?? "");
  }
  return nothing;
}

/** The names of all connections; one `default` where the file names none. */
export function connectionNames(folder: string): string[] {
  return readYaml(folder, () => undefined).connections?.map((one) => one.name) ?? ["default"];
}

/** The connection of that name, else the first; what it does not say is as for all. */
export function connectionOf({ connections, ...all }: Yaml, name: string, fault: Tell): Connection {
  if (connections === undefined) return { ...all, name: "default", settings: {} };
  const chosen = connections.find((one) => one.name === name);
  if (name !== "" && chosen === undefined)
    fault("SYNC_CONNECTION", "not-one-of", connections.map((one) => one.name).join(", "));
  return over(all, chosen ?? connections[0]!);
}

/** What is a connection's own over what is for all. */
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
