/** The one way from foreign text to an address that a browser is sent to. */

/** A base that no address of ours is on: what leaves it leaves us. */
const BASE = "http://local.invalid";

/**
 * Makes a local address out of text from outside: it names this server and nothing else, and fits a header.
 * @param otherwise given where the text is none
 */
export function localAddress(text: string | undefined, otherwise = "/"): string {
  // Browsers drop tabs and line breaks, and read a backslash as a slash
  if (text === undefined || !/^\/[\x21-\x5b\x5d-\x7e]*$/.test(text) || !URL.canParse(text, BASE)) return otherwise;
  const { origin, pathname, search } = new URL(text, BASE);
  // "/.//elsewhere" becomes "//elsewhere" once its dots are resolved
  return origin !== BASE || pathname.startsWith("//") ? otherwise : pathname + search;
}
