/** Port for webhooks: our subscriptions at a service, and what its notifications name. */

/** The webhook subscriptions of one connection at one service. Its methods throw ServiceError. */
export interface WebhookSubscriptions {
  /**
   * Creates the subscriptions.
   * @param url where notifications are to go
   * @param secret what they are to carry
   */
  subscribe(url: string, secret: string): Promise<void>;
  /** Returns the ids of those that have this URL and secret. */
  subscribed(url: string, secret: string): Promise<readonly string[]>;
  /** Deletes these; skips those that are gone already. */
  unsubscribe(ids: readonly string[]): Promise<void>;
}

/** What a notification says. `at` is when it happened (Unix seconds), 0 if it does not say. */
export type Notification =
  | { readonly side: "copper"; readonly ids: readonly number[]; readonly deleted: boolean; readonly at: number }
  | { readonly side: "mailchimp"; readonly emails: readonly string[]; readonly at: number };
