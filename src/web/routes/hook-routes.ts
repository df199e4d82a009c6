/**
 * Where the two services tell of changes. Both are assumed hostile: a notification only brings forward what the next run would
 * find, needs the secret, and is answered at once, whatever it says. A stranger costs one indexed look-up, and nothing
 * at all once too many wrong secrets have come from where they come from.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { DashboardBackend } from "../backend.ts";
import type { Env } from "../route-context.ts";

/** Largest notification, bytes: thirty ids and what has changed of them. */
const LARGEST = 256 * 1024;
/** Longest secret that is looked up, characters. */
const LONGEST_SECRET = 128;
/** Wrong secrets from one source in one span (ms) before further ones are not looked up. */
const WRONG_TRIES = 20;
const SPAN = 60_000;
/** Sources that are remembered: a flood from everywhere must not fill the memory. */
const SOURCES = 5_000;

/** What the routes need to know of webhooks. */
export interface HookOptions {
  /** Finds whose secret it is; one look-up by its digest. */
  hooked(secret: string): Promise<DashboardBackend | undefined>;
  /** The header in which Copper sends the secret. */
  readonly header: string;
  /** ms */
  now(): number;
}

/** These come before every check of hosts and sessions: the services reach us under a name of their own. */
export function hookRoutes(app: Hono<Env>, { hooked, header, now }: HookOptions): void {
  const limited = bodyLimit({ maxSize: LARGEST, onError: (c) => c.text("Too large.", 413) });
  const wrong = new Map<string, { tries: number; until: number }>();
  /** Digests that were right: a service whose requests come the same way as a stranger's is not kept out with them. */
  const right = new Set<string>();
  const answer = async (
    c: Context<Env>,
    secret: string,
    then: (backend: DashboardBackend) => Promise<Response> | Response,
  ) => {
    const source = sourceOf(c);
    const digest = createHash("sha256").update(secret).digest("hex");
    const known = wrong.get(source);
    if (known !== undefined && known.until <= now()) wrong.delete(source);
    else if (known !== undefined && known.tries >= WRONG_TRIES && !right.has(digest)) return c.text("", 429);
    const backend = secret === "" || secret.length > LONGEST_SECRET ? undefined : await hooked(secret);
    if (backend !== undefined) {
      right.add(digest);
      return then(backend);
    }
    right.delete(digest);
    if (wrong.size >= SOURCES) wrong.clear();
    const { tries, until } = wrong.get(source) ?? { tries: 0, until: now() + SPAN };
    wrong.set(source, { tries: tries + 1, until });
    return c.notFound();
  };
  const receive = (c: Context<Env>, side: "copper" | "mailchimp", secret: string) =>
    answer(c, secret, async (backend) =>
      c.text("", (await backend.hooks.receive(side, await c.req.text())) ? 200 : 400),
    );
  for (const path of ["/hooks/copper", "/hooks/copper/:connection"])
    app.post(path, limited, (c) => receive(c, "copper", c.req.header(header) ?? ""));
  app.post("/hooks/mailchimp/:secret", limited, (c) => receive(c, "mailchimp", c.req.param("secret")));
  // Mailchimp looks whether somebody answers before it subscribes
  app.get("/hooks/mailchimp/:secret", (c) => answer(c, c.req.param("secret"), () => c.text("")));
}

/** Returns where a request comes from: behind a proxy on this machine, whom the proxy names. */
function sourceOf(c: Context<Env>): string {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage };
  const peer = incoming?.socket.remoteAddress ?? "";
  const named = c.req.header("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "";
  return /^(::1|(::ffff:)?127\.)/.test(peer) && isIP(named) !== 0 ? named : peer;
}
