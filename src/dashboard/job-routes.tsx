/** What is going on: asked for, looked at as it goes, stopped. */
import type { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { Job } from "../pages/job.tsx";
import { concernsReview } from "./desk.ts";
import type { Asked, Env, Rooms } from "./rooms.ts";

/** Between two signs of life where nothing changes, ms. */
const HEARTBEAT = 15_000;
/** Changes are told at most so often, ms: a run of a hundred thousand has very many. */
const PACE = 150;

export function jobRoutes(app: Hono<Env>, { house, desk, ask, view, failure }: Rooms): void {
  const shown = (c: Asked) => {
    const job = desk.current();
    if (c.req.query("page") === "review" && job !== undefined && !concernsReview(job)) return "";
    return job === undefined ? "" : String(<Job view={view(c)} job={job} error={failure(c)} />);
  };
  app.post("/job/plan", (c) => {
    ask(c, { do: "plan" });
    return c.redirect("/", 303);
  });
  app.post("/job/sync", async (c) => {
    const form = await c.req.parseBody();
    ask(c, { do: "sync", yes: form.yes === "yes" });
    return c.redirect("/", 303);
  });
  app.post("/job/undo", async (c) => {
    const { run, step } = await c.req.parseBody();
    if ((await house.store.run(String(run)))?.document != null)
      ask(c, { do: "undo", run: String(run), plan: step !== "do" });
    return c.redirect("/", 303);
  });
  app.post("/job/stop", async (c) => {
    desk.stop();
    const { back } = await c.req.parseBody();
    return c.redirect(back === "/review" ? "/review" : "/", 303);
  });
  app.get("/job/live", (c) =>
    streamSSE(c, async (stream) => {
      const gone = new AbortController();
      stream.onAbort(() => gone.abort());
      let wake: () => void = () => undefined;
      desk.follow(() => wake(), gone.signal);
      let last = "";
      while (!gone.signal.aborted) {
        const now = shown(c);
        if (now !== last) await stream.writeSSE({ data: now });
        else await stream.write(": \n\n");
        last = now;
        if (desk.current()?.state !== "going") await stream.sleep(PACE);
        await new Promise<void>((changed) => {
          wake = changed;
          const beat = setTimeout(changed, HEARTBEAT);
          gone.signal.addEventListener("abort", () => {
            clearTimeout(beat);
            changed();
          });
        });
        await stream.sleep(PACE);
      }
    }),
  );
}
