/** What the terminal says and how it ends, where a case is about that; what becomes of the contacts is beside it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { edit, type World, world } from "../harness.ts";
import { program } from "../program.ts";

let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const run = (...args: string[]) => program(args, own.env, own.folder);

test("case 25: a line of the mapping that nothing answers to is told by plan", async () => {
  writeFileSync(join(own.folder, "sync.config.yaml"), "fields:\n  - { copper: details, mailchimp: NOTES }\n");
  own.person({ first_name: "Ana", email: "a@exemple.fr" });
  expect((await run("plan")).out).toContain("NOTES");
});
test("case 31: a bad import that empties names for all is exit 3, and the plan names the field", async () => {
  for (let index = 0; index < 60; index += 1)
    own.person({ first_name: `Ana${index}`, last_name: `L${index}`, email: `p${index}@exemple.fr` });
  await own.sync();
  for (const member of own.worlds.mailchimp.members.values())
    edit(own, member, { merge_fields: { FNAME: "", LNAME: "" } });
  const { exit, out } = await run("sync", "--json");
  expect([exit, JSON.parse(out).guard.code]).toEqual([3, "too-many-cleared"]);
  expect((await run("plan")).out).toMatch(/first_name|last_name/);
});
test("R4: many new contacts are exit 3, with the setting's name and examples", async () => {
  const people = (count: number, from: string) => {
    for (let at = 0; at < count; at += 1) own.person({ first_name: `${from}${at}`, email: `${from}${at}@exemple.fr` });
  };
  people(10, "first");
  await own.sync();
  people(51, "later");
  const { exit, out } = await run("sync");
  expect([exit, out]).toEqual([3, expect.stringContaining("MAX_NEW")]);
  expect(out).toContain("later0@exemple.fr");
  expect(JSON.parse((await run("plan", "--json")).out).guard).toMatchObject({ code: "too-many-new", removals: 51 });
});
test("case 57: a refused activity is exit 1, with the reason", async () => {
  writeFileSync(join(own.folder, "sync.config.yaml"), "engagement: { days: 30 }\n");
  own.person({ first_name: "P", email: "p0@exemple.fr" });
  const at = (days: number) => new Date((own.clock + days * 86_400) * 1000).toISOString();
  own.worlds.mailchimp.campaigns!.push({
    id: "a",
    list: own.worlds.mailchimp.list,
    subject: "Subject a",
    sentAt: at(-3),
    events: [{ email: "p0@exemple.fr", action: "open", at: at(-1) }],
  });
  own.copper.fault = ({ path }) =>
    path.endsWith("/activities")
      ? { when: "before", reply: { status: 422, body: { message: "Activity date: is invalid" } } }
      : undefined;
  const { exit, out } = await run("sync");
  expect([exit, out]).toEqual([1, expect.stringContaining("Activity date")]);
});
