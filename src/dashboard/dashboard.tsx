/** One connection's pages: which answers which address. The way in, styles and webhooks are before it (`front.tsx`). */
import { type Context, Hono } from "hono";
import { type Language, texts } from "../i18n/texts.ts";
import type { Store } from "../plan/ports.ts";
import { reasonsOf, type StandingReason } from "../plan/standings.ts";
import { conflictRoutes } from "./conflict-routes.tsx";
import { type Conflicts, conflictsOf } from "./conflicts.ts";
import { contactRoutes } from "./contact-routes.tsx";
import type { Desk } from "./desk.ts";
import { answerFailures, type Explained } from "./failing.tsx";
import type { House } from "./house.ts";
import { jobRoutes } from "./job-routes.tsx";
import { languageFor } from "./language.ts";
import { reviewRoutes } from "./review-routes.tsx";
import type { Env, Rooms } from "./rooms.ts";
import { runRoutes } from "./run-routes.tsx";
import type { Guard } from "./security.ts";
import { settingsRoutes } from "./settings-routes.tsx";

/** Those who wait for a human besides conflicts: for a decision, or because they could not be synced. */
const WAITING: readonly StandingReason[] = ["marked", ...reasonsOf("failing")];

/** Counts what waits for a human, by index alone: every page asks. */
async function waiting(store: Pick<Store, "standingCount">, conflicts: Pick<Conflicts, "open">): Promise<number> {
  const [contacts, open] = await Promise.all([store.standingCount(WAITING), conflicts.open()]);
  return contacts + open.length;
}

/** Where a connection's pages lie: two tabs on two connections do not disturb each other, and a link can be shared. */
export function baseOf({ name }: Pick<House, "name">): string {
  return `/c/${encodeURIComponent(name)}`;
}

/**
 * @param several whether there are other connections beside this one, and a page of all of them
 * @param explain what is said of errors
 * @returns the application of one connection; nothing listens yet
 */
export function dashboard(
  house: House,
  desk: Desk,
  safety: Guard,
  several: boolean,
  explain: (error: unknown, language: Language) => Explained,
): Hono<Env> {
  const app = new Hono<Env>();
  const language = (c: Context): Language => languageFor(c, house.language);
  const rooms: Rooms = {
    house,
    desk,
    view: (c) => ({
      t: texts(language(c)),
      language: language(c),
      csrf: safety.formToken(c.get("session"), house.id),
      base: baseOf(house),
      path: new URL(c.req.url).pathname,
      audience: house.audience,
      elsewhere: house.elsewhere,
      ...(several && { connection: house.name }),
      todo: c.get("todo"),
      busy: desk.current()?.state === "going",
      several: several && c.get("session").client === undefined,
    }),
    ask(c, wish) {
      if (desk.ask(wish)) house.noted?.(c.get("session").client === undefined ? "operator" : "client", wish);
    },
    failure(c) {
      const { error } = desk.current() ?? {};
      return error === undefined ? undefined : house.explain(error, language(c));
    },
  };
  const conflicts = conflictsOf(house.store, house.now);
  app.use(safety.session(house.id));
  app.use(async (c, next) => {
    // What has no navigation around it
    if (!/^\/job\/live$|\.csv$/.test(c.req.path)) c.set("todo", await waiting(house.store, conflicts));
    return next();
  });
  runRoutes(app, rooms, conflicts);
  conflictRoutes(app, rooms, conflicts);
  reviewRoutes(app, rooms);
  contactRoutes(app, rooms);
  jobRoutes(app, rooms);
  settingsRoutes(app, rooms);
  answerFailures(app, { language: house.language, explain, log: house.log });
  return app;
}
