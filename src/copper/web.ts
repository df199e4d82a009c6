/** Builds links to Copper's own pages ("Reaching it" in docs/apis/copper.md). */

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
