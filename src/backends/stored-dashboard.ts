/**
 * `serve` for the connections of the database: one server for all, and a worker in the same process. Commands from
 * pages and webhooks go into the queue, where any worker can take them.
 */

import { UsageError } from "../app/exit-codes.ts";
import { scopeOfHook } from "../app/webhooks.ts";
import { settingOf } from "../config/setting-sources.ts";
import { errorText } from "../domain/error-text.ts";
import { installationIn } from "../main/installation.ts";
import { openWhenUp } from "../main/open-database-when-up.ts";
import type { StoredConnection } from "../ports/connection-repository.ts";
import { type Debouncer, debouncer } from "../schedule/debounce.ts";
import { every } from "../schedule/every.ts";
import { nextDue } from "../schedule/next-run.ts";
import { connectionRepository, glancesOf } from "../store/connections/connection-repository.ts";
import { isPostgresUrl, openDatabase } from "../store/open.ts";
import { stderrLogger, type Terminal } from "../terminal/terminal.ts";
import type { DashboardBackend } from "../web/backend.ts";
import { type ListenAddress, type Listening, serveDashboard } from "../web/server.ts";
import { sayOnce, startWorker, targetOf } from "../worker/worker.ts";
import { entryOf, explained, storedBackend } from "./stored-backend.ts";

/** Runs at the same time in this process, besides the pages. */
const RUNS = 2;
/** How often to check for webhook notifications that are due (ms). */
const BEAT = 500;

/** A connection of the dashboard, with the contacts of its webhook notifications. */
interface Served {
  /** The parts of the stored connection that its backend was created from. */
  readonly key: string;
  /** The stored connection as last read, which happens at every request. */
  now: StoredConnection;
  readonly backend: DashboardBackend;
  readonly gathering: Debouncer;
}

/** Turns an error of `listen` into a UsageError that names the address; returns other errors unchanged. */
export function notListening(error: unknown, { host, port }: ListenAddress, { t }: Terminal): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (!["EADDRINUSE", "EACCES", "EADDRNOTAVAIL", "ERR_SOCKET_BAD_PORT"].includes(code)) return error;
  return new UsageError(t("serve.port", { host, port: String(port), detail: code }));
}

/** Returns whether the database has connections. Waits for its server (A11). @throws DatabaseError */
export async function hasConnections(url: string, terminal: Terminal): Promise<boolean> {
  if (!isPostgresUrl(url)) return false;
  const database = await openWhenUp(url, sayOnce(stderrLogger(), terminal));
  try {
    return (await connectionRepository(database).list()).length > 0;
  } finally {
    await database.destroy();
  }
}

/**
 * Starts the server, the queue and a worker.
 * @param url the PostgreSQL database
 * @throws DatabaseError, VaultKeyError
 * @throws UsageError if the address cannot be used
 */
export async function openMany(url: string, terminal: Terminal): Promise<Listening> {
  const of = (name: "HOST" | "PORT" | "TOKEN" | "URL") => settingOf(`DASHBOARD_${name}`, process.env, process.cwd());
  const { language } = terminal;
  const database = await openDatabase(url);
  const worker = await startWorker(database, url, RUNS, terminal).catch(async (error: unknown) => {
    await database.destroy();
    throw error;
  });
  const installation = installationIn(database);
  const { connections, audit, accessTokens } = installation;
  /** The connections of the dashboard, by id. */
  const served = new Map<string, Served>();
  const say = stderrLogger();
  const backends = async () => {
    const stored = await connections.list();
    const there = new Set(stored.map((one) => one.id));
    for (const id of served.keys()) if (!there.has(id)) served.delete(id);
    return stored.map((one) => {
      // Create a new backend after a change of these parts
      const key = JSON.stringify([one.name, one.scope, one.audience, one.interval, one.own]);
      const known = served.get(one.id);
      if (known?.key === key) {
        known.now = one;
        return known.backend;
      }
      // Keep what webhooks already reported
      const gathering = known?.gathering ?? debouncer();
      const now = () => served.get(one.id)?.now ?? one;
      const backend = storedBackend(one, now, installation, worker.queue, language, gathering, say);
      served.set(one.id, { key, now: one, backend, gathering });
      return backend;
    });
  };
  const place = { host: of("HOST"), port: Number(of("PORT")), token: of("TOKEN"), url: of("URL") };
  const listening = await serveDashboard(
    {
      backends,
      audit: () => audit.list(),
      glances: () => glancesOf(database),
      async pause(id, pause) {
        const one = await connections.get(id);
        if (one === undefined) return;
        const due = nextDue(one.name, one.interval, Date.now());
        await connections.set(id, pause ? { state: "paused" } : { state: "active", due, failures: 0, trouble: null });
        await audit.append(entryOf(one.name, "operator", pause ? "pause" : "resume"));
      },
      links: () => accessTokens.all(Date.now()),
      async unlink(id, link) {
        const one = await connections.get(id);
        if (one === undefined || (await accessTokens.revoke(id, [link])) === 0) return;
        await audit.append(entryOf(one.name, "operator", "unlink", "1"));
      },
      accessTokens,
      async hooked(secret) {
        const scope = await scopeOfHook(database, secret);
        if (scope === undefined) return undefined;
        const all = await backends();
        return all.find(({ id }) => served.get(id)?.now.scope === scope);
      },
      language,
      explain: explained,
      log: say,
    },
    place,
  ).catch(async (error: unknown) => {
    await worker.stop();
    await database.destroy();
    throw notListening(error, place, terminal);
  });
  const debouncing = every(
    BEAT,
    async () => {
      for (const { now, gathering } of served.values()) {
        // A pause holds for notifications, too: they are kept until it ends
        if (now.state === "paused") continue;
        const hints = gathering.take(Date.now());
        if (hints === undefined) continue;
        await worker.queue.enqueue(targetOf(now), { do: "sync", yes: false, hints }).catch((error: unknown) => {
          gathering.add(hints, Date.now());
          throw error;
        });
      }
    },
    (error) => say(`webhooks: ${errorText(error)}`),
  );
  return {
    ...listening,
    async close() {
      debouncing.end();
      await listening.close();
      await worker.stop();
      await database.destroy();
    },
  };
}
