/** Exit codes, and the errors that only the command line throws. */

/** A command was used wrongly. Exit code 2. */
export class UsageError extends Error {}

/** The user cancelled a question. Exit code 130. */
export class Cancelled extends Error {}

/** The exit codes. Scripts and monitors rely on them. */
export const EXIT = { ok: 0, partial: 1, wrong: 2, refused: 3, inProgress: 4, remote: 5, interrupted: 130 } as const;

/** Wraps the error of a run whose document was already printed, so that it is not printed twice. */
export class AlreadyReported extends Error {
  constructor(cause: unknown) {
    super("", { cause });
  }
}
