#!/usr/bin/env node
// Starts the program on Node.js 24 or newer. In a checkout, `npm ci` brings that runtime (the `node` package); an
// older Node hands over to it, and elsewhere says in one line what is missing. Plain old JavaScript on purpose.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
if (Number(process.versions.node.split(".")[0]) >= 24) {
  // Memory before speed: a hundred thousand contacts should fit on a cheap server
  setFlagsFromString("--optimize-for-size");
  const { main } = await import(join(root, "dist", "cli", "main.js"));
  process.exitCode = await main(process.argv.slice(2));
} else {
  const own = join(root, "node_modules", "node", "bin", "node");
  if (existsSync(own)) {
    // The terminal sends Ctrl-C to both; the child decides how it ends
    process.on("SIGINT", () => {});
    const child = spawnSync(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
    process.exitCode = child.status ?? 130;
  } else {
    console.error(
      `copper-mailchimp-sync needs Node.js 24 or newer; this is ${process.versions.node}: https://nodejs.org`,
    );
    process.exitCode = 2;
  }
}
