/** Routes of one connection's pages. The login, styles and webhooks come before them (`tenant-router.tsx`). */
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

/** The reasons that need a person besides conflicts: marked for deletion, or failing to sync. */
const WAITING: readonly StandingReason[] = ["marked", ...reasonsOf("failing")];

/** Counts what needs a person. It uses indexes only, since every page shows the number. */
async function waiting(store: Pick<Store, "standingCount">, conflicts: Pick<Conflicts, "open">): Promise<number> {
  const [contacts, open] = await Promise.all([store.standingCount(WAITING), conflicts.open()]);
  return contacts + open.length;
}

/**
 * Returns the path prefix of a connection's pages. With the name in the path, tabs on two connections do not interfere
 * and links can be shared.
 */
export function baseOf({ name }: Pick<DashboardBackend, "name">): string {
  return `/c/${encodeURIComponent(name)}`;
}

/**
 * Creates the application of one connection; it does not listen yet.
 * @param runner performs the long jobs
 * @param several whether there are other connections, with a page that lists them all
 * @param explain returns an error as a text for the reader
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
    admits: async (c) => !runner.closed() && (await safety.of(c)) !== undefined,
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
      // Clients have no list of connections
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
    // The live stream and downloads have no navigation, so they need no count
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
