/** Webhook subscriptions of both simulated services. */
import type { SimResponse } from "./server.ts";

/** A subscription, with the fields that were sent. */
export interface Subscription {
  readonly id: number;
  readonly [field: string]: unknown;
}

/** A notification to send. */
interface Notification {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Creates the subscriptions of one service.
 * @param most how many subscriptions are allowed
 * @param wrap returns the response for a list of them
 */
export function subscriptions(most: number, wrap: (list: readonly Subscription[]) => unknown) {
  const held = new Map<number, Subscription>();
  let next = 1;
  /** Sends a notification to matching subscriptions, without retries, as the services do. */
  const fire = (wanted: (one: Subscription) => boolean, made: (one: Subscription) => Notification) => {
    for (const one of held.values()) {
      if (!wanted(one)) continue;
      const { url, headers, body } = made(one);
      // Do not wait: the services respond before they notify
      void fetch(url, { method: "POST", headers, body }).catch(() => undefined);
    }
  };
  const answer = (method: string, id: number | undefined, body: Record<string, unknown>): SimResponse | undefined => {
    if (method === "POST" && held.size < most) {
      const made = { ...body, id: next++ };
      held.set(made.id, made);
      return { status: 200, body: made };
    }
    if (method === "GET" && id === undefined) return { status: 200, body: wrap([...held.values()]) };
    const there = id === undefined ? undefined : held.get(id);
    if (there === undefined) return undefined;
    if (method === "DELETE") held.delete(there.id);
    return { status: 200, body: method === "DELETE" ? { id: there.id, is_deleted: true } : there };
  };
  return { answer, fire };
}
