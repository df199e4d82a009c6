/**
 * Several connections at one door: a page of all of them, and whichever somebody has chosen behind it, on the pages
 * that a single connection has. What is chosen is in the session, and the form of another connection is refused. A
 * client has one connection only: for him the others do not exist.
 */
import { type Context, Hono } from "hono";
import { texts } from "../i18n/texts.ts";
import { Audit } from "../pages/audit.tsx";
import { type ConnectionShown, Connections } from "../pages/connections.tsx";
import type { AuditEntry } from "../plan/many.ts";
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

/** Everything that is behind the door. */
export interface Quarter {
  /** Those that there are now: the database may get more. */
  hosted(): Promise<readonly Hosted[]>;
  /** Who did what, newest first; absent where nobody writes it down. */
  audit?(): Promise<readonly AuditEntry[]>;
  /** Whether whoever may come in from outside: then nobody is told the others' names, monitors have the token. */
  readonly clients: boolean;
  /** Whether a monitor has shown the operator's token. */
  trusts(token: string): boolean;
}

/** Pages that belong to no connection: the door, and what it looks like. */
const COMMON = /^\/(enter|files|language)(\/|$)/;

export function front(quarter: Quarter, safety: Guard): Hono<Env> {
  const inner = new WeakMap<House, Hono<Env>>();
  const inside = ({ house, desk }: Hosted): Hono<Env> => {
    const app = inner.get(house) ?? dashboard(house, desk, safety, true);
    inner.set(house, app);
    return app;
  };
  const app = new Hono<Env>();
  /** What somebody may be told of: a client his own, the operator all, nobody anything where clients come in. */
  const visible = (c: Context<Env>, all: readonly Hosted[]): readonly Hosted[] => {
    const session = safety.of(c);
    if (session?.client !== undefined) return all.filter((one) => one.house.name === session.client);
    const bearer = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    return session !== undefined || !quarter.clients || quarter.trusts(bearer) ? all : [];
  };
  const viewOf = (c: Context<Env>, path: string, [first]: readonly Hosted[]) => {
    const language = languageFor(c, first?.house.language ?? "en");
    return {
      t: texts(language),
      language,
      csrf: c.get("session").csrf,
      path,
      audience: "Copper ↔ Mailchimp",
      busy: false,
      several: true,
      audited: quarter.audit !== undefined,
    };
  };
  app.use(safety.headers);
  hookRoutes(app, async () => (await quarter.hosted()).map((one) => one.house));
  app.use(safety.host);
  app.get("/health", async (c) => {
    const hosted = await quarter.hosted();
    const all = await Promise.all(hosted.map(async (one) => [one, await healthOf(one.house)] as const));
    const late = all.some(([, health]) => health.status === "late");
    const seen = new Set(visible(c, hosted));
    const connections = Object.fromEntries(
      all.filter(([one]) => seen.has(one)).map(([{ house }, health]) => [house.name, health]),
    );
    return c.json({ status: late ? "late" : "ok", connections }, late ? 503 : 200);
  });
  app.get("/metrics", async (c) => {
    const seen = visible(c, await quarter.hosted());
    if (seen.length === 0) return c.text("The operator’s token is needed.", 401);
    return c.text((await Promise.all(seen.map(({ house }) => metricsOf(house, true)))).join(""));
  });
  app.get("/connections", safety.session, async (c) => {
    if (c.get("session").client !== undefined) return c.redirect("/");
    const all = await quarter.hosted();
    return c.html(
      <Connections view={viewOf(c, "/connections", all)} connections={await Promise.all(all.map(shownOf))} />,
    );
  });
  app.get("/connections/:name", safety.session, async (c) => {
    const name = c.req.param("name");
    const session = c.get("session");
    const known = (await quarter.hosted()).some((one) => one.house.name === name);
    if (!known || (session.client !== undefined && session.client !== name)) return c.notFound();
    safety.choose(session, name);
    return c.redirect("/");
  });
  app.get("/audit", safety.session, async (c) => {
    if (quarter.audit === undefined || c.get("session").client !== undefined) return c.notFound();
    const view = viewOf(c, "/audit", await quarter.hosted());
    return c.html(<Audit view={view} entries={await quarter.audit()} />);
  });
  app.all("*", async (c: Context<Env>) => {
    const session = safety.of(c);
    const all = await quarter.hosted();
    const to = all.find((one) => one.house.name === session?.connection);
    if (to !== undefined) return inside(to).fetch(c.req.raw, c.env);
    // Taken away since: for a client there is nothing else
    if (session?.client !== undefined && !COMMON.test(c.req.path)) return c.notFound();
    if (session !== undefined && !COMMON.test(c.req.path)) return c.redirect("/connections");
    const [first] = all;
    return first === undefined ? c.notFound() : inside(first).fetch(c.req.raw, c.env);
  });
  return app;
}

async function shownOf({ house, desk }: Hosted): Promise<ConnectionShown> {
  const [health, waiting, [last]] = await Promise.all([healthOf(house), house.store.waiting(), house.store.runs(1)]);
  const standing = house.standing?.();
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
    paused: standing?.paused ?? false,
    trouble: standing?.trouble ?? null,
  };
}
