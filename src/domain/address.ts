/**
 * What an e-mail address is to us: the form that can be mailed to (W11), how two are compared (W1), and whether a text
 * can be an address at all (W7).
 *
 *   | as typed                          | can be mailed to | compared as          |
 *   |-----------------------------------|------------------|----------------------|
 *   | ` Ana@Ex.fr `                     | `Ana@Ex.fr`      | `ana@ex.fr`          |
 *   | `mailto:ana@ex.fr?subject=a`      | `ana@ex.fr`      | `ana@ex.fr`          |
 *   | `ana@ex．fr`                      | `ana@ex.fr`      | `ana@ex.fr`          |
 *   | `Ana Lopez <ana@ex.fr>`           | `ana@ex.fr`      | `ana@ex.fr`          |
 *   | `ana@ex.fr` with a zero-width space | `ana@ex.fr`    | `ana@ex.fr`          |
 *   | `ana@exämple.fr`                  | as typed         | `ana@xn--exmple-cua.fr` |
 *   | `ana@ex.fr.`, `a@ex.fr; b@ex.fr`  | –                | as typed, lower-cased |
 */
import { memoize } from "./memoize.ts";

const SHAPE = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]{2,}$/u;
/** Zero-width, direction and other marks that nobody sees and no mail server takes. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Dots that a domain may be typed with, and that mean the usual one (IDNA). */
const WIDE_DOT = /[．。｡]/gu;
/** An address in which there is nothing to clean: nearly all. */
const PLAIN = /^[!-;=?-~]+$/u;

/**
 * Returns the address that can be mailed to, in the case in which it was typed: without invisible characters, `mailto:`
 * and a name around `<…>` (W11). A text that is no address comes back trimmed.
 * @param typed an address as somebody typed it
 */
export function mailable(typed: string): string {
  const trimmed = typed.trim();
  if (PLAIN.test(trimmed) && !/^mailto:/iu.test(trimmed)) return trimmed;
  const visible = trimmed.replace(INVISIBLE, "").replace(WIDE_DOT, ".").replace("＠", "@").trim();
  const inner = (/^[^<>@]*<([^<>]*)>$/u.exec(visible)?.[1] ?? visible).trim();
  // What a link says besides the address is no part of it
  return /^mailto:\s*([^?]*)/iu.exec(inner)?.[1]?.trim() ?? inner;
}

/**
 * Returns the form under which addresses are compared: mailable, composed (NFC), lower-cased, its domain in the form
 * that the mail uses (W1, W11). What people typed is kept elsewhere for display and writing.
 * @param typed an address as somebody typed it
 */
export function addressKey(typed: string): string {
  const address = mailable(typed);
  if (PLAIN.test(address)) return address.toLowerCase();
  const key = address.normalize("NFC").toLowerCase();
  const at = key.lastIndexOf("@");
  return at < 0 ? key : key.slice(0, at + 1) + asciiDomain(key.slice(at + 1));
}

/** A domain in ASCII; one that cannot be a domain stays as it is. */
const asciiDomain = memoize((domain) => {
  if (/^\p{ASCII}*$/u.test(domain) || /[\s/?#:@\\%]/u.test(domain)) return domain;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return domain;
  }
});

/**
 * Returns whether a text can be an address at all. Deliberately loose: the services have the last word.
 * @param typed an address as somebody typed it
 */
export function canBeAddress(typed: string): boolean {
  const key = addressKey(typed);
  if (key.length > 254 || !SHAPE.test(key)) return false;
  const [local = "", domain = ""] = key.split("@");
  return local.length <= 64 && !/^\.|\.$|\.\./u.test(local) && !/^[.-]|\.\.|-\./u.test(domain);
}

/**
 * Returns the keys of those addresses that can be one, in the order given, each once.
 * @param typed addresses as somebody typed them
 */
export function validKeys(typed: readonly string[]): string[] {
  return [...new Set(typed.filter(canBeAddress).map(addressKey))];
}

/** Returns whether one of these addresses is among those that `ONLY` names. */
export function concerns(only: readonly string[], addresses: readonly (string | undefined)[]): boolean {
  if (only.length === 0) return true;
  return addresses.some(
    (address) => address !== undefined && only.some((piece) => addressKey(address).includes(piece)),
  );
}
