/** Port for the audit log: what people did to the connections of the database. */

/** An entry of the audit log. */
export interface AuditEntry {
  /** RFC 3339. */
  readonly at: string;
  /** `operator`, `client`, or a user of the machine. */
  readonly who: string;
  /** The connection's name; "" for all. */
  readonly connection: string;
  /** What was done, as a code; the catalogues have its text. */
  readonly what: string;
  /** Numbers and ids, but no names of contacts. */
  readonly detail: string;
}

/** Writes and reads the audit log. */
export interface AuditLog {
  append(entry: AuditEntry): Promise<void>;
  /**
   * Returns the latest entries, newest first.
   * @param connection the name of a single connection
   */
  list(connection?: string): Promise<readonly AuditEntry[]>;
}
