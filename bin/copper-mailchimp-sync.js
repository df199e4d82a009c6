#!/usr/bin/env node
// Starts the program on Node.js 24 or newer. In a checkout, `npm ci` brings that runtime (the `node` package); an
// older Node hands over to it, and elsewhere says in one line what is missing. Plain old JavaScript on purpose.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const HANDED_OVER = "COPPER_MAILCHIMP_SYNC_HANDED_OVER";
if (Number(process.versions.node.split(".")[0]) >= 24) {
  if (process.env[HANDED_OVER] && process.channel) {
    // Whoever kills the process that handed over means this one
    process.channel.unref();
    process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  }
  // Compiled once: in our own folder, where nobody else writes; where we cannot either, it is left out
  nodeModule.enableCompileCache(join(root, ".cache"));
  (await import(join(root, "dist", "cli", "spare-memory.js"))).spareMemory();
  const { main } = await import(join(root, "dist", "cli", "main.js"));
  process.exitCode = await main(process.argv.slice(2));
} else {
  const own = join(root, "node_modules", "node", "bin", "node");
  if (existsSync(own)) {
    const child = spawn(own, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      env: { ...process.env, [HANDED_OVER]: "1" },
    });
    // A terminal sends Ctrl-C to both; anybody else to this one only
    process.on("SIGINT", () => process.stdin.isTTY || child.kill("SIGINT"));
    for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
    child.on("exit", (code) => process.exit(code ?? 130));
  } else {
    console.error(
      `copper-mailchimp-sync needs Node.js 24 or newer; this is ${process.versions.node}: https://nodejs.org`,
    );
    process.exitCode = 2;
  }
}
