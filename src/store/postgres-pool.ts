/** Connections to PostgreSQL. Only this module loads the driver. */
import pg from "pg";

/** The longest wait for a connection to PostgreSQL (ms). */
const CONNECT = 30_000;
/** PostgreSQL ends a transaction that is idle for this long (ms), so that a process that hangs gives back its locks. */
const STUCK = 15_000;

/**
 * Returns a pool of connections; none is made yet. A connection that breaks while nobody uses it does not end the
 * program: the next query reports it.
 */
export function postgresPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: 4,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT,
    idle_in_transaction_session_timeout: STUCK,
  });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}
