import { execFile, fork } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type World, world } from "./harness.ts";
import { BIN, type Ended, program as run } from "./program.ts";

let own: World;
beforeAll(async () => {
  own = await world({ people: 60 });
});
afterAll(() => own.close());

const program = (args: readonly string[], env: Record<string, string> = own.env, cwd = own.folder) =>
  run(args, env, cwd);
const without = (name: string) => Object.fromEntries(Object.entries(own.env).filter(([key]) => key !== name));
const folder = () => mkdtempSync(join(tmpdir(), "sync-cli-"));

describe("settings", () => {
  test.each(["COPPER_API_KEY", "COPPER_API_EMAIL", "MAILCHIMP_API_KEY", "MAILCHIMP_DC", "MAILCHIMP_LIST_ID"])(
    "%s missing: named, exit 2, nothing sent",
    async (name) => {
      own.writes();
      const { exit, err } = await program(["sync"], without(name));
      expect(exit).toBe(2);
      expect(err).toContain(name);
      expect(own.copper.asked).toEqual([]);
      expect(own.mailchimp.asked).toEqual([]);
    },
  );
  test("a .env alone is enough; a broken line is named with its number; the environment goes first", async () => {
    const there = folder();
    const lines = Object.entries(own.env).map(([name, value]) => `${name}=${value}`);
    writeFileSync(join(there, ".env"), `\uFEFF# mine\r\n${lines.join("\r\n")}\r\n`);
    expect((await program(["doctor"], {}, there)).exit).toBe(0);
    writeFileSync(join(there, ".env"), `${lines.join("\n")}\nnonsense here\n`);
    const { exit, err } = await program(["plan"], {}, there);
    expect(exit).toBe(2);
    expect(err).toContain(String(lines.length + 1));
  });
  test("a wrong data centre is seen before any request", async () => {
    const { exit, err } = await program(["sync"], { ...own.env, MAILCHIMP_DC: "us5" });
    expect(exit).toBe(2);
    expect(err).toContain("us21");
  });
  test("a wrong key is exit 5, and no key is told anywhere (A7)", async () => {
    const secret = "very-secret-key-us21";
    const { exit, out, err } = await program(["sync", "--json", "--debug"], {
      ...own.env,
      MAILCHIMP_API_KEY: secret,
      LOG_DIR: join(own.folder, "logs2"),
    });
    expect(exit).toBe(5);
    expect(JSON.parse(out)).toMatchObject({ schema: 1, outcome: "failed" });
    const logs = readdirSync(join(own.folder, "logs2")).map((name) =>
      readFileSync(join(own.folder, "logs2", name), "utf8"),
    );
    expect(logs).toHaveLength(1);
    for (const text of [out, err, ...logs]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(`key:${secret}`).toString("base64"));
    }
  });
  test("a missing audience and an unreachable service are exit 5, in French where it is asked", async () => {
    expect(await program(["sync"], { ...own.env, MAILCHIMP_LIST_ID: "nope", SYNC_LANG: "fr" })).toMatchObject({
      exit: 5,
      err: expect.stringContaining("ne connaît pas cette audience"),
    });
  });
  test("a database that is none, and a folder that cannot be written, are exit 2", async () => {
    const file = join(folder(), "plain");
    writeFileSync(file, "this is no database, only words, and many of them so that it is long enough");
    own.writes();
    expect((await program(["sync"], { ...own.env, DATABASE_URL: `sqlite:${file}` })).exit).toBe(2);
    expect((await program(["sync"], { ...own.env, LOG_DIR: join(file, "logs") })).exit).toBe(2);
    const closed = folder();
    mkdirSync(join(closed, "data"));
    chmodSync(closed, 0o500);
    expect((await program(["sync"], { ...own.env, DATABASE_URL: `sqlite:${file}/x/sync.db` }, closed)).exit).toBe(2);
    expect(own.copper.asked).toEqual([]);
  });
  test("an unknown command or option is exit 2", async () => {
    expect((await program(["synk"])).exit).toBe(2);
    expect((await program(["sync", "--nope"])).exit).toBe(2);
  });
});

describe("commands", () => {
  test("plan, sync, runs: one JSON document each, the counts are what the services saw", async () => {
    const plan = await program(["plan", "--json"]);
    expect(plan.exit).toBe(0);
    expect(JSON.parse(plan.out)).toMatchObject({ schema: 1, outcome: "planned", connection: "default" });
    const before = own.worlds.mailchimp.members.size;
    own.writes();
    const ran = await program(["sync", "--json"]);
    const asked = { copper: own.copper.asked.length, mailchimp: own.mailchimp.asked.length };
    const document = JSON.parse(ran.out);
    expect(document).not.toHaveProperty("operations");
    expect(own.worlds.mailchimp.members.size - before).toBe(document.mailchimp.created);
    expect([document.copper.requests, document.mailchimp.requests]).toEqual([asked.copper, asked.mailchimp]);
    expect(statSync(join(own.folder, "sync.db")).mode & 0o777).toBe(0o600);
    const shown = await program(["runs", "show", document.run, "--json"]);
    expect(JSON.parse(shown.out)).toEqual(document);
    const page = join(own.folder, "run.html");
    expect((await program(["runs", "show", document.run, "--html", page], { ...own.env, SYNC_LANG: "fr" })).exit).toBe(
      0,
    );
    expect(readFileSync(page, "utf8")).not.toMatch(/<img onerror/);
    expect((await program(["runs", "list"])).out).toContain(document.run);
    expect((await program(["runs", "show", "none"])).exit).toBe(2);
  });
  test("A5: of two runs at once the second is exit 4 and says so", async () => {
    let second: Ended | undefined;
    own.copper.before = async (asked) => {
      if (!asked.path.endsWith("/search")) return;
      own.copper.before = undefined;
      second = await program(["sync", "--json"]);
    };
    const first = await program(["sync"]);
    expect([0, 1]).toContain(first.exit);
    expect(second).toMatchObject({ exit: 4 });
    expect(JSON.parse(second!.out)).toMatchObject({ schema: 1, error: { code: "in-progress" } });
  });
  test("G4: a refused plan is exit 3 and names the contacts", async () => {
    own.clock += 60;
    const kept = [...own.worlds.copper.people];
    for (const [id] of kept.slice(0, 30)) own.worlds.copper.people.delete(id);
    const { exit, out } = await program(["sync"], { ...own.env, MAX_REMOVALS: "1" });
    expect(exit).toBe(3);
    expect(out).toContain("MAX_REMOVALS");
    for (const [id, person] of kept) own.worlds.copper.people.set(id, person);
  });
  test("D3, D4: deletions list, delete with and without --yes, restore", async () => {
    own.clock += 600;
    const person = own.person({ first_name: "Mark", email: "mark@exemple.fr", tags: ["🗑️ À SUPPRIMER"] });
    const { pending } = JSON.parse((await program(["deletions", "list", "--json"])).out);
    expect(pending).toContainEqual({
      personId: person.id,
      name: "Mark",
      emails: ["mark@exemple.fr"],
      tag: "🗑️ à supprimer",
      since: expect.any(String),
      member: "none",
    });
    expect((await program(["deletions", "delete", String(person.id)])).exit).toBe(2);
    expect((await program(["deletions", "delete"])).exit).toBe(2);
    expect(own.worlds.copper.people.has(person.id)).toBe(true);
    expect((await program(["deletions", "delete", String(person.id), "--yes"])).exit).toBe(0);
    expect(own.worlds.copper.people.has(person.id)).toBe(false);
    expect((await program(["deletions", "restore", String(person.id)])).exit).toBe(0);
    expect([...own.worlds.copper.people.values()].some((one) => one.name === "Mark")).toBe(true);
  });
  test("the demo tells its story and ends by itself, in both languages", async () => {
    expect(await program(["demo"], { SYNC_LANG: "fr" })).toMatchObject({
      exit: 0,
      out: expect.stringContaining("Une troisième ne trouve rien à modifier"),
    });
    expect((await program(["demo", "--exit"], {})).exit).toBe(0);
  });
  test("A1: killed with the process that handed over to this Node, it writes nothing more", async () => {
    const child = fork(BIN, ["simulate", "--people", "5"], {
      silent: true,
      env: { PATH: process.env.PATH ?? "", COPPER_MAILCHIMP_SYNC_HANDED_OVER: "1" },
    });
    const ended = new Promise((done) => child.once("exit", (_, signal) => done(signal)));
    await new Promise((ready) => child.stdout!.once("data", ready));
    child.disconnect();
    expect(await ended).toBe("SIGKILL");
  });
  test("interrupted: exit 130, and the next run goes on", async () => {
    own.clock += 600;
    for (let index = 0; index < 30; index += 1) own.person({ first_name: "Late", email: `late${index}@exemple.fr` });
    const ended = new Promise<number | null>((done) => {
      const child = execFile(process.execPath, [BIN, "sync"], {
        cwd: own.folder,
        env: { PATH: process.env.PATH ?? "", ...own.env },
      });
      own.copper.before = () => {
        child.kill("SIGTERM");
      };
      child.on("exit", done);
    });
    expect(await ended).toBe(130);
    own.copper.before = undefined;
    expect([0, 1]).toContain((await program(["sync"])).exit);
    expect(own.at("late29@exemple.fr")).toBeDefined();
  });
});
