/** What is stored about a contact, row by row. */
import type { DocumentTable } from "../tables.ts";

/** A row with its content. */
export interface KeptRow {
  readonly table: DocumentTable | "standings" | "journal" | "runs";
  readonly connection: string;
  /** The row's key, the journal entry's number, or the run's id. */
  readonly key: string;
  readonly document: unknown;
}
