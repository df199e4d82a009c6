/** How the program ends: exit codes, and the two reasons that only the command line knows. */

/** A command used wrongly. Exit 2. */
export class UsageError extends Error {}

/** Somebody who was asked had enough. Exit 130. */
export class Cancelled extends Error {}

/** Exit codes, as scripts and monitors hold on to them. */
export const EXIT = { ok: 0, partial: 1, wrong: 2, refused: 3, inProgress: 4, remote: 5, interrupted: 130 } as const;

/** What stopped a run whose document has been printed already. */
export class AlreadyReported extends Error {
  constructor(cause: unknown) {
    super("", { cause });
  }
}
