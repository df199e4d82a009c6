/** Reading members page by page: nobody is missed, and it ends ("Members" in docs/apis/mailchimp.md, G1, G3). */
import { describe, expect, test } from "vitest";
import type { Member } from "../domain/contact.ts";
import { ServiceError } from "../http/answer.ts";
import type { MailchimpClient } from "./client.ts";
import { memberReader } from "./reader.ts";
import { memberHash, type RawMember } from "./schema.ts";

interface Page {
  readonly rows: readonly RawMember[];
  readonly shown: number;
  readonly total?: number | null;
}
interface Query {
  readonly count: number;
  readonly offset: number;
  readonly archived: boolean;
  readonly since: string | null;
  readonly descends: boolean;
}
const member = (number: number, at = number) => ({ id: `h${number}`, key: number, at }) as unknown as RawMember;
const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => member(first + index));
const page = (rows: readonly RawMember[], total?: number | null, shown = rows.length): Page => ({
  rows,
  shown,
  ...(total !== undefined && { total }),
});
const none = page([], 0);
const down = () => new ServiceError("mailchimp", "unreadable", "504 timeout");

/** A reading with more queries than this would never end by itself. */
const ENDLESS = 50;

/** Reads from a service that answers so. @returns the reader, the queries, the members seen and the progress */
function reading(answer: (query: Query, before: number) => Page | Error) {
  const queries: Query[] = [];
  const asked: string[] = [];
  const client = {
    odd: () => [{ key: "k", addresses: [], why: "odd-record", detail: "" }],
    async page(text: string) {
      const query = new URLSearchParams(text);
      expect(query.get("sort_field")).toBe("last_changed");
      queries.push({
        count: Number(query.get("count")),
        offset: Number(query.get("offset")),
        archived: query.get("status") === "archived",
        since: query.get("since_last_changed"),
        descends: query.get("sort_dir") === "DESC",
      });
      if (queries.length > ENDLESS) stop.abort();
      const found = answer(queries.at(-1)!, queries.length - 1);
      if (found instanceof Error) throw found;
      return found;
    },
    async get(id: string) {
      asked.push(id);
      return id === memberHash("a@b.fr") ? { raw: member(1), body: {} } : undefined;
    },
  } as unknown as MailchimpClient;
  const stop = new AbortController();
  const seen = new Set<string>();
  const progress: number[] = [];
  const translated = (raw: RawMember) => {
    const { key, at } = raw as unknown as { key: number; at: number };
    return { key: String(key), changedAt: at } as Member;
  };
  const reader = memberReader(client, translated, stop.signal);
  const onPage = (some: readonly Member[]) => {
    const before = seen.size;
    for (const one of some) seen.add(one.key);
    return seen.size - before;
  };
  const onProgress = (read: number) => {
    progress.push(read);
  };
  const newest = Number.POSITIVE_INFINITY;
  return {
    ...{ reader, queries, progress, seen, stop, asked },
    all: () => reader.readAll(onPage, onProgress),
    silent: () => reader.readAll(onPage),
    since: (at: number) => reader.readSince({ at, newest }, onPage, onProgress),
    sinceSilent: (at: number) => reader.readSince({ at, newest }, onPage),
  };
}
/** A list of so many members from which pages are cut as they are asked for; nobody is archived. */
const listOf = (count: number) => (query: Query) =>
  query.archived ? none : page(from(1, count).slice(query.offset, query.offset + query.count), count);
const offsets = ({ queries }: { readonly queries: readonly Query[] }) =>
  queries.filter((query) => !query.archived).map(({ offset }) => offset);

describe("everybody", () => {
  test("the present ones, then the archived ones; both are counted", async () => {
    const own = reading((query) => (query.archived ? page(from(900, 2), 2) : page(from(1, 3), 3)));
    expect(await own.all()).toEqual({ complete: true, there: 5 });
    expect(own.queries).toEqual([
      { count: 1_000, offset: 0, archived: false, since: null, descends: false },
      { count: 1_000, offset: 0, archived: true, since: null, descends: false },
    ]);
    expect([own.seen.size, own.progress]).toEqual([5, [3, 5]]);
    expect(await reading(() => none).silent()).toEqual({ complete: true, there: 0 });
  });
  test("pages overlap by five", async () => {
    const own = reading(listOf(2_100));
    expect(await own.all()).toEqual({ complete: true, there: 2_100 });
    expect(offsets(own)).toEqual([0, 995, 1_990]);
    expect(own.seen.size).toBe(2_100);
  });
  test.each([1_000, 1_005])("a full page may not be the last: of %i, a second one is read", async (count) => {
    const own = reading(listOf(count));
    expect(await own.all()).toEqual({ complete: true, there: count });
    expect(offsets(own)).toEqual([0, 995]);
    expect(own.seen.size).toBe(count);
  });
  test("a list that has moved is read again from a hundred before", async () => {
    let gone = 0;
    const own = reading((query, before) => {
      if (query.archived) return none;
      // Meanwhile ten of the first page have changed, so that they stand at the end
      if (before === 1) gone = 10;
      const all = [...from(1 + gone, 2_000 - gone), ...from(1, gone)];
      return page(all.slice(query.offset, query.offset + query.count), 2_000);
    });
    expect(await own.all()).toEqual({ complete: true, there: 2_000 });
    expect(offsets(own)).toEqual([0, 995, 895, 1_890]);
    expect(own.seen.size).toBe(2_000);
  });
  test("it goes back no further than to the beginning", async () => {
    const pages = [page(from(1, 50), 200), page(from(100, 50), 200), page(from(1, 50), 50)];
    const own = reading(({ archived }, before) => (archived ? none : pages[before]!));
    await own.all();
    expect(offsets(own)).toEqual([0, 45, 0]);
  });
  test("a page of the last two is known again, an earlier one not", async () => {
    // The fourth begins with a member of the first, which is two pages too early
    const rows = [from(1, 20), from(50, 20), from(10, 20), from(1, 20), from(12, 20)];
    const own = reading(({ archived }, before) => (archived ? none : page(rows[before] ?? [], 500)));
    await own.all();
    expect(offsets(own)).toEqual([0, 15, 0, 15, 0, 15]);
  });
});

describe("G3: whether a reading is complete", () => {
  const present = (...pages: Page[]) =>
    reading(({ archived }, before) => (archived ? none : (pages[before] ?? page([], pages[0]!.total))));
  test("not where fewer were shown than there are", async () => {
    const own = present(page(from(1, 3), 100), page([], 100));
    expect(await own.all()).toEqual({ complete: false, there: 100 });
    expect(offsets(own)).toEqual([0]);
    const few = present(page(from(1, 5), 100), page([], 100));
    expect(await few.all()).toEqual({ complete: false, there: 100 });
    expect(offsets(few)).toEqual([0]);
  });
  test("where as many were shown as there are, wherever they stood", async () => {
    const own = present(page(from(1, 60), 80), page(from(60, 21), 80), page([], 80));
    expect(await own.all()).toEqual({ complete: true, there: 80 });
  });
  test("not where a page brings nobody new before the end", async () => {
    const own = present(page(from(1, 50), 200), page(from(1, 50), 200), page(from(100, 50), 200));
    expect(await own.all()).toMatchObject({ complete: false });
    expect(offsets(own)).toEqual([0, 45]);
  });
  test("a page with odd records goes on, although it brings nobody new", async () => {
    const own = present(page(from(1, 50), 140), page(from(1, 40), 140, 50), page(from(41, 45), 140, 50));
    expect(await own.all()).toEqual({ complete: true, there: 140 });
    expect(offsets(own)).toEqual([0, 45, 90]);
  });
  test("a total that is not told is none that is missed", async () => {
    for (const total of [undefined, null]) {
      const own = reading(({ archived }) => (archived ? page([], total) : page(from(1, 50), total)));
      expect(await own.all()).toEqual({ complete: true });
      expect(offsets(own)).toEqual([0]);
    }
    expect(await reading(({ archived }) => (archived ? none : page(from(1, 3)))).all()).toEqual({ complete: true });
    expect(await reading(({ archived }) => page([], archived ? null : 0)).all()).toEqual({ complete: true });
  });
  test("one that is stopped is not, nor one whose archived members are not", async () => {
    const own = reading(() => {
      own.stop.abort();
      return page(from(1, 1_000), 5_000);
    });
    expect(await own.all()).toEqual({ complete: false });
    expect(own.queries).toHaveLength(1);
    const archived = reading((query) => (query.archived ? page(from(1, 3), 100) : none));
    expect(await archived.all()).toMatchObject({ complete: false });
  });
});

describe("a page that times out", () => {
  test("is asked for by halves, down to a hundred", async () => {
    const own = reading(({ count, archived }) =>
      archived ? none : count > 130 ? down() : listOf(150)({ ...own.queries.at(-1)! }),
    );
    expect(await own.all()).toEqual({ complete: true, there: 150 });
    expect(own.queries.map(({ count }) => count).slice(0, 5)).toEqual([1_000, 500, 250, 125, 125]);
    const never = reading(() => down());
    await expect(never.all()).rejects.toThrow("504");
    expect(never.queries.map(({ count }) => count)).toEqual([1_000, 500, 250, 125, 100]);
  });
  test.each([
    [new ServiceError("mailchimp", "unreadable", "500 broken")],
    [new ServiceError("mailchimp", "unreadable", "15042 broken")],
    [new Error("504 elsewhere")],
  ])("any other error ends the reading: %s", async (error) => {
    const own = reading(() => error);
    await expect(own.all()).rejects.toBe(error);
    expect(own.queries).toHaveLength(1);
  });
});

describe("changes", () => {
  const YEAR = 31_536_000;
  test("few are all on the page of the latest: those at or after the time", async () => {
    const rows = [9, 8, 5, 4].map((at) => member(at));
    const own = reading(({ archived }) => (archived ? page([member(6)], 70) : page(rows, 700)));
    expect(await own.since(5)).toEqual({ complete: true, there: 770 });
    expect(own.queries).toEqual(
      [false, true].map((archived) => ({ count: 200, offset: 0, archived, since: null, descends: true })),
    );
    expect([[...own.seen], own.progress]).toEqual([
      ["9", "8", "5", "6"],
      [3, 4],
    ]);
    expect(await own.sinceSilent(5)).toMatchObject({ complete: true });
  });
  test("a total that is not told is none", async () => {
    expect(await reading(() => page([member(9)], null)).since(5)).toEqual({ complete: true });
    expect(await reading(({ archived }) => page([member(9)], archived ? 1 : undefined)).since(5)).toEqual({
      complete: true,
    });
    expect(await reading(({ archived }) => page([member(9)], archived ? undefined : 1)).since(5)).toEqual({
      complete: true,
    });
  });
  test("a full page that reaches behind the time shows them all", async () => {
    const own = reading(({ archived }) => (archived ? none : page(from(101, 200).reverse(), 700)));
    expect(await own.since(250)).toMatchObject({ complete: true, there: 700 });
    expect(own.seen.size).toBe(51);
  });
  test("a page that is not full shows all, even where everybody on it has changed", async () => {
    const own = reading(({ archived }) => (archived ? none : page(from(101, 150).reverse(), 700)));
    expect(await own.since(50)).toMatchObject({ there: 700 });
    expect(own.seen.size).toBe(150);
  });
  test.each([
    [YEAR, "1971-01-01T00:00:00.000Z"],
    [YEAR - 1, null],
    [0, null],
  ])(
    "more are read from the time %i on, in the order of their change; a very old one is left out",
    async (at, since) => {
      const latest = from(YEAR, 200).reverse();
      const own = reading(({ archived, descends }) =>
        archived ? none : descends ? page(latest, 700) : page(from(at + 1, 3), 3),
      );
      expect(await own.since(at)).toEqual({ complete: true });
      expect(own.queries[1]).toEqual({ count: 1_000, offset: 0, archived: false, since, descends: false });
      expect([own.seen.size, own.progress]).toEqual([3, [3, 3]]);
    },
  );
  test("odd records count among those that fill the page", async () => {
    const latest = from(101, 199).reverse();
    const own = reading(({ archived, descends }) =>
      archived ? none : descends ? page(latest, 700, 200) : page(from(1, 3), 3),
    );
    await own.since(50);
    expect(own.queries.filter(({ archived }) => !archived)).toHaveLength(2);
  });
});

test("members at addresses: those who are there", async () => {
  const own = reading(() => none);
  expect(await own.reader.at(["A@b.fr", "c@d.fr"])).toMatchObject([{ key: "1" }]);
  expect(own.asked).toEqual([memberHash("a@b.fr"), memberHash("c@d.fr")]);
  expect(own.reader.odd()).toMatchObject([{ key: "k" }]);
});
