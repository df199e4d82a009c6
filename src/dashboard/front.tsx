/**
 * Several connections at one door: a page of all of them, and whichever somebody has chosen behind it, on the pages
 * that a single connection has. What is chosen is in the session, and the form of another connection is refused.
 */
import { type Context, Hono } from "hono";
import { texts } from "../i18n/texts.ts";
import { type ConnectionShown, Connections } from "../pages/connections.tsx";
import { dashboard } from "./dashboard.tsx";
import type { Desk } from "./desk.ts";
import { healthOf, metricsOf } from "./figures.ts";
import { hookRoutes } from "./hook-routes.ts";
import type { House } from "./house.ts";
import { languageFor } from "./language.ts";
import type { Env } from "./rooms.ts";
import type { Guard } from "./security.ts";

/** A connection with whoever works for it. */
export interface Hosted {
  readonly house: House;
  readonly desk: Desk;
}

/** Pages that belong to no connection: the door, and what it looks like. */
const COMMON = /^\/(enter|files|language)(\/|$)/;

/** @param hosted two or more */
export function front(hosted: readonly Hosted[], safety: Guard): Hono<Env> {
  const [first] = hosted;
  const inner = new Map(hosted.map((one) => [one.house.name, dashboard(one.house, one.desk, safety, true)]));
  const houses = hosted.map((one) => one.house);
  const app = new Hono<Env>();
  app.use(safety.headers);
  hookRoutes(app, houses);
  app.use(safety.host);
  app.get("/health", async (c) => {
    const all = await Promise.all(houses.map(async (house) => [house.name, await healthOf(house)] as const));
    const late = all.some(([, health]) => health.status === "late");
    return c.json({ status: late ? "late" : "ok", connections: Object.fromEntries(all) }, late ? 503 : 200);
  });
  app.get("/metrics", async (c) => c.text((await Promise.all(houses.map((house) => metricsOf(house, true)))).join("")));
  app.get("/connections", safety.session, async (c) => {
    const language = languageFor(c, first!.house.language);
    const shown = await Promise.all(hosted.map(shownOf));
    const view = {
      t: texts(language),
      language,
      csrf: c.get("session").csrf,
      path: "/connections",
      audience: "Copper ↔ Mailchimp",
      busy: false,
      several: true,
    };
    return c.html(<Connections view={view} connections={shown} />);
  });
  app.get("/connections/:name", safety.session, (c) => {
    const name = c.req.param("name");
    if (!inner.has(name)) return c.notFound();
    safety.choose(c.get("session"), name);
    return c.redirect("/");
  });
  app.all("*", (c: Context<Env>) => {
    const session = safety.of(c);
    const chosen = session?.connection;
    const to = chosen === undefined ? undefined : inner.get(chosen);
    if (to !== undefined) return to.fetch(c.req.raw, c.env);
    if (session !== undefined && !COMMON.test(c.req.path)) return c.redirect("/connections");
    return inner.get(first!.house.name)!.fetch(c.req.raw, c.env);
  });
  return app;
}

async function shownOf({ house, desk }: Hosted): Promise<ConnectionShown> {
  const [health, waiting, [last]] = await Promise.all([healthOf(house), house.store.waiting(), house.store.runs(1)]);
  return {
    name: house.name,
    audience: house.audience,
    late: health.status === "late",
    lastSuccess: health.lastSuccess,
    outcome: last?.outcome ?? null,
    conflicts: last?.conflicts ?? 0,
    marked: waiting.reviews.filter((one) => !one.ignored).length,
    failures: last?.failures ?? 0,
    busy: desk.current()?.state === "going",
  };
}
