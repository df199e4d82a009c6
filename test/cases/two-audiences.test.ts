/** Two audiences of one Copper account tell their states side by side (C7). */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { edit, type World, world } from "../harness.ts";
import { program } from "../program.ts";

let own: World;
let other: World;
beforeEach(async () => {
  own = await world();
  other = await world();
  (other.worlds.mailchimp as { list: string }).list = "f6g7h8i9j0";
});
afterEach(() => Promise.all([own.close(), other.close()]));

const two = async (told = "") => {
  const folder = mkdtempSync(join(own.folder, "two-"));
  writeFileSync(
    join(folder, "sync.config.yaml"),
    `connections:\n  - { name: clients, filter: { tags: [Client] }, settings: { MAILCHIMP_LIST_ID: ${own.worlds.mailchimp.list} } }\n  - { name: presse, filter: { tags: [Presse] }${told}, settings: { MAILCHIMP_LIST_ID: ${other.worlds.mailchimp.list}, MAILCHIMP_API_URL: "${other.mailchimp.url}" } }\n`,
  );
  return {
    folder,
    sync: () => program(["sync", "--json"], { ...own.env, DATABASE_URL: `sqlite:${join(folder, "s.db")}` }, folder),
  };
};
test("case 37: one is told as unsubscribed by the one, and the other neither takes that off nor writes in turn", async () => {
  const person = own.person({ first_name: "Ana", tags: ["Client", "Presse"], email: "a@exemple.fr" });
  own.member("a@exemple.fr", { status: "unsubscribed", merge_fields: { FNAME: "Ana" } });
  other.member("a@exemple.fr", { merge_fields: { FNAME: "Ana" } });
  const { sync, folder } = await two();
  for (let run = 0; run < 2; run += 1) await sync();
  own.writes();
  other.writes();
  for (let run = 0; run < 3; run += 1) expect((await sync()).exit).toBe(0);
  expect([...own.writes(), ...other.writes()]).toEqual([]);
  expect(own.worlds.copper.people.get(person.id)!.tags).toContain("mailchimp:unsubscribed");
  // It goes with the state in the audience that told it
  edit(own, own.at("a@exemple.fr")!, { status: "subscribed" });
  await sync();
  expect(own.worlds.copper.people.get(person.id)!.tags).not.toContain("mailchimp:unsubscribed");
  rmSync(folder, { recursive: true });
}, 60_000);
test("C7: who left one audience and bounced in the other is told both, and it is quiet", async () => {
  const person = own.person({ first_name: "Ana", tags: ["Client", "Presse"], email: "a@exemple.fr" });
  own.member("a@exemple.fr", { status: "unsubscribed", merge_fields: { FNAME: "Ana" } });
  other.member("a@exemple.fr", { status: "cleaned", merge_fields: { FNAME: "Ana" } });
  const { sync, folder } = await two();
  await sync();
  const told = () => own.worlds.copper.people.get(person.id)!.tags.filter((tag) => tag.startsWith("mailchimp:"));
  expect(told().sort()).toEqual(["mailchimp:cleaned", "mailchimp:unsubscribed"]);
  own.writes();
  other.writes();
  for (let run = 0; run < 2; run += 1) expect((await sync()).exit).toBe(0);
  expect([...own.writes(), ...other.writes()]).toEqual([]);
  rmSync(folder, { recursive: true });
}, 60_000);
