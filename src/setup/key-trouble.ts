/** Checks keys without a request, and explains why a service refused one. */
import { describe } from "../services/services.ts";

/** Why a key does not work. The catalogues contain the texts. */
export type KeyTrouble =
  | "not-an-address"
  | "of-the-other"
  | "no-ending"
  | "refused"
  | "forbidden"
  | "deactivated"
  | "unreachable"
  | "not-the-service";

/** Returns what is visibly wrong with a Copper key or its email address; `undefined` if nothing is. */
export function copperKeyTrouble(key: string, email: string): KeyTrouble | undefined {
  if (!/^[^\s@]+@[^\s@]+$/.test(email.trim())) return "not-an-address";
  return describe("mailchimp").isKey(key) ? "of-the-other" : undefined;
}

/**
 * Returns why a key does not work.
 * @param code the code of the ServiceError
 * @param status the status of the last response; absent if there was none
 */
export function troubleIn(code: string, status: number | undefined): KeyTrouble {
  switch (code) {
    case "credentials":
      return status === 403 ? "forbidden" : "refused";
    case "deactivated":
      return "deactivated";
    case "unreachable":
      // A response in another format comes from a proxy, or from another program at this address
      return status !== undefined && status < 500 && status !== 429 && status !== 403
        ? "not-the-service"
        : "unreachable";
    default:
      return "not-the-service";
  }
}
