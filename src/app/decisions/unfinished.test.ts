/** D5, A1, A3, A10: what becomes of decisions that were cut off or refused, in the next run. */
import { beforeEach, describe, expect, test } from "vitest";
import { MARK, MemoryWorld } from "../../../test/memory-world.ts";
import type { UnfinishedDecision } from "../../plan/decision.ts";
import { keepCopy } from "./archive-or-delete.ts";
import { finishDecisions, noteBegun } from "./unfinished.ts";

let own: MemoryWorld;
beforeEach(() => {
  own = new MemoryWorld();
});
const done = () => own.written.map((one) => one.operation);
const left = () => own.store.fact("decisions");
const status = () => own.at("ana@exemple.fr")?.status;
const decided = (personId: number, some: Partial<UnfinishedDecision> = {}): UnfinishedDecision => ({
  personId,
  name: "Ana Lopez",
  decision: "archive",
  forget: false,
  tries: 0,
  ...some,
});
/** Somebody on whom a decision is stored, as if the program had died before the first request. */
async function begun(some: Partial<UnfinishedDecision> = {}): Promise<number> {
  const person = await own.marked();
  if (some.decision === "delete") await own.small((parts) => keepCopy(parts, person, person, some.forget ?? false));
  await noteBegun(own.store, decided(person.id, some));
  return person.id;
}
const finish = (again = false) => finishDecisions(own.parts, "next", again);
const [ARCHIVE, DELETE] = [{ decision: "archive" }, { decision: "delete" }] as const;

describe("D5: what the person is like now tells how it goes on", () => {
  test.each([
    ["archive", "archive-person"],
    ["delete", "delete-person"],
  ] as const)("%s, still marked: both halves", async (decision, first) => {
    await begun({ decision });
    const { failures, done: applier } = await finish();
    expect([failures, done(), status(), await left()]).toEqual([[], [first, "archive-member"], "archived", []]);
    expect(applier.counters.mailchimp.archived).toBe(1);
  });
  test("archive, with the archive tag: the member's half", async () => {
    const id = await begun(ARCHIVE);
    own.edit(id, { tags: ["📥 Inactif"] });
    await finish();
    expect([done(), status(), await left()]).toEqual([["archive-member"], "archived", []]);
  });
  test.each([
    ["neither marked nor with the archive tag", (id: number) => own.edit(id, { tags: ["vip"] })],
    ["gone", (id: number) => own.truth.people.delete(id)],
  ])("archive, %s: nothing more", async (_, change) => {
    const id = await begun(ARCHIVE);
    change(id);
    expect((await finish()).failures).toEqual([]);
    expect([done(), status(), await left(), await own.store.copies()]).toEqual([[], "subscribed", [], []]);
  });
  test("delete, gone: the member's half", async () => {
    const id = await begun(DELETE);
    own.truth.people.delete(id);
    expect((await finish()).failures).toEqual([]);
    expect([done(), status(), await left()]).toEqual([["archive-member"], "archived", []]);
    expect(await own.copy(id)).toMatchObject({ restoredAs: null });
  });
  test("delete, no longer marked: nothing more, and the copy cannot be restored", async () => {
    const id = await begun(DELETE);
    own.edit(id, { tags: ["vip"] });
    await finish();
    expect([done(), status(), await left()]).toEqual([[], "subscribed", []]);
    expect(await own.copy(id)).toMatchObject({ restoredAs: id });
  });
  test("delete, gone, and so is the copy: there is no member to be found", async () => {
    const id = await begun(DELETE);
    own.truth.people.delete(id);
    own.store.copies = async () => [];
    expect((await finish()).failures).toEqual([]);
    expect([done(), await left()]).toEqual([[], []]);
  });
  test("C1: a member that we had archived before stays ours, although the link is gone", async () => {
    const { id } = await own.marked();
    await own.decide(id, "archive");
    own.edit(id, { tags: [MARK] });
    await own.small((parts) => keepCopy(parts, own.truth.people.get(id)!, {}, false));
    await noteBegun(own.store, decided(id, DELETE));
    own.truth.people.delete(id);
    const { link } = await own.copy(id);
    await own.store.saveChanges({ unlinked: [id] });
    expect((await finish()).failures).toEqual([]);
    expect((await own.copy(id)).archived).toEqual(link!.archived);
  });
});

describe("A3, A10: what fails is told, and tried again so many times", () => {
  test("A9: a record that cannot be read", async () => {
    const id = await begun(ARCHIVE);
    own.parts.copper.fetch = async () => ({ odd: { key: id, addresses: [], why: "odd-record", detail: "emails" } });
    expect((await finish()).failures).toEqual([
      {
        side: "mailchimp",
        contact: "Ana Lopez",
        operation: "archive-member",
        code: "REFUSED",
        message: "emails",
        retry: true,
      },
    ]);
    expect([done(), await left()]).toEqual([[], [decided(id, { tries: 1 })]]);
  });
  test.each([
    [false, "archive-member"],
    [true, "forget-member"],
  ])("one failure stops no other, and says what was to be done (an erasure: %s)", async (forget, operation) => {
    const id = await begun({ ...DELETE, forget });
    const other = own.person({ name: "Cleo", email: "cleo@exemple.fr", tags: [MARK] });
    await noteBegun(own.store, decided(other.id, { name: "Cleo" }));
    own.mishaps.push("refused");
    expect((await finish()).failures).toMatchObject([{ contact: "Ana Lopez", operation, message: "REFUSED" }]);
    expect([done(), await left()]).toEqual([["archive-person"], [decided(id, { ...DELETE, forget, tries: 1 })]]);
  });
  test("after five runs it is only told, until a retry is asked for", async () => {
    const id = await begun({ tries: 5 });
    expect((await finish()).failures).toMatchObject([{ operation: "archive-member", message: "" }]);
    expect([done(), await left()]).toEqual([[], [decided(id, { tries: 5 })]]);
    expect((await finish(true)).failures).toEqual([]);
    expect([done(), await left()]).toEqual([["archive-person", "archive-member"], []]);
  });
  test("before that it is tried without being asked", async () => {
    await begun({ tries: 4 });
    await finish();
    expect(await left()).toEqual([]);
  });
});

test("R1: what was finished shows at once", async () => {
  const id = await begun(ARCHIVE);
  await finish();
  const [standing] = await own.store.standingsAt([`p${id}`]);
  expect(standing).toMatchObject({ reason: "archived-by-tag" });
});
test("a second decision on somebody takes the first one's place, and leaves those of others", async () => {
  await noteBegun(own.store, decided(1));
  await noteBegun(own.store, decided(2));
  await noteBegun(own.store, decided(1, DELETE));
  expect(await left()).toEqual([decided(2), decided(1, DELETE)]);
});
