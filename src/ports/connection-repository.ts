/** Connections that are kept in the database, and who did what to them. */
import type { RunLine } from "./store.ts";

/** The lease on a connection was taken over by another process: this one may write nothing more. Exit 4. */
export class LeaseLost extends Error {}

/** A connection as the database has it; settings and mapping of its own over those of the installation. */
export interface StoredConnection {
  /**
   * Names this connection and no other that ever was or will be: its pages, sessions, links and jobs hang on it, so
   * that a later connection under the same name inherits none of them.
   */
  readonly id: string;
  readonly name: string;
  readonly state: "active" | "paused";
  /** The account and the audience (W9). */
  readonly scope: string;
  /** The audience's name. */
  readonly audience: string;
  /** What is its own and not secret; its shape is known by the settings. */
  readonly own: unknown;
  /** What is secret, sealed. */
  readonly sealed: string;
  /** Seconds between two runs. */
  readonly interval: number;
  /** When its next run is due, ms. */
  readonly due: number;
  /** Runs in a row that did not go well. */
  readonly failures: number;
  /** Why the last one did not: a code of `error-messages.ts`. */
  readonly trouble: string | null;
  /** RFC 3339. */
  readonly added: string;
}

/** All connections of the database. */
export interface ConnectionRepository {
  list(): Promise<readonly StoredConnection[]>;
  find(name: string): Promise<StoredConnection | undefined>;
  /** Looks a connection up by its identity. */
  get(id: string): Promise<StoredConnection | undefined>;
  /** Adds a connection, or replaces the one of that name; links of a replaced one with another identity end. */
  put(connection: StoredConnection): Promise<void>;
  /** Gives a connection another name, with what is sealed for it. */
  rename(connection: StoredConnection): Promise<void>;
  /** Changes some of what is kept; does nothing where the connection is gone. */
  set(id: string, some: Partial<Pick<StoredConnection, "state" | "due" | "failures" | "trouble">>): Promise<void>;
  /** Seals everything anew, all or nothing. */
  reseal(again: (connection: StoredConnection) => string): Promise<number>;
  /** Takes a connection away with its links; what is known of its contacts stays, for when it comes back. */
  remove(id: string): Promise<void>;
}

/** A link that a client was given to a connection, as its operator sees it. */
export interface AccessToken {
  /** What it is called in a list; tells nothing of the token. */
  readonly link: string;
  /** RFC 3339. */
  readonly made: string;
  /** When somebody last came in with it, RFC 3339; `null` where nobody did. */
  readonly used: string | null;
  /** When it ends (ms). */
  readonly expires: number;
}

/** How a connection stands, at a glance. */
export interface Glance {
  /** Its last run that has ended. */
  readonly last: RunLine | null;
  /** When the last run that went well ended (RFC 3339). */
  readonly lastSuccess: string | null;
  /** People who wait for a decision. */
  readonly marked: number;
}

/** Something that somebody did. */
export interface AuditEntry {
  /** RFC 3339. */
  readonly at: string;
  /** `operator`, `client`, or a user of the machine. */
  readonly who: string;
  /** The connection's name, "" for all. */
  readonly connection: string;
  /** A code; the words are in the catalogues. */
  readonly what: string;
  /** Numbers and ids, nobody's name. */
  readonly detail: string;
}
