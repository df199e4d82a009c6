/** One connection's pages: which answers which address. The way in, styles and webhooks are before it (`tenant-router.tsx`). */
import { type Context, Hono } from "hono";
import { type Language, texts } from "../i18n/texts.ts";
import { reasonsOf, type StandingReason } from "../plan/standings.ts";
import type { Store } from "../ports/store.ts";
import type { Auth } from "./auth.ts";
import type { DashboardBackend } from "./backend.ts";
import { type Conflicts, conflictsOf } from "./conflicts.ts";
import { type Explained, handleErrors } from "./error-pages.tsx";
import type { JobRunner } from "./job-runner.ts";
import { languageFor } from "./language.ts";
import type { Env, RouteContext } from "./route-context.ts";
import { conflictRoutes } from "./routes/conflict-routes.tsx";
import { contactRoutes } from "./routes/contact-routes.tsx";
import { jobRoutes } from "./routes/job-routes.tsx";
import { reviewRoutes } from "./routes/review-routes.tsx";
import { runRoutes } from "./routes/run-routes.tsx";
import { settingsRoutes } from "./routes/settings-routes.tsx";

/** Those who wait for a human besides conflicts: for a decision, or because they could not be synced. */
const WAITING: readonly StandingReason[] = ["marked", ...reasonsOf("failing")];

/** Counts what waits for a human, by index alone: every page asks. */
async function waiting(store: Pick<Store, "standingCount">, conflicts: Pick<Conflicts, "open">): Promise<number> {
  const [contacts, open] = await Promise.all([store.standingCount(WAITING), conflicts.open()]);
  return contacts + open.length;
}

/** Where a connection's pages lie: two tabs on two connections do not disturb each other, and a link can be shared. */
export function baseOf({ name }: Pick<DashboardBackend, "name">): string {
  return `/c/${encodeURIComponent(name)}`;
}

/**
 * @param several whether there are other connections beside this one, and a page of all of them
 * @param explain what is said of errors
 * @returns the application of one connection; nothing listens yet
 */
export function dashboard(
  backend: DashboardBackend,
  runner: JobRunner,
  safety: Auth,
  several: boolean,
  explain: (error: unknown, language: Language) => Explained,
): Hono<Env> {
  const app = new Hono<Env>();
  const language = (c: Context): Language => languageFor(c, backend.language);
  const context: RouteContext = {
    backend,
    runner,
    view: (c) => ({
      t: texts(language(c)),
      language: language(c),
      csrf: safety.formToken(c.get("session"), backend.id),
      base: baseOf(backend),
      path: new URL(c.req.url).pathname,
      audience: backend.audience,
      elsewhere: backend.elsewhere,
      ...(several && { connection: backend.name }),
      todo: c.get("todo"),
      busy: runner.current()?.state === "going",
      several: several && c.get("session").client === undefined,
    }),
    start(c, command) {
      if (runner.start(command))
        backend.noted?.(c.get("session").client === undefined ? "operator" : "client", command);
    },
    failure(c) {
      const { error } = runner.current() ?? {};
      return error === undefined ? undefined : backend.explain(error, language(c));
    },
  };
  const conflicts = conflictsOf(backend.store, backend.now);
  app.use(safety.session(backend.id));
  app.use(async (c, next) => {
    // What has no navigation around it
    if (!/^\/job\/live$|\.csv$/.test(c.req.path)) c.set("todo", await waiting(backend.store, conflicts));
    return next();
  });
  runRoutes(app, context, conflicts);
  conflictRoutes(app, context, conflicts);
  reviewRoutes(app, context);
  contactRoutes(app, context);
  jobRoutes(app, context);
  settingsRoutes(app, context);
  handleErrors(app, { language: backend.language, explain, log: backend.log });
  return app;
}
