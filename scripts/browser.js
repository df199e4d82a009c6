// A real Chromium that npm carries; for the tests and the screenshots.
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import bundled, { inflate, setupLambdaEnvironment } from "@sparticuz/chromium";
import { chromium } from "playwright-core";

// Not the bundle's own switches: in one process the browser would end with its first context
const SWITCHES = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
];

/** Starts it, without the wish to reach anything but loopback. */
export async function startBrowser() {
  const executablePath = await bundled.executablePath();
  const start = () => chromium.launch({ executablePath, args: SWITCHES, headless: true, env: process.env });
  try {
    return await start();
  } catch (error) {
    if (!/shared libraries/.test(String(error))) throw error;
    // A machine without the libraries of a browser: the bundle carries those, too, and fonts
    const bundle = join(dirname(fileURLToPath(import.meta.resolve("@sparticuz/chromium"))), "..", "bin");
    await inflate(join(bundle, "al2023.tar.br"));
    setupLambdaEnvironment(join(tmpdir(), "al2023", "lib"));
    return start();
  }
}
