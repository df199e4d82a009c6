/**
 * The deletion tag (D1): a person who carries it leaves the sync and waits for an operator's decision.
 *
 *   | tag                              | marked |
 *   |----------------------------------|--------|
 *   | `🗑️ À SUPPRIMER`, `🗑à supprimer` | yes    |
 *   | `A SUPPRIMER`, ` à  supprimer `   | yes    |
 *   | `À SUPPRIMER 🗑️`                  | yes    |
 *   | `Ne pas supprimer`, `supprimer`   | no     |
 *   | `À supprimer de la liste VIP`     | no     |
 */
import { memoize } from "./memoize.ts";

/**
 * Returns whether a tag is the deletion tag, in any of its spellings.
 * @param tag the tag as written
 * @param further names added by the operator (`DELETION_TAGS`), compared in the same tolerant way
 */
export function isDeletionTag(tag: string, further: readonly string[] = []): boolean {
  const key = deletionTagKey(tag);
  if (key === "") return false;
  return key === "a supprimer" || key === "🗑a supprimer" || further.some((name) => deletionTagKey(name) === key);
}

/**
 * Returns the first of a person's tags that marks them for deletion, as written, or `undefined` if none does.
 * @param tags the person's tags
 * @param further names added by the operator (`DELETION_TAGS`)
 */
export function deletionTagOf(tags: readonly string[], further: readonly string[]): string | undefined {
  return tags.find((tag) => isDeletionTag(tag, further));
}

/** Returns a tag without case, accents, variation selectors and extra spaces, which people type differently. */
const deletionTagKey = memoize((tag) =>
  tag
    .normalize("NFD")
    .replace(/\p{M}|[\u200B-\u200D\u2060\uFEFF]/gu, "")
    .replace(/[\s\u0085\u180E]+/gu, " ")
    .trim()
    .toUpperCase()
    .toLowerCase()
    .replace(/^🗑 ?/u, "🗑")
    .replace(/^(.+?) ?🗑$/u, "🗑$1"),
);
