/** Tests what is asked of each side for its changes, and that gathered changes can be read several times. */
import { describe, expect, test } from "vitest";
import { ana, there } from "../../test/undoing.ts";
import { MEMORY } from "../plan/collections.ts";
import type { Cursors } from "../plan/cursor.ts";
import type { OnPage } from "../ports/sides.ts";
import type { Readers } from "./open-sides.ts";
import { addressesIn, askedChanges, gathered } from "./read-changes.ts";

const complete = { complete: true, there: 3 };
function asked(cursors: Cursors | undefined, hints?: Parameters<typeof askedChanges>[1]["hints"]) {
  const calls: unknown[] = [];
  const reader = (side: string) => ({
    async readSince(since: unknown, _: unknown, progress: (read: number) => void) {
      calls.push([side, "since", since]);
      progress(1);
      return complete;
    },
    async confirm(ids: unknown) {
      calls.push([side, "confirm", ids]);
      return [ana];
    },
    async at(emails: unknown) {
      calls.push([side, "at", emails]);
      return [there];
    },
  });
  const [copper, mailchimp] = [reader("copper"), reader("mailchimp")];
  const shown: string[] = [];
  const changes = askedChanges({ copper: () => copper, mailchimp } as unknown as Readers, {
    cursors,
    startedAt: 10_000,
    progress: { copper: () => shown.push("copper"), mailchimp: () => shown.push("mailchimp") },
    ...(hints && { hints }),
  });
  return { changes, calls, shown };
}
const cursors: Cursors = {
  copper: { side: 5_000, ours: 5_000, newest: 1 },
  mailchimp: { side: 6_000, ours: 6_000, newest: 2 },
  wholeAt: { copper: 0, mailchimp: 0 },
  surplus: 0,
};

test("each side is read from ten minutes before its own cursor, and not before somebody asks for it", async () => {
  const { changes, calls, shown } = asked(cursors);
  expect(calls).toEqual([]);
  expect(await changes.copper.read(() => 0)).toEqual(complete);
  expect(await changes.mailchimp.read(() => 0)).toEqual(complete);
  expect(calls).toEqual([
    ["copper", "since", { at: 4_400, newest: 1 }],
    ["mailchimp", "since", { at: 5_400, newest: 2 }],
  ]);
  expect(shown).toEqual(["copper", "mailchimp"]);
});
test("without cursors each side is read from its beginning", async () => {
  const { changes, calls } = asked(undefined);
  await changes.copper.read(() => 0);
  await changes.mailchimp.read(() => 0);
  expect(calls).toMatchObject([
    ["copper", "since", { at: 0 }],
    ["mailchimp", "since", { at: 0 }],
  ]);
});
test("G1: those whom notifications named are asked for, each once; nobody is where none were named", async () => {
  const hinted = asked(cursors, { personIds: [1], emails: ["a@x.fr", "b@x.fr", "a@x.fr"] });
  expect(await hinted.changes.copper.hinted()).toEqual([ana]);
  expect(await hinted.changes.mailchimp.hinted()).toEqual([there]);
  expect(hinted.calls).toEqual([
    ["copper", "confirm", [1]],
    ["mailchimp", "at", ["a@x.fr", "b@x.fr"]],
  ]);
  for (const hints of [undefined, { personIds: [], emails: [] }]) {
    const none = asked(cursors, hints);
    expect([await none.changes.copper.hinted(), await none.changes.mailchimp.hinted()]).toEqual([[], []]);
    expect(none.calls).toEqual([]);
  }
});

describe("gathered changes", () => {
  const thing = (id: number) => ({ id });
  const ids = Array.from({ length: 450 }, (_, id) => id);
  async function of(pages: readonly (readonly number[])[], told: readonly number[] = []) {
    const fresh: number[] = [];
    let reads = 0;
    const found = await gathered(
      {
        async read(onPage: OnPage<{ id: number }>) {
          reads += 1;
          for (const page of pages) fresh.push(onPage(page.map(thing)));
          return complete;
        },
        hinted: async () => told.map(thing),
      },
      (one) => one.id,
      MEMORY,
    );
    return { found, fresh, reads: () => reads };
  }
  test("are all records, and those that notifications named", async () => {
    const { found, fresh } = await of([[1, 2], [2, 3], [1]], [9]);
    expect(fresh).toEqual([2, 1, 0]);
    expect([...found.records].map((one) => one.id)).toEqual([1, 2, 2, 3, 1, 9]);
    expect(found.count).toBe(6);
    expect(await found.hinted()).toEqual([{ id: 9 }]);
  });
  test("can be read several times, in pages of 200, without another request", async () => {
    const { found, reads } = await of([ids]);
    for (const _ of [1, 2]) {
      const pages: number[] = [];
      const read: number[] = [];
      expect(
        await found.read((page) => {
          pages.push(page.length);
          read.push(...page.map((one) => one.id));
          return 0;
        }),
      ).toEqual(complete);
      expect(pages).toEqual([200, 200, 50]);
      expect(read).toEqual(ids);
    }
    expect(reads()).toBe(1);
  });
});

test("W1: the addresses of people and members, as keys", () => {
  expect(
    addressesIn([
      { ...ana, emails: ["Ana@Exemple.fr", " b@x.fr "] },
      { ...there, email: "C@x.fr" },
    ]),
  ).toEqual(["ana@exemple.fr", "b@x.fr", "c@x.fr"]);
});
