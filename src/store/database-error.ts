import { errorText } from "../domain/error-text.ts";

/**
 * A database that cannot be used. `unreadable` and `newer` at the start: it is missing, is another kind of file, or was
 * written by a newer program (exit 2). `lost` later: the disk is full, or the server is gone (exit 5).
 */
export class DatabaseError extends Error {
  readonly code: "unreadable" | "newer" | "lost";
  /** Whether the server cannot be reached, or is not ready yet: later it may be. */
  readonly away: boolean;
  constructor(code: DatabaseError["code"], detail: string, away = false) {
    super(detail);
    this.code = code;
    this.away = away;
  }
}

/** Codes of the system and of PostgreSQL for a server that is down, starting, stopping, or has no room. */
const AWAY: readonly unknown[] = [
  ...["ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "EPIPE"],
  ...["57P01", "57P02", "57P03", "53300"],
];

/** Returns an error of the driver as a DatabaseError. */
export function databaseError(code: DatabaseError["code"], error: unknown): DatabaseError {
  const message = errorText(error);
  const away =
    error instanceof DatabaseError
      ? error.away
      : AWAY.includes((error as { code?: unknown } | null)?.code) || /timeout|terminated/i.test(message);
  return new DatabaseError(code, message, away);
}
