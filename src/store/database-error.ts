/**
 * A database that cannot be used: not there, not ours, or written by a newer program (exit 2), or lost in the middle of
 * something, when a disk is full or a server goes away (exit 5).
 */
export class DatabaseError extends Error {
  readonly code: "unreadable" | "newer" | "lost";
  constructor(code: DatabaseError["code"], detail: string) {
    super(detail);
    this.code = code;
  }
}
