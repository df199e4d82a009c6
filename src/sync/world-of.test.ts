/** What a run decides on: the records after the reading, and what is stored about them. */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { trouble } from "../../test/tracking.ts";
import { ana, renaming, there } from "../../test/undoing.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import { newLink } from "../plan/link-patch.ts";
import type { Facts } from "../ports/facts.ts";
import type { JournalEntry, State } from "../ports/store.ts";
import { memoryStore } from "../store/memory.ts";
import type { Seen } from "./read.ts";
import type { PrepareOptions, RunContext } from "./run-context.ts";
import { relink, worldOf } from "./world-of.ts";

const { mapped } = mapFields(
  DEFAULT_FIELDS.slice(0, 2),
  ["FNAME", "LNAME"].map((tag) => mergeField(tag)),
  [],
);
const [first, last] = mapped.map((one) => one.pair) as [string, string];
const link = { ...newLink(1, "k", "ana@exemple.fr", 1), baseline: { [first]: "Old", [last]: "Lopez", "old|OLD": "x" } };
const seen = {
  persons: new Map([[1, ana]]),
  members: new Map([["k", there]]),
  unseen: { persons: new Set(), members: new Set() },
  partly: new Set(),
} as unknown as Seen;
const sent: JournalEntry = {
  id: 1,
  run: "r",
  state: "sent",
  operation: renaming({ before: { FNAME: "Old" }, settles: { baseline: { [first]: "Ana" } } }),
};
const around = (some: Partial<RunContext>) =>
  ({ doubts: [], remapped: false, mapping: { mapped }, ...some }) as unknown as RunContext;

describe("the links, before the plan", () => {
  async function relinked(some: Partial<RunContext>, options: Partial<PrepareOptions> = {}) {
    const links = new Map([
      [1, link],
      [2, newLink(2, "k", "gone@exemple.fr", 2)],
    ]);
    const persons = new Map([
      [1, ana],
      [2, { ...ana, id: 2, emails: ["other@exemple.fr"] }],
    ]);
    const { moved, dropped } = await relink({ links }, { ...seen, persons }, around(some), options as PrepareOptions);
    return { baseline: links.get(1)?.baseline, moved: [...moved], dropped, left: [...links.keys()] };
  }
  test("stay as they are in an ordinary run", async () => {
    expect(await relinked({})).toEqual({ baseline: link.baseline, moved: [], dropped: [], left: [1, 2] });
  });
  test("A1: take a write in doubt that had its effect", async () => {
    const { baseline, moved } = await relinked({ doubts: [sent] });
    expect([baseline, moved]).toEqual([{ ...link.baseline, [first]: "Ana" }, [1]]);
  });
  test("V10: lose what belongs to no pair of a new mapping", async () => {
    const { baseline, moved } = await relinked({ remapped: true });
    expect([baseline, moved]).toEqual([{ [first]: "Old", [last]: "Lopez" }, [1]]);
  });
  test("are made anew by a rebuild", async () => {
    expect(await relinked({}, { rebuild: true })).toEqual({ baseline: {}, moved: [1], dropped: [2], left: [1] });
  });
});

describe("the world", () => {
  interface Stored {
    readonly state?: Partial<State>;
    readonly context?: Partial<RunContext>;
    readonly facts?: Partial<Facts>;
    readonly seen?: Partial<Seen>;
  }
  async function world(some: Stored = {}, options: Partial<PrepareOptions> = {}) {
    const store = memoryStore(() => 0);
    await store.saveChanges({ facts: some.facts ?? {} });
    const lists = { links: new Map(), rejections: [], reviews: [], troubles: [], resolutions: [], deleted: [] };
    const state = { ...lists, ...some.state } as unknown as State;
    const context = around({ holdings: { persons: 1, members: 1, links: 1, since: 7 }, ...some.context });
    return worldOf(store, state, { ...seen, ...some.seen }, context, options as PrepareOptions, []);
  }
  test("counts the runs from one", async () => {
    expect([(await world()).run, (await world({ facts: { runs: 4 } })).run]).toEqual([1, 5]);
  });
  test("A10: leaves contacts alone that failed too often, unless the operator asks for another attempt", async () => {
    const state = { troubles: [trouble(50), { ...trouble(1), contact: "new@exemple.fr" }] };
    const aside = async (options = {}) => [...(await world({ state }, options)).setAside];
    expect(await aside()).toEqual(["ana@exemple.fr"]);
    expect(await aside({ retryRejected: true })).toEqual([]);
    expect(await aside({ rebuild: true })).toEqual([]);
  });
  test("C7: knows the status tags of other audiences, where there are any", async () => {
    const shared = new Map([[1, ["x"]]]);
    expect((await world({ context: { shared } })).shared).toBe(shared);
    expect(await world()).not.toHaveProperty("shared");
  });
  test("G4: knows how many records there were, unless it is the first run", async () => {
    const before = { persons: 3, members: 4 };
    expect((await world({ seen: { before } })).before).toEqual(before);
    expect(await world()).not.toHaveProperty("before");
  });
  test.each([
    ["a first run", {}, undefined, false],
    ["a run that recorded it", { grown: true as const }, undefined, true],
    ["runs of an earlier version, which did not record it", {}, {}, true],
    ["runs that have not completed it", { "looked at": 1 }, {}, false],
  ])("R4: the first sync is over or not, after %s", async (_, facts, cursors, grown) => {
    expect((await world({ facts, context: { cursors: cursors as RunContext["cursors"] } })).grown).toBe(grown);
  });
  test("V2: knows the values that the operator chose, by person and field", async () => {
    const chose = (personId: number, field: string, value: string) => ({ personId, field, value });
    const resolutions = [chose(1, "phone", "1"), chose(1, "title", "2"), chose(2, "phone", "3")];
    expect((await world({ state: { resolutions } })).chosenValues).toEqual(
      new Map([
        [
          1,
          new Map([
            ["phone", "1"],
            ["title", "2"],
          ]),
        ],
        [2, new Map([["phone", "3"]])],
      ]),
    );
  });
});
