/** Mailchimp's webhooks ("Webhooks" in docs/apis/mailchimp.md): subscribing, and what a notification says. It is not signed. */
import { z } from "zod";
import { type Http, ServiceError } from "../http/request.ts";
import { failureOf } from "./refusal.ts";

const EVENTS = { subscribe: true, unsubscribe: true, profile: true, upemail: true, cleaned: true, campaign: false };
/** Without `api`: our own writes would come back. */
const SOURCES = { user: true, admin: true, api: false };

/** Subscribes to what happens to members; the service looks first whether the address answers. Throws ServiceError. */
export async function subscribeMembers(http: Http, list: string, url: string): Promise<string> {
  const answer = await http.send("POST", `${list}/webhooks`, { url, events: EVENTS, sources: SOURCES });
  const made = z.looseObject({ id: z.union([z.string(), z.number()]) }).safeParse(answer.ok ? answer.body : undefined);
  if (made.success) return String(made.data.id);
  throw new ServiceError("mailchimp", "unreadable", answer.ok ? "webhooks" : failureOf(answer).message);
}

const subscription = z.looseObject({ id: z.union([z.string(), z.number()]), url: z.string() });

/** Which of our subscriptions are there: the secret is in the address. Throws ServiceError. */
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

/** Ends subscriptions; one that is gone already is ended. Throws ServiceError where one is refused. */
export async function unsubscribeMembers(http: Http, list: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const answer = await http.send("DELETE", `${list}/webhooks/${id}`);
    if (!answer.ok && answer.status !== 404)
      throw new ServiceError("mailchimp", "unreadable", `webhooks: ${failureOf(answer).message}`);
  }
}

/** What a notification tells: of whom, and when (Unix seconds, 0 where it does not say); `undefined` for nonsense. */
export function readNotification(body: string, listId: string): { emails: string[]; at: number } | undefined {
  const said = new URLSearchParams(body);
  if (!(String(said.get("type")) in EVENTS) || said.get("data[list_id]") !== listId) return undefined;
  const emails = ["data[email]", "data[old_email]", "data[new_email]"].flatMap((name) => said.get(name) ?? []);
  const at = Date.parse(`${(said.get("fired_at") ?? "").replace(" ", "T").replace(/Z?$/, "Z")}`) / 1000;
  return emails.length === 0 ? undefined : { emails, at: Number.isNaN(at) ? 0 : at };
}
