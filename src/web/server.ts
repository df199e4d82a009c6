/** The HTTP server of the dashboard. */
import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import type { Hints } from "../ports/sides.ts";
import { type ClientAccess, createAuth, same } from "./auth.ts";
import type { DashboardBackend } from "./backend.ts";
import { type JobRunner, jobRunner } from "./job-runner.ts";
import { type Tenants, tenantRouter } from "./tenant-router.tsx";

/** A listening server. */
export interface Listening {
  /** The address of the login, with the one-time token. */
  readonly link: string;
  readonly port: number;
  /** Starts a sync of one connection. @returns `false` if a job is already running for it */
  sync(backend: DashboardBackend, hints?: Hints): boolean;
  /** Stops all jobs, closes the server and its connections. */
  close(): Promise<void>;
}

/** The connections and what their pages may do. Connections may be added and removed while the server runs. */
export interface DashboardOptions extends Omit<Tenants, "hosted" | "clients" | "trusts"> {
  /**
   * Returns the current connections. A connection must stay the same object as long as its settings stay the same,
   * since its pages are cached by object.
   */
  backends(): Promise<readonly DashboardBackend[]>;
  /** The access tokens of clients; absent if there are none. */
  readonly accessTokens?: ClientAccess;
}

/** The address of the server, and the lasting token. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** `DASHBOARD_TOKEN`; "" for none. */
  readonly token: string;
  /** The public address, if a proxy provides one; "" for none. */
  readonly url: string;
}

/**
 * Starts the server.
 * @param many one connection, several of a file, or all of the database
 * @throws the error of `listen` if the port is taken
 */
export async function serveDashboard(
  many: DashboardOptions,
  { host, port, token, url }: ListenAddress,
): Promise<Listening> {
  let own: readonly string[] = [];
  const safety = createAuth(() => own, token, Date.now, many.accessTokens);
  const runners = new Map<string, JobRunner>();
  const runnerOf = (backend: DashboardBackend): JobRunner => {
    // Keep the runner when a backend is replaced, so that its job stays visible
    const there = runners.get(backend.id) ?? jobRunner(backend);
    runners.set(backend.id, there);
    return there;
  };
  const hosted = async () => {
    const backends = await many.backends();
    const current = new Set(backends.map((backend) => backend.id));
    // Stop the jobs of removed connections, also if another connection uses the name now
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
  // The port is known only now, if the setting is 0
  own = [...["localhost", "127.0.0.1", "[::1]", host].map((name) => `${name}:${bound}`.toLowerCase()), ...outside];
  const shown = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return {
    link: `http://${shown}:${bound}/login?token=${safety.invite()}`,
    port: bound,
    sync: (backend, hints) => runnerOf(backend).start({ do: "sync", yes: false, ...(hints && { hints }) }),
    async close() {
      await Promise.all([...runners.values()].map((one) => one.close()));
      await new Promise<void>((done) => {
        server.close(() => done());
        // Live streams would keep the server open for ever
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}
