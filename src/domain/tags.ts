/**
 * Tag names. Decides when two are the same tag, and how a name is written in Mailchimp (T1, T3). Some names belong to
 * the program and are never synced (T5).
 */

import { isDeletionTag } from "./deletion-tag.ts";
import { decodeEntities } from "./html-entities.ts";
import { memoize } from "./memoize.ts";

/** The longest tag name in Mailchimp (characters; "Many at once" in docs/apis/mailchimp.md). */
const LONGEST_TAG = 100;

/** The tag names that have a meaning for the sync; all are compared by {@link tagKey}. */
export interface TagNames {
  /** Further spellings of the deletion tag, besides the built-in ones (D1). */
  readonly deletion: readonly string[];
  /** The tag that archiving puts on a person (D3). */
  readonly archive: string;
  /** The status tags, by which Copper shows what Mailchimp knows (C3); `null` switches one off. */
  readonly told: Readonly<Record<StatusTag, string | null>>;
}

/** What Mailchimp knows of a member and a status tag shows in Copper (C3, C5). */
export type StatusTag = "unsubscribed" | "cleaned" | "pending" | "rejected";

/** `unicode` keeps names as they are; `alphanumeric` leaves letters, digits, spaces, `-` and `_` (T3). */
export type TagStyle = "unicode" | "alphanumeric";

/** The tag names that apply if the operator sets no others. */
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
 * Returns the key by which tags are compared: composed, without variation selectors, spaces collapsed, case-folded,
 * HTML entities decoded (T7). Copper may answer tags in lower case, and Mailchimp ignores case ("Writing" in
 * docs/apis/copper.md, "Many at once" in docs/apis/mailchimp.md).
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

/** Returns the keys of the status tags that are switched on. */
export const statusTagKeys = perNames((names) =>
  Object.values(names.told).flatMap((name) => (name === null ? [] : [tagKey(name)])),
);

/**
 * Returns whether a tag is the archive tag.
 * @param name the tag as written
 */
export function isArchiveTag(name: string, names: TagNames): boolean {
  return tagKey(name) === tagKey(names.archive);
}

/** Returns whether a person carries the status tag for an address that Mailchimp refuses (C5). */
export function isTaggedRejected(tags: readonly string[], names: TagNames): boolean {
  const { rejected } = names.told;
  return rejected !== null && tags.some((tag) => tagKey(tag) === tagKey(rejected));
}

/**
 * Returns whether a tag belongs to the program, so that it is never sent to Mailchimp (T5).
 * @param name the tag as written
 */
export function isOwnTag(name: string, names: TagNames): boolean {
  const key = tagKey(name);
  if (key.startsWith("mailchimp:") || isArchiveTag(name, names) || isDeletionTag(name, names.deletion)) return true;
  return statusTagKeys(names).includes(key);
}

/**
 * Returns the name that a Copper tag gets in Mailchimp, or "" if nothing of it can be written (T1, T3). A name that is
 * too long is cut and gets a hash of the whole at its end. So it is the same at every run.
 * @param name the tag as Copper has it
 * @param style how names are written
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

/** By style: a cached function from a Copper tag to its name in Mailchimp, "" for one that is never sent. */
const writtenNames = perNames((names): Record<TagStyle, (tag: string) => string> => {
  const written = (style: TagStyle) => memoize((tag) => (isOwnTag(tag, names) ? "" : memberTagName(tag, style)));
  return { unicode: written("unicode"), alphanumeric: written("alphanumeric") };
});

/**
 * Returns the tags that a person's member should have: key to name. Names with the same key are one tag (T1).
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

/**
 * Returns the keys of those names that are among the member's tags.
 * @param names as written
 */
export function presentTags(names: readonly string[], member: { readonly tags: readonly { readonly name: string }[] }) {
  const there = new Set(member.tags.map((tag) => tagKey(tag.name)));
  return names.map(tagKey).filter((key) => there.has(key));
}

/** Letters that Unicode does not decompose into a base letter and a mark. */
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

/** Returns a name in letters, digits, spaces, `-` and `_`, without accents (T3). */
function plain(name: string): string {
  return name
    .replace(/[œŒæÆßøØłŁđĐðþı]/gu, (letter) => UNFOLDABLE[letter] ?? "")
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .normalize("NFC");
}

/** Returns six hexadecimal digits of FNV-1a. Enough to keep two long names apart, and the same on every machine. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0").slice(0, 6);
}

/** Computes something once for each set of tag names. A million people share the same one. */
function perNames<Made>(make: (names: TagNames) => Made): (names: TagNames) => Made {
  const known = new WeakMap<TagNames, Made>();
  return (names) => {
    const made = known.get(names) ?? make(names);
    known.set(names, made);
    return made;
  };
}
