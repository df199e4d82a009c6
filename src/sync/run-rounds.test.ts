/** A1, A3, C5, G4: what a run stores before and after its writes, and when it plans again. */
import { beforeEach, describe, expect, test } from "vitest";
import { MemoryWorld } from "../../test/memory-world.ts";
import type { StateChanges } from "../ports/store.ts";
import { run } from "./run.ts";
import type { RunOptions } from "./run-options.ts";

let own: MemoryWorld;
let runs: number;
beforeEach(() => {
  [own, runs] = [new MemoryWorld(), 0];
});
/** A run a minute later. */
const ran = async (some: Partial<RunOptions> = {}) => {
  own.truth.now += 60;
  runs += 1;
  const finished = await run(own.parts, {
    run: `n${runs}`,
    holder: "here",
    connection: "main",
    full: false,
    yes: false,
    retryRejected: false,
    stop: new AbortController().signal,
    report: () => ({}),
    ...some,
  });
  if (finished.error !== undefined) throw finished.error;
  return finished.document;
};
const done = () => own.written.splice(0).map((one) => one.operation);
const waiting = () => own.store.waiting();
const contact = (personId: number) => own.store.contact({ personId });
const several = (...names: string[]) => names.map((name) => own.person({ name, email: `${name}@exemple.fr` }));

describe("before the first write", () => {
  test("the caller hears of the plan, and of the reading", async () => {
    own.person();
    const heard: unknown[] = [];
    await ran({
      planned: ({ plan }) => heard.push([plan.operations.length, own.written.length]) as never,
      reading: (side) => heard.push(side),
    });
    expect(heard).toContainEqual("copper");
    expect(heard.at(-1)).toEqual([1, 0]);
  });
  test("a run that was to end before it had read stores nothing", async () => {
    own.person();
    const stop = AbortSignal.abort();
    const planned: unknown[] = [];
    const finished = await ran({ stop, planned: (prepared) => planned.push(prepared) as never });
    expect([finished.outcome, planned.length, (await own.store.holdings()).persons, done()]).toEqual([
      "interrupted",
      0,
      0,
      [],
    ]);
  });
  test("W1: two records that are in step are linked without a write", async () => {
    const { id } = own.person();
    own.member("ana@exemple.fr", { fields: { FNAME: "Ana", LNAME: "Lopez" }, tags: [{ id: 1, name: "vip" }] });
    expect((await ran()).outcome).toBe("ok");
    expect([done(), (await contact(id)).link]).toMatchObject([[], { personId: id, address: "ana@exemple.fr" }]);
  });
  test("and a link that was made so takes what the write brings", async () => {
    const { id } = own.person();
    own.member("ana@exemple.fr", { fields: { FNAME: "Ana" } });
    await ran();
    const { link } = await contact(id);
    expect(Object.values(link!.baseline).sort()).toEqual(["Ana", "Lopez"]);
    expect((await ran()).outcome).toBe("ok");
  });
});

describe("G4: the guard", () => {
  const gone = async () => {
    const people = several("a", "b", "c", "d", "e", "f", "g", "h");
    await ran();
    done();
    for (const { id } of people.slice(5)) own.truth.people.delete(id);
    Object.assign(own.parts, { policy: { ...own.parts.policy, maxRemovals: { number: 1 } } });
  };
  test("stops the run, until it is confirmed", async () => {
    await gone();
    const document = await ran({ full: true });
    expect([document.outcome, document.guard?.code, done()]).toEqual(["refused", "too-many-removals", []]);
    expect(await own.store.decidedBy()).toBeUndefined();
    expect((await own.store.standingsAt(["p6"])).map((one) => one.reason)).toEqual(["guard-refused"]);
    expect([(await ran({ full: true, yes: true })).outcome, done().length]).toEqual(["ok", 3]);
  });
  test("stops it before an empty side, confirmed or not", async () => {
    several("a", "b");
    await ran();
    done();
    own.truth.people.clear();
    expect([(await ran({ full: true, yes: true })).outcome, done()]).toEqual(["refused", []]);
  });
});

describe("A1: writes in doubt", () => {
  const doubts = async () => (await own.store.inDoubt()).length;
  test("are closed by a reading that shows what became of them", async () => {
    own.person();
    own.mishaps.push("lost-before");
    expect([(await ran()).outcome, await doubts()]).toEqual(["partial", 1]);
    expect([(await ran()).outcome, await doubts()]).toEqual(["ok", 0]);
  });
  test("stay in doubt where a reading was cut short", async () => {
    own.person();
    own.mishaps.push("lost-before");
    await ran();
    const { open } = own.parts.copper;
    own.parts.copper.open = (...mapping) => {
      const { reader, writer } = open(...mapping);
      const cut = async () => ({ complete: false });
      return { writer, reader: { ...reader, readAll: cut, readSince: cut } };
    };
    expect((await ran({ full: true })).doubted).not.toEqual([]);
    expect(await doubts()).toBe(1);
  });
});

describe("C5: further rounds", () => {
  test("a person whose address is refused has the tag in the same run, and it is told once", async () => {
    const { id } = own.person();
    own.truth.forgotten.add("ana@exemple.fr");
    const document = await ran();
    expect([done(), own.truth.people.get(id)!.tags]).toEqual([
      ["tag-person"],
      ["vip", expect.stringMatching(/rejected/)],
    ]);
    expect(document).toMatchObject({
      outcome: "partial",
      rejected: { new: [{ contact: "ana@exemple.fr" }], total: 1 },
    });
    expect(document.failures).toHaveLength(1);
    expect([(await ran()).outcome, done()]).toEqual(["ok", []]);
  });
  test("A3: what failed in one round is not tried again in the next", async () => {
    several("a", "b");
    own.truth.forgotten.add("a@exemple.fr");
    own.mishaps.push("none", "refused");
    const document = await ran();
    expect([done(), document.failures.map((one) => one.contact)]).toEqual([
      ["tag-person"],
      ["a@exemple.fr", "b@exemple.fr"],
    ]);
  });
  test("A6: nor does an undo, although it gave up an address", async () => {
    const [first] = several("a");
    await ran();
    own.edit(first!.id, { emails: ["new@exemple.fr"] });
    await ran();
    done();
    expect([(await ran({ undo: "n2" })).outcome, done()]).toEqual(["ok", ["move-address"]]);
    expect(own.at("a@exemple.fr")).toBeDefined();
  });
  test("an address that a member gives up goes to whoever waits for it", async () => {
    const [first] = several("a");
    await ran();
    own.edit(first!.id, { emails: ["new@exemple.fr"] });
    const second = own.person({ name: "Second", email: "a@exemple.fr" });
    await ran();
    expect((await contact(second.id)).link?.address).toBe("a@exemple.fr");
    expect((await contact(first!.id)).link?.address).toBe("new@exemple.fr");
  });
  test("A6: an undo plans nothing further, and links whom it left without", async () => {
    own.person();
    await ran();
    expect(done()).toEqual(["create-member"]);
    const undone = await ran({ undo: "n1" });
    expect([undone.outcome, done()]).toEqual(["ok", ["archive-member"]]);
    expect((await own.store.standingsAt(["p1"])).map((one) => one.reason)).toEqual(["archived-by-undo"]);
  });
});

describe("A3: failures", () => {
  const troubles = async () => (await waiting()).troubles.map(({ contact: who, runs: times }) => [who, times]);
  test("are counted by runs, until one succeeds", async () => {
    own.person();
    for (const times of [1, 2, 3]) {
      own.mishaps.push("refused");
      expect((await ran()).outcome).toBe("partial");
      expect(await troubles()).toEqual([["ana@exemple.fr", times]]);
    }
    expect([(await ran()).outcome, await troubles()]).toEqual(["ok", []]);
  });
  test("begin anew where the operator asks for another attempt", async () => {
    own.person();
    for (const _ of [1, 2]) {
      own.mishaps.push("refused");
      await ran();
    }
    own.mishaps.push("refused");
    await ran({ retryRejected: true });
    expect(await troubles()).toEqual([["ana@exemple.fr", 1]]);
    own.mishaps.push("refused");
    await ran({ rebuild: true });
    expect(await troubles()).toEqual([["ana@exemple.fr", 1]]);
  });
  test("of whom nothing is left to do are over, of others not", async () => {
    const [first] = several("a", "b");
    own.mishaps.push("refused", "refused");
    await ran();
    own.truth.people.delete(first!.id);
    own.mishaps.push("refused");
    await ran({ full: true });
    expect(await troubles()).toEqual([["b@exemple.fr", 2]]);
    expect((await waiting()).troubles).toHaveLength(1);
  });
});

describe("after the last write", () => {
  test("what the services can, how far was read, and whether all is settled is stored", async () => {
    own.person();
    const changes: StateChanges[] = [];
    const { saveChanges } = own.store;
    own.store.saveChanges = async (some) => {
      changes.push(some);
      await saveChanges(some);
    };
    await ran();
    expect(changes.at(-1)!.facts).toMatchObject({
      unsettled: false,
      grown: true,
      findings: expect.anything(),
      marks: expect.anything(),
    });
    own.edit(1, { fields: { first_name: "Eva", last_name: "Lopez" } });
    own.mishaps.push("lost-before");
    await ran();
    expect(changes.at(-1)!.facts).toMatchObject({ unsettled: true });
  });
  test("a run that was to end while it wrote is not settled, nor is the first sync over", async () => {
    own.person();
    const stop = new AbortController();
    own.answers("mailchimp", (outcome) => {
      stop.abort();
      return outcome;
    });
    expect((await ran({ stop: stop.signal })).outcome).toBe("interrupted");
    expect([await own.store.fact("unsettled"), await own.store.fact("grown")]).toEqual([true, undefined]);
  });
});
