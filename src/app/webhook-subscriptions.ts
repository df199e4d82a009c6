/** Manages the webhook subscriptions of both services together. */
import { subscribedPeople, subscribePeople, unsubscribePeople } from "../copper/webhook.ts";
import { errorText } from "../domain/error-text.ts";
import type { Http } from "../http/request.ts";
import { subscribedMembers, subscribeMembers, unsubscribeMembers } from "../mailchimp/webhook.ts";

/** The webhook subscriptions of one connection. */
export interface HookSubscriptions {
  /** Creates the subscriptions in both services. @throws ServiceError */
  install(targets: HookTargets): Promise<void>;
  /** Returns how many of these subscriptions each service has. @throws ServiceError */
  there(targets: HookTargets): Promise<{ readonly copper: number; readonly mailchimp: number }>;
  /**
   * Removes these subscriptions. A failure of one service does not stop the other.
   * @returns the errors, by service
   */
  remove(targets: HookTargets): Promise<readonly string[]>;
}
/** The URLs for the services' notifications, and the secret that they send. */
interface HookTargets {
  readonly copper: string;
  readonly mailchimp: string;
  readonly secret: string;
}

/**
 * Creates the access to the subscriptions.
 * @param people sends requests to Copper
 * @param members sends requests to Mailchimp
 * @param list the audience's path
 */
export function subscriptionsOf(people: Http, members: Http, list: string): HookSubscriptions {
  return {
    async install({ copper, mailchimp, secret }) {
      await subscribePeople(people, copper, secret);
      await subscribeMembers(members, list, mailchimp);
    },
    there: async ({ copper, mailchimp, secret }) => ({
      copper: (await subscribedPeople(people, copper, secret)).length,
      mailchimp: (await subscribedMembers(members, list, mailchimp)).length,
    }),
    async remove({ copper, mailchimp, secret }) {
      const ways: Readonly<Record<string, () => Promise<void>>> = {
        Copper: async () => unsubscribePeople(people, await subscribedPeople(people, copper, secret)),
        Mailchimp: async () => unsubscribeMembers(members, list, await subscribedMembers(members, list, mailchimp)),
      };
      const wrong: string[] = [];
      for (const [service, remove] of Object.entries(ways))
        await remove().catch((error: unknown) => {
          wrong.push(`${service}: ${errorText(error)}`);
        });
      return wrong;
    },
  };
}
