/** Port for access tokens: links that clients were given, each to one connection. */

/** An access link to a connection, as the operator sees it in a list. */
export interface AccessToken {
  /** The link's name in the list; it reveals nothing of the token. */
  readonly link: string;
  /** When it was made (RFC 3339). */
  readonly made: string;
  /** When it was last used (RFC 3339); `null` if it never was. */
  readonly used: string | null;
  /** When it expires (Unix ms). */
  readonly expires: number;
}

/** What a token gives access to. */
export interface Access {
  /** Names the link for a later check with `holds`; not the token. */
  readonly link: string;
  /** The connection's id. */
  readonly connection: string;
}

/** Creates, checks and revokes access tokens. Connections are given by their ids, times in Unix ms. */
export interface AccessTokens {
  /**
   * Creates a link to a connection, and deletes all expired ones.
   * @param until when the link expires
   * @returns the token; it is not stored, so it can be shown only once
   */
  create(connection: string, now: number, until: number): Promise<string>;
  /** Returns what a token gives access to, and records its use; `undefined` if it is unknown or expired. */
  open(token: string, now: number): Promise<Access | undefined>;
  /** Returns whether a link is still valid, since a session ends with its link. */
  holds(access: Access, now: number): Promise<boolean>;
  /** Lists the valid links to a connection, oldest first. */
  of(connection: string, now: number): Promise<readonly AccessToken[]>;
  /** Lists the valid links to all connections, by connection. */
  all(now: number): Promise<ReadonlyMap<string, readonly AccessToken[]>>;
  /**
   * Revokes links to a connection.
   * @param links their names in the list; `undefined` for all
   * @returns how many were revoked
   */
  revoke(connection: string, links: readonly string[] | undefined): Promise<number>;
}
