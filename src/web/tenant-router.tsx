/**
 * Everything at one address: the login, monitors, webhooks, a page of all connections where there are several, and under
 * `/c/NAME/` the pages of each. The tokens of forms hang on the connection's identity, so that a later connection of the
 * same name is another one. A client has one connection only: for clients the others do not exist.
 */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { type Language, texts } from "../i18n/texts.ts";
import type { AccessToken, AuditEntry, Glance } from "../ports/connection-repository.ts";
import { type Auth, LOGIN } from "./auth.ts";
import type { DashboardBackend } from "./backend.ts";
import { commonRoutes } from "./common-routes.tsx";
import { baseOf, dashboard } from "./dashboard.tsx";
import { type Explained, handleErrors } from "./error-pages.tsx";
import { type Health, healthOf } from "./health.ts";
import type { JobRunner } from "./job-runner.ts";
import { accepted, languageFor } from "./language.ts";
import { metricsOf } from "./metrics.ts";
import { formOf, givenName, madeName, parsed, searchText } from "./request-input.ts";
import type { Env } from "./route-context.ts";
import { hookRoutes } from "./routes/hook-routes.ts";
import { setupPages } from "./routes/setup-routes.tsx";
import type { SetupBackend } from "./setup-backend.ts";
import { Audit } from "./views/audit.tsx";
import { type ConnectionShown, Connections } from "./views/connections.tsx";
import { Started } from "./views/setup/preview.tsx";

/** Bytes of the largest form: a decision on a hundred thousand people. */
const LARGEST_FORM = 4_000_000;

/** A connection with whoever works for it. */
export interface Hosted {
  readonly backend: DashboardBackend;
  readonly runner: JobRunner;
}

/** Everything that is behind the login. */
export interface Tenants {
  /** Those that there are now: the database may get more. */
  hosted(): Promise<readonly Hosted[]>;
  /** The set-up, as long as it is under way: until it ends there is nothing else to see. */
  setup?(): SetupBackend | undefined;
  /** Who did what, newest first; absent where nobody writes it down. */
  audit?(): Promise<readonly AuditEntry[]>;
  /** How all connections stand, by id, asked at once; absent where each is asked. */
  glances?(): Promise<ReadonlyMap<string, Glance>>;
  /** Pauses or resumes a connection, by id; absent where there is no pausing. */
  pause?(id: string, pause: boolean): Promise<void>;
  /** The links that clients were given and that are good, by the connections' ids; absent where none come in. */
  links?(): Promise<ReadonlyMap<string, readonly AccessToken[]>>;
  /** Takes a link of a connection back, with the sessions that it opened. @param id the connection's */
  unlink?(id: string, link: string): Promise<void>;
  /** Whether clients may come in from outside: then nobody is told the others' names, monitors have the token. */
  readonly clients: boolean;
  /** Whether a monitor has shown the operator's token. */
  trusts(token: string): boolean;
  /** Finds the connection that a webhook's secret belongs to. */
  hooked(secret: string): Promise<DashboardBackend | undefined>;
  /** The header in which Copper sends the secret. */
  readonly hookHeader: string;
  /** The language of readers who have not chosen one. */
  readonly language: Language;
  explain(error: unknown, language: Language): Explained;
  log(line: string): void;
}

export function tenantRouter(tenants: Tenants, safety: Auth): Hono<Env> {
  const { language, explain } = tenants;
  const setups = new WeakMap<SetupBackend, Hono<Env>>();
  const settingUp = (backend: SetupBackend): Hono<Env> => {
    const pages = setups.get(backend) ?? setupPages(backend, safety, tenants);
    setups.set(backend, pages);
    return pages;
  };
  const inner = new WeakMap<DashboardBackend, Hono<Env>>();
  const inside = ({ backend, runner }: Hosted, several: boolean): Hono<Env> => {
    const app = inner.get(backend) ?? dashboard(backend, runner, safety, several, explain);
    inner.set(backend, app);
    return app;
  };
  /** Whether there is one connection only, which needs no page of all of them. */
  const alone = (all: readonly Hosted[]) => !tenants.clients && all.length === 1;
  const app = new Hono<Env>();
  /** What may be told: a client its own, the operator all, nobody anything where clients come in. */
  const visible = async (c: Context<Env>, all: readonly Hosted[]): Promise<readonly Hosted[]> => {
    const session = await safety.of(c);
    const { client } = session ?? {};
    if (client !== undefined) return all.filter((one) => one.backend.id === client.connection);
    const bearer = /^Bearer (.+)$/.exec(c.req.header("authorization") ?? "")?.[1] ?? "";
    return session !== undefined || !tenants.clients || tenants.trusts(bearer) ? all : [];
  };
  const viewOf = (c: Context<Env>, path: string) => {
    const reader = languageFor(c, language);
    return {
      t: texts(reader),
      language: reader,
      csrf: safety.formToken(c.get("session"), ""),
      base: "",
      path,
      audience: "Copper ↔ Mailchimp",
      busy: false,
      several: true,
      audited: tenants.audit !== undefined,
      pausing: tenants.pause !== undefined,
    };
  };
  /** The connection of that name; nobody else's for a client. Throws HTTPException 404. */
  const named = async (c: Context<Env>, name: string): Promise<DashboardBackend> => {
    const { client } = c.get("session");
    const found = (await tenants.hosted()).find((one) => one.backend.name === name)?.backend;
    if (found === undefined || (client !== undefined && client.connection !== found.id)) throw new HTTPException(404);
    return found;
  };
  app.use(safety.headers);
  hookRoutes(app, { hooked: tenants.hooked, header: tenants.hookHeader, now: Date.now });
  app.use(safety.host);
  app.use(
    bodyLimit({
      maxSize: LARGEST_FORM,
      onError: () => {
        throw new HTTPException(413);
      },
    }),
  );
  // Nobody has said yet which language the program is to speak
  const spoken = accepted(language);
  commonRoutes(app, safety, (c) => (tenants.setup?.() === undefined ? language : spoken(c)));
  app.get("/health", async (c) => {
    // Of the process: what a connection or the database lacks is not mended by starting it anew
    if (c.req.query("connections") === undefined) return c.json({ status: "ok" });
    const hosted = await tenants.hosted();
    const all = await Promise.all(hosted.map(async (one) => [one, await healthOf(one.backend)] as const));
    // One that somebody has paused is late on purpose
    const late = all.some(([{ backend }, { status }]) => status === "late" && !backend.standing?.().paused);
    const seen = new Set(await visible(c, hosted));
    const connections: Record<string, Health> = Object.fromEntries(
      all.filter(([one]) => seen.has(one)).map(([{ backend }, health]) => [backend.name, health]),
    );
    return c.json({ status: late ? "late" : "ok", connections }, late ? 503 : 200);
  });
  app.get("/metrics", async (c) => {
    const all = await tenants.hosted();
    const seen = await visible(c, all);
    if (seen.length === 0) return c.text("The administrator’s token is needed.", 401);
    return c.text((await Promise.all(seen.map(({ backend }) => metricsOf(backend, !alone(all))))).join(""));
  });
  app.use(async (c, next) => {
    const setup = tenants.setup?.();
    if (setup === undefined) return next();
    return (await safety.of(c)) === undefined ? safety.turnAway(c) : settingUp(setup).fetch(c.req.raw, c.env);
  });
  // Over: a page that is still open somewhere leads to what runs by now
  app.get("/setup/*", safety.session(""), (c) => c.redirect("/"));
  app.get("/started", safety.session(""), (c) =>
    c.html(<Started view={{ ...viewOf(c, "/started"), several: false }} />),
  );
  app.get("/connections", safety.session(""), async (c) => {
    const all = await tenants.hosted();
    if (c.get("session").client !== undefined || alone(all)) return c.redirect("/");
    const [glances, links] = await Promise.all([tenants.glances?.(), tenants.links?.()]);
    const shown = await Promise.all(
      all.map((one) => shownOf(one, glances?.get(one.backend.id), links?.get(one.backend.id))),
    );
    return c.html(
      <Connections
        view={viewOf(c, "/connections")}
        connections={shown}
        text={parsed(searchText, c.req.query("q"))}
        revoked={c.req.query("revoked") !== undefined}
      />,
    );
  });
  app.get("/connections/:name", safety.session(""), async (c) => {
    return c.redirect(`${baseOf(await named(c, parsed(givenName, c.req.param("name"))))}/`);
  });
  app.post("/connections/:step{pause|resume}", safety.session(""), async (c) => {
    if (tenants.pause === undefined || c.get("session").client !== undefined) throw new HTTPException(404);
    const { id } = await formOf(c);
    const found = (await tenants.hosted()).find((one) => one.backend.id === id)?.backend;
    if (found === undefined) throw new HTTPException(404);
    await tenants.pause(found.id, c.req.param("step") === "pause");
    return c.redirect("/connections", 303);
  });
  app.post("/connections/unlink", safety.session(""), async (c) => {
    if (tenants.unlink === undefined || c.get("session").client !== undefined) throw new HTTPException(404);
    const { id, link } = await formOf(c);
    const found = (await tenants.hosted()).find((one) => one.backend.id === id)?.backend;
    if (found === undefined) throw new HTTPException(404);
    await tenants.unlink(found.id, parsed(madeName, link));
    return c.redirect("/connections?revoked", 303);
  });
  app.get("/audit", safety.session(""), async (c) => {
    if (tenants.audit === undefined || c.get("session").client !== undefined) return c.notFound();
    return c.html(<Audit view={viewOf(c, "/audit")} entries={await tenants.audit()} />);
  });
  app.all("/c/:name{[^/]+}/*", async (c: Context<Env>) => {
    // Only looked at: the form is read once, behind
    const session = await safety.of(c);
    if (session === undefined) return safety.turnAway(c);
    const all = await tenants.hosted();
    const name = parsed(givenName, c.req.param("name"));
    const to = all.find((one) => one.backend.name === name);
    if (to === undefined || (session.client !== undefined && session.client.connection !== to.backend.id))
      return c.notFound();
    session.connection = to.backend.id;
    const url = new URL(c.req.url);
    url.pathname = url.pathname.replace(/^\/c\/[^/]+/, "");
    const answer = await inside(to, !alone(all)).fetch(new Request(url, c.req.raw), c.env);
    // Inside they know nothing of where they lie
    const location = answer.headers.get("location");
    if (location === null || location === LOGIN) return answer;
    const moved = new Response(answer.body, answer);
    moved.headers.set("location", `${baseOf(to.backend)}${location}`);
    return moved;
  });
  /** Addresses of before connections had their own: they lead to the one that was looked at last. */
  app.all("*", async (c: Context<Env>) => {
    const session = await safety.of(c);
    if (session === undefined) return safety.turnAway(c);
    const all = await tenants.hosted();
    const of = session.client?.connection ?? session.connection;
    const to = alone(all) ? all[0] : all.find((one) => one.backend.id === of);
    if (to === undefined) return session.client === undefined ? c.redirect("/connections") : c.notFound();
    const { pathname, search } = new URL(c.req.url);
    // A form keeps its method and what it says; its token is checked there
    const status = c.req.method === "GET" || c.req.method === "HEAD" ? 302 : 307;
    return c.redirect(`${baseOf(to.backend)}${pathname.replace(/^\/c\/[^/]+$/, "/")}${search}`, status);
  });
  handleErrors(app, tenants);
  return app;
}

/** @param glance what is known of it without asking @param links that clients were given to it */
async function shownOf(
  { backend, runner }: Hosted,
  glance?: Glance,
  links: readonly AccessToken[] = [],
): Promise<ConnectionShown> {
  const { last, lastSuccess, marked } = glance ?? (await glanceOf(backend));
  const standing = backend.standing?.();
  const late = lastSuccess === null || backend.now() - Date.parse(lastSuccess) > 2 * backend.interval * 1000;
  return {
    id: backend.id,
    name: backend.name,
    audience: backend.audience,
    late,
    lastSuccess,
    outcome: last?.outcome ?? null,
    conflicts: last?.conflicts ?? 0,
    marked,
    failures: last?.failures ?? 0,
    busy: runner.current()?.state === "going",
    paused: standing?.paused ?? false,
    trouble: standing?.trouble ?? null,
    due: standing?.due ?? null,
    links,
  };
}

async function glanceOf(backend: DashboardBackend): Promise<Glance> {
  const [health, waiting, [last]] = await Promise.all([
    healthOf(backend),
    backend.store.waiting(),
    backend.store.runs(1, 0, true),
  ]);
  return {
    last: last ?? null,
    lastSuccess: health.lastSuccess,
    marked: waiting.reviews.filter((one) => !one.ignored).length,
  };
}
