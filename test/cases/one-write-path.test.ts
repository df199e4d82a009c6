/** A12: decisions and restores are operations of a run: found, told, counted and undone like those of any other. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decideAll, restoreAll } from "../../src/app/decide-on-people.ts";
import { probe } from "../../src/app/probe-services.ts";
import type { Wired } from "../../src/app/wired.ts";
import type { Decision } from "../../src/plan/decision.ts";
import { edit, inWired, type World, world } from "../harness.ts";

const nobody = new AbortController().signal;
const TAG = "🗑️ À SUPPRIMER";
const ADDRESS = "a@exemple.fr";
let own: World;
beforeEach(async () => {
  own = await world();
});
afterEach(() => own.close());

function wired<T>(work: (one: Wired) => Promise<T>): Promise<T> {
  own.clock += 1;
  return inWired(own, work);
}
const decideOn = (id: number, decision: Decision, forget = false) =>
  wired((one) => decideAll(one, [id], decision, forget, nobody, () => undefined));
/** The newest run with what it did. */
const newest = () =>
  wired(async ({ store }) => {
    const [line] = await store.runs(1);
    const operations = await Array.fromAsync(store.operations(line!.run));
    return { line: line!, document: (await store.run(line!.run))!.document, operations };
  });

async function marked() {
  const person = own.person({ first_name: "Ana", email: ADDRESS, tags: ["VIP"] });
  await own.sync();
  edit(own, person, { tags: ["VIP", TAG] });
  await own.sync();
  return person;
}
const tagsOf = (id: number) => own.worlds.copper.people.get(id)!.tags;

describe("A12: a decision is a run", () => {
  test.each([
    ["archive", false, ["archive-person", "archive-member"], { copper: { updated: 1 }, mailchimp: { archived: 1 } }],
    ["delete", false, ["delete-person", "archive-member"], { copper: { deleted: 1 }, mailchimp: { archived: 1 } }],
    ["delete", true, ["delete-person", "forget-member"], { copper: { deleted: 1 }, mailchimp: { deleted: 1 } }],
    ["ignore", false, ["ignore-person"], { copper: { updated: 0, deleted: 0 }, mailchimp: { archived: 0 } }],
  ] as const)("%s (forget: %s) is found, told and counted", async (decision, forget, done, counts) => {
    const person = await marked();
    await decideOn(person.id, decision, forget);
    const { line, document, operations } = await newest();
    expect(operations.map((one) => one.operation)).toEqual(done);
    expect(operations.every((one) => one.personId === person.id && one.reason === "decision")).toBe(true);
    expect(document).toMatchObject({ kind: "decisions", outcome: "ok", pendingDeletions: 0, ...counts });
    expect(Object.keys(document.summary).sort()).toEqual([...done].sort());
    expect(line.kind).toBe("decisions");
    const history = await wired(({ store }) => store.history(person.id, 9));
    expect(history.slice(0, done.length).map((one) => one.operation.operation)).toEqual([...done].reverse());
  });
  test("a restore likewise", async () => {
    const person = await marked();
    await decideOn(person.id, "delete");
    await wired((one) => restoreAll(one, [person.id], nobody, () => undefined));
    const { document, operations } = await newest();
    expect(operations.map((one) => one.operation)).toEqual(["restore-person", "unarchive-member"]);
    expect(document).toMatchObject({ kind: "decisions", outcome: "ok", copper: { created: 1 } });
  });
  test("one that a service refuses is a run that says so", async () => {
    const person = await marked();
    own.copper.fault = ({ method }) =>
      method === "DELETE" ? { when: "before", reply: { status: 403, body: { message: "may not delete" } } } : undefined;
    await decideOn(person.id, "delete");
    const { document } = await newest();
    expect(document.outcome).toBe("partial");
    expect(document.failures).toMatchObject([{ operation: "delete-person", contact: ADDRESS }]);
    expect(document.failures[0]!.message).toContain("may not delete");
  });
  test("nothing that was to be done is no run", async () => {
    const person = await marked();
    edit(own, person, { tags: ["VIP"] });
    const before = await newest();
    await decideOn(person.id, "archive");
    expect((await newest()).line.run).toBe(before.line.run);
  });
  test("it puts no sync off: the last one is still the last", async () => {
    const person = await marked();
    await decideOn(person.id, "ignore");
    const [last] = await wired(({ store }) => store.runs(1, 0, true));
    expect(last!.kind).toBeUndefined();
  });
  test("Copper that says done and keeps the tag has archived nobody (V13)", async () => {
    const person = await marked();
    own.copper.bend = ({ method, path }, reply) =>
      method === "PUT" && path.endsWith(String(person.id))
        ? { ...reply, body: { ...(reply.body as object), tags: ["vip", TAG.toLowerCase()] } }
        : reply;
    await decideOn(person.id, "archive");
    own.copper.bend = undefined;
    expect((await newest()).document).toMatchObject({ outcome: "partial", failures: [{ code: "NOT_TAKEN" }] });
  });
  test("one that was cut off is finished as a part of the next run, and counted there", async () => {
    const person = await marked();
    own.mailchimp.fault = ({ method }) =>
      method === "DELETE" ? { when: "before", reply: { status: 400, body: { detail: "no" } } } : undefined;
    await decideOn(person.id, "delete");
    own.mailchimp.fault = undefined;
    const next = await own.sync();
    expect(next).toMatchObject({ outcome: "ok", mailchimp: { archived: 1 } });
    expect(next.operations.map((one) => one.operation)).toContain("archive-member");
  });
});

test("A12: what a probe takes away again is a run that can be found", async () => {
  await wired((one) => probe(one, "admin@exemple.fr"));
  const { document, operations } = await newest();
  expect(document).toMatchObject({ kind: "probe", outcome: "ok", mailchimp: { deleted: 1 } });
  expect(new Set(operations.map((one) => one.operation))).toEqual(new Set(["delete-person", "forget-member"]));
  expect(own.worlds.copper.people.size + own.worlds.mailchimp.members.size).toBe(0);
});

describe("A12, A6: undo of a decision", () => {
  test("archive: the deletion tag is back, the member has the status they had, and they wait for a decision", async () => {
    const person = await marked();
    await decideOn(person.id, "archive");
    const undone = await own.sync({ undo: (await newest()).line.run });
    expect([undone.outcome, undone.notes]).toEqual(["ok", []]);
    expect(tagsOf(person.id)).toEqual(["vip", TAG.toLowerCase()]);
    expect(own.at(ADDRESS)!.status).toBe("subscribed");
    expect(await own.sync()).toMatchObject({ pendingDeletions: 1, operations: [] });
  });
  test("archive, and somebody left meanwhile or the archive tag is gone: nothing is put back, and it is told", async () => {
    const person = await marked();
    await decideOn(person.id, "archive");
    const { run } = (await newest()).line;
    edit(own, own.at(ADDRESS)!, { status: "unsubscribed" });
    edit(own, person, { tags: ["VIP"] });
    const undone = await own.sync({ undo: run });
    expect(undone.operations).toEqual([]);
    expect(undone.notes.map((one) => one.code)).toEqual(["undo-changed-since", "undo-changed-since"]);
    expect(own.at(ADDRESS)!.status).toBe("unsubscribed");
  });
  test("ignore: they wait for a decision again", async () => {
    const person = await marked();
    await decideOn(person.id, "ignore");
    expect((await own.sync()).pendingDeletions).toBe(0);
    const { run } = await wired(async ({ store }) => (await store.runs(9)).find((one) => one.kind === "decisions")!);
    await own.sync({ undo: run });
    expect((await own.sync()).pendingDeletions).toBe(1);
  });
  test("delete: nothing comes back by itself, and what brings them back is said", async () => {
    const person = await marked();
    await decideOn(person.id, "delete");
    const { notes } = await own.sync({ undo: (await newest()).line.run });
    expect(notes).toContainEqual({ contact: ADDRESS, code: "undo-deleted" });
  });
  test("forget: it is said that nothing brings them back", async () => {
    const person = await marked();
    await decideOn(person.id, "delete", true);
    const { notes } = await own.sync({ undo: (await newest()).line.run });
    expect(notes).toContainEqual({ contact: ADDRESS, code: "undo-forgotten" });
  });
});
