/** Subscriptions to the webhooks of both services, as one. */
import { subscribedPeople, subscribePeople, unsubscribePeople } from "../copper/webhook.ts";
import type { Http } from "../http/request.ts";
import { subscribedMembers, subscribeMembers, unsubscribeMembers } from "../mailchimp/webhook.ts";

/** Subscriptions to both services' webhooks. */
export interface HookSubscriptions {
  /** Throws ServiceError. */
  install(targets: HookTargets): Promise<void>;
  /** How many of ours each service has. Throws ServiceError. */
  there(targets: HookTargets): Promise<{ readonly copper: number; readonly mailchimp: number }>;
  /** Takes away what is ours, each service by itself. @returns what went wrong, by service */
  remove(targets: HookTargets): Promise<readonly string[]>;
}
/** Where the services are to tell, and the secret that they say there. */
interface HookTargets {
  readonly copper: string;
  readonly mailchimp: string;
  readonly secret: string;
}

/** @param list the audience's path */
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
          wrong.push(`${service}: ${error instanceof Error ? error.message : String(error)}`);
        });
      return wrong;
    },
  };
}
