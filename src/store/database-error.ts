/**
 * A database that cannot be used. `unreadable` and `newer` at the start: it is missing, is another kind of file, or was
 * written by a newer program (exit 2). `lost` later: the disk is full, or the server is gone (exit 5).
 */
export class DatabaseError extends Error {
  readonly code: "unreadable" | "newer" | "lost";
  constructor(code: DatabaseError["code"], detail: string) {
    super(detail);
    this.code = code;
  }
}
