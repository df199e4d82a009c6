/** Live progress: what a page that looks on costs does not grow with how long it looks. */
import { Hono } from "hono";
import { expect, test } from "vitest";
import { texts } from "../../src/i18n/texts.ts";
import type { Env, RouteContext } from "../../src/web/route-context.ts";
import { jobRoutes } from "../../src/web/routes/job-routes.tsx";
import type { JobView } from "../../src/web/views/job.tsx";

const timers = () => process.getActiveResourcesInfo().filter((one) => one === "Timeout").length;

/** The routes of the jobs with a job that goes on, and who follows it. */
function served() {
  const followers = new Set<() => void>();
  let done = 0;
  let admitted = true;
  let away = false;
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
    async admits() {
      if (away) throw new Error("the database is away");
      return admitted;
    },
  } as unknown as RouteContext;
  const app = new Hono<Env>();
  jobRoutes(app, context);
  return {
    app,
    followers,
    failNext() {
      away = true;
    },
    turnAway() {
      admitted = false;
    },
    change() {
      done += 1;
      for (const tell of followers) tell();
    },
  };
}

test("a turn leaves no timer and no listener behind, and a page that is closed nothing at all", async () => {
  const { app, followers, change } = served();
  const before = timers();
  const body = (await app.request("/job/live")).body!.getReader();
  await body.read();
  for (let turn = 0; turn < 8; turn += 1) {
    const next = body.read();
    change();
    await next;
  }
  expect(timers() - before).toBeLessThanOrEqual(2);
  await body.cancel();
  // The look itself has a timer
  await expect.poll(() => followers.size === 0 && timers() - before <= 1).toBe(true);
});

test("a page that is closed while its stream pauses leaves nothing behind either", async () => {
  const { app, followers, change } = served();
  const before = timers();
  const body = (await app.request("/job/live")).body!.getReader();
  await body.read();
  const next = body.read();
  change();
  // The stream pauses after each change that it sends
  await next;
  await body.cancel();
  await expect.poll(() => followers.size === 0 && timers() - before <= 1, { timeout: 5_000 }).toBe(true);
});

test("whose access was revoked sees nothing more: the stream ends before it shows the next change", async () => {
  const { app, followers, change, turnAway } = served();
  const body = (await app.request("/job/live")).body!.getReader();
  await body.read();
  turnAway();
  change();
  expect((await body.read()).done).toBe(true);
  await expect.poll(() => followers.size).toBe(0);
});

test("a stream that fails, as without the database, is followed by nobody any more", async () => {
  const { app, followers, change, failNext } = served();
  const body = (await app.request("/job/live")).body!.getReader();
  await body.read();
  failNext();
  change();
  await expect.poll(() => followers.size, { timeout: 5_000 }).toBe(0);
  await body.cancel();
});
