/** The dashboard's door: which page answers which address. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Context, Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { getCookie, setCookie } from "hono/cookie";
import { type Language, texts } from "../i18n/texts.ts";
import { Door } from "../pages/door.tsx";
import type { Holdings, RunLine } from "../plan/ports.ts";
import { contactRoutes } from "./contact-routes.tsx";
import type { Desk } from "./desk.ts";
import { hookRoutes } from "./hook-routes.ts";
import type { House } from "./house.ts";
import { jobRoutes } from "./job-routes.tsx";
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

/** @returns the application; nothing listens yet */
export function dashboard(house: House, desk: Desk, safety: Guard): Hono<Env> {
  const app = new Hono<Env>();
  const language = (c: Context): Language => {
    const chosen = getCookie(c, "lang");
    return chosen === "fr" || chosen === "en" ? chosen : house.language;
  };
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
    }),
    failure(c) {
      const { error } = desk.current() ?? {};
      return error === undefined ? undefined : house.explain(error, language(c));
    },
  };
  app.use(safety.headers);
  hookRoutes(app, house);
  app.use(safety.host);
  app.use(bodyLimit({ maxSize: LARGEST_FORM, onError: (c) => c.text("Too large.", 413) }));
  app.get("/files/:name", async (c) => {
    const name = c.req.param("name");
    const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    if (file === undefined) return c.notFound();
    const body = await readFile(fileURLToPath(file.url()));
    return c.body(body, 200, { "Content-Type": file.type, "Cache-Control": "max-age=3600" });
  });
  app.get("/enter", (c) => {
    const token = c.req.query("token");
    if (token === undefined) return c.html(<Door t={texts(language(c))} language={language(c)} state="asking" />);
    const entered = safety.enter(c, token);
    const state = "session" in entered ? "in" : "wrong";
    return c.html(<Door t={texts(language(c))} language={language(c)} state={state} />, state === "in" ? 200 : 403);
  });
  app.post("/enter", async (c) => {
    const { token } = await c.req.parseBody();
    const entered = safety.enter(c, String(token ?? ""));
    const state = "session" in entered ? "in" : "wrong";
    return c.html(<Door t={texts(language(c))} language={language(c)} state={state} />, state === "in" ? 200 : 403);
  });
  app.get("/health", async (c) => {
    const runs = await house.store.runs(50);
    const success = runs.find((run) => run.outcome === "ok" || run.outcome === "partial");
    const late = success === undefined || house.now() - Date.parse(success.finishedAt) > 2 * house.interval * 1000;
    return c.json({ status: late ? "late" : "ok", lastSuccess: success?.finishedAt ?? null }, late ? 503 : 200);
  });
  app.get("/metrics", async (c) => c.text(metrics(await house.store.runs(1), await house.store.holdings())));
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

/** Figures for Prometheus; nobody's name or address is among them. */
function metrics(runs: readonly RunLine[], { persons, members, links }: Holdings): string {
  const [last] = runs;
  const lines = [
    `sync_people ${persons}`,
    `sync_members ${members}`,
    `sync_links ${links}`,
    ...(last === undefined
      ? []
      : [
          `sync_last_run_timestamp_seconds ${Date.parse(last.finishedAt) / 1000}`,
          `sync_last_run_ok ${last.outcome === "ok" ? 1 : 0}`,
          `sync_last_run_failures ${last.failures}`,
          `sync_last_run_conflicts ${last.conflicts}`,
          `sync_last_run_requests ${last.requests}`,
        ]),
  ];
  return `${lines.join("\n")}\n`;
}
