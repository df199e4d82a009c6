/** A8: what the probe finds out of Copper, with a person who is deleted again ("Open" in docs/apis/copper.md). */
import { describe, expect, test } from "vitest";
import { type Asked, fakeHttp, ok, refused } from "../../test/fake-http.ts";
import { ADDRESS, KIND, probed } from "../../test/probed-copper.ts";
import { type Answer, LOST } from "../http/answer.ts";
import { midnightOf } from "./dates.ts";
import { peopleOfProbe, samplePeople } from "./probe.ts";

test("of a kind service everything is found out, in order, with the figures", async () => {
  const { list, asked, made, removed, waits } = await probed();
  const tags = "🗂️ Sync Probe É, PROBE";
  expect(list.map(({ question, answer, detail }) => [question, answer, detail])).toEqual([
    ["tags-lower-case", "no", tags],
    ["tags-emoji", "yes", tags],
    ["doubled-refused", "yes", "422 is taken"],
    ["doubled-case-refused", "yes", "422 is taken"],
    ["doubled-second-refused", "yes", "422 is taken"],
    ["person-moves-by-itself", "no", ""],
    ["tags-move-person", "yes", ""],
    ["search-lag", "no", "0"],
    ["dates-inclusive", "yes", ""],
    ["name-parts", "yes", ""],
    ["customs-in-part", "yes", ""],
    ["dates-midnight", "yes", "number"],
    ["tags-cleared", "yes", ""],
    ["removed", "yes", ""],
  ]);
  expect(list.every(({ side }) => side === "copper")).toBe(true);
  expect([made, removed, waits]).toEqual([[5, 1], [[5]], [2_000, 2_000]]);
  expect(asked[0]).toMatchObject({
    method: "POST",
    path: "/people",
    body: { emails: [{ email: ADDRESS }], tags: ["🗂️ Sync Probe É", "PROBE"] },
  });
  const doubles = asked
    .slice(2, 5)
    .map(({ body }) => (body as { emails: { email: string }[] }).emails.map(({ email }) => email));
  expect(doubles).toEqual([[ADDRESS], [ADDRESS.toUpperCase()], ["admin+sync-probe-2@b.fr", ADDRESS]]);
});

test.each<[question: string, some: Partial<typeof KIND>, answer: string, detail: string]>([
  ["tags-lower-case", { tags: (names) => names.map((name) => name.toLowerCase()) }, "yes", "🗂️ sync probe é, probe"],
  ["tags-emoji", { tags: (names) => names.map((name) => name.replace(/^\S+ /, "")) }, "no", "Sync Probe É, PROBE"],
  ["tags-emoji", { tags: () => [] }, "no", ""],
  ["doubled-refused", { refusesDouble: (emails) => emails[0] !== ADDRESS }, "no", ""],
  ["doubled-case-refused", { refusesDouble: (emails) => emails[0] === emails[0]?.toLowerCase() }, "no", ""],
  ["doubled-second-refused", { refusesDouble: (emails) => emails.length < 2 }, "no", ""],
  ["person-moves-by-itself", { enriches: true }, "yes", ""],
  ["tags-move-person", { tagsMove: false }, "no", ""],
  ["search-lag", { lag: 1_200 }, "yes", "2"],
  ["search-lag", { lag: 59_500 }, "yes", "60"],
  ["search-lag", { lag: 60_000 }, "unknown", ""],
  ["dates-inclusive", { lag: 60_000 }, "unknown", ""],
  ["dates-inclusive", { inclusive: false }, "no", ""],
  ["name-parts", { nameParts: false }, "no", ""],
  ["customs-in-part", { keepsCustoms: false }, "no", ""],
  [
    "customs-in-part",
    {
      definitions: [
        { id: 81, data_type: "String" },
        { id: 83, data_type: "Date" },
      ],
    },
    "unknown",
    "",
  ],
  ["customs-in-part", { definitions: [] }, "unknown", ""],
  ["dates-midnight", { definitions: KIND.definitions.slice(0, 2) }, "unknown", ""],
  ["dates-midnight", { date: (value) => value + 3_600 }, "no", "number"],
  ["dates-midnight", { date: String }, "yes", "string"],
  ["dates-midnight", { zone: null, date: () => midnightOf("2025-08-01", "UTC") }, "yes", "number"],
  ["dates-midnight", { date: () => "08/01/2025" }, "no", "string"],
  ["tags-cleared", { tags: (names) => (names.length === 0 ? ["PROBE"] : names) }, "no", ""],
])("%s: %j", async (question, some, answer, detail) => {
  const { answers, details } = await probed(some);
  expect([answers[question], details[question]]).toEqual([answer, detail]);
});

describe("what is not answered is not known", () => {
  const isTwin = ({ path, body }: Asked) => path === "/people" && (body as { name: string }).name === "Sync Probe";
  const writes =
    (name: string) =>
    ({ method, body }: Asked) =>
      method === "PUT" && name in (body as object);
  const nth = (number: number, is: (asked: Asked) => boolean) => {
    let count = 0;
    return (asked: Asked) => {
      count += is(asked) ? 1 : 0;
      return is(asked) && count === number;
    };
  };
  const gets = ({ method, path }: Asked) => method === "GET" && path.startsWith("/people/");
  test.each<[question: string, where: () => (asked: Asked) => boolean]>([
    ["tags-lower-case", () => nth(1, gets)],
    ["tags-emoji", () => nth(1, gets)],
    ["person-moves-by-itself", () => nth(2, gets)],
    ["tags-move-person", () => nth(2, gets)],
    ["tags-move-person", () => nth(1, writes("tags"))],
    ["dates-inclusive", () => nth(3, gets)],
    ["customs-in-part", () => nth(2, writes("custom_fields"))],
    [
      "customs-in-part",
      () =>
        ({ path }) =>
          path === "/custom_field_definitions",
    ],
    ["dates-midnight", () => nth(3, writes("custom_fields"))],
    ["tags-cleared", () => nth(2, writes("tags"))],
  ])("%s", async (question, where) => {
    const is = where();
    const refusal = refused(422, { id: 5, name: "Ana", tags: ["probe"], first_name: "Sonde", last_name: "Essai" });
    expect((await probed({ answers: (asked) => (is(asked) ? refusal : undefined) })).answers[question]).toBe("unknown");
  });
  test("custom fields that the key may not read", async () => {
    const answers = ({ path }: Asked) => (path.endsWith("definitions") ? refused(403, KIND.definitions) : undefined);
    expect((await probed({ answers })).answers).toMatchObject({
      "customs-in-part": "unknown",
      "dates-midnight": "unknown",
    });
  });
  test("a double that is taken, but not shown", async () => {
    const { answers, removed } = await probed({ answers: (asked) => (isTwin(asked) ? ok("odd") : undefined) });
    expect([answers["doubled-refused"], removed]).toEqual(["unknown", [[5]]]);
  });
  test("a double whose response is lost", async () => {
    const lost: Answer = { ok: false, status: LOST, body: undefined, text: "gone" };
    const { answers } = await probed({ answers: (asked) => (isTwin(asked) ? lost : undefined) });
    expect([answers["doubled-refused"], answers["doubled-second-refused"]]).toEqual(["unknown", "unknown"]);
  });
  test("a search by date that is refused", async () => {
    const byDate = ({ body }: Asked) => Object.hasOwn((body as object | undefined) ?? {}, "minimum_modified_date");
    const { answers } = await probed({ answers: (asked) => (byDate(asked) ? refused(422, []) : undefined) });
    expect([answers["search-lag"], answers["dates-inclusive"]]).toEqual(["no", "unknown"]);
  });
  test("a name that is refused with its parts says so", async () => {
    const refusal = refused(422, { id: 5, tags: [], first_name: "Sonde", last_name: "Essai" });
    const { answers, details } = await probed({
      answers: (asked) => (writes("first_name")(asked) ? refusal : undefined),
    });
    expect([answers["name-parts"], details["name-parts"]]).toEqual(["no", "4xx"]);
  });
  test("a search that cannot be read shows nothing", async () => {
    for (const answer of [refused(500, [{ id: 5, title: "Probe", tags: [] }]), ok({ odd: true })])
      expect(
        (await probed({ answers: ({ path }) => (path.endsWith("search") ? answer : undefined) })).answers["search-lag"],
      ).toBe("unknown");
  });
});

describe("nobody is left behind", () => {
  test("the doubles that were taken are deleted, too", async () => {
    expect((await probed({ refusesDouble: () => false })).removed).toEqual([[5, 6, 7, 8]]);
    expect((await probed({}, false)).answers.removed).toBe("no");
  });
  test("also after an error", async () => {
    const answers = ({ method }: Asked) => {
      if (method === "PUT") throw new Error("torn");
      return undefined;
    };
    const { found, removed } = await probed({ answers });
    expect(found).toMatchObject({ message: "torn" });
    expect(removed).toEqual([[5]]);
  });
  test.each<[what: string, answer: Answer, removed: (readonly number[])[], is: string, detail: string]>([
    ["is refused", refused(422, { message: "no" }), [], "unknown", "no"],
    ["may have been made, since the answer never came", refused(LOST, undefined, "reset"), [[]], "yes", '"reset"'],
    ["is not shown", ok({ odd: true }), [[]], "yes", ""],
  ])("where the person %s", async (_, answer, removed, is, detail) => {
    const result = await probed({ answers: (_asked, before) => (before === 0 ? answer : undefined) });
    expect(result.list).toEqual([{ side: "copper", question: "removed", answer: is, detail }]);
    expect([result.removed, result.made]).toEqual([removed, []]);
  });
});

test("the people of a probe are found by its address", async () => {
  const { http, asked } = fakeHttp(() =>
    ok([
      { id: 5, tags: [] },
      { id: 6, tags: [] },
    ]),
  );
  expect(await peopleOfProbe(http, ADDRESS)).toEqual([5, 6]);
  expect(asked).toMatchObject([
    { method: "POST", path: "/people/search", body: { emails: [ADDRESS] }, how: { effect: "read" } },
  ]);
  for (const answer of [refused(500, [{ id: 5, tags: [] }]), ok({ odd: true })])
    expect(await peopleOfProbe(fakeHttp(() => answer).http, ADDRESS)).toEqual([]);
});
test("samples: the account, its fields and types, and the people who changed last", async () => {
  const { http, asked } = fakeHttp(() => ok([]));
  await samplePeople(http);
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /account",
    "GET /custom_field_definitions",
    "GET /contact_types",
    "POST /people/search",
  ]);
  expect(asked[3]).toMatchObject({
    how: { effect: "read" },
    body: { sort_by: "date_modified", sort_direction: "desc" },
  });
});
