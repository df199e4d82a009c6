/** Listens: the dashboard on a socket, until it is closed. */
import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import type { AuditEntry } from "../plan/many.ts";
import type { Hints } from "../plan/sides.ts";
import { dashboard } from "./dashboard.tsx";
import { type Desk, desk } from "./desk.ts";
import { front } from "./front.tsx";
import type { House } from "./house.ts";
import { guard, same } from "./security.ts";

export interface Listening {
  /** With the one-time token. */
  readonly link: string;
  readonly port: number;
  /** Begins a sync of one of the houses, unless something is going on there. @returns whether it has begun */
  sync(house: House, hints?: Hints): boolean;
  close(): Promise<void>;
}

/** Connections that come and go, and the people who have to do with them. */
export interface Many {
  /** Those that there are now; each the same object as long as it stays the same connection. */
  houses(): Promise<readonly House[]>;
  audit(): Promise<readonly AuditEntry[]>;
  /** The connection that a client's token opens. */
  entrance(token: string): Promise<string | undefined>;
}

/** Where it listens, and who may come in. */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** `DASHBOARD_TOKEN`, empty for none. */
  readonly token: string;
  /** Where a proxy shows it, empty for nowhere. */
  readonly url: string;
}

/** @param houses one or several, or many of the database */
export async function serveDashboard(
  houses: readonly House[] | Many,
  { host, port, token, url }: Place,
): Promise<Listening> {
  let own: readonly string[] = [];
  const many = "houses" in houses ? houses : undefined;
  const all = async () => (many === undefined ? (houses as readonly House[]) : many.houses());
  const safety = guard(() => own, token, Date.now, many?.entrance);
  const desks = new Map<House, Desk>();
  const deskOf = (house: House): Desk => {
    const there = desks.get(house) ?? desk(house);
    desks.set(house, there);
    return there;
  };
  const [first, ...others] = await all();
  const app =
    many === undefined && first !== undefined && others.length === 0
      ? dashboard(first, deskOf(first), safety)
      : front(
          {
            hosted: async () => (await all()).map((house) => ({ house, desk: deskOf(house) })),
            clients: many !== undefined,
            trusts: (shown) => token !== "" && same(shown, token),
            ...(many && { audit: many.audit }),
          },
          safety,
        );
  const server = await new Promise<ReturnType<typeof listen>>((ready, failed) => {
    const made = listen({ fetch: app.fetch, hostname: host, port }, () => ready(made));
    made.once("error", failed);
  });
  const { port: bound } = server.address() as AddressInfo;
  const outside = URL.canParse(url) ? [new URL(url).host] : [];
  own = [...["localhost", "127.0.0.1", "[::1]", host].map((name) => `${name}:${bound}`.toLowerCase()), ...outside];
  const shown = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return {
    link: `http://${shown}:${bound}/enter?token=${safety.invite()}`,
    port: bound,
    sync: (house, hints) => deskOf(house).ask({ do: "sync", yes: false, ...(hints && { hints }) }),
    async close() {
      await Promise.all([...desks.values()].map((one) => one.close()));
      await new Promise<void>((done) => {
        server.close(() => done());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}
