/** Listens: the dashboard on a socket, until it is closed. */
import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import type { Hints } from "../plan/ports.ts";
import { dashboard } from "./dashboard.tsx";
import { desk } from "./desk.ts";
import { front } from "./front.tsx";
import type { House } from "./house.ts";
import { guard } from "./security.ts";

export interface Listening {
  /** With the one-time token. */
  readonly link: string;
  readonly port: number;
  /** Begins a sync of one of the houses, unless something is going on there. @returns whether it has begun */
  sync(house: House, hints?: Hints): boolean;
  close(): Promise<void>;
}

/** @param houses one or several @param token `DASHBOARD_TOKEN`, empty for none */
export async function serveDashboard(
  houses: readonly House[],
  host: string,
  port: number,
  token: string,
): Promise<Listening> {
  let own: readonly string[] = [];
  const safety = guard(() => own, token, houses[0]!.now);
  const hosted = houses.map((house) => ({ house, desk: desk(house) }));
  const [first] = hosted;
  const app = hosted.length > 1 ? front(hosted, safety) : dashboard(first!.house, first!.desk, safety);
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
    sync(house, hints) {
      const work = hosted.find((one) => one.house === house)?.desk;
      return work?.ask({ do: "sync", yes: false, ...(hints && { hints }) }) ?? false;
    },
    async close() {
      await Promise.all(hosted.map((one) => one.desk.close()));
      await new Promise<void>((done) => {
        server.close(() => done());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}
