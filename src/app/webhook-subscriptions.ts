/** Manages the webhook subscriptions of both services together. */
import { errorText } from "../domain/error-text.ts";
import type { WebhookSubscriptions } from "../ports/webhooks.ts";
import { SERVICES, type Service, serviceName } from "../services/services.ts";

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
export type HookTargets = Readonly<Record<Service, string>> & { readonly secret: string };

/** Creates the access to the subscriptions. @param at the subscriptions at each service */
export function subscriptionsOf(at: Readonly<Record<Service, WebhookSubscriptions>>): HookSubscriptions {
  const ours = async (side: Service, targets: HookTargets) => at[side].subscribed(targets[side], targets.secret);
  return {
    async install(targets) {
      for (const side of SERVICES) await at[side].subscribe(targets[side], targets.secret);
    },
    there: async (targets) => ({
      copper: (await ours("copper", targets)).length,
      mailchimp: (await ours("mailchimp", targets)).length,
    }),
    async remove(targets) {
      const wrong: string[] = [];
      for (const side of SERVICES)
        try {
          await at[side].unsubscribe(await ours(side, targets));
        } catch (error) {
          wrong.push(`${serviceName(side)}: ${errorText(error)}`);
        }
      return wrong;
    },
  };
}
