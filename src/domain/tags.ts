/**
 * Tag names: when two are the same tag, how a name is written in Mailchimp (T1, T3), and which names are
 * the program's own and never synced (T5).
 */

import { isDeletionTag } from "./deletion-tag.ts";
import { decodeEntities } from "./html-entities.ts";
import { memoize } from "./memoize.ts";

/** Most characters of a Mailchimp tag name ("Many at once" in docs/apis/mailchimp.md). */
const LONGEST_TAG = 100;

/** Names of the tags that carry a meaning for us; all compared by {@link tagKey}. */
export interface TagNames {
  /** Further spellings of the deletion tag, besides the built-in ones (D1). */
  readonly deletion: readonly string[];
  /** The tag that archiving leaves on a person (D3). */
  readonly archive: string;
  /** Tags by which Copper is told what Mailchimp knows (C3); `null` switches one off. */
  readonly told: Readonly<Record<StatusTag, string | null>>;
}

/** What Mailchimp knows of a member and Copper is told by a tag (C3, C5). */
export type StatusTag = "unsubscribed" | "cleaned" | "pending" | "rejected";

/** `unicode` keeps names as they are; `alphanumeric` leaves letters, digits, spaces, `-` and `_` (T3). */
export type TagStyle = "unicode" | "alphanumeric";

/** The names in force when nobody sets others. */
export const DEFAULT_TAG_NAMES: TagNames = {
  deletion: [],
  archive: "📥 INACTIF",
  told: {
    unsubscribed: "mailchimp:unsubscribed",
    cleaned: "mailchimp:cleaned",
    pending: "mailchimp:pending",
    rejected: "mailchimp:rejected",
  },
};

/**
 * The key by which tags are compared: composed, without variation selectors, spaces collapsed, case-folded, HTML
 * entities decoded (T7). Copper may answer tags in lower case, Mailchimp compares them without regard to case.
 * @param name a tag as written
 */
export const tagKey = memoize((name) =>
  decodeEntities(name)
    .normalize("NFC")
    .replace(/\uFE0F/gu, "")
    .replace(/\s+/gu, " ")
    .trim()
    .toUpperCase()
    .toLowerCase()
    .normalize("NFC"),
);

/** The keys of the tags by which Copper is told something. */
export const statusTagKeys = perNames((names) =>
  Object.values(names.told).flatMap((name) => (name === null ? [] : [tagKey(name)])),
);

/** Whether `name` is the archive tag. */
export function isArchiveTag(name: string, names: TagNames): boolean {
  return tagKey(name) === tagKey(names.archive);
}

/** Whether a person carries the tag of those whom Mailchimp refuses (C5). */
export function isTaggedRejected(tags: readonly string[], names: TagNames): boolean {
  const { rejected } = names.told;
  return rejected !== null && tags.some((tag) => tagKey(tag) === tagKey(rejected));
}

/** Whether a tag is one of ours, so that it is never sent to Mailchimp (T5). */
export function isOwnTag(name: string, names: TagNames): boolean {
  const key = tagKey(name);
  if (key.startsWith("mailchimp:") || isArchiveTag(name, names) || isDeletionTag(name, names.deletion)) return true;
  return statusTagKeys(names).includes(key);
}

/**
 * The name that a Copper tag gets in Mailchimp, or "" when nothing of it can be written (T1, T3).
 * A name that is too long is cut and ends with a mark made of the whole, so that it is always the same one.
 * @param name the tag as Copper has it
 * @param style how names are to be written
 */
export function memberTagName(name: string, style: TagStyle): string {
  const readable = decodeEntities(name);
  const whole = (style === "alphanumeric" ? plain(readable) : readable.normalize("NFC")).replace(/\s+/gu, " ").trim();
  if (whole.length <= LONGEST_TAG) return whole;
  const mark = `~${fingerprint(tagKey(whole))}`;
  let cut = "";
  for (const { segment } of new Intl.Segmenter("en", { granularity: "grapheme" }).segment(whole)) {
    if (cut.length + segment.length > LONGEST_TAG - mark.length) break;
    cut += segment;
  }
  return cut + mark;
}

/** By style: the name of a tag in Mailchimp, "" for one that is never sent. */
const writtenNames = perNames((names): Record<TagStyle, (tag: string) => string> => {
  const written = (style: TagStyle) => memoize((tag) => (isOwnTag(tag, names) ? "" : memberTagName(tag, style)));
  return { unicode: written("unicode"), alphanumeric: written("alphanumeric") };
});

/**
 * The tags that a person's member should have: key to name, each key once (collisions are one tag, T1).
 * @param tags the person's tags as Copper has them
 */
export function memberTags(tags: readonly string[], names: TagNames, style: TagStyle): Map<string, string> {
  const wanted = new Map<string, string>();
  const nameOf = writtenNames(names)[style];
  for (const tag of tags) {
    const name = nameOf(tag);
    if (name !== "" && !wanted.has(tagKey(name))) wanted.set(tagKey(name), name);
  }
  return wanted;
}

/** The keys of those tags that a member has. @param names as written */
export function presentTags(names: readonly string[], member: { readonly tags: readonly { readonly name: string }[] }) {
  const there = new Set(member.tags.map((tag) => tagKey(tag.name)));
  return names.map(tagKey).filter((key) => there.has(key));
}

const UNFOLDABLE: Readonly<Record<string, string>> = {
  œ: "oe",
  Œ: "OE",
  æ: "ae",
  Æ: "AE",
  ß: "ss",
  ø: "o",
  Ø: "O",
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
  ð: "d",
  þ: "th",
  ı: "i",
};

function plain(name: string): string {
  return name
    .replace(/[œŒæÆßøØłŁđĐðþı]/gu, (letter) => UNFOLDABLE[letter] ?? "")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .normalize("NFC");
}

/** Six hexadecimal digits of FNV-1a: enough to keep two long names apart, and the same on every machine. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0").slice(0, 6);
}

/** What is made of the names in force, once for each: a million people have the same. */
function perNames<Made>(make: (names: TagNames) => Made): (names: TagNames) => Made {
  const known = new WeakMap<TagNames, Made>();
  return (names) => {
    const made = known.get(names) ?? make(names);
    known.set(names, made);
    return made;
  };
}
