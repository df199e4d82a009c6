/**
 * What an e-mail address is to us: how two are compared (W1) and whether one can be an address at all (W7).
 */

const SHAPE = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+\.[^\s@<>()[\]\\,;:".]{2,}$/u;

/**
 * The form under which addresses are compared: trimmed, composed (NFC) and lower-cased, the whole of it (W1).
 * What people typed is kept elsewhere for showing and writing.
 * @param typed an address as somebody typed it
 */
export function addressKey(typed: string): string {
  return typed.trim().normalize("NFC").toLowerCase();
}

/**
 * Whether a string can be an address at all. Deliberately loose: the services have the last word.
 * @param typed an address as somebody typed it
 */
export function canBeAddress(typed: string): boolean {
  const key = addressKey(typed);
  if (key.length > 254 || !SHAPE.test(key)) return false;
  const [local = "", domain = ""] = key.split("@");
  return local.length <= 64 && !/^\.|\.$|\.\./u.test(local) && !/^[.-]|\.\.|-\./u.test(domain);
}

/**
 * The keys of those addresses that can be one, in the order given, each once.
 * @param typed addresses as somebody typed them
 */
export function validKeys(typed: readonly string[]): string[] {
  return [...new Set(typed.filter(canBeAddress).map(addressKey))];
}

/** Whether one of these addresses is among those that `ONLY` names. */
export function concerns(only: readonly string[], addresses: readonly (string | undefined)[]): boolean {
  if (only.length === 0) return true;
  return addresses.some(
    (address) => address !== undefined && only.some((piece) => addressKey(address).includes(piece)),
  );
}
