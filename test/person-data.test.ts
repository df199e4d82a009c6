/** What is kept of one address can be had whole, and erased whole, without a trace of anybody else going (GDPR 15, 17). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decideAll } from "../src/app/decide-on-people.ts";
import { forgetPerson, personData } from "../src/app/person-data.ts";
import type { Decided } from "../src/plan/decision.ts";
import { edit, inWired, type World, world } from "./harness.ts";

const TAG = "🗑️ À SUPPRIMER";
let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

const logs = () => join(own.folder, "logs");
const dataOf = (address: string) => inWired(own, ({ database }) => personData(database, logs(), address));
const tablesOf = async (address: string) => [...new Set((await dataOf(address)).rows.map((row) => row.table))].sort();
const forget = (address: string) =>
  inWired(own, async ({ database }) => {
    await forgetPerson(database, logs(), address);
  });
/** How many contacts are stored and counted, who is found by the addresses, and what counts as decided. */
const standing = () =>
  inWired(own, async ({ store }) => ({
    ...(await store.holdings()),
    counted: (await store.standingCounts()).reduce((sum, one) => sum + one.contacts, 0),
    at: await Promise.all(["ana@exemple.fr", "second@exemple.fr"].map((one) => store.atAddress(one))),
    decidedBy: await store.decidedBy(),
  }));
/** All people and runs that are stored, as one text. */
const everything = () =>
  inWired(own, async ({ store }) => {
    const runs = await Promise.all((await store.runs(50)).map((one) => store.run(one.run)));
    return JSON.stringify([...(await store.load()).persons.values(), ...runs]);
  });

test("a contact with two addresses, a conflict, a failure and a twin: all rows, and none afterwards", async () => {
  const ana = own.person({ first_name: "Ana", last_name: "Oubli", email: "ana@exemple.fr" });
  edit(own, ana, { emails: [...ana.emails, { email: "Second@exemple.fr", category: "personal" }] });
  own.person({ first_name: "Bob", last_name: "Reste", email: "bob@exemple.fr" });
  await own.sync();
  // Somebody else with the same address is left out, and says with whom they share it
  const twin = own.person({ first_name: "Jumelle", last_name: "Reste", email: "ANA@exemple.fr" });
  edit(own, ana, { last_name: "Copper" });
  edit(own, own.at("ana@exemple.fr")!, { merge_fields: { FNAME: "Ana", LNAME: "Mailchimp" } });
  const ran = await own.sync();
  expect(ran.conflicts).toHaveLength(1);
  own.mailchimp.fault = ({ method }) =>
    method === "GET" ? undefined : { when: "before", reply: { status: 404, body: { detail: "ana@exemple.fr: no" } } };
  edit(own, ana, { first_name: "Anna" });
  await own.sync();
  own.mailchimp.fault = undefined;
  const all = await dataOf("ANA@exemple.fr");
  expect([...all.addresses].sort()).toEqual(["ana@exemple.fr", "second@exemple.fr"]);
  expect(all.personIds.toSorted()).toEqual([ana.id, twin.id].toSorted());
  // By an address that only she has, it is she alone
  expect((await dataOf("second@EXEMPLE.fr")).personIds).toEqual([ana.id]);
  expect(all.memberIds).toEqual([own.at("ana@exemple.fr")!.id]);
  expect(await tablesOf("ana@exemple.fr")).toEqual(
    expect.arrayContaining(["journal", "links", "members", "persons", "runs", "standings", "troubles"]),
  );
  const bob = (await dataOf("bob@exemple.fr")).rows.length;
  // Counted before, so that a count that was kept would show
  expect(await standing()).toMatchObject({ persons: 3, members: 2 });

  await forget("ana@exemple.fr");
  expect((await dataOf("ana@exemple.fr")).rows).toEqual([]);
  expect((await dataOf("second@exemple.fr")).rows).toEqual([]);
  const left = await everything();
  for (const trace of ["Oubli", "second@", "ana@exemple.fr"])
    expect(left.toLowerCase()).not.toContain(trace.toLowerCase());
  expect((await dataOf("bob@exemple.fr")).rows.length).toBe(bob);
  expect(await standing()).toMatchObject({ persons: 1, members: 1, at: [[], []], decidedBy: undefined });
  // A run keeps its figures, and its reports are those of what is left
  await inWired(own, async ({ store }) => {
    const run = await store.run(ran.run);
    expect(run!.document).toMatchObject({ copper: { updated: ran.copper.updated }, conflicts: [] });
    expect(run!.report.fr).not.toContain("ana@");
  });
  expect(readFileSync(join(own.folder, "sync.db")).includes("Oubli")).toBe(false);
});
test("a person deleted by a decision: their copy, the decision and the note that they stay deleted go, too", async () => {
  const dora = own.person({ first_name: "Dora", email: "dora@exemple.fr" });
  const eve = own.person({ first_name: "Eve", email: "eve@exemple.fr" });
  await own.sync();
  edit(own, dora, { tags: [TAG] });
  edit(own, eve, { tags: [TAG] });
  await own.sync();
  expect(await tablesOf("dora@exemple.fr")).toContain("reviews");
  const done: Decided[] = [];
  await inWired(own, (wired) =>
    decideAll(wired, [dora.id], "delete", false, new AbortController().signal, (one) => done.push(one)),
  );
  expect(done[0]?.result).toBe("deleted");
  const tables = await tablesOf("dora@exemple.fr");
  expect(tables).toEqual(expect.arrayContaining(["copies", "deleted"]));
  await forget("dora@exemple.fr");
  expect((await dataOf("dora@exemple.fr")).rows).toEqual([]);
  expect(await tablesOf("eve@exemple.fr")).toContain("reviews");
});
test("a decision that is not finished yet goes on without the name", async () => {
  const ana = own.person({ first_name: "Ana", last_name: "Oubli", email: "ana@exemple.fr" });
  await own.sync();
  edit(own, ana, { tags: [TAG] });
  await own.sync();
  own.mailchimp.fault = ({ method }) =>
    method === "DELETE" ? { when: "before", reply: { status: 400, body: { detail: "no" } } } : undefined;
  await inWired(own, (wired) =>
    decideAll(wired, [ana.id], "archive", false, new AbortController().signal, () => undefined),
  );
  own.mailchimp.fault = undefined;
  const decisions = () => inWired(own, ({ store }) => store.fact("decisions"));
  expect(await decisions()).toMatchObject([{ personId: ana.id, name: expect.stringContaining("Oubli") }]);
  await forget("ana@exemple.fr");
  expect(await decisions()).toMatchObject([{ personId: ana.id, name: String(ana.id) }]);
  await own.sync();
  expect(await decisions()).toEqual([]);
});
test("A5: nothing is erased while a run writes", async () => {
  own.person({ first_name: "Ana", email: "ana@exemple.fr" });
  await own.sync();
  await inWired(own, async ({ store, database }) => {
    await store.lock("a run");
    await expect(forgetPerson(database, logs(), "ana@exemple.fr")).rejects.toMatchObject({ by: "a run" });
    await store.unlock("a run");
  });
  expect((await dataOf("ana@exemple.fr")).rows.length).toBeGreaterThan(0);
});
test("who has an address that ends with another's is another: nothing of theirs is handed out or erased", async () => {
  const short = own.person({ first_name: "Court", email: "dupont@exemple.fr" });
  const long = own.person({ first_name: "Long", email: "jean.dupont@exemple.fr" });
  await own.sync();
  for (const person of [short, long]) edit(own, person, { last_name: "D" });
  for (const email of ["dupont@exemple.fr", "jean.dupont@exemple.fr"])
    edit(own, own.at(email)!, { merge_fields: { FNAME: "Other", LNAME: "E" } });
  await own.sync();
  const before = await dataOf("jean.dupont@exemple.fr");
  const theirs = await dataOf("dupont@exemple.fr");
  expect(JSON.stringify(theirs)).not.toContain("jean.");
  await forget("dupont@exemple.fr");
  expect((await dataOf("jean.dupont@exemple.fr")).rows).toEqual(before.rows);
});
test("an address that nobody has has no rows; one that holds a sign of the search is no pattern", async () => {
  own.person({ first_name: "Ana", email: "ana_b@exemple.fr" });
  own.person({ first_name: "Bob", email: "anaxb@exemple.fr" });
  await own.sync();
  expect((await dataOf("nobody@exemple.fr")).rows).toEqual([]);
  expect((await dataOf("ana%@exemple.fr")).rows).toEqual([]);
  expect((await dataOf("ana_b@exemple.fr")).personIds).toHaveLength(1);
});
