/** Keys as they are typed: what can be told of them before a service is asked, and what a service's refusal means. */

/** Why a key does not open its service. The texts are in the catalogues. */
export type KeyTrouble =
  | "not-an-address"
  | "of-mailchimp"
  | "no-ending"
  | "refused"
  | "forbidden"
  | "deactivated"
  | "unreachable"
  | "not-the-service";

/** Returns the data centre that a Mailchimp key ends with, in small letters. */
export function dataCentreOf(key: string): string | undefined {
  return /-([a-z]+\d+)$/i.exec(key.trim())?.[1]?.toLowerCase();
}

/** Returns what is wrong with a Copper key and an address before they are tried. */
export function copperKeyTrouble(key: string, email: string): KeyTrouble | undefined {
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) return "not-an-address";
  // The ending is Mailchimp's own
  return /^[0-9a-f]{20,}-[a-z]+\d+$/i.test(key.trim()) ? "of-mailchimp" : undefined;
}

/**
 * Returns what a refusal means.
 * @param code of what was thrown @param status of the last answer; absent where there was none
 */
export function troubleIn(code: string, status: number | undefined): KeyTrouble {
  switch (code) {
    case "credentials":
      return status === 403 ? "forbidden" : "refused";
    case "deactivated":
      return "deactivated";
    case "unreachable":
      // A page where data was due comes from something between, or from another program at that address
      return status !== undefined && status < 500 && status !== 429 && status !== 403
        ? "not-the-service"
        : "unreachable";
    default:
      return "not-the-service";
  }
}
