/**
 * The deletion tag (D1): a person carrying it leaves the sync and waits for a human's decision.
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
 * Whether a tag is the deletion tag, in any of its spellings.
 * @param tag the tag as written
 * @param further names added by the user (`DELETION_TAGS`), compared in the same forgiving way
 */
export function isDeletionTag(tag: string, further: readonly string[] = []): boolean {
  const key = deletionTagKey(tag);
  if (key === "") return false;
  return key === "a supprimer" || key === "🗑a supprimer" || further.some((name) => deletionTagKey(name) === key);
}

/**
 * The first of a person's tags that marks him, as written, or `undefined` for somebody who is not marked.
 * @param tags the person's tags
 * @param further names added by the user
 */
export function deletionTagOf(tags: readonly string[], further: readonly string[]): string | undefined {
  return tags.find((tag) => isDeletionTag(tag, further));
}

/** Without case, accents, variation selectors, or the spaces around words and after the emoji. */
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
