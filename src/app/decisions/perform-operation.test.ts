/** A1, A12, R1: the operations of decisions are journalled, applied and shown like those of a run. */
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryWorld } from "../../../test/memory-world.ts";
import { memberRef } from "../../plan/operations.ts";
import { standingKey } from "../../plan/standings.ts";
import { aboutPerson } from "./archive-or-delete.ts";
import { type Performer, performerOf } from "./perform-operation.ts";

let own: MemoryWorld;
let performer: Performer;
beforeEach(() => {
  own = new MemoryWorld();
  performer = performerOf(own.parts, "r");
});
const about = (personId: number) => aboutPerson(personId, "ana@exemple.fr");
const person = (personId: number) => ({ ...about(personId), side: "copper" as const });
const member = (personId: number) => ({
  ...about(personId),
  side: "mailchimp" as const,
  member: memberRef(own.at("ana@exemple.fr")!),
});
const standings = async () =>
  (await own.store.standingsAt(["p1", "p2", "p3", "p4", "p5", `m${key}`, standingKey({})])).map(
    ({ since: _, ...one }) => one,
  );
let key: string;
/** Somebody who is in step. */
async function paired() {
  const { id } = own.person();
  await own.sync();
  own.written.splice(0);
  key = own.at("ana@exemple.fr")!.key;
  return { id, link: (await own.store.contact({ personId: id })).link! };
}
const waits = (who: { readonly personId?: number; readonly memberKey?: string }) => ({ reason: "next-run", ...who });

describe("R1: whoever was changed waits for the next run, should the program die now", () => {
  test("a pair, whichever half is written", async () => {
    const { id } = await paired();
    await performer.perform({ ...person(id), operation: "archive-person", add: ["x"], remove: [], removed: [] });
    expect(await standings()).toEqual([waits({ personId: id, memberKey: key })]);
    expect((await own.store.standingsAt([`p${id}`]))[0]!.since).toBe(own.time);
  });
  test("a member who is erased leaves the person alone", async () => {
    const { id } = await paired();
    await performer.perform({ ...member(id), operation: "forget-member" });
    expect(await standings()).toEqual([waits({ personId: id })]);
  });
  test("a person without a member", async () => {
    const { id } = own.person({ emails: [] });
    await own.sync();
    await performer.perform({ ...person(id), operation: "archive-person", add: ["x"], remove: [], removed: [] });
    expect(await standings()).toEqual([waits({ personId: id })]);
  });
  test("a person who is deleted leaves the member, if there is one", async () => {
    const { id } = await paired();
    const alone = own.person({ emails: [] });
    await own.sync();
    await performer.perform({ ...person(id), operation: "delete-person" });
    expect(await standings()).toContainEqual(waits({ memberKey: key }));
    await performer.perform({ ...person(alone.id), operation: "delete-person" });
    expect(await standings()).toEqual([waits({ memberKey: key })]);
  });
  test("a person and a member who share a standing without being linked", async () => {
    const { id } = own.person();
    key = own.member("ana@exemple.fr").key;
    await own.store.saveChanges({
      persons: [own.truth.people.get(id)!],
      members: [own.at("ana@exemple.fr")!],
      standings: [{ personId: id, memberKey: key, reason: "marked", since: own.time }],
    });
    await performer.perform({ ...person(id), operation: "archive-person", add: ["x"], remove: [], removed: [] });
    expect(await standings()).toEqual([waits({ personId: id, memberKey: key })]);
  });
  test("who is created anew, under the new number", async () => {
    const { id } = await paired();
    const record = own.truth.people.get(id)!;
    own.truth.people.delete(id);
    const made = await performer.perform({
      ...person(id),
      operation: "restore-person",
      record,
      tags: [],
      begun: false,
    });
    expect(made).toMatchObject({ ok: true, person: { id: 3, name: "Ana Lopez" } });
    expect(await standings()).toContainEqual(waits({ personId: 3 }));
  });
  test("who is not stored has no standing", async () => {
    const { id } = own.person();
    await performer.perform({ ...person(id), operation: "archive-person", add: ["x"], remove: [], removed: [] });
    expect(await standings()).toEqual([]);
  });
  test("A3: what was refused changes nothing", async () => {
    const { id } = await paired();
    const before = await standings();
    own.mishaps.push("refused");
    const operation = { ...person(id), operation: "archive-person", add: ["x"], remove: [], removed: [] } as const;
    const performed = await performer.perform(operation);
    expect(performed).toMatchObject({ ok: false, failure: { code: "REFUSED", message: "REFUSED" } });
    expect(await standings()).toEqual(before);
  });
});

describe("A1: what came of it is stored with the answer", () => {
  test("C1: the link knows that we archived the member", async () => {
    const { id, link } = await paired();
    const archived = { from: "subscribed", why: "decision", at: 1 } as const;
    own.truth.now += 60;
    await performer.perform({ ...member(id), operation: "archive-member", settles: { archived } }, link);
    expect((await own.store.contact({ personId: id })).link!.archived).toMatchObject({ why: "decision" });
  });
  test("records are read without the mapped fields: those that are stored stay", async () => {
    const { id, link } = await paired();
    own.truth.now += 60;
    await performer.perform({ ...person(id), operation: "archive-person", add: ["x"], remove: [], removed: [] });
    await performer.perform({ ...member(id), operation: "archive-member" }, link);
    const known = await own.store.contact({ personId: id });
    expect(known.person).toMatchObject({
      fields: { first_name: "Ana" },
      tags: ["vip", "x"],
      modifiedAt: own.truth.now,
    });
    expect(known.member).toMatchObject({ fields: { FNAME: "Ana" }, status: "archived", changedAt: own.truth.now });
  });
  test("an operation on nobody's member, as after a probe", async () => {
    own.member("probe@exemple.fr");
    const ref = memberRef(own.at("probe@exemple.fr")!);
    const probe = {
      side: "mailchimp",
      contact: "probe@exemple.fr",
      reason: "probe",
      settles: {},
      member: ref,
    } as const;
    expect(await performer.perform({ ...probe, operation: "forget-member" } as never)).toEqual({
      ok: true,
      leftOut: [],
    });
    expect(own.written).toMatchObject([{ operation: "forget-member" }]);
  });
  test("who is ignored: nothing is sent", async () => {
    const { id } = await paired();
    const ignore = { ...person(id), operation: "ignore-person", tag: "x", since: own.time, ignored: true } as const;
    expect(await performer.perform(ignore)).toEqual({ ok: true, leftOut: [] });
    expect([own.written, (await own.store.waiting()).reviews]).toMatchObject([[], [{ personId: id, ignored: true }]]);
  });
  test("an operation without any answer is an error, whatever was answered before", async () => {
    const { id } = await paired();
    const operation = { ...person(id), operation: "archive-person", add: ["x"], remove: [], removed: [] } as const;
    own.answers("copper", (outcome) => (outcome.operation === operation ? outcome : undefined));
    performer = performerOf(own.parts, "r");
    expect(await performer.perform(operation)).toMatchObject({ ok: true });
    await expect(performer.perform({ ...operation })).rejects.toThrow("no answer: archive-person");
  });
});
