/**
 * The tables. Data that is only read by its key is one JSON document in a row. Anything that a query filters or sorts
 * by has a column.
 */
import type { Generated } from "kysely";

/** A row of a table with documents by key. */
export interface DocumentRow {
  /** The connection: one Copper account and one audience (W9). */
  connection: string;
  key: string;
  json: string;
}

/** The tables with documents by key. */
export const DOCUMENT_TABLES = [
  "persons",
  "members",
  "links",
  "rejections",
  "reviews",
  "troubles",
  "deleted",
  "facts",
  "copies",
  "wishes",
  "engagements",
] as const;

/** A row of `links`; later migrations added its columns. */
interface LinkRow extends DocumentRow {
  /** The member's key. Rows of earlier versions got it when the column was added. */
  member: string;
  /** When both sides were last in step (Unix ms); null in rows of an earlier version. */
  at: number | string | null;
}

/** The standing of a contact that is not plainly in step. */
interface StandingRow extends DocumentRow {
  reason: string;
  /** The sides on which it has a record: `both`, `copper` or `mailchimp`. */
  sides: string;
  /** The reason under which a run counts the contact as left out; null if it is not left out. */
  skipped: string | null;
}
/** The name of a table with documents by key. */
export type DocumentTable = (typeof DOCUMENT_TABLES)[number];

/** All tables, by name. */
export type Tables = Record<Exclude<DocumentTable, "links">, DocumentRow> & {
  links: LinkRow;
  standings: StandingRow;
  /** Search texts of people (`persons`) and members. */
  names: { connection: string; kind: string; key: string; text: string };
  /** Addresses of contacts: a number derived from the address, and the contact's key (`standingKey`). */
  addresses: { connection: string; address: number; key: string };
  /** Contacts touched since the last decision on everything: a contact's key, or `a` and the number of an address. */
  touched: { connection: string; key: string };
  runs: {
    connection: string;
    id: string;
    started_at: string;
    outcome: string;
    document: string;
    report: string;
    line: string | null;
    /** What the run does: by default `sync`, or a `RunKind`. */
    kind: Generated<string>;
  };
  journal: {
    id: Generated<number>;
    connection: string;
    run: string;
    operation: string;
    state: string;
    answer: string;
    /** The person's id, if the operation has one. */
    person: string | null;
  };
  leases: { connection: string; holder: string; since: string; expires: number };
  /** Connections that are in the database and not in files. */
  connections: {
    /** Never used twice. */
    id: string;
    name: string;
    /** `active` or `paused`. */
    state: string;
    /** The account and the audience: the value of `connection` in all other tables. */
    scope: string;
    audience: string;
    /** The connection's own settings and mapping, without secrets. */
    json: string;
    /** Its secrets, sealed. */
    sealed: string;
    /** The time between two runs (s). */
    interval: number;
    /** When the next run is due (Unix ms). */
    due: number;
    /** Failed runs in a row. */
    failures: number;
    /** Why the last run failed, as a code; null if it succeeded. */
    trouble: string | null;
    added: string;
  };
  /** The requests that each account got lately. */
  limits: { account: string; json: string };
  /** Access links: a token's digest, and the id of the connection that it shows. */
  entrances: {
    digest: string;
    connection: string;
    made: string;
    expires: number;
    /** When it was last used; null if never, and in rows of an earlier version. */
    used: Generated<string | null>;
  };
  /** The audit log. */
  audit: { id: Generated<number>; at: string; who: string; connection: string; what: string; detail: string };
};
