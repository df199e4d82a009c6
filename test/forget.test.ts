/** `export` and `forget`: all that is known of an address, and nothing any more. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";
import { program } from "./program.ts";

let own: World;
beforeEach(async () => {
  own = await world({ people: 20, seed: 7, copper: { nameParts: "taken" } });
});
afterEach(() => own.close());

const run = (...args: string[]) => program(args, own.env, own.folder);

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
