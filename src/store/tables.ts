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
}
export type DocumentTable = (typeof DOCUMENT_TABLES)[number];

export type Tables = Record<Exclude<DocumentTable, "links">, DocumentRow> & {
  links: LinkRow;
  /** Texts by which people (`persons`) and members are found. */
  names: { connection: string; kind: string; key: string; text: string };
  runs: {
    connection: string;
    id: string;
    started_at: string;
    outcome: string;
    document: string;
    report: string;
    line: string | null;
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
};
