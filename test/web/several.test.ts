/** Several connections behind one login: all on a page, those with trouble first; one chosen; nothing done to another. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startBrowser } from "../../scripts/browser.js";
import { openDashboard } from "../../src/backends/file-dashboard.ts";
import { readSettings } from "../../src/config/settings.ts";
import { terminalFor } from "../../src/terminal/terminal.ts";
import { type World, world } from "../harness.ts";

let one: World;
let two: World;
let serving: Awaited<ReturnType<typeof openDashboard>>;
let browser: Browser;
let page: Page;
let base: string;
beforeAll(async () => {
  [one, two] = await Promise.all([world(), world()]);
  Object.assign(two.worlds.copper, { account: 77 });
  one.person({ first_name: "Ana", email: "ana@exemple.fr" });
  two.person({ first_name: "Bob", email: "bob@exemple.fr", tags: ["🗑️ À SUPPRIMER"] });
  writeFileSync(
    join(one.folder, "sync.config.yaml"),
    `connections:
  - name: clients
  - name: presse
    settings: { COPPER_API_URL: "${two.copper.url}", MAILCHIMP_API_URL: "${two.mailchimp.url}" }
`,
  );
  const env = { ...one.env, DASHBOARD_PORT: "0", DASHBOARD_TOKEN: "lasting-token" };
  const all = ["clients", "presse"].map((name) => readSettings({ ...env, SYNC_CONNECTION: name }, one.folder));
  serving = await openDashboard(all, terminalFor("en"), env);
  base = `http://127.0.0.1:${serving.port}`;
  browser = await startBrowser();
  page = await (await browser.newContext({ locale: "en" })).newPage();
  await page.goto(`${base}/login?token=lasting-token`);
  await page.waitForURL(`${base}/connections`);
});
afterAll(async () => {
  await browser.close();
  await serving.close();
  await Promise.all([one.close(), two.close()]);
});
const rows = () => page.locator("tbody tr").allInnerTexts();

test("whoever comes in sees all connections; the pages behind are those of the one chosen", async () => {
  expect((await rows()).map((row) => row.replace(/\s+/g, " "))).toEqual([
    expect.stringContaining("clients"),
    expect.stringContaining("presse"),
  ]);
  await page.getByRole("link", { name: "presse" }).click();
  await page.getByRole("button", { name: "Sync now" }).click();
  await page.locator(".job.ended").waitFor();
  expect(two.worlds.mailchimp.members.size).toBe(0);
  expect(one.worlds.mailchimp.members.size).toBe(0);
  await page.goto(`${base}/connections`);
  // Nobody has synced the other: that is trouble
  expect((await rows())[0]).toContain("clients");
  expect((await rows())[1]).toMatch(/presse[\s\S]*1\s+0\s+0/);
});
test("two tabs on two connections do not disturb each other; an address of before leads to the one looked at last", async () => {
  await page.goto(`${base}/connections/presse`);
  expect(page.url()).toBe(`${base}/c/presse/`);
  const other = await page.context().newPage();
  await other.goto(`${base}/c/clients/`);
  await other.goto(`${base}/runs?page=1`);
  expect(other.url()).toBe(`${base}/c/clients/runs?page=1`);
  await page.getByRole("button", { name: "Sync now" }).click();
  await page.locator(".job.ended").waitFor();
  await other.close();
  expect(await serving.stores[0]!.runs(10)).toEqual([]);
  expect(await serving.stores[1]!.runs(10)).toHaveLength(2);
});
test("a form sent to an address of before reaches the connection looked at last, with its token only", async () => {
  await page.goto(`${base}/c/presse/`);
  const csrf = await page.locator("form[action$='/job/sync'] input[name=csrf]").getAttribute("value");
  const send = (path: string, token: string) =>
    page.request.post(base + path, { form: { csrf: token }, headers: { origin: base }, maxRedirects: 0 });
  const sent = await send("/job/stop", csrf!);
  expect([sent.status(), sent.headers().location]).toEqual([307, "/c/presse/job/stop"]);
  expect((await send("/c/presse/job/stop", "wrong")).status()).toBe(403);
  expect((await send("/c/presse/job/stop", csrf!)).status()).toBe(303);
});
test("the form of one connection does nothing to another", async () => {
  await page.goto(`${base}/c/presse/`);
  const csrf = await page.locator("form[action$='/job/sync'] input[name=csrf]").getAttribute("value");
  const sent = await page.request.post(`${base}/c/clients/job/sync`, {
    form: { csrf: csrf! },
    headers: { origin: base },
    maxRedirects: 0,
  });
  expect(sent.status()).toBe(403);
  expect(await serving.stores[0]!.runs(10)).toEqual([]);
});
test("monitors see each by its name: late as long as one is", async () => {
  expect((await fetch(`${base}/health`)).status).toBe(200);
  const health = await fetch(`${base}/health?connections`);
  expect([health.status, await health.json()]).toMatchObject([
    503,
    { status: "late", connections: { clients: { status: "late" }, presse: { status: "ok" } } },
  ]);
  const metrics = await (await fetch(`${base}/metrics`)).text();
  expect(metrics).toContain('sync_people{connection="presse"} 1');
  expect(metrics).not.toContain("bob");
});
test("nothing is shown of any connection without a session; one that does not exist is not found", async () => {
  for (const path of [
    "/connections",
    "/connections/presse",
    "/",
    "/c/presse/",
    "/contacts?q=bob",
    "/c/presse/contacts?q=bob",
  ]) {
    const answer = await fetch(`${base}${path}`, { redirect: "manual" });
    expect([path, answer.status, answer.headers.get("location")]).toEqual([path, 302, "/login"]);
  }
  expect((await page.request.get(`${base}/connections/other`)).status()).toBe(404);
});
test("runs that are due begin by themselves, in every connection that somebody has begun", async () => {
  await page.goto(`${base}/connections/clients`);
  await page.getByRole("button", { name: "Sync now" }).click();
  await page.locator(".job.ended").waitFor();
  one.person({ first_name: "Zoé", email: "zoe@exemple.fr" });
  two.person({ first_name: "Yves", email: "yves@exemple.fr" });
  const now = Date.now();
  vi.spyOn(Date, "now").mockImplementation(() => now + 3 * 3_600_000);
  await serving.look();
  const made = () => [one, two].map((own) => own.worlds.mailchimp.members.size);
  await expect.poll(made, { timeout: 30_000 }).toEqual([2, 1]);
  vi.restoreAllMocks();
});
