/**
 * Subscribes to Copper's webhooks and parses their notifications ("Webhooks" in docs/apis/copper.md). Notifications are
 * not signed.
 */
import { z } from "zod";
import { ServiceError } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { SECRET_HEADER } from "../services/copper.ts";
import { said } from "./refusal.ts";

const EVENTS = ["new", "update", "delete"] as const;

/** Subscribes to changes of people. Throws ServiceError. @param target the webhook's address */
export async function subscribePeople(http: Http, target: string, secret: string): Promise<void> {
  for (const event of EVENTS) {
    const body = { target, type: "person", event, headers: { [SECRET_HEADER]: secret } };
    const answer = await http.send("POST", "/webhooks", body);
    const made = z
      .looseObject({ id: z.union([z.number(), z.string()]) })
      .safeParse(answer.ok ? answer.body : undefined);
    if (!made.success) throw new ServiceError("copper", "unreadable", answer.ok ? "webhooks" : said(answer));
  }
}

const subscription = z.looseObject({
  id: z.union([z.number(), z.string()]),
  target: z.string(),
  headers: z.record(z.string(), z.unknown()).nullish(),
});

/**
 * Returns the ids of our webhooks at this address. Skips those with another secret, if Copper shows it: they belong to
 * other connections of the account. Throws ServiceError.
 */
export async function subscribedPeople(http: Http, target: string, secret: string): Promise<string[]> {
  const answer = await http.send("GET", "/webhooks");
  const list = z.array(z.unknown()).safeParse(answer.ok ? answer.body : undefined).data;
  if (list === undefined) throw new ServiceError("copper", "unreadable", answer.ok ? "webhooks" : said(answer));
  return list.flatMap((row) => {
    const one = subscription.safeParse(row).data;
    if (one === undefined || one.target !== target) return [];
    const shown = Object.entries(one.headers ?? {}).find(([name]) => name.toLowerCase() === SECRET_HEADER)?.[1];
    return shown === undefined || shown === secret ? [String(one.id)] : [];
  });
}

/** Deletes webhooks; skips those that are gone already. Throws ServiceError if a deletion is refused. */
export async function unsubscribePeople(http: Http, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    const answer = await http.send("DELETE", `/webhooks/${id}`);
    if (!answer.ok && answer.status !== 404)
      throw new ServiceError("copper", "unreadable", `webhooks: ${answer.status} ${said(answer)}`);
  }
}

/** An id, as a number or as text. */
const id = z
  .union([z.number(), z.string().regex(/^\s*\d+\s*$/)])
  .transform(Number)
  .pipe(z.number().int().positive());

/** Most ids that we accept in one notification. Copper sends far fewer. */
const MOST_IDS = 1_000;
/** Timestamps above this one are in ms. */
const MS = 100_000_000_000;

/** Converts a timestamp to Unix seconds: ISO 8601, seconds or ms, as a number or text. Returns 0 if there is none. */
function secondsOf(stamp: string | number | null | undefined): number {
  const number = typeof stamp === "string" && stamp.trim() === "" ? Number.NaN : Number(stamp ?? Number.NaN);
  if (!Number.isNaN(number)) return number > MS ? number / 1000 : number;
  const at = Date.parse(String(stamp)) / 1000;
  return Number.isNaN(at) ? 0 : at;
}

const notification = z.looseObject({
  ids: z.union([z.array(id), id.transform((one) => [one])]).pipe(z.array(z.number()).min(1).max(MOST_IDS)),
  type: z.literal("person"),
  event: z.enum(EVENTS),
  timestamp: z.union([z.string(), z.number()]).nullish(),
});

/**
 * Parses a notification.
 * @param body the JSON that Copper posts
 * @returns ids of people, and the time (Unix seconds, 0 if missing); `undefined` if the body is invalid
 */
export function readNotification(body: string): { ids: number[]; deleted: boolean; at: number } | undefined {
  try {
    const { ids, event, timestamp } = notification.parse(JSON.parse(body));
    return { ids, deleted: event === "delete", at: secondsOf(timestamp) };
  } catch {
    return undefined;
  }
}
