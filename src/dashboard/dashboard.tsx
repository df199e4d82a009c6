/** The dashboard's door: which page answers which address. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { setCookie } from "hono/cookie";
import { type Language, texts } from "../i18n/texts.ts";
import { Door } from "../pages/door.tsx";
import { contactRoutes } from "./contact-routes.tsx";
import type { Desk } from "./desk.ts";
import { healthOf, metricsOf } from "./figures.ts";
import { hookRoutes } from "./hook-routes.ts";
import type { House } from "./house.ts";
import { jobRoutes } from "./job-routes.tsx";
import { languageFor } from "./language.ts";
import { reviewRoutes } from "./review-routes.tsx";
import type { Env, Rooms } from "./rooms.ts";
import { runRoutes } from "./run-routes.tsx";
import type { Guard } from "./security.ts";

/** Files that pages ask for: all from this package or its dependencies, nothing from elsewhere. */
const FILES: Readonly<Record<string, { readonly type: string; url(): string }>> = {
  "pico.css": { type: "text/css", url: () => import.meta.resolve("@picocss/pico/css/pico.classless.min.css") },
  "dashboard.css": { type: "text/css", url: () => new URL("../../assets/dashboard.css", import.meta.url).href },
  "dashboard.js": { type: "text/javascript", url: () => new URL("../../assets/dashboard.js", import.meta.url).href },
  "htmx.js": { type: "text/javascript", url: () => import.meta.resolve("htmx.org/dist/htmx.min.js") },
  "hx-sse.js": { type: "text/javascript", url: () => import.meta.resolve("htmx.org/dist/ext/hx-sse.min.js") },
};

/** Bytes of the largest form: a decision on a hundred thousand people. */
const LARGEST_FORM = 4_000_000;

/**
 * @param several whether there are other connections beside this one, and a page of all of them
 * @returns the application of one connection; nothing listens yet
 */
export function dashboard(house: House, desk: Desk, safety: Guard, several = false): Hono<Env> {
  const app = new Hono<Env>();
  const language = (c: Context): Language => languageFor(c, house.language);
  const rooms: Rooms = {
    house,
    desk,
    view: (c) => ({
      t: texts(language(c)),
      language: language(c),
      csrf: c.get("session").csrf,
      path: new URL(c.req.url).pathname,
      audience: house.audience,
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
  app.use(safety.headers);
  hookRoutes(app, async () => [house]);
  app.use(safety.host);
  app.use(bodyLimit({ maxSize: LARGEST_FORM, onError: (c) => c.text("Too large.", 413) }));
  app.get("/files/:name", async (c) => {
    const name = c.req.param("name");
    const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    if (file === undefined) return c.notFound();
    const body = await readFile(fileURLToPath(file.url()));
    return c.body(body, 200, { "Content-Type": file.type, "Cache-Control": "max-age=3600" });
  });
  app.get("/enter", async (c) => {
    const token = c.req.query("token");
    if (token === undefined) return c.html(<Door t={texts(language(c))} language={language(c)} state="asking" />);
    const entered = await safety.enter(c, token);
    const state = "session" in entered ? "in" : "wrong";
    return c.html(<Door t={texts(language(c))} language={language(c)} state={state} />, state === "in" ? 200 : 403);
  });
  app.post("/enter", async (c) => {
    const { token } = await c.req.parseBody();
    const entered = await safety.enter(c, String(token ?? ""));
    const state = "session" in entered ? "in" : "wrong";
    return c.html(<Door t={texts(language(c))} language={language(c)} state={state} />, state === "in" ? 200 : 403);
  });
  app.get("/health", async (c) => {
    const health = await healthOf(house);
    return c.json(health, health.status === "late" ? 503 : 200);
  });
  app.get("/metrics", async (c) => c.text(await metricsOf(house)));
  app.use(safety.session);
  app.get("/language/:language", (c) => {
    const chosen = c.req.param("language") === "fr" ? "fr" : "en";
    setCookie(c, "lang", chosen, { path: "/", sameSite: "Strict", maxAge: 31_536_000 });
    const back = c.req.query("back") ?? "/";
    return c.redirect(/^\/(?![/\\])/.test(back) ? back : "/");
  });
  runRoutes(app, rooms);
  reviewRoutes(app, rooms);
  contactRoutes(app, rooms);
  jobRoutes(app, rooms);
  app.onError((error, c) => {
    // The address of a webhook holds its secret
    const path = c.req.path.replace(/^(\/hooks\/\w+\/).*/, "$1…");
    house.log(`dashboard ${c.req.method} ${path}: ${error.message}`);
    return c.text(house.explain(error, language(c)), 500);
  });
  return app;
}
