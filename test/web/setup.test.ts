/** From an empty folder to a running sync, in a real browser, as a newcomer does it. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startBrowser } from "../../scripts/browser.js";
import { tagKey } from "../../src/domain/tags.ts";
import { texts } from "../../src/i18n/texts.ts";
import { type World, world } from "../harness.ts";
import { type Postgres, startPostgres } from "../postgres.ts";
import { obstacles, type Served, startServe } from "./served.ts";

let browser: Browser;
let own: World;
let served: Served;
let postgres: Postgres;
beforeAll(async () => {
  [browser, postgres] = await Promise.all([startBrowser(), startPostgres()]);
}, 120_000);
afterAll(async () => {
  await browser.close();
  await postgres.close();
});
beforeEach(async () => {
  own = await world({ people: 30, seed: 4 });
});
afterEach(async () => {
  await served.end();
  await own.close();
});

const addresses = () => ({
  COPPER_API_URL: own.copper.url,
  MAILCHIMP_API_URL: own.mailchimp.url,
  COPPER_REQUESTS_PER_MINUTE: "100000",
  COPPER_BULK_PER_SECOND: "1000",
});
const env = () => readFileSync(join(served.folder, ".env"), "utf8");

/** A browser of its own that comes in by the printed link. */
async function visitor(locale: string): Promise<Page> {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  page.on("pageerror", (error) => expect.fail(`script: ${error.message}`));
  await page.goto(served.link);
  await page.waitForURL("**/setup/**");
  return page;
}

/** Fills in what a page asks for and sends it. */
async function send(page: Page, fields: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(fields)) await page.fill(`[name="${name}"]`, value);
  await page.click("main form button[type=submit]");
}

const COPPER = () => ({ key: own.env.COPPER_API_KEY!, email: "admin@exemple.fr" });

/** Answers a step that asks by choices. */
async function choose(page: Page, chosen: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(chosen)) await page.check(`[name="${name}"][value="${value}"]`);
  await page.click("main form button[type=submit]");
}

describe.each([
  ["en", "SQLite"],
  ["fr", "PostgreSQL"],
] as const)("in %s, on %s", (language, kind) => {
  const t = texts(language);
  test("C2, R3: an empty folder becomes a running sync; nothing is written to a service before the start", async () => {
    served = await startServe({
      ...addresses(),
      ...(kind === "PostgreSQL" && { DATABASE_URL: postgres.url }),
      SYNC_LANG: language === "en" ? "fr" : "en",
    });
    const page = await visitor(language);
    expect(page.url()).toBe(`${served.base}/setup/copper`);
    expect(await page.getAttribute("html", "lang")).toBe(language);
    const steps: string[] = [];
    const looked = async () => {
      steps.push(new URL(page.url()).pathname.replace("/setup/", ""));
      expect(await obstacles(page), page.url()).toEqual([]);
    };
    await looked();
    await send(page, { key: "nonsense", email: "admin@exemple.fr" });
    expect(await page.textContent("[role=alert]")).toBe(t("setup.copper.refused"));
    await looked();
    expect(await page.inputValue("[name=email]")).toBe("admin@exemple.fr");
    expect(await page.inputValue("[name=key]")).toBe("");
    expect(existsSync(join(served.folder, ".env"))).toBe(false);
    await send(page, COPPER());
    await page.waitForURL("**/setup/mailchimp");
    expect(statSync(join(served.folder, ".env")).mode & 0o777).toBe(0o600);
    await looked();
    await send(page, { key: "nonsense" });
    expect(await page.textContent("[role=alert]")).toBe(t("setup.mailchimp.no-ending"));
    await send(page, { key: "nonsense-us21" });
    expect(await page.textContent("[role=alert]")).toBe(t("setup.mailchimp.refused"));
    await send(page, { key: own.env.MAILCHIMP_API_KEY! });
    await page.waitForURL("**/setup/audience");
    await looked();

    // A reload, and a second tab, show the same step
    await page.reload();
    expect(page.url()).toContain("/setup/audience");
    const second = await page.context().newPage();
    await second.goto(`${served.base}/`);
    expect(second.url()).toContain("/setup/audience");
    await choose(second, { audience: own.env.MAILCHIMP_LIST_ID! });
    await second.waitForURL((url) => !url.pathname.endsWith("audience"));
    await page.goto(`${served.base}/setup/preview`);
    expect(page.url()).toBe(second.url());
    await second.close();

    await page.waitForURL("**/setup/fields");
    await looked();
    // Which field goes where, by real people's values; a field that is missing is made by a click
    const row = page.locator('tr:has([name="from.PHONE"])');
    expect(await row.textContent()).toContain(t("setup.fields.asItIs"));
    await page.selectOption('[name="from.LTV"]', "title");
    await page.click("[name=look]");
    expect(await page.locator('tr:has([name="from.LTV"])').textContent()).toContain(
      t("setup.fields.cannot", { why: t("note.not-a-number") }),
    );
    await page.selectOption('[name="from.LTV"]', "");
    await page.selectOption('[name="way.COMPANY"]', "both");
    expect(own.writes()).toEqual([]);
    await page.click('[name=make][value="custom:Taille"]');
    await page.locator('[name="from.TAILLE"]').waitFor();
    expect(own.writes()).toEqual([`POST /3.0/lists/${own.env.MAILCHIMP_LIST_ID}/merge-fields`]);
    expect(own.worlds.mailchimp.merges.at(-1)).toMatchObject({
      tag: "TAILLE",
      type: "dropdown",
      options: { choices: ["Petite", "Grande"] },
    });
    expect(await page.inputValue('[name="from.TAILLE"]')).toBe("custom:Taille");
    await page.click(`main button:text-is("${t("setup.goOn")}")`);
    await page.waitForURL("**/setup/people");
    await looked();
    const counted = async () => (await page.textContent("#count strong"))!;
    expect(await counted()).toBe(t("setup.people.count", { count: 30, total: 30 }));
    await page.locator("[name=tags]").first().check();
    await expect.poll(counted).not.toBe(t("setup.people.count", { count: 30, total: 30 }));
    const tag = await page.locator("[name=tags]").first().inputValue();
    const tagged = [...own.worlds.copper.people.values()].filter((one) =>
      one.tags.map(tagKey).includes(tagKey(tag)),
    ).length;
    expect(await counted()).toBe(t("setup.people.count", { count: tagged, total: 30 }));
    await page.locator("[name=tags]").first().uncheck();
    await page.click(`main button:text-is("${t("setup.goOn")}")`);
    await page.waitForURL("**/setup/new-contacts");
    await looked();
    expect(await page.locator("input:checked").count()).toBe(0);
    await choose(page, { newMembers: "pending", createInCopper: "yes" });
    await page.waitForURL("**/setup/trial");
    await looked();
    await page.click("[name=skip]");
    await page.waitForURL("**/setup/preview");
    await page.locator("[name=run]").waitFor({ state: "attached", timeout: 30_000 });
    await looked();
    expect(await page.textContent(".growth")).toMatch(language === "fr" ? /confirmer/ : /confirm/);
    expect(own.writes()).toEqual([]);
    expect(env()).not.toContain("MAILCHIMP_LIST_ID");
    const secrets = [own.env.COPPER_API_KEY!, own.env.MAILCHIMP_API_KEY!];
    const written = readdirSync(served.folder, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile() && one.name !== ".env")
      .map((one) => join(one.parentPath, one.name));
    expect(written.map((path) => path.slice(served.folder.length + 1)).sort()).toContain(join("data", "set-up.json"));
    for (const path of written)
      for (const secret of secrets) expect(readFileSync(path).includes(secret), path).toBe(false);

    await page.click(`text=${t("setup.preview.start")}`);
    await page.waitForURL("**/started");
    await looked();
    expect(env()).toContain(`MAILCHIMP_LIST_ID=${own.env.MAILCHIMP_LIST_ID}\n`);
    expect(env()).toContain("NEW_MEMBER_STATUS=pending\n");
    expect(readFileSync(join(served.folder, "sync.config.yaml"), "utf8")).toContain(
      "- { copper: custom:Taille, mailchimp: TAILLE, direction: to-mailchimp }",
    );
    expect(statSync(join(served.folder, ".env")).mode & 0o777).toBe(0o600);
    await page.click(`text=${t("setup.started.dashboard")}`);
    await page.waitForURL(`${served.base}/c/default/`);
    expect(await page.getAttribute("html", "lang")).toBe(language);
    await expect.poll(() => own.writes().length, { timeout: 20_000 }).toBeGreaterThan(0);
    await expect
      .poll(() => [...own.worlds.mailchimp.members.values()].filter((one) => one.status === "pending").length)
      .toBeGreaterThan(3);

    // Over: what is still open leads to the dashboard, and a form of then does nothing
    for (const step of steps) {
      await page.goto(`${served.base}/setup/${step}`);
      expect(page.url()).toBe(`${served.base}/c/default/`);
    }
    const late = await page.request.post(`${served.base}/setup/copper`, {
      form: { key: "other", email: "a@b.fr" },
      headers: { origin: served.base },
    });
    expect(late.status()).toBeGreaterThanOrEqual(400);
    await page.goto(`${served.base}/settings`);
    expect(existsSync(join(served.folder, "data", "set-up.json"))).toBe(false);
    for (const key of secrets) {
      expect(await page.content()).not.toContain(key);
      expect(served.printed()).not.toContain(key);
    }
    await page.context().close();
  });
});

test("comments of a .env that is there stay; what was begun goes on in another process", async () => {
  served = await startServe({ ...addresses(), SYNC_LANG: "en", DASHBOARD_TOKEN: "lasting-token-of-the-server" });
  writeFileSync(join(served.folder, ".env"), "# ours\nSYNC_INTERVAL=900\n", { mode: 0o644 });
  const page = await visitor("en");
  await send(page, COPPER());
  await page.waitForURL("**/setup/mailchimp");
  expect(env()).toContain("# ours\nSYNC_INTERVAL=900\n");
  expect(statSync(join(served.folder, ".env")).mode & 0o777).toBe(0o600);
  await served.end();
  served = await startServe({ ...addresses(), SYNC_LANG: "en" }, served.folder);
  const again = await visitor("en");
  expect(again.url()).toContain("/setup/mailchimp");
  await again.goto(`${served.base}/setup/copper`);
  expect(await again.textContent("main")).toContain("admin@exemple.fr");
  expect(await again.content()).not.toContain(own.env.COPPER_API_KEY!);
});

test("each kind of trouble with a key is said in words", async () => {
  served = await startServe({ ...addresses(), SYNC_LANG: "en" });
  const page = await visitor("en");
  const t = texts("en");
  const says = async () => (await page.textContent("[role=alert]"))!;
  await send(page, { key: "0123456789abcdef0123456789abcdef-us21", email: "a@b.fr" });
  expect(await says()).toBe(t("setup.copper.of-the-other"));
  own.copper.fault = () => ({ reply: { status: 403, body: { error: "no" } }, when: "before" });
  await send(page, COPPER());
  expect(await says()).toBe(t("setup.copper.forbidden"));
  own.copper.fault = () => ({ reply: { status: 200, html: "<title>Sign in to the network</title>" }, when: "before" });
  await send(page, COPPER());
  expect(await says()).toBe(t("setup.copper.not-the-service"));
  own.copper.fault = () => ({ reset: "before" });
  await send(page, COPPER());
  expect(await says()).toBe(t("setup.copper.unreachable"));
  own.copper.fault = undefined;
  await send(page, COPPER());
  await page.waitForURL("**/setup/mailchimp");
  own.mailchimp.fault = () => ({
    reply: { status: 403, body: { title: "User Disabled", status: 403 } },
    when: "before",
  });
  await send(page, { key: own.env.MAILCHIMP_API_KEY! });
  expect(await says()).toBe(t("setup.mailchimp.deactivated"));
});

test("who has no session, another origin or no token of the page is kept out", async () => {
  served = await startServe({ ...addresses(), SYNC_LANG: "en" });
  const form = { key: "key-us1", email: "a@b.fr" };
  const post = (headers: Record<string, string>) =>
    fetch(`${served.base}/setup/copper`, {
      method: "POST",
      headers,
      body: new URLSearchParams(form),
      redirect: "manual",
    });
  expect((await post({ origin: served.base })).status).toBe(401);
  expect((await fetch(`${served.base}/setup/copper`, { redirect: "manual" })).headers.get("location")).toBe("/login");
  const page = await visitor("en");
  const [cookie] = (await page.context().cookies()).filter((one) => one.name === "sync_session");
  const session = `sync_session=${cookie!.value}`;
  expect((await post({ origin: "http://elsewhere.invalid", cookie: session })).status).toBe(403);
  expect((await post({ origin: served.base, cookie: session })).status).toBe(403);
  expect(existsSync(join(served.folder, ".env"))).toBe(false);
});

test("a first trial with one person touches nobody else; afterwards everybody is let in on the settings page", async () => {
  served = await startServe({ ...addresses(), SYNC_LANG: "en" });
  const t = texts("en");
  const page = await visitor("en");
  const [first] = [...own.worlds.copper.people.values()].filter(
    ({ emails, tags }) => /^\S+@exemple\.fr$/.test(emails[0]?.email ?? "") && tags.length === 0,
  );
  const address = first!.emails[0]!.email;
  await send(page, COPPER());
  await send(page, { key: own.env.MAILCHIMP_API_KEY! });
  await choose(page, { audience: own.env.MAILCHIMP_LIST_ID! });
  await page.click(`main button:text-is("${t("setup.goOn")}")`);
  await page.click(`main button:text-is("${t("setup.goOn")}")`);
  await choose(page, { newMembers: "subscribed", createInCopper: "no" });
  await page.click(`text="${t("setup.trial.take")}"`);
  expect(await page.textContent("[role=alert]")).toBe(t("setup.trial.howMany", { most: 3 }));
  await page.fill("[name=q]", address);
  await page.click(`text="${t("setup.trial.find")}"`);
  await page.check(`[name=only][value="${address}"]`);
  await page.click(`text="${t("setup.trial.take")}"`);
  await page.locator("[name=run]").waitFor({ state: "attached", timeout: 30_000 });
  await page.click(`text="${t("setup.preview.start")}"`);
  await page.waitForURL("**/started");
  expect(env()).toContain(`ONLY=${address}\n`);
  await page.goto(`${served.base}/runs`);
  await expect
    .poll(() => page.reload().then(() => page.locator("a[href*='/runs/']").count()), { timeout: 20_000 })
    .toBeGreaterThan(0);
  const touched = own.copper.asked
    .concat(own.mailchimp.asked)
    .filter((one) => one.method !== "GET" && !one.path.endsWith("/search"));
  const others = [...own.worlds.copper.people.values()].flatMap((one) =>
    one.id === first!.id ? [] : [String(one.id)],
  );
  expect(touched.filter(({ path }) => others.some((id) => path.endsWith(`/people/${id}`)))).toEqual([]);
  expect(JSON.stringify(touched.map((one) => one.body))).not.toMatch(/contact\d+@(mail|Société)/);
  await page.goto(`${served.base}/settings/change`);
  await page.fill("[name=ONLY]", "");
  await page.click(`text="${t("change.show")}"`);
  await page.locator(".effect").waitFor({ timeout: 30_000 });
  await page.click(`text="${t("change.save")}"`);
  await page.waitForURL("**/settings?saved");
  expect(env()).toContain("ONLY=\n");
  expect(env()).not.toContain(address);
});
