/** Routes of the overview, and of past runs with their reports. */
import type { Hono } from "hono";
import type { Conflicts } from "../conflicts.ts";
import { madeName, pageNumber, parsed } from "../request-input.ts";
import type { Env, RouteContext } from "../route-context.ts";
import { Job } from "../views/job.tsx";
import { Overview } from "../views/overview.tsx";
import { RunPage, Runs } from "../views/runs.tsx";

/** Runs on a page. */
const PAGE = 50;
/** Runs in the overview's chart. */
const CHARTED = 30;

/** Adds the routes. */
export function runRoutes(
  app: Hono<Env>,
  { backend, runner, view, failure }: RouteContext,
  conflicts: Pick<Conflicts, "open">,
): void {
  const { store } = backend;
  app.get("/", async (c) => {
    const [counts, runs, open] = await Promise.all([
      store.standingCounts(),
      store.runs(CHARTED, 0, true),
      conflicts.open(),
    ]);
    const job = runner.current();
    const standing = backend.standing?.();
    return c.html(
      <Overview
        view={view(c)}
        counts={counts}
        runs={runs}
        conflicts={open.length}
        interval={backend.interval}
        {...(standing?.paused || standing?.due !== undefined
          ? { due: standing.paused ? null : (standing.due ?? null) }
          : {})}
        trouble={standing?.trouble ?? null}
        again={standing?.again}
        helps={standing?.helps?.(view(c).language)}
        now={backend.now()}
        job={job && <Job view={view(c)} job={job} error={failure(c)} />}
      />,
    );
  });
  app.get("/runs", async (c) => {
    const page = parsed(pageNumber, c.req.query("page"));
    // Read one more than a page, to know whether there is a next page
    const runs = await store.runs(PAGE + 1, (page - 1) * PAGE);
    return c.html(<Runs view={view(c)} runs={runs.slice(0, PAGE)} page={page} more={runs.length > PAGE} />);
  });
  app.get("/runs/:run", async (c) => {
    const found = await store.run(parsed(madeName, c.req.param("run")));
    if (found?.document == null) return c.notFound();
    const { text, html } = backend.report(found.document, view(c).language);
    const as = c.req.query("as");
    const name = `sync-${found.document.run}`;
    if (as === "text") return c.text(text, 200, { "Content-Disposition": `attachment; filename="${name}.txt"` });
    if (as === "html")
      return c.body(html, 200, {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Disposition": `attachment; filename="${name}.html"`,
      });
    // A large run has more operations than a page can show
    const operations = [];
    for await (const operation of store.operations(found.document.run)) {
      operations.push(operation);
      if (operations.length > 500) break;
    }
    return c.html(<RunPage view={view(c)} document={found.document} operations={operations} text={text} />);
  });
}
