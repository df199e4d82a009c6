/** Every page in a real browser: in both languages, on a phone, by keyboard, for a screen reader. */
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { edit, type World, world } from "../harness.ts";
import { type Opened, openFor } from "./open.ts";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
let own: World;
let open: Opened;
beforeAll(async () => {
  own = await world({ people: 80, seed: 4 });
  const clash = own.person({ first_name: "Ana", email: "clash@exemple.fr" });
  const member = own.member("clash@exemple.fr", { merge_fields: { FNAME: "Ana" } });
  own.person({
    first_name: "<img src=x onerror=alert(1)>",
    email: "hostile@exemple.fr",
    tags: ["🗑️ À SUPPRIMER"],
    company_name: "<script>alert(2)</script>",
  });
  await own.sync();
  edit(own, clash, { first_name: "From Copper", name: "From Copper" });
  edit(own, member, { merge_fields: { FNAME: "Mailchimpian" } });
  await own.sync();
  open = await openFor(own);
});
afterAll(async () => {
  await open.close();
  await own.close();
});

const PATHS = [
  "/",
  "/review",
  "/contacts",
  "/contacts?state=left-out",
  "/contacts?q=exemple",
  "/conflicts",
  "/runs",
  "/settings?doctor",
];

/** What a screen reader's user would stumble over. */
async function obstacles(page: Page): Promise<string[]> {
  // The policy of the pages allows no script but their own: the checker comes in from outside
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  const { result } = await session.send("Runtime.evaluate", {
    expression:
      "axe.run({ resultTypes: ['violations'] }).then((found) => JSON.stringify(found.violations.map((one) => one.impact + ' ' + one.id + ' ' + one.nodes[0].html)))",
    awaitPromise: true,
  });
  return (JSON.parse(String(result.value)) as string[]).filter((one) => /^(serious|critical)/.test(one));
}

describe.each(["en", "fr"])("in %s", (language) => {
  test.each([
    ["on a desk, in the light", { viewport: { width: 1280, height: 900 }, colorScheme: "light" as const }],
    ["on a phone, in the dark", { viewport: { width: 390, height: 800 }, colorScheme: "dark" as const }],
  ])("%s: every page answers, in its language, without obstacles", async (_, options) => {
    const page = await open.enter(options);
    await page.goto(`${open.origin}/language/${language}`);
    for (const path of [...PATHS, await aContact(page)]) {
      await page.goto(open.base + path);
      expect(await page.getAttribute("html", "lang")).toBe(language);
      expect(await page.textContent("nav")).toContain(language === "fr" ? "À traiter" : "To do");
      expect(await obstacles(page), path).toEqual([]);
      const overflow = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth",
      );
      expect(overflow, path).toBe(0);
    }
    await page.context().close();
  });
});

async function aContact(page: Page): Promise<string> {
  await page.goto(`${open.base}/contacts?q=clash`);
  return (await page.getAttribute(".found a", "href"))!.replace("/c/default", "");
}

test("hostile names and companies are shown as text", async () => {
  const page = await open.enter();
  await page.goto(`${open.base}/review?q=hostile`);
  expect(await page.textContent("tbody")).toContain("<img src=x onerror=alert(1)>");
  expect(await page.textContent("tbody")).toContain("<script>alert(2)</script>");
  expect(await page.locator("tbody img, tbody script").count()).toBe(0);
  await page.goto(`${open.base}/contacts?q=${encodeURIComponent('"><script>alert(3)</script>')}`);
  expect(await page.locator("main script").count()).toBe(0);
  await page.context().close();
});
test("somebody types a piece of a name and finds him at once, with both sides and his history", async () => {
  const page = await open.enter();
  await page.goto(`${open.base}/contacts`);
  await page.getByRole("searchbox").pressSequentially("clash");
  await page.getByRole("link", { name: /From Copper/ }).click();
  expect(await page.textContent("table")).toContain("From Copper");
  expect(await page.textContent(".history")).toContain("From Copper");
  await page.context().close();
});
test("R1, R2: the states as figures, the contacts of each with the reason and what helps, page by page, and as a table", async () => {
  const page = await open.enter({ acceptDownloads: true });
  await page.goto(`${open.base}/contacts`);
  await page.getByRole("link", { name: /in sync/ }).click();
  const total = Number((await page.textContent(".cards [aria-current] strong"))!);
  expect(await page.textContent(".pages")).toContain(`1–50 of ${total}`);
  await page.getByRole("link", { name: /Next/ }).click();
  expect(await page.locator(".found li").count()).toBe(total - 50);
  await page.getByRole("link", { name: /left out/ }).click();
  await page.locator(".reasons a").filter({ hasText: "no e-mail address" }).click();
  const shown = await page.locator(".found li").allTextContents();
  expect(shown.length).toBeGreaterThan(0);
  for (const text of shown) expect(text).toContain("Add an address in Copper; the next sync takes it up.");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /Download/ }).click(),
  ]);
  expect(
    readFileSync(await download.path(), "utf8")
      .trim()
      .split("\r\n"),
  ).toHaveLength(shown.length + 1);
  await page.goto(`${open.base}/contacts?q=hostile`);
  await page.getByRole("link", { name: /hostile/ }).click();
  expect((await page.textContent(".stands"))!.trim()).toMatch(/^To decide: marked for deletion/);
  await page.getByRole("link", { name: "Decide" }).click();
  expect(await page.textContent("tbody")).toContain("hostile@exemple.fr");
  expect((await page.request.get(`${open.base}/contacts?state=fine`)).status()).toBe(400);
  await page.context().close();
});
test("a run's page names what was done; its report can be taken away, in text and as a page", async () => {
  const page = await open.enter({ acceptDownloads: true });
  await page.goto(`${open.base}/runs`);
  await page.locator("tbody a").last().click();
  expect(await page.textContent("main")).toContain("exemple.fr");
  for (const name of ["Report as text", "Report to send"]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name }).click()]);
    expect(readFileSync(await download.path(), "utf8")).toContain("exemple.fr");
  }
  await page.context().close();
});
