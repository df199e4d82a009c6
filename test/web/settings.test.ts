/** What was set up is changed on the pages: shown before it is saved, written where a person would write it. */
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startBrowser } from "../../scripts/browser.js";
import { texts } from "../../src/i18n/texts.ts";
import { type World, world } from "../harness.ts";
import { obstacles, type Served, startServe } from "./served.ts";

const t = texts("en");
let browser: Browser;
let own: World;
let served: Served;
let page: Page;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  own = await world({ people: 0 });
  for (const [name, tags] of [
    ["Ana", ["VIP"]],
    ["Ben", ["VIP"]],
    ["Cleo", []],
    ["Dan", []],
  ] as const)
    own.person({ first_name: name, email: `${name.toLowerCase()}@exemple.fr`, tags: [...tags] });
  await own.sync();
});
afterEach(async () => {
  await served.end();
  await own.close();
});

const file = (name: string) => readFileSync(join(own.folder, name), "utf8");

/** `serve` with everything in `.env`, and a page inside. */
async function open(more = "", environment: Record<string, string> = {}): Promise<void> {
  const lines = Object.entries(own.env).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(own.folder, ".env"), `# ours\n${lines.join("\n")}\n${more}`);
  served = await startServe({ SYNC_LANG: "en", ...environment }, own.folder);
  page = await (await browser.newContext({ locale: "en" })).newPage();
  await page.goto(served.link);
  await page.waitForURL(`${served.base}/c/default/`);
}

test("R3: what a filter would do is shown, then saved with comments kept, and the next sync goes by it", async () => {
  writeFileSync(join(own.folder, "sync.config.yaml"), "# ours, too\nfireAutomations: false # for now\n");
  await open();
  await page.goto(`${served.base}/settings`);
  expect(await page.textContent(".rules")).toContain(t("change.everybody"));
  expect(await obstacles(page)).toEqual([]);
  await page.click(`text="${t("change.title")}"`);
  expect(await obstacles(page)).toEqual([]);
  own.writes();
  await page.fill("[name=tags]", "VIP");
  await page.click(`text="${t("change.show")}"`);
  await page.locator(".effect").waitFor({ timeout: 30_000 });
  expect(await page.textContent(".effect")).toContain(t("change.wouldLeave", { count: 2 }));
  expect(await obstacles(page)).toEqual([]);
  expect(own.writes()).toEqual([]);
  expect(file("sync.config.yaml")).not.toContain("VIP");
  await page.click(`text="${t("change.save")}"`);
  await page.waitForURL("**/settings?saved");
  expect(file("sync.config.yaml")).toBe("# ours, too\nfireAutomations: false # for now\nfilter:\n  tags:\n    - VIP\n");
  expect(await page.textContent(".rules")).toContain("VIP");
  await page.goto(`${served.base}/`);
  await page.click('form[action$="/job/sync"] button');
  await expect.poll(() => own.at("cleo@exemple.fr")?.status, { timeout: 20_000 }).toBe("archived");
  expect(own.at("ana@exemple.fr")?.status).toBe("subscribed");
});

test("what changes no contact is saved at once; what is wrong is said and nothing is written", async () => {
  await open("", { ARCHIVE_TAG: "ARCHIVE" });
  await page.goto(`${served.base}/settings/change`);
  expect(await page.isDisabled("[name=ARCHIVE_TAG]")).toBe(true);
  await page.fill("[name=SYNC_INTERVAL]", "15");
  await page.click(`text="${t("change.show")}"`);
  await page.waitForURL("**/settings?saved");
  expect(file(".env")).toContain("SYNC_INTERVAL=900\n");
  expect(file(".env")).toContain("# ours\n");
  expect(await page.textContent(".rules")).toContain("15 minutes");
  const before = file(".env");
  await page.goto(`${served.base}/settings/change`);
  await page.fill("[name=MAX_NEW]", "much");
  await page.click(`text="${t("change.show")}"`);
  expect(await page.textContent("[role=alert]")).toContain("MAX_NEW");
  expect(await page.inputValue("[name=MAX_NEW]")).toBe("much");
  expect(file(".env")).toBe(before);
});

test("messages: a test reaches the hook, and neither the page nor the log shows what is secret", async () => {
  const heard: string[] = [];
  const hook = createServer((request, response) => {
    request.on("data", (text) => heard.push(String(text)));
    request.on("end", () => response.end("ok"));
  });
  await new Promise<void>((ready) => hook.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/secret-path`;
  await open();
  await page.goto(`${served.base}/settings/change`);
  await page.click(`text="${t("change.sendTest")}"`);
  expect(await page.textContent("main")).toContain(t("change.noPlace"));
  await page.fill("[name=NOTIFY_HOOK]", url);
  await page.click(`text="${t("change.show")}"`);
  await page.waitForURL("**/settings?saved");
  expect(file(".env")).toContain(`NOTIFY_HOOK=${url}\n`);
  expect(await page.content()).not.toContain("secret-path");
  await page.goto(`${served.base}/settings/change`);
  expect(await page.content()).not.toContain("secret-path");
  expect(await page.textContent("main")).toContain(t("change.kept"));
  await page.click(`text="${t("change.sendTest")}"`);
  expect(await page.textContent("main")).toContain(t("change.testSent"));
  expect(heard.join("")).toContain(t("change.testText"));
  expect(served.printed()).not.toContain("secret-path");
  hook.close();
});

test("a connection of several is changed in its own place of the file", async () => {
  writeFileSync(
    join(own.folder, "sync.config.yaml"),
    `connections:\n  - name: clients # the first\n    settings: { MAILCHIMP_LIST_ID: ${own.env.MAILCHIMP_LIST_ID} }\n  - name: press\n    settings: { MAILCHIMP_LIST_ID: other }\n`,
  );
  const lines = Object.entries(own.env).map(([name, value]) => `${name}=${value}`);
  writeFileSync(join(own.folder, ".env"), `${lines.join("\n")}\n`);
  served = await startServe({ SYNC_LANG: "en" }, own.folder);
  page = await (await browser.newContext({ locale: "en" })).newPage();
  await page.goto(served.link);
  await page.waitForURL((url) => url.pathname !== "/login");
  await page.goto(`${served.base}/connections/clients`);
  await page.goto(`${served.base}/settings/change`);
  expect(await page.isDisabled("[name=NOTIFY_HOOK]")).toBe(true);
  await page.fill("[name=SYNC_INTERVAL]", "30");
  await page.click(`text="${t("change.show")}"`);
  await page.waitForURL("**/settings?saved");
  expect(file("sync.config.yaml")).toContain(
    `- name: clients # the first\n    settings: { MAILCHIMP_LIST_ID: ${own.env.MAILCHIMP_LIST_ID}, SYNC_INTERVAL: "1800" }\n`,
  );
  expect(file(".env")).not.toContain("1800");
  expect(await page.textContent(".rules")).toContain("30 minutes");
});

test("V7: another mapping is tried with real values, shown and saved; the conflict rule of a line stays", async () => {
  writeFileSync(
    join(own.folder, "sync.config.yaml"),
    "fields:\n  - { copper: first_name, mailchimp: FNAME, conflict: newest } # as agreed\n",
  );
  const eve = own.person({ first_name: "Eve", email: "eve@exemple.fr", title: "42" });
  await open();
  await page.goto(`${served.base}/settings`);
  await page.click(`text="${t("change.fields")}"`);
  await page.selectOption('[name="from.LTV"]', "title");
  own.writes();
  await page.click("[name=look]");
  const row = page.locator('tr:has([name="from.LTV"])');
  expect(await row.textContent()).toContain(`${eve.name}: 42`);
  expect(await obstacles(page)).toEqual([]);
  expect(file("sync.config.yaml")).not.toContain("LTV");
  await page.click(`main button:text-is("${t("setup.goOn")}")`);
  await page.locator(".effect").waitFor({ timeout: 30_000 });
  expect(own.writes()).toEqual([]);
  await page.click(`text="${t("change.save")}"`);
  await page.waitForURL("**/settings?saved");
  expect(file("sync.config.yaml")).toBe(
    "fields:\n  - { copper: first_name, mailchimp: FNAME, conflict: newest } # as agreed\n  - { copper: title, mailchimp: LTV }\n",
  );
  await page.goto(`${served.base}/`);
  await page.click('form[action$="/job/sync"] button');
  await expect.poll(() => own.at("eve@exemple.fr")?.merge_fields.LTV, { timeout: 20_000 }).toBe(42);
});
