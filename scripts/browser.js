// A real Chromium that npm carries; for the tests and the screenshots.
import bundled from "@sparticuz/chromium";
import { chromium } from "playwright-core";

/** Starts it, without the wish to reach anything but loopback. */
export async function startBrowser() {
  return chromium.launch({
    executablePath: await bundled.executablePath(),
    // Not the bundle's own switches: in one process the browser would end with its first context
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
    headless: true,
  });
}
