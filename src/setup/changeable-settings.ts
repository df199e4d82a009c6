/** The settings that the pages can change: what each accepts, and how their form is parsed. */
import { z } from "zod";
import { CONFLICT_RULES } from "../domain/fields.ts";
import { NEW_MEMBER_STATUSES } from "../domain/status.ts";
import type { Draft } from "./draft.ts";
import type { Line } from "./mapping-lines.ts";

/**
 * The kind of each setting: one of some words, a text, seconds that are shown as minutes, or a secret that is never
 * shown and can only be replaced.
 */
export const CHANGEABLE = {
  ONLY: "text",
  FIELD_CONFLICT: CONFLICT_RULES,
  NEW_MEMBER_STATUS: NEW_MEMBER_STATUSES,
  CREATE_IN_COPPER: ["true", "false"],
  COPPER_DELETED: ["archive", "keep"],
  DELETION_TAGS: "text",
  ARCHIVE_TAG: "text",
  SYNC_INTERVAL: "minutes",
  MAX_REMOVALS: "text",
  MAX_CHANGES: "text",
  MAX_NEW: "text",
  NOTIFY_MAIL: "text",
  NOTIFY_SMTP_URL: "secret",
  NOTIFY_HOOK: "secret",
} as const satisfies Readonly<Record<string, "text" | "minutes" | "secret" | readonly string[]>>;
/** The name of a setting that the pages can change. */
export type Changeable = keyof typeof CHANGEABLE;

/** The settings by topic, in the order of the page. */
export const GROUPS = {
  who: ["ONLY"],
  conflict: ["FIELD_CONFLICT"],
  new: ["NEW_MEMBER_STATUS", "CREATE_IN_COPPER"],
  leaving: ["COPPER_DELETED", "DELETION_TAGS", "ARCHIVE_TAG"],
  safety: ["MAX_REMOVALS", "MAX_CHANGES", "MAX_NEW"],
  when: ["SYNC_INTERVAL"],
  notify: ["NOTIFY_MAIL", "NOTIFY_SMTP_URL", "NOTIFY_HOOK"],
} as const satisfies Readonly<Record<string, readonly Changeable[]>>;
/** A topic of the page. */
export type Group = keyof typeof GROUPS;

/** Settings without an effect on contacts: they are saved without a preview. */
const WITHOUT_EFFECT: readonly Changeable[] = ["SYNC_INTERVAL", "NOTIFY_MAIL", "NOTIFY_SMTP_URL", "NOTIFY_HOOK"];

/** Which people take part, as far as the pages can change it; `null` for everyone. */
export type WhoTakesPart = Draft["filter"];

/** The current settings, as the form shows them. */
export interface InForce {
  /** The values by name; secrets are "". */
  readonly values: Readonly<Record<Changeable, string>>;
  /** The secrets that have a value. */
  readonly kept: readonly Changeable[];
  /** Settings that the pages cannot change, for example those in the environment of the process. */
  readonly fixed: readonly Changeable[];
  readonly filter: WhoTakesPart;
}

/** A change; what is absent stays as it is. */
export interface Change {
  readonly settings: Readonly<Partial<Record<Changeable, string>>>;
  readonly filter?: WhoTakesPart;
  readonly fields?: readonly Line[];
}

const line = z
  .string()
  .trim()
  .max(2000)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  .refine((text) => !/[\u0000-\u001f\u007f]/.test(text));
const names = line
  .default("")
  .transform((text) => [...new Set(text.split(",").map((one) => one.trim()))].filter((one) => one !== ""));
const form = z.object({ ...mapped((name) => shapeOf(CHANGEABLE[name]).optional()), tags: names, contactTypes: names });

function mapped<T>(make: (name: Changeable) => T): Record<Changeable, T> {
  const all = Object.keys(CHANGEABLE) as Changeable[];
  return Object.fromEntries(all.map((name) => [name, make(name)])) as Record<Changeable, T>;
}

function shapeOf(kind: (typeof CHANGEABLE)[Changeable]): z.ZodType<string, string> {
  if (kind === "minutes")
    return line
      .refine((text) => Number(text.replace(",", ".")) > 0)
      .transform((text) => String(Math.max(1, Math.round(Number(text.replace(",", ".")) * 60))));
  return typeof kind === "string" ? line : (z.enum(kind) as unknown as z.ZodType<string, string>);
}

/**
 * Returns what a form changes; `undefined` if the form is unusable.
 * @param sent the form's fields, unparsed
 * @param now the current settings: what a form repeats is no change
 */
export function changeIn(sent: unknown, now: InForce): Change | undefined {
  const read = form.safeParse(sent);
  if (!read.success) return undefined;
  const { tags, contactTypes, ...all } = read.data;
  const settings = Object.fromEntries(
    (Object.keys(CHANGEABLE) as Changeable[]).flatMap((name) => {
      const value = all[name];
      const same = value === undefined || value === now.values[name] || now.fixed.includes(name);
      // A secret is not shown, so an empty field keeps it
      return same || (CHANGEABLE[name] === "secret" && value === "") ? [] : [[name, value]];
    }),
  );
  const filter =
    tags.length === 0 && contactTypes.length === 0
      ? null
      : { ...(tags.length > 0 && { tags }), ...(contactTypes.length > 0 && { contactTypes }) };
  const before = JSON.stringify([now.filter?.tags ?? [], now.filter?.contactTypes ?? []]);
  return { settings, ...(JSON.stringify([tags, contactTypes]) !== before && { filter }) };
}

/** Returns whether a change is empty. */
export function isEmpty({ settings, filter, fields }: Change): boolean {
  return Object.keys(settings).length === 0 && filter === undefined && fields === undefined;
}

/** Returns whether a change needs a preview before it is saved. */
export function hasEffect({ settings, filter, fields }: Change): boolean {
  const named = Object.keys(settings) as Changeable[];
  return filter !== undefined || fields !== undefined || named.some((name) => !WITHOUT_EFFECT.includes(name));
}
