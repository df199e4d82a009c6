/** Routes of the jobs: start one, follow it live, stop it. */
import type { Hono } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import { concernsReview } from "../job-runner.ts";
import { formOf, madeName, parsed } from "../request-input.ts";
import type { AppContext, Env, RouteContext } from "../route-context.ts";
import { Anyway } from "../views/confirm.tsx";
import { Job } from "../views/job.tsx";

/** How often to send a comment while nothing changes (ms), so that proxies keep the stream open. */
const HEARTBEAT = 15_000;
/** The least time between two updates (ms): a large run changes very often. */
const PACE = 150;

/** Adds the routes. */
export function jobRoutes(app: Hono<Env>, { backend, runner, start: ask, view, failure, admits }: RouteContext): void {
  const shown = (c: AppContext) => {
    const job = runner.current();
    if (c.req.query("page") === "review" && job !== undefined && !concernsReview(job)) return "";
    return job === undefined ? "" : String(<Job view={view(c)} job={job} error={failure(c)} />);
  };
  app.post("/job/plan", (c) => {
    ask(c, { do: "plan" });
    return c.redirect("/", 303);
  });
  app.post("/job/sync", async (c) => {
    const { retry } = await formOf(c);
    ask(c, { do: "sync", yes: false, ...(retry === "yes" && { retry: true }) });
    return c.redirect("/", 303);
  });
  /** Returns the guard's last refusal, if `--yes` overrides it. */
  const refused = () => {
    const guard = runner.current()?.document?.guard;
    return guard?.yesHelps ? guard : undefined;
  };
  app.get("/job/anyway", (c) => {
    const guard = refused();
    return guard === undefined ? c.redirect("/") : c.html(<Anyway view={view(c)} guard={guard} wrong={false} />);
  });
  app.post("/job/anyway", async (c) => {
    const { typed } = await formOf(c);
    const guard = refused();
    if (guard === undefined) return c.redirect("/", 303);
    // Typing the number shows that it was read
    if (String(typed ?? "").trim() !== String(guard.removals))
      return c.html(<Anyway view={view(c)} guard={guard} wrong />);
    ask(c, { do: "sync", yes: true });
    return c.redirect("/", 303);
  });
  app.post("/job/undo", async (c) => {
    const form = await formOf(c);
    const run = parsed(madeName, form.run);
    // An undo is planned first; the plan's page has the button that performs it
    if ((await backend.store.run(run))?.document != null) ask(c, { do: "undo", run, plan: form.step !== "do" });
    return c.redirect("/", 303);
  });
  app.post("/job/stop", async (c) => {
    runner.stop();
    const { back } = await formOf(c);
    return c.redirect(back === "/review" ? "/review" : "/", 303);
  });
  app.get("/job/live", (c) => {
    const live = async (stream: SSEStreamingApi) => {
      const gone = new AbortController();
      let news = Promise.withResolvers<void>();
      stream.onAbort(() => {
        gone.abort();
        news.resolve();
      });
      runner.follow(() => news.resolve(), gone.signal);
      let last = "";
      try {
        while (!gone.signal.aborted) {
          // Made before we look, so that no change is missed, nor the end of the stream, while we write or pause
          news = Promise.withResolvers<void>();
          // The access may have been revoked since the last turn
          if (!(await admits(c))) break;
          // Send the whole fragment, and only if it changed: htmx replaces it as it is
          const now = shown(c);
          if (now !== last) await stream.writeSSE({ data: now });
          else await stream.write(": \n\n");
          last = now;
          const beat = setTimeout(news.resolve, HEARTBEAT);
          await news.promise;
          clearTimeout(beat);
          await stream.sleep(PACE);
        }
      } finally {
        // Also if the database is away: nobody follows a stream that has ended
        gone.abort();
      }
    };
    return streamSSE(c, live, async (error) => backend.log(`dashboard ${c.req.path}: ${error.message}`));
  });
}
