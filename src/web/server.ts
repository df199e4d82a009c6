/** Listens: the dashboard on a socket, until it is closed. */
import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import type { Hints } from "../ports/sides.ts";
import { type AccessTokens, createAuth, same } from "./auth.ts";
import type { DashboardBackend } from "./backend.ts";
import { type JobRunner, jobRunner } from "./job-runner.ts";
import { type Tenants, tenantRouter } from "./tenant-router.tsx";

export interface Listening {
  /** With the one-time token. */
  readonly link: string;
  readonly port: number;
  /** Begins a sync of one of the connections, unless something is going on there. @returns whether it has begun */
  sync(backend: DashboardBackend, hints?: Hints): boolean;
  close(): Promise<void>;
}

/** Connections that come and go, and the people who have to do with them. */
export interface DashboardOptions extends Omit<Tenants, "hosted" | "clients" | "trusts"> {
  /** Those that there are now; each the same object as long as it stays the same connection with the same settings. */
  backends(): Promise<readonly DashboardBackend[]>;
  /** The links of clients; absent where none come in. */
  readonly accessTokens?: AccessTokens;
}

/** Where it listens, and who may come in. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** `DASHBOARD_TOKEN`, empty for none. */
  readonly token: string;
  /** Where a proxy shows it, empty for nowhere. */
  readonly url: string;
}

/** Opens the socket. @param many one connection, several, or many of the database */
export async function serveDashboard(
  many: DashboardOptions,
  { host, port, token, url }: ListenAddress,
): Promise<Listening> {
  let own: readonly string[] = [];
  const safety = createAuth(() => own, token, Date.now, many.accessTokens);
  const runners = new Map<string, JobRunner>();
  const runnerOf = (backend: DashboardBackend): JobRunner => {
    const there = runners.get(backend.id) ?? jobRunner(backend);
    runners.set(backend.id, there);
    return there;
  };
  const hosted = async () => {
    const backends = await many.backends();
    const current = new Set(backends.map((backend) => backend.id));
    // What was begun for a connection that is gone ends, also where another has its name by now
    for (const [id, its] of runners)
      if (!current.has(id)) {
        runners.delete(id);
        its.close().catch((error: unknown) => many.log(`dashboard: ${String(error)}`));
      }
    return backends.map((backend) => ({ backend, runner: runnerOf(backend) }));
  };
  const app = tenantRouter(
    {
      ...many,
      hosted,
      clients: many.accessTokens !== undefined,
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
    sync: (backend, hints) => runnerOf(backend).start({ do: "sync", yes: false, ...(hints && { hints }) }),
    async close() {
      await Promise.all([...runners.values()].map((one) => one.close()));
      await new Promise<void>((done) => {
        server.close(() => done());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}
