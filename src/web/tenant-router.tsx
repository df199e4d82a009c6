/**
 * Routes of the whole server: the login, monitors, webhooks, the list of connections, and under `/c/NAME/` the pages of
 * each connection. CSRF tokens depend on the connection's id, so a later connection of the same name rejects old forms.
 * A client can access one connection only; all others answer 404.
 */
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { type Language, texts } from "../i18n/texts.ts";
import type { AccessToken } from "../ports/access-tokens.ts";
import type { AuditEntry } from "../ports/audit-log.ts";
import type { Glance } from "../ports/connection-repository.ts";
import { TITLE } from "../services/services.ts";
import { type Auth, LOGIN } from "./auth.ts";
import type { DashboardBackend } from "./backend.ts";
import { commonRoutes } from "./common-routes.tsx";
import { baseOf, dashboard } from "./connection-routes.tsx";
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

/** The largest form (bytes): a decision on a hundred thousand people. */
const LARGEST_FORM = 4_000_000;

/** The methods of requests that this server answers. */
const METHODS: readonly string[] = ["GET", "HEAD", "POST"];

/** A connection with its job runner. */
export interface Hosted {
  readonly backend: DashboardBackend;
  readonly runner: JobRunner;
}

/** The connections of a server, and what the operator can do with them. */
export interface Tenants {
  /** Returns the current connections; the database may get more. */
  hosted(): Promise<readonly Hosted[]>;
  /** Returns the set-up while it is in progress: no other page is available until it ends. */
  setup?(): SetupBackend | undefined;
  /** Returns the audit log, newest first; absent without one. */
  audit?(): Promise<readonly AuditEntry[]>;
  /** Returns the state of all connections by id, in one query; absent if each has to be asked. */
  glances?(): Promise<ReadonlyMap<string, Glance>>;
  /** Pauses or resumes a connection, by id; absent if connections cannot be paused. */
  pause?(id: string, pause: boolean): Promise<void>;
  /** Returns the valid access tokens by connection id; absent if there are none. */
  links?(): Promise<ReadonlyMap<string, readonly AccessToken[]>>;
  /** Revokes an access token, with the sessions it began. @param id the connection's id */
  unlink?(id: string, link: string): Promise<void>;
  /** Whether clients have access from outside. Then names are hidden without a session, and monitors need the token. */
  readonly clients: boolean;
  /** Returns whether a token is the operator's; monitors send it. */
  trusts(token: string): boolean;
  /** Finds the connection of a webhook's secret. */
  hooked(secret: string): Promise<DashboardBackend | undefined>;
  /** The language for visitors who have not chosen one. */
  readonly language: Language;
  explain(error: unknown, language: Language): Explained;
  log(line: string): void;
}

/** Creates the application of the whole server. */
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
  /** Returns whether there is only one connection, which needs no list. */
  const alone = (all: readonly Hosted[]) => !tenants.clients && all.length === 1;
  const app = new Hono<Env>();
  /**
   * Returns the connections that a request may see: a client its own, the operator all. Without a session, all are
   * visible if there are no clients, otherwise none.
   */
  const visible = async (c: Context<Env>, all: readonly Hosted[]): Promise<readonly Hosted[]> => {
    const session = await safety.of(c);
    // A client must not learn which other connections exist
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
      audience: TITLE,
      busy: false,
      several: true,
      audited: tenants.audit !== undefined,
      pausing: tenants.pause !== undefined,
    };
  };
  /**
   * Returns the connection of a name. Hides other connections from a client.
   * @throws HTTPException 404 if there is none
   */
  const named = async (c: Context<Env>, name: string): Promise<DashboardBackend> => {
    const { client } = c.get("session");
    const found = (await tenants.hosted()).find((one) => one.backend.name === name)?.backend;
    if (found === undefined || (client !== undefined && client.connection !== found.id)) throw new HTTPException(404);
    return found;
  };
  app.use(safety.headers);
  app.use(async (c, next) => {
    // Some methods cannot be handed on, and no page has any other than these
    if (METHODS.includes(c.req.method)) return next();
    return c.text("This method is not supported.", 405, { Allow: METHODS.join(", ") });
  });
  // Webhooks come before the host check, since services may use another name for this server
  hookRoutes(app, { hooked: tenants.hooked, now: Date.now });
  app.use(safety.host);
  app.use(
    bodyLimit({
      maxSize: LARGEST_FORM,
      onError: () => {
        throw new HTTPException(413);
      },
    }),
  );
  // During the set-up no language is configured yet, so use the browser's
  const spoken = accepted(language);
  commonRoutes(app, safety, (c) => (tenants.setup?.() === undefined ? language : spoken(c)));
  app.get("/health", async (c) => {
    // Report the process only: restarting it would not fix a connection or the database
    if (c.req.query("connections") === undefined) return c.json({ status: "ok" });
    const hosted = await tenants.hosted();
    const all = await Promise.all(hosted.map(async (one) => [one, await healthOf(one.backend)] as const));
    // A paused connection is late on purpose
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
  // The set-up is over: redirect pages that are still open
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
    // Answer 404 to clients, so that the page seems not to exist
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
    // Do not check the form here: its body can be read only once, by the inner application
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
    // The inner application does not know its prefix
    const location = answer.headers.get("location");
    if (location === null || location === LOGIN) return answer;
    const moved = new Response(answer.body, answer);
    moved.headers.set("location", `${baseOf(to.backend)}${location}`);
    return moved;
  });
  /** Redirects paths without a connection, from before connections had a prefix, to the connection viewed last. */
  app.all("*", async (c: Context<Env>) => {
    const session = await safety.of(c);
    if (session === undefined) return safety.turnAway(c);
    const all = await tenants.hosted();
    const of = session.client?.connection ?? session.connection;
    const to = alone(all) ? all[0] : all.find((one) => one.backend.id === of);
    if (to === undefined) return session.client === undefined ? c.redirect("/connections") : c.notFound();
    const { pathname, search } = new URL(c.req.url);
    // 307 keeps a form's method and body; the target checks its token
    const status = c.req.method === "GET" || c.req.method === "HEAD" ? 302 : 307;
    return c.redirect(`${baseOf(to.backend)}${pathname.replace(/^\/c\/[^/]+$/, "/")}${search}`, status);
  });
  handleErrors(app, tenants);
  return app;
}

/**
 * Returns a connection as its row in the list shows it.
 * @param glance its state, if it was read together with the others
 * @param links the access tokens that clients were given to it
 */
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
