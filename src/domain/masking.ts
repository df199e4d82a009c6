/** Masks secrets in text. A service, or a proxy before it, may repeat a key in its answer. */

/** What stands in the place of a secret. */
const MASK = "•••";

/**
 * Returns a function that masks secrets in a text: plain, URL-encoded, and in base64, also within a longer text that
 * was encoded as a whole.
 * @param secrets shorter than four characters are skipped, since they would match anywhere
 */
export function masking(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.filter((secret) => secret.length >= 4).flatMap(formsOf))];
  return (text) => forms.reduce((clean, form) => (clean.includes(form) ? clean.replaceAll(form, MASK) : clean), text);
}

/** Returns all texts by which a secret could be recognized. */
function formsOf(secret: string): string[] {
  // Three bytes become four characters, so there are three ways in which a text before the secret shifts it. The first
  // and the last character depend on the neighbours as well
  const shifted = [1, 2].map((before) => {
    const encoded = Buffer.from("\0".repeat(before) + secret).toString("base64url");
    return encoded.slice(before + 1);
  });
  const inner = [Buffer.from(secret).toString("base64url"), ...shifted]
    .map((encoded) => encoded.slice(0, -1))
    .filter((encoded) => encoded.length >= 4)
    .flatMap((encoded) => [encoded, encoded.replaceAll("-", "+").replaceAll("_", "/")]);
  return [secret, encodeURIComponent(secret), ...inner];
}
