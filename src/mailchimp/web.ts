/** Mailchimp's own pages. Facts: docs/apis/mailchimp.md. */

/**
 * Returns the beginning of the address of a member's page, which their `web_id` completes; `undefined` where the API is
 * not Mailchimp's own, as for a simulated one.
 * @param api the API's base, which names the data centre
 */
export function memberPages(api: string): string | undefined {
  const centre = /^https:\/\/([a-z0-9]+)\.api\.mailchimp\.com(?:\/|$)/.exec(api)?.[1];
  return centre && `https://${centre}.admin.mailchimp.com/lists/members/view?id=`;
}
