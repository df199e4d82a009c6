/**
 * E-mail addresses. Decides the form that can be mailed to (W11), how two are compared (W1), and whether a text is an
 * address at all (W7).
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
/** Zero-width, direction and other invisible marks. No mail server accepts them. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;
/** Full stops of other scripts that IDNA reads as an ordinary dot. */
const WIDE_DOT = /[．。｡]/gu;
/** Matches an address that needs no cleaning, which nearly all are. Skips the slow path for a million contacts. */
const PLAIN = /^[!-;=?-~]+$/u;

/**
 * Returns the address that can be mailed to, in the case in which it was typed. Invisible characters, `mailto:` and a
 * name around `<…>` are removed (W11). A text that is not an address comes back trimmed.
 * @param typed an address as a person typed it
 */
export function mailable(typed: string): string {
  const trimmed = typed.trim();
  if (PLAIN.test(trimmed) && !/^mailto:/iu.test(trimmed)) return trimmed;
  const visible = trimmed.replace(INVISIBLE, "").replace(WIDE_DOT, ".").replace("＠", "@").trim();
  const inner = (/^[^<>@]*<([^<>]*)>$/u.exec(visible)?.[1] ?? visible).trim();
  // Drop the subject and other parameters of a `mailto:` link
  return /^mailto:\s*([^?]*)/iu.exec(inner)?.[1]?.trim() ?? inner;
}

/**
 * Returns the form in which addresses are compared: mailable, composed (NFC), lower-cased, with an ASCII domain (W1,
 * W11). Records keep what people typed, for display and for writing.
 * @param typed an address as a person typed it
 */
export function addressKey(typed: string): string {
  const address = mailable(typed);
  if (PLAIN.test(address)) return address.toLowerCase();
  const key = address.normalize("NFC").toLowerCase();
  const at = key.lastIndexOf("@");
  return at < 0 ? key : key.slice(0, at + 1) + asciiDomain(key.slice(at + 1));
}

/** Returns a domain in ASCII (Punycode). A text that cannot be a domain stays as it is. */
const asciiDomain = memoize((domain) => {
  if (/^\p{ASCII}*$/u.test(domain) || /[\s/?#:@\\%]/u.test(domain)) return domain;
  try {
    return new URL(`http://${domain}`).hostname;
  } catch {
    return domain;
  }
});

/**
 * Returns whether a text can be an address at all (W7). The check is loose on purpose: the services have the last word.
 * @param typed an address as a person typed it
 */
export function canBeAddress(typed: string): boolean {
  const key = addressKey(typed);
  if (key.length > 254 || !SHAPE.test(key)) return false;
  const [local = "", domain = ""] = key.split("@");
  return local.length <= 64 && !/^\.|\.$|\.\./u.test(local) && !/^[.-]|\.\.|-\./u.test(domain);
}

/**
 * Returns the keys (W1) of the texts that can be addresses (W7), in the order given, each once.
 * @param typed addresses as people typed them
 */
export function validKeys(typed: readonly string[]): string[] {
  return [...new Set(typed.filter(canBeAddress).map(addressKey))];
}

/**
 * Returns whether `ONLY` includes a contact with one of these addresses.
 * @param only pieces of addresses, lower-cased; empty for every contact
 * @param addresses the contact's addresses as typed or as keys
 */
export function concerns(only: readonly string[], addresses: readonly (string | undefined)[]): boolean {
  if (only.length === 0) return true;
  return addresses.some(
    (address) => address !== undefined && only.some((piece) => addressKey(address).includes(piece)),
  );
}
