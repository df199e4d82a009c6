/** A lost database costs the history, not the contacts. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { edit, type World, world } from "./harness.ts";

let own: World;
beforeEach(async () => {
  own = await world({ people: 150, seed: 7, copper: { nameParts: "taken" } });
});
afterEach(() => own.close());

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
});
