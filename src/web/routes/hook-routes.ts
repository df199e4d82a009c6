/**
 * Routes of the webhooks. Notifications are not trusted: one only starts a run earlier for the named contacts, and must
 * carry the secret. An unknown secret costs one indexed query, and none after too many wrong ones from the same source.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { describe, SERVICES, type Service } from "../../services/services.ts";
import type { DashboardBackend } from "../backend.ts";
import type { Env } from "../route-context.ts";

/** The largest notification (bytes): thirty ids and their changes. */
const LARGEST = 256 * 1024;
/** The longest secret that is looked up (characters). */
const LONGEST_SECRET = 128;
/** Wrong secrets from one source within `SPAN` (ms) before the database is no longer asked. */
const WRONG_TRIES = 20;
const SPAN = 60_000;
/** The most sources to remember, so that a flood of them cannot fill the memory. */
const SOURCES = 5_000;

/** What the routes need for finding connections. */
export interface HookOptions {
  /** Finds the connection of a secret, with one indexed query. */
  hooked(secret: string): Promise<DashboardBackend | undefined>;
  /** Returns the time (ms since 1970). */
  now(): number;
}

/** Adds the routes. They come before the host and session checks, since the services may use another host name. */
export function hookRoutes(app: Hono<Env>, { hooked, now }: HookOptions): void {
  const limited = bodyLimit({ maxSize: LARGEST, onError: (c) => c.text("Too large.", 413) });
  const wrong = new Map<string, { tries: number; until: number }>();
  /**
   * Digests of valid secrets. They are exempt from the limit, so that a stranger behind the same proxy cannot block the
   * services.
   */
  const right = new Set<string>();
  const answer = async (
    c: Context<Env>,
    secret: string,
    then: (backend: DashboardBackend) => Promise<Response> | Response,
  ) => {
    const source = sourceOf(c);
    const digest = createHash("sha256").update(secret).digest("hex");
    const known = wrong.get(source);
    // Forget wrong tries after the span
    if (known !== undefined && known.until <= now()) wrong.delete(source);
    else if (known !== undefined && known.tries >= WRONG_TRIES && !right.has(digest)) return c.text("", 429);
    const backend = secret === "" || secret.length > LONGEST_SECRET ? undefined : await hooked(secret);
    if (backend !== undefined) {
      right.add(digest);
      return then(backend);
    }
    // The secret may have been revoked
    right.delete(digest);
    // Start over rather than grow: forgetting some wrong tries does little harm
    if (wrong.size >= SOURCES) wrong.clear();
    const { tries, until } = wrong.get(source) ?? { tries: 0, until: now() + SPAN };
    wrong.set(source, { tries: tries + 1, until });
    return c.notFound();
  };
  const receive = (c: Context<Env>, side: Service, secret: string) =>
    answer(c, secret, async (backend) =>
      c.text("", (await backend.hooks.receive(side, await c.req.text())) ? 200 : 400),
    );
  for (const side of SERVICES) {
    const { hookSecret } = describe(side);
    if (hookSecret === "in-address") {
      const secretIn = (c: Context<Env>) => c.req.param("secret") ?? "";
      app.post(`/hooks/${side}/:secret`, limited, (c) => receive(c, side, secretIn(c)));
      // Mailchimp requests the address with GET before it creates the webhook
      app.get(`/hooks/${side}/:secret`, (c) => answer(c, secretIn(c), () => c.text("")));
    } else
      for (const path of [`/hooks/${side}`, `/hooks/${side}/:connection`])
        app.post(path, limited, (c) => receive(c, side, c.req.header(hookSecret.header) ?? ""));
  }
}

/** Returns the source address of a request. Trusts `X-Forwarded-For` only from a proxy on this machine. */
function sourceOf(c: Context<Env>): string {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage };
  const peer = incoming?.socket.remoteAddress ?? "";
  const named = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  return /^(::1|(::ffff:)?127\.)/.test(peer) && isIP(named) !== 0 ? named : peer;
}
