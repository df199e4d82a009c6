/**
 * Creates the adapters of the two services. Only this file imports their rooms, so that a service can be exchanged here.
 */
import { subscriptionsOf } from "../app/webhook-subscriptions.ts";
import type { Adapters } from "../app/wired.ts";
import type { Settings } from "../config/settings.ts";
import { activitiesOf } from "../copper/activities.ts";
import { COPPER_TEXTS, peopleOfProbe, probeCopper, samplePeople } from "../copper/probe.ts";
import { copperSide } from "../copper/side.ts";
import {
  readNotification as readOfPeople,
  subscribedPeople,
  subscribePeople,
  unsubscribePeople,
} from "../copper/webhook.ts";
import type { Http } from "../http/request.ts";
import { audiencesOf } from "../mailchimp/audiences.ts";
import { mergeMaker } from "../mailchimp/merge-maker.ts";
import { MAILCHIMP_TEXTS, probeMailchimp, sampleMembers } from "../mailchimp/probe.ts";
import { campaignsOf } from "../mailchimp/reports.ts";
import { listPath, mailchimpSide } from "../mailchimp/side.ts";
import {
  readNotification as readOfMembers,
  subscribedMembers,
  subscribeMembers,
  unsubscribeMembers,
} from "../mailchimp/webhook.ts";
import type { Clock } from "../ports/clock.ts";
import type { Audience, PeopleSide } from "../ports/sides.ts";
import type { Notification } from "../ports/webhooks.ts";
import { copperHeaders } from "../services/copper.ts";
import { mailchimpHeaders } from "../services/mailchimp.ts";
import type { Service } from "../services/services.ts";

/** Simultaneous requests to Copper. */
const COPPER_CONNECTIONS = 8;

/** Returns how requests reach Copper with a key. @param connections simultaneous requests */
export function reachCopper(
  { key, email, url }: { readonly key: string; readonly email: string; readonly url: string },
  connections = COPPER_CONNECTIONS,
) {
  return { service: "copper" as const, base: url, headers: copperHeaders(key, email), connections };
}

/** Returns how requests reach the members' service with a key. @param connections simultaneous requests */
export function reachMembers({ key, url }: { readonly key: string; readonly url: string }, connections: number) {
  return { service: "mailchimp" as const, base: url, headers: mailchimpHeaders(key), connections };
}

/** Returns the account of a Copper key. Throws ServiceError. */
export function identityOver(http: Http): ReturnType<PeopleSide["identity"]> {
  return copperSide(http, 1).identity();
}

/** Returns the audiences that a key of the members' service can access. Throws ServiceError. */
export function audiencesOver(http: Http): Promise<Audience[]> {
  return audiencesOf(http);
}

/**
 * Creates all adapters of one connection.
 * @param people sends requests to Copper
 * @param members sends requests to the members' service
 */
export function adaptersOver(
  people: Http,
  members: Http,
  { copper: { bulkPerSecond }, mailchimp: { listId, connections }, fireAutomations }: Settings,
  clock: Clock,
): Adapters {
  const list = listPath(listId);
  return {
    copper: copperSide(people, bulkPerSecond),
    mailchimp: mailchimpSide(members, listId, connections, fireAutomations),
    probes: {
      copper: (address, made, remove) => probeCopper(people, clock, address, made, remove),
      mailchimp: (address, forget) => probeMailchimp(members, list, clock, address, forget),
      async samples() {
        await samplePeople(people);
        await sampleMembers(members, list);
      },
      peopleAt: (address) => peopleOfProbe(people, address),
    },
    hooks: subscriptionsOf({
      copper: {
        subscribe: (url, secret) => subscribePeople(people, url, secret),
        subscribed: (url, secret) => subscribedPeople(people, url, secret),
        unsubscribe: (ids) => unsubscribePeople(people, ids),
      },
      mailchimp: {
        subscribe: (url) => subscribeMembers(members, list, url),
        subscribed: (url) => subscribedMembers(members, list, url),
        unsubscribe: (ids) => unsubscribeMembers(members, list, ids),
      },
    }),
    activities: activitiesOf(people, bulkPerSecond),
    campaigns: campaignsOf(members, listId),
    fields: mergeMaker(members, list),
  };
}

/**
 * Parses a notification.
 * @param body the body of the request, as text
 * @param audienceId the audience that it must be about
 * @returns `undefined` if it is invalid, or about another audience
 */
export function readNotification(side: Service, body: string, audienceId: string): Notification | undefined {
  if (side === "copper") {
    const said = readOfPeople(body);
    return said && { side, ...said };
  }
  const said = readOfMembers(body, audienceId);
  return said && { side, ...said };
}

/** The texts that the probes make up and send. A transcript shows them as they are. */
export const PROBE_TEXTS: readonly string[] = [...COPPER_TEXTS, ...MAILCHIMP_TEXTS];
