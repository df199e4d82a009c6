/**
 * Where the two services tell of changes. Both are assumed hostile: a notification only hastens what the next run would
 * find, needs the secret, and is answered at once, whatever it says.
 */
import type { Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import type { House } from "./house.ts";
import type { Env } from "./rooms.ts";

/** Largest notification, bytes: thirty ids and what has changed of them. */
const LARGEST = 256 * 1024;

/** These come before every check of hosts and sessions: the services reach us under a name of their own. */
export function hookRoutes(app: Hono<Env>, houses: () => Promise<readonly House[]>): void {
  const limited = bodyLimit({ maxSize: LARGEST, onError: (c) => c.text("Too large.", 413) });
  /** Whose secret it is. */
  const knowing = async (secret: string) => {
    for (const house of await houses()) if (await house.hooks.knows(secret)) return house;
    return undefined;
  };
  const receive = async (c: Context<Env>, side: "copper" | "mailchimp", secret: string) => {
    const house = await knowing(secret);
    if (house === undefined) return c.notFound();
    const understood = await house.hooks.receive(side, await c.req.text());
    return c.text("", understood ? 200 : 400);
  };
  app.post("/hooks/copper", limited, async (c) => {
    const [any] = await houses();
    return receive(c, "copper", c.req.header(any?.hooks.header ?? "") ?? "");
  });
  app.post("/hooks/mailchimp/:secret", limited, (c) => receive(c, "mailchimp", c.req.param("secret")));
  // Mailchimp looks whether somebody answers before it subscribes
  app.get("/hooks/mailchimp/:secret", async (c) =>
    (await knowing(c.req.param("secret"))) ? c.text("") : c.notFound(),
  );
}
