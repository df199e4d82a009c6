/** A lost or damaged database costs the history, not the contacts; what is kept of one address can be had or erased. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";
import { program } from "./program.ts";

let own: World;
beforeEach(async () => {
  own = await world({ people: 150, seed: 7, copper: { nameParts: "taken" } });
});
afterEach(() => own.close());

const run = (...args: string[]) => program(args, own.env, own.folder);
const lose = () => {
  for (const part of ["", "-wal", "-shm"]) rmSync(join(own.folder, `sync.db${part}`), { force: true });
};
const statuses = () => [...own.worlds.mailchimp.members.values()].map((one) => `${one.email_address} ${one.status}`);
/** Pairs that are in the sync. */
const pairs = () =>
  [...own.worlds.copper.people.values()].flatMap((person) => {
    const member = own.at(person.emails[0]?.email ?? "");
    return member?.status === "subscribed" && !person.tags.some((tag) => /supprimer/i.test(tag))
      ? [{ person, member }]
      : [];
  });

describe("sync --rebuild", () => {
  test("a lost database: nothing is made twice, nobody is subscribed again, hardly anything is written", async () => {
    await own.sync();
    await own.sync();
    const before = statuses();
    const people = own.worlds.copper.people.size;
    const [one, two] = pairs();
    edit(own, one!.person, { first_name: "", title: "Directrice" });
    edit(own, two!.member, { merge_fields: { ...two!.member.merge_fields, LNAME: "" } });
    lose();
    const { operations, conflicts } = await own.sync({ rebuild: true });
    // A blank is filled at first sight (V3): what a clearing meant cannot be known any more
    expect(operations.length).toBeLessThanOrEqual(3);
    expect(conflicts).toEqual([]);
    expect(statuses().sort()).toEqual(before.sort());
    expect(own.worlds.copper.people.size).toBe(people);
    expect((await own.sync()).operations).toEqual([]);
  });
  test("a database that is there but wrong: links and baselines are found again, whose tags they are stays known (T2)", async () => {
    await own.sync();
    const pair = pairs().find(({ person }) => person.tags.includes("Client"))!;
    const tags = pair.person.tags.filter((tag) => tag !== "Client");
    edit(own, pair.person, { tags });
    const { operations } = await own.sync({ rebuild: true });
    expect(operations).toMatchObject([{ operation: "tag-member", changes: { tags: ["client", ""] } }]);
    expect((await own.sync()).operations).toEqual([]);
  });
  test("G1, G2: who was deleted or taken out meanwhile is neither made anew nor put back", async () => {
    await own.sync();
    const [one, two] = pairs();
    own.worlds.copper.people.delete(one!.person.id);
    own.worlds.mailchimp.members.delete(two!.member.id);
    const done = await own.sync({ rebuild: true });
    expect(done).toMatchObject({ copper: { created: 0 }, mailchimp: { created: 0, archived: 1 } });
  });
  test("a damaged file is refused, then kept aside, and the state comes from the services", async () => {
    await own.sync();
    lose();
    writeFileSync(
      join(own.folder, "sync.db"),
      "this is no database, only words, and many of them so that it is long enough",
    );
    const refused = await run("sync");
    expect(refused).toMatchObject({ exit: 2, err: expect.stringContaining("--rebuild") });
    const rebuilt = await run("sync", "--rebuild", "--json");
    expect(rebuilt.exit).toBeLessThanOrEqual(1);
    expect(rebuilt.err).toContain("sync.db.unreadable-");
    expect(JSON.parse(rebuilt.out)).toMatchObject({ copper: { created: 0 }, mailchimp: { created: 0 } });
    expect(readdirSync(own.folder).some((name) => name.startsWith("sync.db.unreadable-"))).toBe(true);
  });
});

describe("export and forget", () => {
  test("export writes everything known of an address; forget takes it out of the database and the logs", async () => {
    const person = own.person({
      first_name: "Zélie",
      last_name: "Oubli",
      email: "Zelie.Oubli@exemple.fr",
      tags: ["Client"],
    });
    await own.sync();
    edit(own, person, { last_name: "Souvenir" });
    edit(own, own.at("Zelie.Oubli@exemple.fr")!, { merge_fields: { FNAME: "Zélie", LNAME: "Autre" } });
    await own.sync();
    const known = JSON.parse((await run("export", "zelie.oubli@exemple.fr")).out);
    expect(known.personIds).toEqual([person.id]);
    const tables = new Set(known.rows.map((row: { table: string }) => row.table));
    expect([...tables].sort()).toEqual(["journal", "links", "members", "persons", "runs"]);
    expect((await run("export", "zelie.oubli@exemple.fr", "--out", "all.json")).exit).toBe(0);
    expect(statSync(join(own.folder, "all.json")).mode & 0o777).toBe(0o600);

    own.worlds.copper.people.delete(person.id);
    own.worlds.mailchimp.members.delete(own.at("Zelie.Oubli@exemple.fr")!.id);
    expect(await run("forget", "zelie.oubli@exemple.fr")).toMatchObject({
      exit: 2,
      err: expect.stringContaining("--yes"),
    });
    expect((await run("forget", "zelie.oubli@exemple.fr", "--yes")).exit).toBe(0);
    const left = JSON.parse((await run("export", "zelie.oubli@exemple.fr")).out);
    expect(left.rows).toEqual([]);
    expect(left.log).toEqual([]);
    for (const name of readdirSync(own.folder).filter((one) => one.startsWith("sync.db")))
      expect(readFileSync(join(own.folder, name)).includes("Oubli"), name).toBe(false);
    const logs = readdirSync(join(own.folder, "logs")).map((name) =>
      readFileSync(join(own.folder, "logs", name), "utf8"),
    );
    expect(logs.join("")).not.toContain(String(person.id));
    expect((await own.sync()).operations.filter((one) => /zelie/i.test(one.contact))).toEqual([]);
  });
  test("an address that cannot be one is exit 2; one that nobody has is told, and is no error", async () => {
    expect((await run("export", "nonsense")).exit).toBe(2);
    expect(await run("forget", "nobody@exemple.fr", "--yes")).toMatchObject({
      exit: 0,
      out: expect.stringContaining("Nothing"),
    });
  });
});
