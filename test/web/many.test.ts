/** The connections of a database behind one login: the operator sees all of them, a client his own and nothing else. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kysely } from "kysely";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startBrowser } from "../../scripts/browser.js";
import { openMany } from "../../src/backends/stored-dashboard.ts";
import { accessTokens } from "../../src/store/connections/access-tokens.ts";
import { auditLog } from "../../src/store/connections/audit-log.ts";
import { connectionRepository } from "../../src/store/connections/connection-repository.ts";
import { openDatabase } from "../../src/store/open.ts";
import type { Tables } from "../../src/store/tables.ts";
import { terminalFor } from "../../src/terminal/terminal.ts";
import { freshKey } from "../../src/vault/vault.ts";
import { type World, world } from "../harness.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { idOf, keepConnection } from "../stored-connection.ts";

const NAMES = ["bakery", "florist"];
const folder = mkdtempSync(join(tmpdir(), "sync-door-"));
const before = { ...process.env };
let postgres: Postgres;
let database: Kysely<Tables>;
let worlds: World[];
let serving: Awaited<ReturnType<typeof openMany>>;
let browser: Browser;
let operator: Page;
let client: Page;
let base: string;
beforeAll(async () => {
  [postgres, ...worlds] = await Promise.all([startPostgres(), world(), world()]);
  const key = freshKey();
  Object.assign(process.env, {
    DATABASE_URL: postgres.url,
    CONNECTIONS_KEY: key,
    DASHBOARD_TOKEN: "operator-token",
    DASHBOARD_PORT: "0",
    DASHBOARD_URL: "https://sync.exemple.fr",
    LOG_DIR: join(folder, "logs"),
  });
  database = await openDatabase(postgres.url);
  for (const [index, own] of worlds.entries()) {
    const name = NAMES[index]!;
    Object.assign(own.worlds.copper, { account: index + 1 });
    own.person({ first_name: name, email: `${name}@exemple.fr` });
    own.person({ first_name: "Old", email: `old-${name}@exemple.fr`, tags: ["🗑️ À SUPPRIMER"] });
    const { DATABASE_URL: _, LOG_DIR: __, ...settings } = own.env;
    const scope = `${index + 1}:${own.env.MAILCHIMP_LIST_ID}`;
    await keepConnection(database, key, settings, { name, scope, audience: `Lettre ${name}` });
  }
  serving = await openMany(postgres.url, terminalFor("en"));
  base = `http://127.0.0.1:${serving.port}`;
  browser = await startBrowser();
  const enter = async (token: string) => {
    const page = await (await browser.newContext({ locale: "en" })).newPage();
    await page.goto(`${base}/login?token=${token}`);
    return page;
  };
  operator = await enter("operator-token");
  client = await enter(await accessTokens(database).create(idOf("florist"), Date.now(), Date.now() + 3_600_000));
}, 90_000);
afterAll(async () => {
  await browser.close();
  await serving.close();
  await database.destroy();
  await Promise.all([...worlds.map((one) => one.close()), postgres.close()]);
  process.env = before;
  rmSync(folder, { recursive: true, force: true });
});
/** Makes a link. @returns its token */
const give = (name: string) => accessTokens(database).create(idOf(name), Date.now(), Date.now() + 3_600_000);
const ended = (page: Page) => page.locator(".job.ended").waitFor();
/** What an address answers to whoever looks at a page. */
const answer = async (page: Page, path: string) => {
  const response = await page.request.get(base + path, { maxRedirects: 0 });
  return { status: response.status(), text: await response.text() };
};

test("the operator sees all, those with trouble first; what he asks for is done by a worker", async () => {
  await operator.waitForURL(`${base}/connections`);
  await connectionRepository(database).set(idOf("florist"), { trouble: "credentials", failures: 2 });
  await operator.reload();
  const rows = await operator.locator("tbody tr").allInnerTexts();
  expect(rows[0]).toMatch(/The keys are refused\s+florist/);
  expect(rows[1]).toContain("bakery");
  if (process.env.SCREENSHOTS) await operator.screenshot({ path: `${process.env.SCREENSHOTS}/all.png` });
  await operator.getByRole("link", { name: "bakery" }).click();
  await operator.getByRole("button", { name: "Sync now" }).click();
  await ended(operator);
  expect(worlds[0]!.at("bakery@exemple.fr")?.status).toBe("subscribed");
  expect(worlds[1]!.worlds.mailchimp.members.size).toBe(0);
});
test("the operator finds, pauses and resumes connections on the page, and sees what is next", async () => {
  await operator.goto(`${base}/connections`);
  const summary = () => operator.locator(".summary").textContent();
  expect(await summary()).toMatch(/^2 need your attention · 0 up to date · 0 paused/);
  expect(await operator.locator("thead").textContent()).toContain("Next sync");
  await operator.getByRole("button", { name: "Pause bakery" }).click();
  expect(await connectionRepository(database).find("bakery")).toMatchObject({ state: "paused" });
  expect(await summary()).toMatch(/^1 needs your attention · 0 up to date · 1 paused/);
  await operator.getByRole("button", { name: "Resume bakery" }).click();
  expect(await connectionRepository(database).find("bakery")).toMatchObject({ state: "active" });
  // For monitors: one that is late on purpose is not late
  expect((await fetch(`${base}/health?connections`)).status).toBe(503);
  for (const name of NAMES) await connectionRepository(database).set(idOf(name), { state: "paused" });
  expect((await fetch(`${base}/health?connections`)).status).toBe(200);
  for (const name of NAMES) await connectionRepository(database).set(idOf(name), { state: "active" });
  await operator.goto(`${base}/connections?q=flor`);
  expect(await operator.locator("tbody tr").count()).toBe(1);
  await operator.goto(`${base}/connections/bakery`);
  expect(await operator.locator("header").textContent()).toContain("bakery · Lettre bakery");
  // Not for clients
  const csrf = /name="csrf" value="([^"]+)"/.exec(await client.content())?.[1] ?? "";
  const form = { csrf, id: idOf("bakery") };
  const denied = await client.request.post(`${base}/connections/pause`, { form, headers: { origin: base } });
  expect(denied.status()).toBe(403);
  expect(await connectionRepository(database).find("bakery")).toMatchObject({ state: "active" });
});
test("a client sees his own connection, runs it and decides; his commands go through the same queue", async () => {
  await client.waitForURL(`${base}/c/florist/`);
  expect(await client.locator("header").textContent()).toContain("Lettre florist");
  expect(await client.locator("header").textContent()).not.toContain("Connections");
  await client.reload();
  await client.getByRole("heading", { name: "The keys are refused", exact: true }).waitFor();
  await client.getByRole("button", { name: "Sync now" }).click();
  await ended(client);
  expect(worlds[1]!.at("florist@exemple.fr")?.status).toBe("subscribed");
  // It works again: nothing is in the way any more
  expect(await connectionRepository(database).find("florist")).toMatchObject({ trouble: null, failures: 0 });
  await client.goto(`${base}/c/florist/review`);
  await client.getByRole("checkbox").first().check();
  await client.getByRole("button", { name: "Archive" }).click();
  await ended(client);
  const [, old] = [...worlds[1]!.worlds.copper.people.values()];
  expect(old!.tags).toEqual(["📥 INACTIF"]);
});
test("a client is shown his settings and what doctor finds, and nothing of the installation", async () => {
  const { text } = await answer(client, "/c/florist/settings?doctor");
  expect(text).toContain("PostgreSQL");
  for (const inner of [postgres.url, new URL(postgres.url).port, process.env.CONNECTIONS_KEY!, "operator-token"])
    expect(text).not.toContain(inner);
});
test("whatever a client asks for, the others do not exist", async () => {
  const marked = [...worlds[0]!.worlds.copper.people.values()][1]!;
  for (const path of [
    "/connections/bakery",
    "/connections/nobody",
    "/audit",
    "/c/bakery/",
    "/c/bakery/runs",
    `/c/bakery/contacts/p-${marked.id}`,
    `/c/florist/runs/${(await otherRun()) ?? ""}`,
  ])
    expect([path, (await answer(client, path)).status]).toEqual([path, 404]);
  expect((await answer(client, "/connections")).status).toBe(302);
  for (const path of [
    "/",
    "/c/florist/",
    "/c/florist/review",
    "/c/florist/contacts",
    "/c/florist/contacts?q=bakery@",
    "/c/florist/conflicts",
    "/c/florist/runs",
    "/c/florist/settings",
    "/metrics",
    "/health",
  ])
    expect((await answer(client, path)).text.replace(/value="bakery@"|q=bakery%40/g, "")).not.toContain("bakery");
  const page = await client.content();
  const csrf = /name="csrf" value="([^"]+)"/.exec(page)?.[1] ?? "";
  const post = (path: string, form: Record<string, string>) =>
    client.request.post(`${base}/c/florist${path}`, {
      form: { csrf, ...form },
      headers: { origin: base },
      maxRedirects: 0,
    });
  await post("/review", { decision: "archive", scope: "picked", ids: String(marked.id) });
  await post("/job/undo", { run: (await otherRun()) ?? "", step: "do" });
  await post("/review/restore", { id: String(marked.id) });
  expect(worlds[0]!.worlds.copper.people.get(marked.id)!.tags).toEqual(["🗑️ À SUPPRIMER"]);
  expect(worlds[0]!.at("bakery@exemple.fr")?.status).toBe("subscribed");
});
async function otherRun(): Promise<string | undefined> {
  const row = await database.selectFrom("runs").select("id").where("connection", "like", "1:%").executeTakeFirst();
  return row?.id;
}
test("who did what is written down, for the operator to read", async () => {
  await vi.waitUntil(async () => (await auditLog(database).list()).length >= 5, { timeout: 30_000 });
  const done = await auditLog(database).list();
  expect(done.map((one) => [one.who, one.connection, one.what, one.detail])).toEqual([
    ["client", "florist", "archive", "1"],
    ["client", "florist", "sync", ""],
    ["operator", "bakery", "resume", ""],
    ["operator", "bakery", "pause", ""],
    ["operator", "bakery", "sync", ""],
  ]);
  await operator.goto(`${base}/audit`);
  expect((await operator.locator("tbody tr").allInnerTexts())[0]).toMatch(/client\s+florist\s+people archived\s+1/);
  if (process.env.SCREENSHOTS) await operator.screenshot({ path: `${process.env.SCREENSHOTS}/audit.png` });
});
test("nobody else is told any names: monitors show the token; a link that has run out opens nothing", async () => {
  const health = await fetch(`${base}/health?connections`);
  expect(await health.json()).toMatchObject({ connections: {} });
  expect(await (await fetch(`${base}/health`)).json()).toEqual({ status: "ok" });
  expect((await fetch(`${base}/metrics`)).status).toBe(401);
  const figures = await fetch(`${base}/metrics`, { headers: { Authorization: "Bearer operator-token" } });
  expect(await figures.text()).toContain('sync_people{connection="bakery"} 2');
  for (let tries = 0; tries < 6; tries += 1) await fetch(`${base}/login?token=guessed${tries}`);
  expect((await fetch(`${base}/login?token=operator-token`)).status).toBe(403);
  const good = await accessTokens(database).create(idOf("bakery"), Date.now(), Date.now() + 60_000);
  expect((await fetch(`${base}/login?token=${good}`)).status).toBe(200);
  const late = await accessTokens(database).create(idOf("bakery"), Date.now() - 10, Date.now() - 1);
  const refused = await fetch(`${base}/login?token=${late}`);
  expect(refused.status).toBe(403);
});
test("the operator sees who was given a link and whether it was used, and takes it back with the session that it opened", async () => {
  const shown = (link: string) => operator.locator("li").filter({ hasText: link });
  const digest = (token: string) => createHash("sha256").update(token).digest("hex").slice(0, 8);
  const [token, other] = [await give("bakery"), await give("bakery")];
  await operator.goto(`${base}/connections`);
  await operator.locator(".links summary").click();
  expect(await shown(digest(token)).textContent()).toContain("never used");
  expect(await operator.content()).not.toContain(token);
  const guest = await (await browser.newContext({ locale: "en" })).newPage();
  await guest.goto(`${base}/login?token=${token}`);
  await guest.waitForURL(`${base}/c/bakery/`);
  await operator.reload();
  await operator.locator(".links summary").click();
  expect(await shown(digest(token)).textContent()).toContain("last used");
  expect(await shown(digest(other)).textContent()).toContain("never used");
  // Not by a client, nor by another connection's name
  const csrf = /name="csrf" value="([^"]+)"/.exec(await guest.content())?.[1] ?? "";
  const send = (page: Page, form: Record<string, string>) =>
    page.request.post(`${base}/connections/unlink`, { form, headers: { origin: base }, maxRedirects: 0 });
  expect((await send(guest, { csrf, id: idOf("bakery"), link: digest(other) })).status()).toBe(403);
  const own = (await operator.locator("form[action$='/unlink'] input[name=csrf]").first().getAttribute("value"))!;
  expect((await send(operator, { csrf: own, id: idOf("florist"), link: digest(other) })).status()).toBe(303);
  expect((await send(operator, { csrf: own, id: "nobody", link: digest(other) })).status()).toBe(404);
  expect((await send(operator, { csrf: own, id: idOf("bakery"), link: "' or 1" })).status()).toBe(400);
  expect((await accessTokens(database).of(idOf("bakery"), Date.now())).map((one) => one.link)).toContain(digest(other));
  await operator.getByRole("button", { name: `Revoke the link ${digest(token)} of bakery` }).click();
  await operator.getByText("Link revoked, with the sessions that it opened.").waitFor();
  expect((await answer(guest, "/c/bakery/")).status).toBe(302);
  expect((await fetch(`${base}/login?token=${token}`)).status).toBe(403);
  const links = (await accessTokens(database).of(idOf("bakery"), Date.now())).map((one) => one.link);
  expect([links.includes(digest(token)), links.includes(digest(other))]).toEqual([false, true]);
  expect((await auditLog(database).list())[0]).toMatchObject({ who: "operator", connection: "bakery", what: "unlink" });
  await guest.context().close();
});
test("through a proxy it is answered under the address that was named, and under no other", async () => {
  const status = (host: string) =>
    new Promise<number | undefined>((done) => {
      get({ host: "127.0.0.1", port: serving.port, path: "/enter", headers: { host } }, (reply) => {
        reply.resume();
        done(reply.statusCode);
      });
    });
  expect(await status("sync.exemple.fr")).toBe(200);
  expect(await status("elsewhere.exemple.fr")).toBe(421);
});
test("a connection that is added or taken away meanwhile is there or gone at once", async () => {
  await connectionRepository(database).remove(idOf("florist"));
  // The link is gone with it, and the session that it opened
  expect((await answer(client, "/")).status).toBe(302);
  expect((await answer(client, "/review")).status).toBe(302);
  await operator.goto(`${base}/connections`);
  expect(await operator.locator("tbody tr").count()).toBe(1);
});
test("the operator changes a connection's settings in the database, and is written down; a client looks only", async () => {
  await operator.goto(`${base}/connections/bakery`);
  await operator.goto(`${base}/settings/change`);
  await operator.fill("[name=SYNC_INTERVAL]", "20");
  await operator.fill("[name=tags]", "Nobody has it");
  await operator.click('text="Show what would change"');
  await operator.locator(".effect").waitFor({ timeout: 30_000 });
  expect((await connectionRepository(database).find("bakery"))?.interval).not.toBe(1200);
  await operator.click('text="Save"');
  await operator.waitForURL("**/settings?saved");
  expect(await operator.textContent(".rules")).toContain("Nobody has it");
  const kept = (await connectionRepository(database).find("bakery"))!;
  expect(kept).toMatchObject({ interval: 1200, own: { filter: { tags: ["Nobody has it"] } } });
  expect(JSON.stringify(kept)).not.toContain(worlds[0]!.env.COPPER_API_KEY);
  expect(await auditLog(database).list()).toContainEqual(
    expect.objectContaining({ connection: "bakery", what: "set", detail: "SYNC_INTERVAL filter" }),
  );
  const token = await accessTokens(database).create(idOf("bakery"), Date.now(), Date.now() + 3_600_000);
  const looking = await (await browser.newContext({ locale: "en" })).newPage();
  await looking.goto(`${base}/login?token=${token}`);
  await looking.waitForURL(`${base}/c/bakery/`);
  await looking.goto(`${base}/settings`);
  expect(await looking.textContent("h1")).toBe("Settings");
  expect(await looking.locator(".rules").count()).toBe(0);
  expect((await answer(looking, "/c/bakery/settings/change")).status).toBe(404);
});
