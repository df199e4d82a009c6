/** Listens: the dashboard on a socket, until it is closed. */
import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import type { Hints } from "../plan/ports.ts";
import { dashboard } from "./dashboard.tsx";
import { desk } from "./desk.ts";
import type { House } from "./house.ts";
import { guard } from "./security.ts";

export interface Listening {
  /** With the one-time token. */
  readonly link: string;
  readonly port: number;
  /** Begins a sync, unless something is going on. @returns whether it has begun */
  sync(hints?: Hints): boolean;
  close(): Promise<void>;
}

/** @param token `DASHBOARD_TOKEN`, empty for none */
export async function serveDashboard(house: House, host: string, port: number, token: string): Promise<Listening> {
  let own: readonly string[] = [];
  const safety = guard(() => own, token, house.now);
  const work = desk(house);
  const app = dashboard(house, work, safety);
  const server = await new Promise<ReturnType<typeof listen>>((ready, failed) => {
    const made = listen({ fetch: app.fetch, hostname: host, port }, () => ready(made));
    made.once("error", failed);
  });
  const { port: bound } = server.address() as AddressInfo;
  own = ["localhost", "127.0.0.1", "[::1]", host].map((name) => `${name}:${bound}`.toLowerCase());
  const shown = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return {
    link: `http://${shown}:${bound}/enter?token=${safety.invite()}`,
    port: bound,
    sync: (hints) => work.ask({ do: "sync", yes: false, ...(hints && { hints }) }),
    async close() {
      await work.close();
      await new Promise<void>((done) => {
        server.close(() => done());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}
