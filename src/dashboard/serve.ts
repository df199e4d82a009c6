/** Listens: the dashboard on a socket, until it is closed. */
import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import type { Hints } from "../plan/sides.ts";
import { type Desk, desk } from "./desk.ts";
import { front, type Quarter } from "./front.tsx";
import type { House } from "./house.ts";
import { type Entrances, guard, same } from "./security.ts";

export interface Listening {
  /** With the one-time token. */
  readonly link: string;
  readonly port: number;
  /** Begins a sync of one of the houses, unless something is going on there. @returns whether it has begun */
  sync(house: House, hints?: Hints): boolean;
  close(): Promise<void>;
}

/** Connections that come and go, and the people who have to do with them. */
export interface Many extends Omit<Quarter, "hosted" | "clients" | "trusts"> {
  /** Those that there are now; each the same object as long as it stays the same connection with the same settings. */
  houses(): Promise<readonly House[]>;
  /** The links of clients; absent where none come in. */
  readonly entrances?: Entrances;
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

/** Opens the socket. @param many one connection, several, or many of the database */
export async function serveDashboard(many: Many, { host, port, token, url }: Place): Promise<Listening> {
  let own: readonly string[] = [];
  const safety = guard(() => own, token, Date.now, many.entrances);
  const desks = new Map<string, Desk>();
  const deskOf = (house: House): Desk => {
    const there = desks.get(house.id) ?? desk(house);
    desks.set(house.id, there);
    return there;
  };
  const hosted = async () => {
    const houses = await many.houses();
    const current = new Set(houses.map((house) => house.id));
    // What was begun for a connection that is gone ends, also where another has its name by now
    for (const [id, its] of desks)
      if (!current.has(id)) {
        desks.delete(id);
        its.close().catch((error: unknown) => many.log(`dashboard: ${String(error)}`));
      }
    return houses.map((house) => ({ house, desk: deskOf(house) }));
  };
  const app = front(
    {
      ...many,
      hosted,
      clients: many.entrances !== undefined,
      trusts: (shown) => token !== "" && same(shown, token),
    },
    safety,
  );
  const server = await new Promise<ReturnType<typeof listen>>((ready, failed) => {
    const made = listen({ fetch: app.fetch, hostname: host, port }, () => ready(made));
    made.once("error", failed);
  });
  server.on("error", (error) => many.log(`dashboard: ${error.message}`));
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
