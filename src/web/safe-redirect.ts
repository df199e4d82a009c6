/** Turns untrusted text into a redirect target. Every redirect to an address from a request must go through it. */

/** A base that no real address uses: a target with another origin would leave this server. */
const BASE = "http://local.invalid";

/**
 * Returns a path on this server that is safe in a `Location` header.
 * @param text the requested target, from the query
 * @param otherwise the path to use if the text is missing or unsafe
 */
export function localAddress(text: string | undefined, otherwise = "/"): string {
  // Browsers drop tabs and line breaks, and read a backslash as a slash
  if (text === undefined || !/^\/[\x21-\x5b\x5d-\x7e]*$/.test(text) || !URL.canParse(text, BASE)) return otherwise;
  const { origin, pathname, search } = new URL(text, BASE);
  // "/.//elsewhere" becomes "//elsewhere" once its dots are resolved
  return origin !== BASE || pathname.startsWith("//") ? otherwise : pathname + search;
}
