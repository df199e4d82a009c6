/** Subscriptions to webhooks, as both simulated services keep them. */
import type { SimResponse } from "./server.ts";

/** A subscription; what else was sent with it is kept as it is. */
export interface Subscription {
  readonly id: number;
  readonly [field: string]: unknown;
}

/** A notification on its way. */
interface Notification {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Subscriptions of one service. @param most how many there may be @param wrap what a list of them is answered in */
export function subscriptions(most: number, wrap: (list: readonly Subscription[]) => unknown) {
  const held = new Map<number, Subscription>();
  let next = 1;
  /** Sends a notification to whoever subscribed; lost ones are lost, as the services do it. */
  const fire = (wanted: (one: Subscription) => boolean, made: (one: Subscription) => Notification) => {
    for (const one of held.values()) {
      if (!wanted(one)) continue;
      const { url, headers, body } = made(one);
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
