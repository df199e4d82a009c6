/** A database that cannot be used: not there, not ours, or written by a newer program. Exit 2. */
export class DatabaseUnusable extends Error {
  readonly code: "unreadable" | "newer";
  constructor(code: "unreadable" | "newer", detail: string) {
    super(detail);
    this.code = code;
  }
}
