/** Reading people page by page: nobody is missed, and it ends ("Reading" in docs/apis/copper.md, G1, G4). */
import { describe, expect, test } from "vitest";
import type { Person } from "../domain/contact.ts";
import type { CopperClient } from "./client.ts";
import { personReader } from "./reader.ts";
import { type RawPerson, rawPerson } from "./schema.ts";

type Query = Readonly<Record<string, unknown>>;
interface Page {
  readonly rows: readonly RawPerson[];
  readonly shown: number;
}
const person = (id: number, at = id): RawPerson =>
  rawPerson.parse({ id, tags: [], date_created: at, date_modified: at });
/** People with these numbers as ids and dates. */
const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => person(first + index));
const page = (rows: readonly RawPerson[], shown = rows.length): Page => ({ rows, shown });

/** A reading with more queries than this would never end by itself. */
const ENDLESS = 50;

/** Reads from a service that answers so. @returns the reading, the people, the queries and the progress */
function reading(answer: (query: Query, before: number) => Page, fresh: CopperClient["fresh"] = async () => new Map()) {
  const queries: Query[] = [];
  const client = {
    odd: () => [{ key: 1, addresses: [], why: "odd-record", detail: "" }],
    async page(query: Query) {
      queries.push(query);
      if (queries.length > ENDLESS) stop.abort();
      return answer(query, queries.length - 1);
    },
    fresh,
  } as unknown as CopperClient;
  const stop = new AbortController();
  const seen = new Set<number>();
  const progress: number[] = [];
  const reader = personReader(client, (raw) => ({ id: raw.id }) as Person, stop.signal);
  const onPage = (some: readonly Person[]) => {
    const before = seen.size;
    for (const one of some) seen.add(one.id);
    return seen.size - before;
  };
  const onProgress = (read: number) => {
    progress.push(read);
  };
  return {
    reader,
    queries,
    progress,
    seen,
    stop,
    all: () => reader.readAll(onPage, onProgress),
    silent: () => reader.readAll(onPage),
    since: (at: number, newest = Number.POSITIVE_INFINITY) => reader.readSince({ at, newest }, onPage, onProgress),
    sinceSilent: (at: number) => reader.readSince({ at, newest: Number.POSITIVE_INFINITY }, onPage),
  };
}
const sorted = { page_size: 200, sort_by: "date_created", sort_direction: "asc" };

describe("everybody", () => {
  test("each page begins at the last date seen, so that no page shifts, and a page that is not full is the last", async () => {
    const own = reading((_, before) => page(before === 0 ? from(1, 200) : from(200, 3)));
    expect(await own.all()).toEqual({ complete: true });
    expect(own.queries).toEqual([
      { ...sorted, page_number: 1 },
      { ...sorted, page_number: 1, minimum_created_date: 199 },
    ]);
    expect([own.seen.size, own.progress]).toEqual([202, [200, 202]]);
    expect(await reading(() => page([])).silent()).toEqual({ complete: true });
  });
  test("more people of one date than a page holds are read page by page", async () => {
    const same = (first: number, count: number) => from(first, count).map(({ id }) => person(id, 9));
    const own = reading((_, before) => page(same(1 + 200 * before, before < 3 ? 200 : 5)));
    expect(await own.all()).toEqual({ complete: true });
    expect(own.queries.map((query) => [query.page_number, query.minimum_created_date])).toEqual([
      [1, undefined],
      [1, 8],
      [2, 8],
      [3, 8],
    ]);
    expect(own.seen.size).toBe(605);
  });
  test("odd records fill a page, too; a page of nothing else is turned", async () => {
    const own = reading((_, before) => page(before === 0 ? [] : from(1, 1), before === 0 ? 200 : 1));
    expect(await own.all()).toEqual({ complete: true });
    expect(own.queries.map((query) => query.page_number)).toEqual([1, 2]);
  });
  test("G3: a service that shows the same again and again is no complete reading", async () => {
    const own = reading(() => page(from(1, 200)));
    expect(await own.all()).toEqual({ complete: false });
    expect(own.queries).toHaveLength(5);
  });
  test("four pages in a row without anybody new end it, not four in all", async () => {
    const own = reading((_, before) => {
      if (before === 9) return page([]);
      return page(before === 4 ? from(500, 200) : from(1, 200));
    });
    expect(await own.all()).toEqual({ complete: false });
    expect(own.queries).toHaveLength(9);
  });
  test("G3: a reading that is stopped is not complete", async () => {
    const own = reading(() => {
      own.stop.abort();
      return page(from(1, 200));
    });
    expect(await own.all()).toEqual({ complete: false });
    expect(own.queries).toHaveLength(1);
    expect(await own.all()).toEqual({ complete: false });
    expect(own.queries).toHaveLength(1);
  });
});

describe("changes", () => {
  test("few are all on the page of the latest: those at or after the time", async () => {
    const own = reading(() => page([person(9), person(8), person(5), person(4)]));
    expect(await own.since(5)).toEqual({ complete: true, there: 4 });
    expect(own.queries).toEqual([{ ...sorted, sort_by: "date_modified", sort_direction: "desc", page_number: 1 }]);
    expect([[...own.seen], own.progress]).toEqual([[9, 8, 5], [3]]);
    expect(await own.sinceSilent(5)).toMatchObject({ complete: true });
  });
  test("a page that is not full shows all, even where everybody on it has changed", async () => {
    const own = reading(() => page(from(101, 150).reverse()));
    expect(await own.since(50)).toEqual({ complete: true, there: 150 });
    expect(own.seen.size).toBe(150);
  });
  test("G4: nobody left at all is told as such", async () => {
    expect(await reading(() => page([])).since(5)).toEqual({ complete: true, there: 0 });
  });
  test("a full page that reaches behind the time shows them all, odd records counted in", async () => {
    const latest = from(101, 200).reverse();
    const own = reading(() => page(latest));
    expect(await own.since(250)).toEqual({ complete: true, there: 200 });
    expect(own.seen.size).toBe(51);
    const odd = reading((_, before) => (before === 0 ? page(latest.slice(0, 199), 200) : page([])));
    await odd.since(50);
    expect(odd.queries).toHaveLength(2);
  });
  test.each([
    [50, 50],
    [0, 0],
    [-5, 0],
  ])("more are read from the time %i on, in the order of their change", async (at, minimum) => {
    const own = reading((_, before) => page(before === 0 ? from(101, 200).reverse() : from(60, 3)));
    expect(await own.since(at)).toEqual({ complete: true });
    expect(own.queries[1]).toEqual({
      ...sorted,
      sort_by: "date_modified",
      page_number: 1,
      minimum_modified_date: minimum,
    });
    expect(own.seen.size).toBe(3);
    expect(own.progress).toEqual([3]);
  });
  test("a page that begins before the time it was asked for is turned", async () => {
    const own = reading((_, before) => {
      if (before === 0) return page(from(101, 200).reverse());
      return page(before === 1 ? from(1, 200).map(({ id }) => person(id, 50)) : []);
    });
    await own.since(50);
    expect(own.queries.slice(1).map((query) => [query.page_number, query.minimum_modified_date])).toEqual([
      [1, 50],
      [2, 50],
    ]);
  });
});

describe("G1: people who are confirmed", () => {
  const people = (ids: readonly number[]) => new Map(ids.map((id) => [id, person(id)]));
  async function confirmed(ids: readonly number[], found: (asked: readonly number[]) => readonly number[]) {
    const asked: (readonly number[])[] = [];
    const own = reading(
      () => page([]),
      async (some) => {
        asked.push(some);
        return people(found(some));
      },
    );
    return { ids: (await own.reader.confirm(ids)).map((one) => one.id), asked };
  }
  test("one or two are asked for once", async () => {
    expect(await confirmed([1, 2], (asked) => asked.slice(1))).toEqual({ ids: [2], asked: [[1, 2]] });
  });
  test("of more, those whom the search does not show are asked for one by one", async () => {
    const found = await confirmed([1, 2, 3, 4, 5], (asked) =>
      asked.length > 2 ? [2, 4] : asked.filter((id) => id !== 3),
    );
    expect(found.asked).toEqual([[1, 2, 3, 4, 5], [1, 3], [5]]);
    expect(found.ids).toEqual([2, 4, 1, 5]);
  });
  test("five hundred at most are asked for so", async () => {
    const ids = Array.from({ length: 600 }, (_, index) => index);
    expect((await confirmed(ids, () => [])).asked.slice(1).flat()).toEqual(ids.slice(0, 500));
  });
});

test("A9: records that cannot be read are told", () => {
  expect(reading(() => page([])).reader.odd()).toMatchObject([{ key: 1 }]);
});
