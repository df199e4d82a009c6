/**
 * Who may do what. The dashboard shows people's data and changes it, so:
 *
 *   | asked                      | needs                                                                     |
 *   |----------------------------|---------------------------------------------------------------------------|
 *   | anything                   | a `Host` that is one of ours (no DNS rebinding)                           |
 *   | the login, styles, scripts | nothing more                                                              |
 *   | any page                   | a session, begun with the one-time token or `DASHBOARD_TOKEN`             |
 *   | one connection's pages     | the same, or a client's link to just that one                             |
 *   | anything that changes      | besides: our own origin, and the session's CSRF token                     |
 *
 * Wrong tokens are slowed down, all together: a guesser has a handful of tries a minute.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { formOf } from "./request-input.ts";

const COOKIE = "sync_session";
/** Where whoever has no session comes in. */
export const LOGIN = "/enter";
/** A session that nobody used for so long (ms) is over. */
const IDLE = 12 * 3_600_000;
/** Wrong tokens in a row before every further try waits. */
const FREE_TRIES = 3;
const LONGEST_WAIT = 60_000;

export interface Session {
  readonly id: string;
  /** What the tokens of forms are made of. */
  readonly secret: string;
  usedAt: number;
  /** The id of the connection that was looked at last. */
  connection?: string;
  /** Set for a client: the link that began the session. It shows one connection and ends with the link. */
  readonly client?: Access;
}

/** What a client's token opens. */
export interface Access {
  /** The link, as it is asked for again. */
  readonly link: string;
  /** The connection's id. */
  readonly connection: string;
}

/** The links that clients were given. */
export interface AccessTokens {
  /** What a token opens; `undefined` for nothing. */
  opens(token: string): Promise<Access | undefined>;
  /** Whether a link is still good: it may have been taken back, with the sessions that it opened. */
  holds(opened: Access): Promise<boolean>;
}
const NO_ACCESS_TOKENS: AccessTokens = { opens: async () => undefined, holds: async () => false };

export interface Auth {
  /** The token of the printed link; a new one each time it is asked for, good once. */
  invite(): string;
  /** Lets in whoever has a token. @returns the ms to wait before the next try, or the session begun */
  enter(c: Context, token: string): Promise<{ readonly session: Session } | { readonly wait: number }>;
  /** The session of a request, if it is not over. */
  of(c: Context): Promise<Session | undefined>;
  /** Answers who has no session: pages send to the way in. Throws HTTPException 401 for what would change something. */
  turnAway(c: Context): Response;
  /**
   * Returns what goes with every form of a session's pages about something. A connection has an id that is never used
   * twice, so that the form of a former connection does nothing to a later one of its name.
   * @param about the connection's id; "" for pages of none
   */
  formToken(session: Session, about: string): string;
  readonly headers: MiddlewareHandler;
  readonly host: MiddlewareHandler;
  /** Puts the session into the context, or sends to the login. @param about as for `formToken` */
  session(about: string): MiddlewareHandler<{ Variables: { session: Session } }>;
}

/**
 * @param hosts the `Host` headers that are ours, with the port
 * @param lasting `DASHBOARD_TOKEN`, good for ever; empty for none
 * @param now milliseconds since 1970
 * @param accessTokens the links of clients
 */
export function createAuth(
  hosts: () => readonly string[],
  lasting: string,
  now: () => number,
  accessTokens: AccessTokens = NO_ACCESS_TOKENS,
): Auth {
  const sessions = new Map<string, Session>();
  const invitations = new Set<string>();
  let wrong = 0;
  let notBefore = 0;

  const current = async (c: Context): Promise<Session | undefined> => {
    const session = sessions.get(getCookie(c, COOKIE) ?? "");
    if (session === undefined) return undefined;
    const over =
      now() - session.usedAt > IDLE || (session.client !== undefined && !(await accessTokens.holds(session.client)));
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
      // A client's token cannot be guessed: nobody keeps him waiting with wrong ones
      const client = await accessTokens.opens(token);
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
      const secure = c.req.header("x-forwarded-proto") === "https";
      setCookie(c, COOKIE, made.id, { httpOnly: true, sameSite: "Strict", secure, path: "/", maxAge: IDLE / 1000 });
      return { session: made };
    },
    of: current,
    turnAway,
    formToken,
    async headers(c, next) {
      await next();
      const set = (name: string, value: string) => c.res.headers.set(name, value);
      set(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
          "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      set("X-Frame-Options", "DENY");
      set("X-Content-Type-Options", "nosniff");
      // With no-referrer a browser says `Origin: null` of our own forms
      set("Referrer-Policy", "same-origin");
      set("Cross-Origin-Opener-Policy", "same-origin");
      set("Cross-Origin-Resource-Policy", "same-origin");
      if (!c.res.headers.has("Cache-Control")) set("Cache-Control", "no-store");
    },
    async host(c, next) {
      const host = c.req.header("host")?.toLowerCase() ?? "";
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

/** Compared in the same time wherever they differ. */
export function same(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
