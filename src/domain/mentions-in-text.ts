/** Finds addresses and paths of records within other texts. */

/**
 * Returns a test of whether a text mentions one of these, without regard to case. A longer address that ends with one of
 * them is another one, and so is a longer path: `ana@ex.fr` is not in `lise.ana@ex.fr`, nor `people/12` in `people/123`.
 * @param pieces addresses as keys (W1), or paths; none of them is ever mentioned if there are none
 */
export function mentioning(pieces: readonly string[]): (text: string) => boolean {
  if (pieces.length === 0) return () => false;
  const escaped = pieces.map((piece) => piece.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"));
  // What may stand within an address must not go on before it or after it; a full stop may end a sentence
  const whole = new RegExp(
    `(?<![\\p{L}\\p{N}._+-])(?:${escaped.join("|")})(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])`,
    "iu",
  );
  return (text) => whole.test(text.normalize("NFC"));
}

/** Returns whether any text within a document mentions one of these, its keys included. @param mentioned the test */
export function mentionedIn(document: unknown, mentioned: (text: string) => boolean): boolean {
  if (typeof document === "string") return mentioned(document);
  if (typeof document !== "object" || document === null) return false;
  return Object.entries(document).some(([key, value]) => mentioned(key) || mentionedIn(value, mentioned));
}
