/**
 * Subscribes to Mailchimp's webhooks and parses their notifications ("Webhooks" in docs/apis/mailchimp.md).
 * Notifications are not signed: the webhook's address holds a secret.
 */
import { z } from "zod";
import { ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { failureOf } from "./refusal.ts";

const EVENTS = { subscribe: true, unsubscribe: true, profile: true, upemail: true, cleaned: true, campaign: false };
/** Leaves out `api`, because our own writes would cause notifications. */
const SOURCES = { user: true, admin: true, api: false };

/**
 * Subscribes to changes of members. Mailchimp first checks that the URL responds. Throws ServiceError.
 * @param list the audience's path
 * @param url the webhook's address, with the secret
 */
export async function subscribeMembers(http: Http, list: string, url: string): Promise<void> {
  const answer = await http.send("POST", `${list}/webhooks`, { url, events: EVENTS, sources: SOURCES });
  const made = z.looseObject({ id: z.union([z.string(), z.number()]) }).safeParse(answer.ok ? answer.body : undefined);
  if (!made.success)
    throw new ServiceError("mailchimp", "unreadable", answer.ok ? "webhooks" : failureOf(answer).message);
}

const subscription = z.looseObject({ id: z.union([z.string(), z.number()]), url: z.string() });

/** Returns the ids of our webhooks, known by their address, which holds the secret. Throws ServiceError. */
export async function subscribedMembers(http: Http, list: string, url: string): Promise<string[]> {
  const answer = await http.send("GET", `${list}/webhooks`);
  const found = z.looseObject({ webhooks: z.array(z.unknown()) }).safeParse(answer.ok ? answer.body : undefined).data;
  if (found === undefined)
    throw new ServiceError("mailchimp", "unreadable", answer.ok ? "webhooks" : failureOf(answer).message);
  return found.webhooks.flatMap((row) => {
    const one = subscription.safeParse(row).data;
    return one?.url === url ? [String(one.id)] : [];
  });
}

/** Deletes webhooks; skips those that are gone already. Throws ServiceError if a deletion is refused. */
export async function unsubscribeMembers(http: Http, list: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const answer = await http.send("DELETE", `${list}/webhooks/${id}`);
    if (!answer.ok && answer.status !== 404)
      throw new ServiceError("mailchimp", "unreadable", `webhooks: ${failureOf(answer).message}`);
  }
}

/**
 * Parses a notification.
 * @param body the form that Mailchimp posts
 * @param listId the audience's id
 * @returns addresses and time (Unix seconds, 0 if missing); `undefined` if it is invalid or of another audience
 */
export function readNotification(body: string, listId: string): { emails: string[]; at: number } | undefined {
  const said = new URLSearchParams(body);
  if (!Object.hasOwn(EVENTS, String(said.get("type"))) || said.get("data[list_id]") !== listId) return undefined;
  const emails = ["data[email]", "data[old_email]", "data[new_email]"].flatMap((name) => said.get(name) ?? []);
  const at = Date.parse(`${(said.get("fired_at") ?? "").replace(" ", "T").replace(/Z?$/, "Z")}`) / 1000;
  return emails.length === 0 ? undefined : { emails, at: Number.isNaN(at) ? 0 : at };
}
