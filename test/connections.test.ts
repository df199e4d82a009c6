/** Several audiences and accounts in one folder: one command runs them all, each with its own state, filter and mapping. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type World, world } from "./harness.ts";
import { program } from "./program.ts";

let one: World;
let two: World;
let env: Record<string, string>;
const yaml = (settings: string, more = "") =>
  writeFileSync(
    join(one.folder, "sync.config.yaml"),
    `connections:\n  - name: clients\n  - name: presse\n    filter: { tags: [Presse] }\n    settings: ${settings}\n${more}`,
  );
const own = () =>
  `{ COPPER_API_URL: "${two.copper.url}", MAILCHIMP_API_URL: "${two.mailchimp.url}", MAILCHIMP_API_KEY: $PRESSE_KEY }`;
beforeEach(async () => {
  [one, two] = await Promise.all([world(), world()]);
  Object.assign(two.worlds.copper, { account: 77 });
  env = { ...one.env, PRESSE_KEY: two.worlds.mailchimp.key };
  one.person({ first_name: "Ana", email: "ana@exemple.fr" });
  two.person({ first_name: "Bob", email: "bob@exemple.fr", tags: ["Presse"] });
  two.person({ first_name: "Cléo", email: "cleo@exemple.fr" });
  yaml(own());
});
afterEach(async () => {
  await one.close();
  await two.close();
});
const run = (...args: string[]) => program(args, env, one.folder);

test("one command runs all, one after another; the JSON is one document; each keeps a state of its own", async () => {
  const { exit, out } = await run("sync", "--json");
  expect(exit).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    connections: [
      { connection: "clients", mailchimp: { created: 1 } },
      { connection: "presse", mailchimp: { created: 1 }, skipped: { filtered: 1 } },
    ],
  });
  expect([one.worlds.mailchimp.members.size, two.worlds.mailchimp.members.size]).toEqual([1, 1]);
  const [log = ""] = readdirSync(join(one.folder, "logs"));
  const lines = readFileSync(join(one.folder, "logs", log), "utf8").split("\n");
  for (const name of ["clients", "presse"])
    expect(lines.some((line) => line.includes(`  ${name}: copper `))).toBe(true);
  expect(lines.filter((line) => / {2}(copper|mailchimp) /.test(line))).toEqual([]);
  one.writes();
  two.writes();
  expect((await run("sync")).exit).toBe(0);
  expect([...one.writes(), ...two.writes()]).toEqual([]);
  expect(JSON.parse((await run("runs", "list", "--json", "--connection", "presse")).out).runs).toHaveLength(2);
  expect((await run("status", "--connection", "presse")).out).toContain("1 contact linked");
});
test("what stops one stops no other; the gravest exit code is told, and no key", async () => {
  env.PRESSE_KEY = "wrong-secret-us21";
  const { exit, out, err } = await run("sync");
  expect(exit).toBe(5);
  expect(err).toContain("presse: ");
  expect(out + err).not.toContain("wrong-secret");
  expect(one.worlds.mailchimp.members.size).toBe(1);
});
test("a key in the file, a setting that is none, a name that nobody has: exit 2 before anything is sent", async () => {
  yaml("{ MAILCHIMP_API_KEY: here-it-is-us21 }");
  expect((await run("sync", "--connection", "presse")).exit).toBe(2);
  yaml("{ MAILCHIMP_LISTS: x }");
  expect(await run("sync", "--connection", "presse")).toMatchObject({
    exit: 2,
    err: expect.stringContaining("MAILCHIMP_LISTS"),
  });
  yaml(own());
  expect(await run("sync", "--connection", "nobody")).toMatchObject({
    exit: 2,
    err: expect.stringContaining("clients, presse"),
  });
  expect([...one.copper.asked, ...two.copper.asked]).toEqual([]);
});
