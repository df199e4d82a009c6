/** Routes that belong to no connection: styles and scripts, the login, the reader's language. */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Context, Hono } from "hono";
import { setCookie } from "hono/cookie";
import { texts } from "../i18n/texts.ts";
import { type Auth, EARLIER_LOGIN, LOGIN } from "./auth.ts";
import { languageFor, type Otherwise } from "./language.ts";
import { formOf } from "./request-input.ts";
import type { Env } from "./route-context.ts";
import { localAddress } from "./safe-redirect.ts";
import { Login } from "./views/login.tsx";

/** Static files: all from this package or its dependencies, so pages load nothing from other servers. */
const FILES: Readonly<Record<string, { readonly type: string; url(): string }>> = {
  "dashboard.css": { type: "text/css", url: () => new URL("../../assets/dashboard.css", import.meta.url).href },
  "dashboard.js": { type: "text/javascript", url: () => new URL("../../assets/dashboard.js", import.meta.url).href },
  "htmx.js": { type: "text/javascript", url: () => import.meta.resolve("htmx.org/dist/htmx.min.js") },
  "hx-sse.js": { type: "text/javascript", url: () => import.meta.resolve("htmx.org/dist/ext/hx-sse.min.js") },
};

/**
 * Adds the routes.
 * @param otherwise the language for visitors who have not chosen one
 */
export function commonRoutes(app: Hono<Env>, safety: Auth, otherwise: Otherwise): void {
  app.get("/files/:name", async (c) => {
    const name = c.req.param("name");
    const file = Object.hasOwn(FILES, name) ? FILES[name] : undefined;
    if (file === undefined) return c.notFound();
    const body = await readFile(fileURLToPath(file.url()));
    return c.body(body, 200, { "Content-Type": file.type, "Cache-Control": "max-age=3600" });
  });
  const enter = async (c: Context<Env>, token: string | undefined) => {
    const language = languageFor(c, otherwise);
    const t = texts(language);
    if (token === undefined) return c.html(<Login t={t} language={language} state="asking" />);
    const entered = await safety.enter(c, token);
    const state = "session" in entered ? "in" : "wrong";
    return c.html(<Login t={t} language={language} state={state} />, state === "in" ? 200 : 403);
  };
  for (const path of [LOGIN, EARLIER_LOGIN]) {
    app.get(path, (c) => enter(c, c.req.query("token")));
    app.post(path, async (c) => {
      const { token } = await formOf(c);
      return enter(c, typeof token === "string" ? token : "");
    });
  }
  app.get("/language/:language", safety.session(""), (c) => {
    const chosen = c.req.param("language") === "fr" ? "fr" : "en";
    setCookie(c, "lang", chosen, { path: "/", sameSite: "Strict", maxAge: 31_536_000 });
    return c.redirect(localAddress(c.req.query("back")));
  });
}
