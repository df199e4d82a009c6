/** What is published works where it is installed: an empty folder, nothing of this checkout beside it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the packed tarball installs into an empty folder and its bin runs", () => {
  const folder = mkdtempSync(join(tmpdir(), "sync-pack-"));
  try {
    execFileSync("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], { stdio: "pipe" });
    const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
    const listed = execFileSync("tar", ["tzf", join(folder, tarball)], { encoding: "utf8" });
    for (const needed of [
      "dist/cli/main.js",
      "assets/dashboard.css",
      "assets/sync.config.schema.json",
      "docs/fr/GUIDE_RAPIDE.md",
    ])
      expect(listed).toContain(`package/${needed}`);
    expect(listed).not.toMatch(/package\/(src|test)\//);
    writeFileSync(join(folder, "package.json"), "{}");
    execFileSync(
      "npm",
      ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", `./${tarball}`],
      { cwd: folder, stdio: "pipe" },
    );
    // Whatever Node the machine has, this checkout's own runs it here
    symlinkSync(process.execPath, join(folder, "node"));
    const env = { PATH: `${folder}:${process.env.PATH ?? ""}`, SYNC_LANG: "en" };
    const bin = join(folder, "node_modules", ".bin", "copper-mailchimp-sync");
    expect(execFileSync(bin, ["--version"], { cwd: folder, env, encoding: "utf8" })).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(execFileSync(bin, ["demo", "--exit"], { cwd: folder, env, encoding: "utf8" })).toContain(
      "A third one finds nothing to change",
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 180_000);
