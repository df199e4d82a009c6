/**
 * HTML entities in texts of a service that stores plain text and sometimes answers it encoded (T7). Whether it does is
 * not documented, so texts are decoded where they come in and compared decoded.
 */

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

/**
 * Returns a text with its HTML entities decoded once: `R&amp;D` becomes `R&D`. What is no entity stays as it is.
 * @param text as it came
 */
export function decodeEntities(text: string): string {
  // Of nearly all texts
  if (!text.includes("&") || !text.includes(";")) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,4}));/giu, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
