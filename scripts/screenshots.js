// The pictures of the README: a simulated world, synced, in a real browser. `npm run screenshots`, after a build.

import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startBrowser } from "./browser.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const images = join(root, "docs", "images");
const folder = mkdtempSync(join(tmpdir(), "sync-pictures-"));
const program = join(root, "bin", "copper-mailchimp-sync.js");

/** Starts the program and waits for what it prints. */
function start(args, env, wanted) {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, env: { PATH: process.env.PATH, ...env } });
  return new Promise((done) => {
    let out = "";
    child.stdout.on("data", (text) => {
      out += text;
      if (wanted.test(out)) done({ child, out });
    });
  });
}

mkdirSync(images, { recursive: true });
const limits = ["--per-minute", "100000", "--bulk-per-second", "1000"];
const { child: simulated, out } = await start(
  ["simulate", "--people", "400", "--seed", "3", ...limits],
  {},
  /MAILCHIMP_API_URL=\S+\n/,
);
const lines = out.split("\n").filter((line) => /^[A-Z_]+=/.test(line));
writeFileSync(
  join(folder, ".env"),
  [...lines, "COPPER_REQUESTS_PER_MINUTE=100000", "COPPER_BULK_PER_SECOND=1000", "DASHBOARD_PORT=0"].join("\n"),
);
for (const language of ["en", "fr"]) {
  const { child, out: printed } = await start(["serve"], { SYNC_LANG: language }, /token=\S+/);
  const link = /http:\S+/.exec(printed)[0];
  const browser = await startBrowser();
  const page = await browser.newPage({ viewport: { width: 1200, height: 760 } });
  await page.goto(link);
  await page.waitForURL(/\/c\/default\/$/);
  await page.locator("form[action$='/job/sync'] button").click();
  await page.locator(".job.ended").waitFor({ timeout: 120_000 });
  await page.goto(new URL("/c/default/", link).href);
  await page.screenshot({ path: join(images, `overview-${language}.png`) });
  await page.goto(new URL("/c/default/review", link).href);
  await page.locator("tbody input").first().check();
  await page.screenshot({ path: join(images, `review-${language}.png`) });
  await browser.close();
  child.kill("SIGINT");
}
simulated.kill("SIGINT");
rmSync(folder, { recursive: true, force: true });
