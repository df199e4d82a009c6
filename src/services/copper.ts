/** What is known of Copper before the first request: its addresses and its keys ("Reaching it" in docs/apis/copper.md). */

/** The base URL of the API. */
export const COPPER_API = "https://api.copper.com/developer_api/v1";

/** The header in which notifications carry our secret, because they have no signature. */
export const SECRET_HEADER = "x-sync-secret";

/** Returns the headers of every request. */
export function copperHeaders(key: string, email: string): Record<string, string> {
  return {
    "X-PW-AccessToken": key,
    "X-PW-Application": "developer_api",
    "X-PW-UserEmail": email,
    "Content-Type": "application/json",
    Accept: "application/json",
  };
}

/**
 * Returns the URL of a person's page without its end, the person's id. Returns `undefined` if the API is not Copper's
 * own, for example in the simulator.
 * @param api the API's base URL
 * @param account the account's id
 */
export function personPages(api: string, account: string): string | undefined {
  if (!/^https:\/\/api\.copper\.com(?:\/|$)/.test(api) || !/^\d+$/.test(account)) return undefined;
  return `https://app.copper.com/companies/${account}/app#/contact/`;
}
