/** Setting up, as a newcomer does: `init`, `schedule`, `status`, each in a folder of its own. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LONGEST_LINE } from "../src/schedule/crontab.ts";
import { type World, world } from "./harness.ts";
import { program } from "./program.ts";

let own: World;
beforeAll(async () => {
  own = await world({ people: 20 });
});
afterAll(() => own.close());
const folder = () => mkdtempSync(join(tmpdir(), "sync-set-up-"));

const keys = () => ({
  COPPER_API_KEY: own.env.COPPER_API_KEY!,
  MAILCHIMP_API_KEY: own.env.MAILCHIMP_API_KEY!,
  COPPER_API_URL: own.copper.url,
  MAILCHIMP_API_URL: own.mailchimp.url,
});

describe("init", () => {
  test("writes a .env that only its owner reads and that a sync runs on; comments of an old one stay", async () => {
    const there = folder();
    writeFileSync(join(there, ".env"), "# ours\nSYNC_LANG=en\nSYNC_INTERVAL=900\n");
    const args = ["init", "--email", "admin@exemple.fr", "--new-members", "pending", "--only", "@exemple.fr"];
    expect((await program(args, keys(), there)).exit).toBe(2);
    const { exit, out, err } = await program([...args, "--yes"], keys(), there);
    expect(err).toBe("");
    expect(exit).toBe(0);
    expect(out).toContain("first_name ↔ FNAME");
    const text = readFileSync(join(there, ".env"), "utf8");
    expect(text).toContain("# ours\nSYNC_LANG=en\nSYNC_INTERVAL=900\n");
    expect(text).toContain(`MAILCHIMP_LIST_ID=${own.env.MAILCHIMP_LIST_ID}\n`);
    expect(text).toContain("MAILCHIMP_DC=us21\n");
    expect(statSync(join(there, ".env")).mode & 0o777).toBe(0o600);
    const urls = { COPPER_API_URL: own.copper.url, MAILCHIMP_API_URL: own.mailchimp.url };
    expect((await program(["plan"], urls, there)).exit).toBe(0);
  });
  test("a wrong key is said in words and nothing is written; without a terminal it names what is missing", async () => {
    const there = folder();
    const wrong = await program(["init", "--email", "a@b.fr"], { ...keys(), COPPER_API_KEY: "nonsense" }, there);
    expect(wrong).toMatchObject({ exit: 2, err: expect.stringContaining("Copper refuses the key") });
    const other = await program(["init", "--email", "a@b.fr"], { ...keys(), MAILCHIMP_API_KEY: "no-us21" }, there);
    expect(other).toMatchObject({ exit: 2, err: expect.stringContaining("Mailchimp refuses the key") });
    const missing = await program(["init"], { SYNC_LANG: "fr" }, there);
    expect(missing).toMatchObject({ exit: 2, err: expect.stringMatching(/COPPER_API_KEY.*MAILCHIMP_API_KEY/) });
    expect(existsSync(join(there, ".env"))).toBe(false);
  });
});

describe("schedule", () => {
  test("one marked line in the user's crontab; other lines are untouched; removed again", async () => {
    const there = folder();
    const table = join(there, "table");
    // As with npx and a version manager: 4,000 characters
    const longPath = Array.from({ length: 100 }, (_, at) => `/home/me/.versions/${at}/node_modules/.bin`).join(":");
    writeFileSync(table, "MAILTO=me\n0 3 * * * backup\n0 * * * * python3 copper_sync.py\n");
    const fake = join(there, "crontab");
    writeFileSync(
      fake,
      `#!/bin/sh\nif [ "$1" = "-l" ]; then cat '${table}'; else cat > '${table}.new' && mv '${table}.new' '${table}'; fi\n`,
    );
    chmodSync(fake, 0o755);
    const env = { ...own.env, SYNC_INTERVAL: "1700", PATH: `${there}:${process.env.PATH ?? ""}:${longPath}` };
    const before = readFileSync(table, "utf8");
    const installed = await program(["schedule", "install"], env, there);
    expect(installed.exit).toBe(0);
    expect(installed.out).toContain("Cron does not allow 1,700 s");
    expect(installed.out).toContain("copper_sync.py");
    await program(["schedule", "install"], env, there);
    const after = readFileSync(table, "utf8");
    expect(after.startsWith(before)).toBe(true);
    expect(after.split("\n").filter((line) => line.includes("# copper-mailchimp-sync"))).toHaveLength(1);
    expect(after).toMatch(/^\*\/30 \* \* \* \* cd '.*' && PATH='.*' '.*node' '.*copper-mailchimp-sync\.js' 'sync'/m);
    const [line = ""] = after.split("\n").filter((one) => one.includes("# copper-mailchimp-sync"));
    expect(Buffer.byteLength(line)).toBeLessThanOrEqual(LONGEST_LINE);
    expect(line).not.toContain(".versions");
    expect((await program(["schedule", "status"], env, there)).out).toContain("*/30");
    await program(["schedule", "remove"], env, there);
    expect(readFileSync(table, "utf8")).toBe(before);
  });
});

test("status: how things stand, in five lines", async () => {
  const { exit, out } = await program(["status"], own.env, own.folder);
  expect(exit).toBe(0);
  expect(out.trimEnd().split("\n")).toHaveLength(5);
  await own.sync();
  expect((await program(["status", "--json"], own.env, own.folder)).out).toContain('"well": true');
});
