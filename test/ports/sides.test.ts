/** What every side must do (the ports in `src/ports/sides.ts`), whatever service is behind it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Member, Person } from "../../src/domain/contact.ts";
import type { MemberOperation, Operation } from "../../src/plan/operations.ts";
import type { Outcome } from "../../src/plan/outcomes.ts";
import type { Journal, OnPage, OnProgress, Reading } from "../../src/ports/sides.ts";
import {
  type Around,
  copperOverHttp,
  MAPPED,
  mailchimpOverHttp,
  membersOfHistories,
  peopleOfHistories,
} from "./each-side.ts";

const never = new AbortController().signal;
const stopped = AbortSignal.abort();
/** Nothing is known of what was seen before. */
const since = (at: number) => ({ at, newest: Number.POSITIVE_INFINITY });

/** Takes a reading in: each record once, in its last version. */
async function taken<R extends Person | Member>(
  read: (onPage: OnPage<R>, onProgress: OnProgress) => Promise<Reading>,
  onPage: () => void = () => undefined,
) {
  const found = new Map<number | string, R>();
  let progress = 0;
  const reading = await read(
    (page) => {
      const before = found.size;
      for (const one of page) found.set("key" in one ? one.key : one.id, one);
      onPage();
      return found.size - before;
    },
    (read) => {
      progress = read;
    },
  );
  return { ...reading, records: [...found.values()], progress };
}

/** A journal that remembers what it was told. @param answered called at each answer */
function recorder<O extends Operation>(answered: () => void = () => undefined) {
  const sent: O[] = [];
  const outcomes: Outcome<O>[] = [];
  const journal: Journal<O> = {
    async sending(operations) {
      sent.push(...operations);
    },
    async answered(some) {
      outcomes.push(...some);
      answered();
    },
    left: async () => undefined,
  };
  const done = () => new Set<Operation>(outcomes.map(({ operation }) => operation));
  return { journal, sent, outcomes, done, waiting: () => sent.filter((one) => !done().has(one)) };
}

function everySide<R extends Person | Member, O extends Operation>(
  what: string,
  open: () => Promise<{ readonly around: Around<R, O> }>,
): void {
  describe(what, () => {
    let own: Around<R, O>;
    beforeEach(async () => {
      own = (await open()).around;
      for (const name of ["Ana", "Bob", "Zoe"]) own.add(addressOf(name), name);
    });
    afterEach(() => own.close());
    const addressOf = (name: string) => `${name.toLowerCase()}@exemple.fr`;
    const names = (records: readonly R[]) => records.map(own.firstName).sort();
    const everybody = async () => (await taken(own.open(MAPPED, never).reader.readAll)).records;
    const named = (records: readonly R[], name: string) => records.find((one) => own.email(one) === addressOf(name))!;

    test("everybody is read, in the mapped fields, and it is told how many", async () => {
      const { reader } = own.open(MAPPED, never);
      const read = await taken(reader.readAll);
      expect(read).toMatchObject({ complete: true, progress: 3 });
      expect(names(read.records)).toEqual(["Ana", "Bob", "Zoe"]);
      expect(reader.odd()).toEqual([]);
    });
    test("what is read twice is the same both times, alone or with others", async () => {
      const first = await everybody();
      expect(await everybody()).toEqual(first);
      const again = new Set((await own.open(MAPPED, never).again(first)).map((one) => JSON.stringify(one)));
      expect(again).toEqual(new Set(first.map((one) => JSON.stringify(one))));
    });
    test("what changed since is read: all of that, with the values of now", async () => {
      const begun = own.now() + 30;
      own.rename(addressOf("Bob"), "Bobby");
      const { reader } = own.open(MAPPED, never);
      const read = await taken<R>((onPage, onProgress) => reader.readSince(since(begun), onPage, onProgress));
      expect(read).toMatchObject({ complete: true, progress: 1 });
      expect(names(read.records)).toEqual(["Bobby"]);
    });
    test("G1: who is gone is not there when they are asked for, and the others are", async () => {
      const all = await everybody();
      own.remove(addressOf("Bob"));
      const { again } = own.open(MAPPED, never);
      expect(names(await again(all))).toEqual(["Ana", "Zoe"]);
      expect(await again([named(all, "Bob")])).toEqual([]);
      expect(await own.fetch(named(all, "Bob"))).toBeUndefined();
      expect(own.email((await own.fetch(named(all, "Ana")))!)).toBe(addressOf("Ana"));
    });
    test("A9: an odd record is set aside, and is not lost when the side is opened anew", async () => {
      if (own.spoil === undefined) return;
      const bob = named(await everybody(), "Bob");
      own.spoil(addressOf("Bob"));
      const { reader, again } = own.open(MAPPED, never);
      const read = await taken(reader.readAll);
      expect(read.complete).toBe(true);
      expect(names(read.records)).toEqual(["Ana", "Zoe"]);
      const odd = { key: "key" in bob ? bob.key : bob.id, addresses: [addressOf("Bob")], why: "odd-record" };
      expect(reader.odd()).toMatchObject([odd]);
      expect(own.open([], never).reader.odd()).toMatchObject([odd]);
      expect(await again([bob])).toEqual([]);
      expect(await own.fetch(bob)).toBeUndefined();
    });
    test("a reader keeps its mapping, whatever the side is opened with afterwards", async () => {
      const { reader } = own.open(MAPPED, never);
      const other = await taken(own.open([], never).reader.readAll);
      expect(other.records.map(({ fields }) => fields)).toEqual([{}, {}, {}]);
      expect(names((await taken(reader.readAll)).records)).toEqual(["Ana", "Bob", "Zoe"]);
    });
    test("G3: a reading that is stopped between two pages is not complete; stopped before, it asks nothing", async () => {
      for (let index = 0; index < own.pageful; index += 1) own.add(`n${index}@exemple.fr`, `N${index}`);
      const stop = new AbortController();
      const cut = await taken(own.open(MAPPED, stop.signal).reader.readAll, () => stop.abort());
      expect(cut.complete).toBe(false);
      expect(cut.records.length).toBeLessThan(own.pageful + 3);
      const asked = own.requests();
      const none = await taken(own.open(MAPPED, stopped).reader.readAll);
      expect(none).toMatchObject({ complete: false, records: [] });
      expect(own.requests()).toBe(asked);
    });
    test("A1, A3: every write is journalled before and answered once; a failure stops nobody else", async () => {
      own.add(addressOf("Gone"), "Gone");
      const all = await everybody();
      own.remove(addressOf("Gone"));
      const gone = own.update(named(all, "Gone"), "Nobody");
      const operations = Object.freeze([
        own.create("un@exemple.fr"),
        own.create("deux@exemple.fr"),
        own.update(named(all, "Ana"), "Anna"),
        gone,
        own.tag(named(all, "Bob")),
        own.dismiss(named(all, "Zoe")),
      ]);
      const before = structuredClone(operations);
      const { journal, sent, outcomes, done, waiting } = recorder<O>();
      let unannounced = 0;
      own.onWrite(() => {
        if (waiting().length === 0) unannounced += 1;
      });
      await own.open(MAPPED, never).apply(operations, journal);
      expect(unannounced).toBe(0);
      expect([new Set(sent).size, waiting()]).toEqual([sent.length, []]);
      expect([outcomes.length, done()]).toEqual([operations.length, new Set(operations)]);
      expect(outcomes.filter((one) => !one.ok).map(({ operation }) => operation)).toEqual([gone]);
      expect(operations).toEqual(before);
      const { again } = own.open(MAPPED, never);
      expect(names(await again([named(all, "Ana")]))).toEqual(["Anna"]);
      expect((await again([named(all, "Bob")])).map(own.isTagged)).toEqual([true]);
    });
    test("stopped, it sends no further write, and has answered all that was sent", async () => {
      const operations = Array.from({ length: own.together + 1 }, (_, index) => own.create(`n${index}@exemple.fr`));
      const stop = new AbortController();
      const { journal, sent, outcomes, waiting } = recorder<O>(() => stop.abort());
      await own.open(MAPPED, stop.signal).apply(operations, journal);
      expect([sent.length, outcomes.length, waiting()]).toEqual([own.together, own.together, []]);
      const none = recorder<O>();
      await own.open(MAPPED, stopped).apply(operations, none.journal);
      expect([none.sent, none.outcomes]).toEqual([[], []]);
    });
  });
}

everySide("people of Copper", copperOverHttp);
everySide("people of the histories", peopleOfHistories);
everySide("members of Mailchimp", mailchimpOverHttp);
everySide("members of the histories", membersOfHistories);

test.each([
  ["Copper", copperOverHttp],
  ["the histories", peopleOfHistories],
])("G4: people of %s: a reading of what changed says when nobody is left", async (_, open) => {
  const { around } = await open();
  const { reader } = around.open(MAPPED, never);
  const read = await taken<Person>((onPage) => reader.readSince(since(around.now()), onPage));
  expect(read).toMatchObject({ complete: true, there: 0, records: [] });
  await around.close();
});

describe.each([
  ["Mailchimp", mailchimpOverHttp],
  ["the histories", membersOfHistories],
])("members of %s", (_, open) => {
  test("the archived ones are read and counted with the others", async () => {
    const { side, around } = await open();
    for (const name of ["ana", "bob"]) around.add(`${name}@exemple.fr`, name);
    const { reader, writer } = side.open({ mapped: MAPPED }, never);
    const [ana] = await reader.at(["ana@exemple.fr"]);
    await writer.apply([around.dismiss(ana!)], recorder<MemberOperation>().journal, async () => new Map());
    const statuses = (await taken(reader.readAll)).records.map(({ status }) => status);
    expect(statuses.sort()).toEqual(["archived", "subscribed"]);
    const read = await taken<Member>((onPage) => reader.readSince(since(around.now() + 60), onPage));
    expect(read).toMatchObject({ complete: true, there: 2, records: [] });
    await around.close();
  });
  test("the ids of tags are asked for only if tags are written", async () => {
    const { side, around } = await open();
    around.add("ana@exemple.fr", "Ana");
    const { reader, writer } = side.open({ mapped: MAPPED }, never);
    const [ana] = await reader.at(["ana@exemple.fr"]);
    const { journal, outcomes } = recorder<MemberOperation>();
    await writer.apply([around.update(ana!, "Anna")], journal, () => {
      throw new Error("asked for");
    });
    expect(outcomes).toMatchObject([{ ok: true }]);
    await around.close();
  });
});
