/** Live progress: what a page that looks on costs does not grow with how long it looks. */
import { Hono } from "hono";
import { expect, test } from "vitest";
import { texts } from "../../src/i18n/texts.ts";
import type { Env, RouteContext } from "../../src/web/route-context.ts";
import { jobRoutes } from "../../src/web/routes/job-routes.tsx";
import type { JobView } from "../../src/web/views/job.tsx";

const timers = () => process.getActiveResourcesInfo().filter((one) => one === "Timeout").length;

test("a turn leaves no timer and no listener behind, and a page that is closed nothing at all", async () => {
  const followers = new Set<() => void>();
  let done = 0;
  const view = (): JobView => ({
    kind: "sync",
    state: "going",
    startedAt: "2026-01-01T00:00:00Z",
    done,
    of: 100,
    read: { copper: 0, mailchimp: 0 },
    decided: [],
  });
  const context = {
    backend: { log: () => undefined },
    runner: {
      current: view,
      follow(tell: () => void, until: AbortSignal) {
        followers.add(tell);
        until.addEventListener("abort", () => followers.delete(tell));
      },
    },
    view: () => ({ t: texts("en"), language: "en", csrf: "", path: "/", audience: "", busy: true }),
    failure: () => undefined,
  } as unknown as RouteContext;
  const app = new Hono<Env>();
  jobRoutes(app, context);
  const before = timers();
  const body = (await app.request("/job/live")).body!.getReader();
  await body.read();
  for (let turn = 0; turn < 8; turn += 1) {
    done += 1;
    const next = body.read();
    const waking = setInterval(() => {
      for (const tell of followers) tell();
    }, 20);
    await next;
    clearInterval(waking);
  }
  expect(timers() - before).toBeLessThanOrEqual(2);
  await body.cancel();
  // The look itself has a timer
  await expect.poll(() => followers.size === 0 && timers() - before <= 1).toBe(true);
});
