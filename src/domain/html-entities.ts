/**
 * Decoding of HTML entities (T7). A service stores plain text and sometimes answers it encoded. The documentation does
 * not say when. So texts are decoded when they are read, and compared decoded.
 */

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/**
 * Returns a text with its HTML entities decoded once: `R&amp;D` becomes `R&D`. Anything else stays as it is.
 * @param text as the service sent it
 */
export function decodeEntities(text: string): string {
  // Return early, since nearly all texts have no entity
  if (!text.includes("&") || !text.includes(";")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/giu, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
