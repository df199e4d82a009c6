/** Parsers for what people write: numbers, days, yes or no, one of several options. Each may find nothing. */

/**
 * Returns a US phone number in the form that Mailchimp's US format requires, `212-555-0100`, or `undefined` if it is
 * not one.
 */
export function usPhone(text: string): string | undefined {
  const digits = text.replace(/[\s().+-]/gu, "").replace(/^1(?=\d{10}$)/u, "");
  return /^[2-9]\d{9}$/u.test(digits) ? `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${digits.slice(6)}` : undefined;
}

/** Returns whether a text is a day of the calendar, `2026-11-24`. */
export function isDay(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/u.exec(text) ?? [];
  if (year === undefined) return false;
  const leap = (Number(year) % 4 === 0 && Number(year) % 100 !== 0) || Number(year) % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][Number(month) - 1];
  return days !== undefined && Number(day) >= 1 && Number(day) <= days;
}

/**
 * Returns the number in a text, as `-12.5`. Accepts a point or a comma, and spaces between thousands. Returns
 * `undefined` for a comma before three digits, which may mean thousands or decimals, and for a leading zero.
 */
export function numberIn(text: string): string | undefined {
  const plain = text.trim();
  // A leading zero means a code or a telephone number
  if (/^-?0\d/u.test(plain)) return undefined;
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/iu.test(plain))
    return Number.isFinite(Number(plain)) ? String(Number(plain)) : undefined;
  const [, whole, , cents] = /^(-?\d{1,3}(?:[ \u00a0\u202f]\d{3})+|-?\d+)(?:([.,])(\d+))?$/u.exec(plain) ?? [];
  if (whole === undefined || (cents?.length === 3 && plain.includes(","))) return undefined;
  return String(Number(`${whole.replace(/[ \u00a0\u202f]/gu, "")}${cents === undefined ? "" : `.${cents}`}`));
}

const YES: readonly string[] = ["true", "yes", "y", "1", "oui", "vrai", "x"];
const NO: readonly string[] = ["false", "no", "n", "0", "non", "faux"];

/** Returns `true` or `false` for a text that says yes or no in English or French, `undefined` for any other. */
export function yesOrNo(text: string): "true" | "false" | undefined {
  const word = text.trim().toLowerCase();
  return YES.includes(word) ? "true" : NO.includes(word) ? "false" : undefined;
}

/**
 * Returns the options that a text lists, in their own spelling, or `undefined` if any part is not an option. A comma
 * may separate two options or belong to a name, so longer names are tried first.
 * @param text as a person wrote it
 * @param known the names of all options
 */
export function optionsIn(text: string, known: readonly string[]): string[] | undefined {
  const names = known.filter((name) => name.trim() !== "").sort((one, other) => other.length - one.length);
  const rest = text.trim();
  if (rest === "") return [];
  for (const name of exactFirst(names, rest)) {
    if (!rest.toLowerCase().startsWith(name.toLowerCase())) continue;
    // A line's end stands between two as a comma does
    const after = rest.slice(name.length).replace(/^[^\S\n]+/u, "");
    if (after !== "" && !/^[,;|\n]/u.test(after)) continue;
    const others = optionsIn(after.slice(1), known);
    if (others !== undefined) return [...new Set([name, ...others])];
  }
  return undefined;
}

/** Puts options that match the text's case before those that do not. */
function exactFirst(names: readonly string[], text: string): string[] {
  return [...names.filter((name) => text.startsWith(name)), ...names.filter((name) => !text.startsWith(name))];
}
