/** Copper's own pages. Facts: docs/apis/copper.md. */

/**
 * Returns the beginning of the address of a person's page, which their id completes; `undefined` where the API is not
 * Copper's own, as for a simulated one.
 * @param api the API's base
 * @param account the account's id
 */
export function personPages(api: string, account: string): string | undefined {
  if (!/^https:\/\/api\.copper\.com(?:\/|$)/.test(api) || !/^\d+$/.test(account)) return undefined;
  return `https://app.copper.com/companies/${account}/app#/contact/`;
}
