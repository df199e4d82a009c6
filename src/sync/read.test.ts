/** G1, G3, G4, V11: what a run believes after reading both sides, and from where the next one reads. */
import { describe, expect, test } from "vitest";
import { ana, there } from "../../test/undoing.ts";
import type { Member, Person } from "../domain/contact.ts";
import type { Cursors } from "../plan/cursor.ts";
import { MatchIndex } from "../reconcile/matching/match-index.ts";
import type { Readers } from "./open-sides.ts";
import { EverybodyNeeded, type ReadOptions, readSides } from "./read.ts";

/** When the readings begin, on our clock; they take ten seconds. */
const STARTED = 1_000;
const person = (id: number, some: Partial<Person> = {}): Person => ({
  ...ana,
  id,
  emails: [`p${id}@exemple.fr`],
  modifiedAt: 900,
  ...some,
});
const member = (key: string, some: Partial<Member> = {}): Member => ({
  ...there,
  key,
  email: `${key}@exemple.fr`,
  changedAt: 800,
  ...some,
});
const CURSORS: Cursors = {
  copper: { side: 500, ours: 500, newest: 500 },
  mailchimp: { side: 600, ours: 600, newest: 600 },
  wholeAt: { copper: 100, mailchimp: 200 },
  surplus: 1,
};
interface Side<R> {
  /** What is stored. */
  readonly known?: readonly R[];
  /** What a reading of everything shows, and one of changes; none is asked for where it is absent. */
  readonly all?: readonly R[];
  readonly changed?: readonly R[];
  readonly hinted?: readonly R[];
  /** What is found when asked for by its key. */
  readonly confirmed?: readonly R[];
  readonly complete?: boolean;
  readonly there?: number;
}
interface Some extends Partial<Omit<ReadOptions, "changes" | "state">> {
  readonly people?: Side<Person>;
  readonly members?: Side<Member>;
}
/** Reads both sides: whole, where there is something that such a reading shows. */
async function read({ people = {}, members = {}, ...some }: Some = {}) {
  const ending = ({ complete = true, there }: Side<unknown>) => ({ complete, ...(there !== undefined && { there }) });
  const reader = <R>(side: Side<R>) => ({
    async readAll(onPage: (page: readonly R[]) => number) {
      if (side.all === undefined) expect.unreachable("not everything is to be read");
      onPage(side.all);
      return ending(side);
    },
    confirm: async () => side.confirmed ?? [],
    odd: () => [],
  });
  const changes = <R>(side: Side<R>) => ({
    async read(onPage: (page: readonly R[]) => number) {
      onPage(side.changed ?? []);
      return ending(side);
    },
    hinted: async () => side.hinted ?? [],
  });
  const persons = new Map((people.known ?? []).map((one) => [one.id, one]));
  const known = new Map((members.known ?? []).map((one) => [one.key, one]));
  const copper = reader(people);
  return readSides({ copper: () => copper, mailchimp: reader(members) } as unknown as Readers, {
    state: { persons, members: known },
    matchIndex: new MatchIndex({ persons, members: known, links: new Map() }),
    cursors: CURSORS,
    whole: {
      copper: people.changed === undefined && !people.hinted,
      mailchimp: members.changed === undefined && !members.hinted,
    },
    trust: { yes: false },
    changes: { copper: changes(people), mailchimp: changes(members) },
    startedAt: STARTED,
    now: () => (STARTED + 10) * 1000,
    progress: { copper: () => undefined, mailchimp: () => undefined },
    ...some,
  });
}
const nobody = { all: [] };
const unchanged = { changed: [] };

describe("how far each side was read", () => {
  test("a first reading reaches the latest time that it showed, less what it took", async () => {
    const { cursors, mode, ...seen } = await read({
      people: { all: [person(1)] },
      members: { all: [member("a")], there: 3 },
      cursors: undefined,
    });
    expect([mode, "before" in seen, [...seen.partly]]).toEqual(["full", false, []]);
    expect(cursors).toEqual({
      copper: { side: 890, ours: STARTED, newest: 900 },
      mailchimp: { side: 790, ours: STARTED, newest: 800 },
      wholeAt: { copper: STARTED, mailchimp: STARTED },
      surplus: 2,
    });
  });
  test("one of changes moves on from there, and leaves what only a whole reading shows", async () => {
    const members = { changed: [member("a", { changedAt: 550 })], there: 2 };
    const { cursors, mode } = await read({ people: { changed: [person(1)] }, members });
    expect([mode, cursors]).toEqual([
      "incremental",
      {
        copper: { side: STARTED, ours: STARTED, newest: 900 },
        mailchimp: { side: STARTED, ours: STARTED, newest: 600 },
        wholeAt: CURSORS.wholeAt,
        surplus: 1,
      },
    ]);
  });
  test("the newest record is not known by changes alone", async () => {
    const copper = { side: 500, ours: 500 };
    const { cursors } = await read({
      people: { changed: [person(1)] },
      members: unchanged,
      cursors: { ...CURSORS, copper },
    });
    expect(cursors?.copper).not.toHaveProperty("newest");
  });
  test.each(["copper", "mailchimp"] as const)("G3: what %s did not show to its end is read again", async (side) => {
    const cut = { all: [], complete: false };
    const both = { people: side === "copper" ? cut : nobody, members: side === "mailchimp" ? cut : nobody };
    const { cursors, partly, doubted } = await read(both);
    expect([cursors?.[side], [...partly], doubted.map((one) => one.side)]).toEqual([CURSORS[side], [side], [side]]);
    expect(cursors?.wholeAt).toEqual({ copper: STARTED, mailchimp: STARTED, [side]: CURSORS.wholeAt![side] });
    const first = await read({ ...both, cursors: undefined });
    expect([first.cursors?.[side], first.cursors?.wholeAt?.[side]]).toEqual([{ side: 0, ours: STARTED }, 0]);
  });
  test("how many more members the service counts stays as it was where it counts none", async () => {
    const surplus = async (cursors: Cursors | undefined) =>
      (await read({ people: nobody, members: nobody, cursors })).cursors?.surplus;
    expect([await surplus(CURSORS), await surplus(undefined)]).toEqual([1, 0]);
  });
});

describe("which sides were read whole", () => {
  test.each([
    ["full", nobody, nobody],
    ["incremental", unchanged, nobody],
    ["incremental", nobody, unchanged],
  ])("%s", async (mode, people, members) => {
    const seen = await read({ people, members });
    expect([seen.mode, seen.whole]).toEqual([mode, { copper: people === nobody, mailchimp: members === nobody }]);
  });
  test("G4: nothing is kept of a reading that shows a side empty", async () => {
    const seen = await read({ people: { known: [person(1)], all: [] }, members: { all: [member("a")] } });
    expect([seen.persons.size, seen.stateChanges, "cursors" in seen, "matchIndex" in seen]).toEqual([
      0,
      {},
      false,
      false,
    ]);
  });
});

describe("contacts that a notification named", () => {
  const hints = { personIds: [1, 2], emails: ["a@exemple.fr", "b@exemple.fr"] };
  test("are read, and are gone where they are not found", async () => {
    const [kept, also] = [person(3), member("c")];
    const { stateChanges, persons, members } = await read({
      people: { known: [person(1), person(2), kept], hinted: [person(1, { name: "New" })] },
      members: { known: [member("a"), member("b"), also], hinted: [member("a", { fields: { FNAME: "New" } })] },
      hints,
    });
    expect([stateChanges.personsGone, stateChanges.membersGone]).toEqual([[2], ["b"]]);
    expect([[...persons.keys()], [...members.keys()]]).toEqual([
      [1, 3],
      ["a", "c"],
    ]);
    expect([[...stateChanges.persons!].length, [...stateChanges.members!].length]).toEqual([1, 1]);
  });
  test("a member whose address another one has by now may have moved, and is not gone", async () => {
    const hinted = [member("new", { email: "a@exemple.fr" })];
    const { stateChanges } = await read({ people: unchanged, members: { known: [member("a")], hinted }, hints });
    expect(stateChanges.membersGone).toEqual([]);
  });
});

describe("a reading of changes", () => {
  const known = [member("a"), member("b")];
  test.each([undefined, 3])("is one, where the service counts %s members", async (there) => {
    const members = { known, changed: [], ...(there && { there }) };
    expect((await read({ people: unchanged, members })).mode).toBe("incremental");
  });
  test("and so it is before any surplus is known", async () => {
    const members = { known, changed: [], there: 2 };
    expect((await read({ people: unchanged, members, cursors: undefined })).mode).toBe("incremental");
  });
  test("becomes one of everything where it does not add up, and begins again", async () => {
    const changed = [member("a", { changedAt: 900 })];
    const {
      mode,
      whole,
      read: count,
      stateChanges,
    } = await read({
      people: nobody,
      members: { known, changed, all: [member("b")], there: 7 },
    });
    expect([mode, whole.mailchimp, count.mailchimp, stateChanges.membersGone]).toEqual(["full", true, 1, ["a"]]);
  });
  test("G4: and where no person is left", async () => {
    const people = { known: [person(1)], changed: [], all: [], there: 0 };
    expect(await read({ people, members: nobody })).toMatchObject({ mode: "full", stateChanges: {} });
    expect((await read({ people: { changed: [], there: 0 }, members: nobody })).mode).toBe("incremental");
  });
  test.each([
    ["is not complete", { known, changed: [], complete: false }],
    ["does not add up", { known, changed: [], there: 7 }],
  ])("of some records ends where it %s", async (_, members) => {
    await expect(read({ people: unchanged, members, some: true })).rejects.toThrow(EverybodyNeeded);
  });
  test("of some records is enough where it is complete; one of all need not be", async () => {
    expect((await read({ people: unchanged, members: { known, changed: [], there: 3 }, some: true })).mode).toBe(
      "incremental",
    );
    const cut = await read({ people: unchanged, members: { known, changed: [], complete: false } });
    expect([...cut.partly]).toEqual(["mailchimp"]);
  });
});

describe("V11: records with a field that nobody can read", () => {
  const [unclear, clear] = [person(1, { fields: { first_name: null } }), person(1)];
  const renewing = (changed: boolean) => {
    const asked: string[] = [];
    const renew = async (side: string) => {
      asked.push(side);
      return changed;
    };
    return { asked, renew };
  };
  test.each(["all", "changed"])("are read again with the new definitions: %s", async (which) => {
    const { asked, renew } = renewing(true);
    const people = { [which]: [unclear], confirmed: [clear] };
    const { persons } = await read({ people, members: unchanged, renew });
    expect([asked, persons.get(1)]).toEqual([["copper"], clear]);
  });
  test("stay as they are where the definitions are the same, or are fresh", async () => {
    const people = { changed: [unclear], confirmed: [clear] };
    const { asked, renew } = renewing(false);
    expect((await read({ people, members: unchanged, renew })).persons.get(1)).toEqual(unclear);
    expect(asked).toEqual(["copper"]);
    expect((await read({ people, members: unchanged })).persons.get(1)).toEqual(unclear);
  });
  test("of Mailchimp: its definitions are read again", async () => {
    const { asked, renew } = renewing(true);
    await read({ people: unchanged, members: { changed: [member("a", { fields: { FNAME: null } })] }, renew });
    expect(asked).toEqual(["mailchimp"]);
  });
  test("nothing is asked where all fields are clear", async () => {
    const { asked, renew } = renewing(true);
    await read({ people: { changed: [clear] }, members: { all: [member("a")] }, renew });
    expect(asked).toEqual([]);
  });
});
