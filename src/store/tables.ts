/**
 * The tables. What the program only keeps and gives back is one document (JSON) per row; what is asked for by
 * something else than its key has a column.
 */
import type { Generated } from "kysely";

/** A row of the tables that keep documents by key. */
export interface DocumentRow {
  /** The connection: one Copper account and one audience (W9). */
  connection: string;
  key: string;
  json: string;
}

/** The tables that keep documents by key. */
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

/** What later steps add, besides what the first one made. */
interface LinkRow extends DocumentRow {
  /** The member's key. */
  member: string | null;
  /** When both sides were last brought in step, ms; null where an earlier version kept it. */
  at: number | string | null;
}

/** Where a contact stands that is not plainly in step. */
interface StandingRow extends DocumentRow {
  reason: string;
  /** On which sides it has a record: `both`, `copper` or `mailchimp`. */
  sides: string;
  /** As what a run counts the contact among those left out; null where it is not. */
  skipped: string | null;
}
export type DocumentTable = (typeof DOCUMENT_TABLES)[number];

export type Tables = Record<Exclude<DocumentTable, "links">, DocumentRow> & {
  links: LinkRow;
  standings: StandingRow;
  /** Texts by which people (`persons`) and members are found. */
  names: { connection: string; kind: string; key: string; text: string };
  /** Who has which address: a number made of it, and a contact's key (`standingKey`). */
  addresses: { connection: string; address: number; key: string };
  /** Whom anything has touched since everybody was decided on: a contact's key, or `a` and the number of an address. */
  touched: { connection: string; key: string };
  runs: {
    connection: string;
    id: string;
    started_at: string;
    outcome: string;
    document: string;
    report: string;
    line: string | null;
    /** What the run does: `sync`, or a `RunKind`. */
    kind: string;
  };
  journal: {
    id: Generated<number>;
    connection: string;
    run: string;
    operation: string;
    state: string;
    answer: string;
    /** The person's id, where there is one. */
    person: string | null;
  };
  leases: { connection: string; holder: string; since: string; expires: number };
  /** Connections that are kept here rather than in files. */
  connections: {
    /** Never used twice. */
    id: string;
    name: string;
    /** `active` or `paused`. */
    state: string;
    /** The account and the audience: under which name everything else is kept. */
    scope: string;
    audience: string;
    /** Settings and mapping of its own, without what is secret. */
    json: string;
    /** What is secret, sealed. */
    sealed: string;
    /** Seconds between two runs. */
    interval: number;
    /** When the next run is due, ms. */
    due: number;
    /** Runs in a row that did not go well. */
    failures: number;
    /** Why the last one did not, in a word; null where it did. */
    trouble: string | null;
    added: string;
  };
  /** What was asked of each account lately. */
  limits: { account: string; json: string };
  /** Who may come in with which token, and sees which connection (by its id). */
  entrances: {
    digest: string;
    connection: string;
    made: string;
    expires: number;
    /** When somebody last came in with it; null for never, and where an earlier version did not say. */
    used: Generated<string | null>;
  };
  /** Who decided what, and when. */
  audit: { id: Generated<number>; at: string; who: string; connection: string; what: string; detail: string };
};
