/**
 * Scopes: a Copper account and an audience as one text, which names a connection in the store (W9). The scope "" holds
 * what belongs to no connection.
 */

/** The parts of a scope. */
export interface ScopeParts {
  /** The Copper account's id. */
  readonly accountId: string;
  /** The audience's id at Mailchimp. */
  readonly audienceId: string;
}

/** Returns the scope of an account and an audience. */
export function scopeOf(accountId: string | number, audienceId: string): string {
  return `${accountId}:${audienceId}`;
}

/** Returns the parts of a scope. Both are "" for the scope of no connection. */
export function partsOfScope(scope: string): ScopeParts {
  const at = scope.indexOf(":");
  return at < 0
    ? { accountId: "", audienceId: "" }
    : { accountId: scope.slice(0, at), audienceId: scope.slice(at + 1) };
}

/** Returns the limits between which the scopes of an account lie in alphabetical order: the first is inside. */
export function scopesOfAccount(accountId: string): readonly [from: string, to: string] {
  // `;` follows `:`
  return [`${accountId}:`, `${accountId};`];
}
