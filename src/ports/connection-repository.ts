/** Port for the connections in the database. */
import type { RunLine } from "./store.ts";

/** Another process took over the lease on a connection, so this one must not write any more. Exit 4. */
export class LeaseLost extends Error {}

/**
 * A connection was not written, because another program was faster. `changed`: it has been changed, replaced or removed
 * since it was read. `name`, `scope`: another connection has this name, or this account and audience. Exit 2.
 */
export class ConnectionTaken extends Error {
  readonly code: "changed" | "name" | "scope";
  /** @param by the name of the connection that is in the way */
  constructor(code: ConnectionTaken["code"], by: string) {
    super(by);
    this.code = code;
  }
}

/** A connection as stored in the database. Its settings and mapping override those of the installation. */
export interface StoredConnection {
  /**
   * Identifies this connection and is never used again. Its pages, sessions, links and jobs refer to it, so a later
   * connection of the same name inherits none of them.
   */
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "paused";
  /** The account and the audience (W9). */
  readonly scope: string;
  /** The audience's name. */
  readonly audience: string;
  /** The connection's own settings that are not secret; the settings module knows their shape. */
  readonly own: unknown;
  /** The connection's secret settings, sealed (`vault/vault.ts`). */
  readonly sealed: string;
  /** The time between two runs (s). */
  readonly interval: number;
  /** When the next run is due (Unix ms). */
  readonly due: number;
  /** Failed runs in a row. */
  readonly failures: number;
  /** Why the last run failed: a code of `error-messages.ts`; `null` if it succeeded. */
  readonly trouble: string | null;
  /** When it was added (RFC 3339). */
  readonly added: string;
}

/** What a person changes of a connection. `state` is not among it: a pause during a change must hold. */
export type ConnectionParts = Pick<StoredConnection, "sealed"> &
  Partial<Pick<StoredConnection, "name" | "own" | "interval" | "due" | "failures" | "trouble">>;

/** Reads and writes the connections of the database. */
export interface ConnectionRepository {
  list(): Promise<readonly StoredConnection[]>;
  /** Finds a connection by its name. */
  find(name: string): Promise<StoredConnection | undefined>;
  /** Finds a connection by its id. */
  get(id: string): Promise<StoredConnection | undefined>;
  /**
   * Adds a connection.
   * @param replaced the connection of the same name whose place it takes, as it was read. If it has another id, its
   *   access links end
   * @throws ConnectionTaken
   */
  add(connection: StoredConnection, replaced?: StoredConnection): Promise<void>;
  /**
   * Changes a connection that was read before, and nobody changed since. Its secrets must be sealed again: the seal
   * tells whether it was changed.
   * @throws ConnectionTaken
   */
  change(before: StoredConnection, some: ConnectionParts): Promise<void>;
  /** Changes some columns of a connection. Does nothing if the connection is gone. */
  set(id: string, some: Partial<Pick<StoredConnection, "state" | "due" | "failures" | "trouble">>): Promise<void>;
  /**
   * Seals the secrets of all connections again, in one transaction.
   * @param begin is called once nobody else can change connections any more; returns what seals the secrets of one
   *   with the new key
   * @returns how many connections there are
   */
  reseal(begin: () => (connection: StoredConnection) => string): Promise<number>;
  /**
   * Removes a connection with its access links. A run under way loses its lease, and ends within seconds. The contacts'
   * records stay, in case the connection comes back.
   */
  remove(id: string): Promise<void>;
}

/** A short summary of a connection. */
export interface Glance {
  /** The last run that has ended. */
  readonly last: RunLine | null;
  /** When the last successful run ended (RFC 3339). */
  readonly lastSuccess: string | null;
  /** The number of people who wait for a decision. */
  readonly marked: number;
}
