/** The dashboard of a small world, open in a real Chromium. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { startBrowser } from "../../scripts/browser.js";
import { openDashboard } from "../../src/backends/file-dashboard.ts";
import { readSettings } from "../../src/config/settings.ts";
import { terminalFor } from "../../src/terminal/terminal.ts";
import type { Listening } from "../../src/web/server.ts";
import type { World } from "../harness.ts";

export interface Opened {
  readonly listening: Listening;
  /** Where it listens. */
  readonly origin: string;
  /** Where the pages of its one connection lie. */
  readonly base: string;
  readonly browser: Browser;
  /** A page inside, on the overview; what it complains of fails the test. */
  enter(options?: BrowserContextOptions): Promise<Page>;
  close(): Promise<void>;
}

/** Opens the dashboard of a world. @param more settings besides the world's own */
export async function openFor(own: World, more: Record<string, string> = {}): Promise<Opened> {
  const env = { ...own.env, DASHBOARD_PORT: "0", DASHBOARD_TOKEN: "lasting-token", ...more };
  const listening = await openDashboard([readSettings(env, own.folder)], terminalFor("en"), env);
  const origin = `http://127.0.0.1:${listening.port}`;
  const base = `${origin}/c/default`;
  const browser = await startBrowser();
  return {
    listening,
    origin,
    base,
    browser,
    async enter(options = {}) {
      const context = await browser.newContext({ locale: "en", ...options });
      const page = await context.newPage();
      page.on("pageerror", (error) => expect.fail(`script: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error") expect.fail(`console: ${message.text()}`);
      });
      page.on("request", (request) => expect(request.url()).toMatch(/^(http:\/\/127\.0\.0\.1:|data:)/));
      await page.goto(`${origin}/login?token=lasting-token`);
      await page.waitForURL(`${base}/`);
      return page;
    },
    async close() {
      await browser.close();
      await listening.close();
    },
  };
}
