/**
 * Controls access to the dashboard, which shows people's data and changes it:
 *
 *   | request                    | needs                                                                     |
 *   |----------------------------|---------------------------------------------------------------------------|
 *   | any                        | a `Host` of this server (against DNS rebinding)                           |
 *   | the login, styles, scripts | nothing more                                                              |
 *   | any page                   | a session, begun with the one-time token or `DASHBOARD_TOKEN`             |
 *   | one connection's pages     | the same, or a client's access token for that connection                  |
 *   | any that changes something | also: an `Origin` of this server, and the session's CSRF token            |
 *
 * Wrong tokens slow down all further tries together, so guessing gets a few tries a minute.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import type { Access, AccessTokens } from "../ports/access-tokens.ts";
import { formOf } from "./request-input.ts";

const COOKIE = "sync_session";
/** The login page's path: requests without a session are redirected to it. */
export const LOGIN = "/login";
/** The address of earlier versions, which still answers: links with a token were sent to clients. */
export const EARLIER_LOGIN = "/enter";
/** Ends a session that was not used for this long (ms). */
const IDLE = 12 * 3_600_000;
/** Wrong tokens in a row before further tries have to wait. */
const FREE_TRIES = 3;
/** The longest wait after a wrong token (ms). */
const LONGEST_WAIT = 60_000;

/** A signed-in browser. Sessions live in memory: after a restart, everyone signs in again. */
export interface Session {
  readonly id: string;
  /** The key from which the CSRF tokens of this session's forms are derived. */
  readonly secret: string;
  /** When the session was last used (ms since 1970). */
  usedAt: number;
  /** The id of the connection viewed last: paths without a connection lead to it. */
  connection?: string;
  /** Set for a client only: what the access token gives access to. The session ends when that token is revoked. */
  readonly client?: Access;
}

/** What checks the access tokens of clients. */
export type ClientAccess = Pick<AccessTokens, "open" | "holds">;
const NO_CLIENTS: ClientAccess = { open: async () => undefined, holds: async () => false };

/** Sets the headers of every response: nothing from elsewhere is loaded, and no other page frames this one. */
const secured = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    formAction: ["'self'"],
    baseUri: ["'none'"],
    frameAncestors: ["'none'"],
  },
  xFrameOptions: "DENY",
  // With no-referrer, browsers send `Origin: null` with this server's own forms
  referrerPolicy: "same-origin",
  // Whether this server is reached by HTTPS is the proxy's to say
  strictTransportSecurity: false,
});

/** Checks requests: tokens, sessions, hosts and forms. */
export interface Auth {
  /** Returns a new one-time token for the link that is printed at the start. It is valid once. */
  invite(): string;
  /**
   * Begins a session if the token is valid, and sets its cookie.
   * @param token the one-time token, `DASHBOARD_TOKEN`, or a client's access token
   * @returns the new session, or how long to wait before the next try (ms)
   */
  enter(c: Context, token: string): Promise<{ readonly session: Session } | { readonly wait: number }>;
  /** Returns the session of a request; `undefined` if there is none or it has expired. */
  of(c: Context): Promise<Session | undefined>;
  /**
   * Answers a request without a session: redirects a GET to the login.
   * @throws HTTPException 401 for every other method, since a form cannot be replayed after the login
   */
  turnAway(c: Context): Response;
  /**
   * Returns the CSRF token for a session's forms. It depends on the connection's id, which is never reused: a form of a
   * deleted connection cannot change a later one of the same name.
   * @param about the connection's id; "" for pages that belong to none
   */
  formToken(session: Session, about: string): string;
  /** Sets the security headers of every response. */
  readonly headers: MiddlewareHandler;
  /** Refuses requests for another host with 421. */
  readonly host: MiddlewareHandler;
  /**
   * Puts the session into the context, or answers as `turnAway`. For every method but GET and HEAD it also checks the
   * origin and the CSRF token.
   * @param about as for `formToken`
   * @throws HTTPException 403 if the origin or the CSRF token is wrong
   */
  session(about: string): MiddlewareHandler<{ Variables: { session: Session } }>;
}

/**
 * Creates the access control of one server.
 * @param hosts returns the `Host` headers of this server, with the port
 * @param lasting `DASHBOARD_TOKEN`, which never expires; "" for none
 * @param now returns the time (ms since 1970)
 * @param accessTokens the access tokens of clients
 */
export function createAuth(
  hosts: () => readonly string[],
  lasting: string,
  now: () => number,
  accessTokens: ClientAccess = NO_CLIENTS,
): Auth {
  const sessions = new Map<string, Session>();
  const invitations = new Set<string>();
  let wrong = 0;
  let notBefore = 0;

  const current = async (c: Context): Promise<Session | undefined> => {
    const session = sessions.get(getCookie(c, COOKIE) ?? "");
    if (session === undefined) return undefined;
    const over =
      now() - session.usedAt > IDLE ||
      (session.client !== undefined && !(await accessTokens.holds(session.client, now())));
    // Delete it here: nothing else cleans up expired sessions
    if (over) sessions.delete(session.id);
    return over ? undefined : session;
  };
  const turnAway = (c: Context): Response => {
    if (c.req.method === "GET") return c.redirect(LOGIN);
    throw new HTTPException(401);
  };
  const allowed = (token: string): boolean => {
    if (lasting !== "" && same(token, lasting)) return true;
    for (const invitation of invitations) if (same(token, invitation)) return invitations.delete(invitation);
    return false;
  };
  return {
    invite() {
      const token = randomBytes(24).toString("base64url");
      invitations.add(token);
      return token;
    },
    async enter(c, token) {
      // Check a client's token before the wait: other visitors' wrong tokens must not lock clients out
      const client = await accessTokens.open(token, now());
      // One wait for all: a wait for each source could be avoided with many sources
      const wait = notBefore - now();
      if (client === undefined && wait > 0) return { wait };
      if (client === undefined && !allowed(token)) {
        wrong += 1;
        const pause = wrong < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT, 1_000 * 2 ** (wrong - FREE_TRIES));
        notBefore = now() + pause;
        return { wait: pause };
      }
      wrong = 0;
      const made = { id: random(), secret: random(), usedAt: now(), ...(client && { client }) };
      sessions.set(made.id, made);
      // Behind an HTTPS proxy this server itself receives HTTP, so only the header says that the cookie can be secure
      const secure = c.req.header("x-forwarded-proto") === "https";
      setCookie(c, COOKIE, made.id, { httpOnly: true, sameSite: "Strict", secure, path: "/", maxAge: IDLE / 1000 });
      return { session: made };
    },
    of: current,
    turnAway,
    formToken,
    async headers(c, next) {
      await secured(c, next);
      if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
    },
    async host(c, next) {
      const host = c.req.header("host")?.toLowerCase() ?? "";
      // Refuse names with which a foreign page could point a browser at this server (DNS rebinding)
      if (!hosts().includes(host)) return c.text("This host is not ours.", 421);
      return next();
    },
    session: (about) => async (c, next) => {
      const session = await current(c);
      if (session === undefined) return turnAway(c);
      session.usedAt = now();
      if (c.req.method !== "GET" && c.req.method !== "HEAD") {
        const origin = c.req.header("origin");
        const ours = hosts().some((host) => origin === `http://${host}` || origin === `https://${host}`);
        if (!ours) throw new HTTPException(403);
        // The body is cached by the context, so the route can read it again
        const form = await formOf(c);
        if (typeof form.csrf !== "string" || !same(form.csrf, formToken(session, about))) throw new HTTPException(403);
      }
      c.set("session", session);
      return next();
    },
  };
}

function formToken({ secret }: Session, about: string): string {
  return createHmac("sha256", secret).update(about).digest("base64url");
}

function random(): string {
  return randomBytes(32).toString("base64url");
}

/** Compares two secrets in constant time, so that timing reveals nothing about them. */
export function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
