/** Builds links to Mailchimp's own pages ("Members" in docs/apis/mailchimp.md). */

/**
 * Returns the URL of a member's page without its end, the `web_id`. Returns `undefined` if the API is not Mailchimp's
 * own, for example in the simulator.
 * @param api the API's base URL, which names the data centre
 */
export function memberPages(api: string): string | undefined {
  const centre = /^https:\/\/([a-z0-9]+)\.api\.mailchimp\.com(?:\/|$)/.exec(api)?.[1];
  return centre && `https://${centre}.admin.mailchimp.com/lists/members/view?id=`;
}
