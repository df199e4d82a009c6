/** What is known of Mailchimp before the first request: its addresses and its keys ("Reaching it" in docs/apis/mailchimp.md). */

/** Returns the data centre that a key names at its end, in lower case; `undefined` if it names none. */
export function dataCentreOf(key: string): string | undefined {
  return /-([a-z]+\d+)$/i.exec(key.trim())?.[1]?.toLowerCase();
}

/** Returns whether a text can be a data centre, such as `us21`. */
export function isDataCentre(text: string): boolean {
  return /^[a-z0-9]+$/.test(text);
}

/** Returns whether a text has the form of a Mailchimp key. Other services' keys have not. */
export function isMailchimpKey(key: string): boolean {
  return /^[0-9a-f]{20,}-[a-z]+\d+$/i.test(key.trim());
}

/** Returns the base URL of the API. @param dc the account's data centre */
export function mailchimpApi(dc: string): string {
  return `https://${dc.trim().toLowerCase()}.api.mailchimp.com/3.0`;
}

/** Returns the headers of every request. */
export function mailchimpHeaders(key: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`key:${key}`).toString("base64")}`, Accept: "application/json" };
}

/**
 * Returns the URL of a member's page without its end, the `web_id`. Returns `undefined` if the API is not Mailchimp's
 * own, for example in the simulator ("Members" in docs/apis/mailchimp.md).
 * @param api the API's base URL, which names the data centre
 */
export function memberPages(api: string): string | undefined {
  const centre = /^https:\/\/([a-z0-9]+)\.api\.mailchimp\.com(?:\/|$)/.exec(api)?.[1];
  return centre && `https://${centre}.admin.mailchimp.com/lists/members/view?id=`;
}
