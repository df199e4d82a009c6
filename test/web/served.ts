/** `serve` as a process of its own in an empty folder, and a browser before it. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { BIN } from "../program.ts";

const AXE = readFileSync("node_modules/axe-core/axe.min.js", "utf8");

export interface Served {
  readonly folder: string;
  /** With the one-time code. */
  readonly link: string;
  readonly base: string;
  /** Everything that it has printed so far. */
  printed(): string;
  readonly child: ChildProcess;
  end(): Promise<void>;
}

/** Starts `serve` and waits for its link. */
export function startServe(env: Record<string, string>, folder = mkdtempSync(join(tmpdir(), "sync-serve-"))) {
  const child = spawn(process.execPath, [BIN, "serve"], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? "", DASHBOARD_PORT: "0", ...env },
  });
  let out = "";
  return new Promise<Served>((ready, failed) => {
    const heard = (text: Buffer) => {
      out += String(text);
      const link = /http:\S+token=\S+/.exec(out)?.[0];
      if (link === undefined) return;
      ready({
        folder,
        link,
        base: new URL(link).origin,
        printed: () => out,
        child,
        end: () =>
          new Promise((done) => {
            child.once("exit", () => done());
            child.kill("SIGTERM");
          }),
      });
    };
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
    child.on("exit", (code) => failed(new Error(`serve ended with ${code}: ${out}`)));
  });
}

/** What a screen reader's user would stumble over, whatever its weight. */
export async function obstacles(page: Page): Promise<string[]> {
  // The policy of the pages allows no script but their own: the checker comes in from outside
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: AXE });
  const { result } = await session.send("Runtime.evaluate", {
    expression:
      "axe.run({ resultTypes: ['violations'] }).then((found) => JSON.stringify(found.violations.map((one) => one.impact + ' ' + one.id + ' ' + one.nodes[0].html)))",
    awaitPromise: true,
  });
  await session.detach();
  return JSON.parse(String(result.value)) as string[];
}
