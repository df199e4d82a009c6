/** Copper's webhooks ("Webhooks" in docs/apis/copper.md): subscribing, and what a notification says. It is not signed. */
import { z } from "zod";
import { type Http, RemoteUnusable } from "../http/request.ts";
import { said } from "./pack.ts";

const EVENTS = ["new", "update", "delete"] as const;
/** The header that carries our secret: notifications have no signature. */
export const SECRET_HEADER = "x-sync-secret";

/** Subscribes to what happens to people. @returns the ids of the subscriptions. Throws RemoteUnusable. */
export async function subscribePeople(http: Http, target: string, secret: string): Promise<number[]> {
  const ids: number[] = [];
  for (const event of EVENTS) {
    const body = { target, type: "person", event, headers: { [SECRET_HEADER]: secret } };
    const answer = await http.send("POST", "/webhooks", body);
    const made = z.looseObject({ id: z.number() }).safeParse(answer.ok ? answer.body : undefined);
    if (!made.success) throw new RemoteUnusable("copper", "unreadable", answer.ok ? "webhooks" : said(answer));
    ids.push(made.data.id);
  }
  return ids;
}

/** Which of our subscriptions are there. */
export async function subscribedPeople(http: Http, target: string): Promise<number[]> {
  const answer = await http.send("GET", "/webhooks");
  const list = z.array(z.looseObject({ id: z.number(), target: z.string() })).safeParse(answer.ok ? answer.body : []);
  return (list.data ?? []).filter((one) => one.target === target).map((one) => one.id);
}

export async function unsubscribePeople(http: Http, ids: readonly number[]): Promise<void> {
  for (const id of ids) await http.send("DELETE", `/webhooks/${id}`);
}

const notification = z.looseObject({
  ids: z.array(z.number().int().positive()).min(1).max(30),
  type: z.literal("person"),
  event: z.enum(EVENTS),
  timestamp: z.string().nullish(),
});

/** What a notification tells: of whom, and when (Unix seconds, 0 where it does not say); `undefined` for nonsense. */
export function readNotification(body: string): { ids: number[]; deleted: boolean; at: number } | undefined {
  try {
    const { ids, event, timestamp } = notification.parse(JSON.parse(body));
    const at = Date.parse(timestamp ?? "") / 1000;
    return { ids, deleted: event === "delete", at: Number.isNaN(at) ? 0 : at };
  } catch {
    return undefined;
  }
}
