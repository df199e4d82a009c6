/** Creates of people: many at once, told by their address, looked up where an answer is lost (A2, A3, W8). */
import { describe, expect, test } from "vitest";
import { applied, create, kept, update, upTo } from "../../test/copper-writes.ts";
import { type Asked, ok, refused } from "../../test/fake-http.ts";
import { LOST } from "../http/answer.ts";

describe("creates", () => {
  test("one goes alone, with its name, address and fields", async () => {
    const { asked, outcomes, journal } = await applied([create(1, { title: "Dr" })]);
    const body = { name: "P 1", emails: [{ email: "p1@b.fr", category: "work" }], title: "Dr" };
    expect(asked).toMatchObject([{ method: "POST", path: "/people", body }]);
    expect(outcomes).toEqual([
      {
        operation: expect.objectContaining({ email: "p1@b.fr" }),
        ok: true,
        person: expect.objectContaining({ id: 101 }),
      },
    ]);
    expect(journal).toEqual(["sending 1", "answered 1", "leave 0"]);
  });
  test("many go ten at a time, within the bulk limit, each part in the journal before and after", async () => {
    const { asked, outcomes, journal } = await applied(upTo(21).map((id) => create(id)));
    expect(asked.map(({ path }) => path)).toEqual(["/people/bulk_create", "/people/bulk_create", "/people"]);
    expect(asked[0]).toMatchObject({ how: { perSecond: 3 }, body: { people: { length: 10 } } });
    expect(outcomes.map((one) => one.ok && one.person?.name)).toEqual(upTo(21).map((id) => `P ${id}`));
    expect(journal).toEqual([
      "sending 10",
      "answered 10",
      "sending 10",
      "answered 10",
      "sending 1",
      "answered 1",
      "leave 0",
    ]);
  });
  test("when the run is to end, no further part is sent", async () => {
    const { asked } = await applied(
      upTo(21).map((id) => create(id)),
      { endsAfter: 1 },
    );
    expect(asked).toHaveLength(1);
  });
  test("V5: what no request can express is told, and the rest is written", async () => {
    const { outcomes, asked } = await applied([create(1, { "custom:9": "x", title: "Dr" })]);
    expect(outcomes).toMatchObject([{ ok: true, refused: ["custom:9"] }]);
    expect(asked[0]!.body).not.toHaveProperty("custom_fields");
  });
  test("A3: a refused one leaves the others, and has Copper's words", async () => {
    const refuses = ({ name }: { name?: unknown }) => (name === "P 1" ? "no such name" : undefined);
    const { outcomes } = await applied([create(1), create(2)], { refuses });
    expect(outcomes).toMatchObject([
      { ok: false, failure: { code: "REFUSED", message: '"no such name"', retry: true } },
      { ok: true },
    ]);
    const wordless = await applied([create(1), create(2)], {
      answers: ({ path }) => {
        if (path.endsWith("/search")) return undefined;
        return path === "/people" ? refused(422) : ok([{ success: false, status: 9 }, kept(2)]);
      },
    });
    expect(wordless.outcomes[0]).toMatchObject({ failure: { message: '{"success":false,"status":9}' } });
  });
});

describe("A2: creates whose answer says too little", () => {
  const bulk =
    (rows: unknown) =>
    ({ path }: Asked) =>
      path.endsWith("bulk_create") ? ok(rows) : undefined;
  test("records are told by their address, in whatever order they come", async () => {
    const { outcomes, requests } = await applied([create(1), create(2)], {
      answers: bulk([kept(12, { emails: [{ email: "P2@b.fr" }] }), kept(11, { emails: [{ email: "P1@b.fr" }] })]),
    });
    expect(outcomes.map((one) => one.ok && one.person?.id)).toEqual([11, 12]);
    expect(requests).toHaveLength(1);
  });
  test("a record at its own place is taken before another with the address", async () => {
    const both = kept(11, { emails: [{ email: "p1@b.fr" }, { email: "p2@b.fr" }] });
    const { outcomes } = await applied([create(1), create(2)], {
      answers: bulk([both, kept(12, { emails: kept(2).emails })]),
    });
    expect(outcomes.map((one) => one.ok && one.person?.id)).toEqual([11, 12]);
  });
  test("the answer to one alone may be a list of it", async () => {
    const { outcomes, requests } = await applied([create(1)], { answers: () => ok([kept(1)]) });
    expect(outcomes).toMatchObject([{ ok: true, person: { id: 1 } }]);
    expect(requests).toHaveLength(1);
  });
  test("whom the answer does not show is looked up after a while; who is missing is sent again, alone", async () => {
    const plan = { people: [kept(2)], answers: bulk([kept(1), kept(9), "nonsense"]) };
    const { outcomes, requests, waits, asked } = await applied([create(1), create(2), create(3)], plan);
    expect(outcomes).toMatchObject([
      { ok: true, person: { id: 1 } },
      { ok: true, person: { id: 2 }, found: true },
      { ok: true, person: { name: "P 3" } },
    ]);
    expect(outcomes.map((one) => "found" in one)).toEqual([false, true, false]);
    expect(requests).toEqual(["POST /people/bulk_create", "POST /people/search", "POST /people"]);
    expect(asked[1]!.body).toEqual({ emails: ["p2@b.fr", "p3@b.fr"], page_size: 200 });
    expect(waits).toEqual([2_000]);
  });
  test.each(["nothing", {}, [], null])(
    "an answer that shows nobody at all (%j) says nothing of anybody",
    async (body) => {
      const { outcomes, requests } = await applied([create(1), create(2)], {
        answers: ({ path }) => (path.endsWith("bulk_create") ? ok(body) : undefined),
      });
      expect(outcomes).toMatchObject(
        [1, 2].map(() => ({ ok: false, failure: { code: "UNKNOWN_ANSWER", retry: true } })),
      );
      expect(requests).toHaveLength(1);
    },
  );
  test("an answer that never came: all are looked up before any is sent again", async () => {
    const { outcomes, requests, waits } = await applied([create(1), create(2)], {
      people: [kept(1)],
      answers: (_, before) => (before === 0 ? refused(LOST) : undefined),
    });
    expect(outcomes).toMatchObject([
      { ok: true, found: true, person: { id: 1 } },
      { ok: true, person: { name: "P 2" } },
    ]);
    expect(requests).toEqual(["POST /people/bulk_create", "POST /people/search", "POST /people"]);
    expect(waits).toEqual([2_000]);
  });
  test("who is not found while the program ends stays in doubt, and is not sent again", async () => {
    const { outcomes, requests } = await applied([create(1)], {
      answers: (_, before) => (before === 0 ? refused(LOST, undefined, "reset") : undefined),
      stopped: () => true,
    });
    expect(outcomes).toMatchObject([{ ok: false, failure: { code: "TEMPORARY", message: "reset" } }]);
    expect(requests).toEqual(["POST /people", "POST /people/search"]);
  });
  test("one that is sent again and refused may have been made meanwhile; else it is refused", async () => {
    const late =
      (shows: number) =>
      ({ path }: Asked, before: number) => {
        if (path.endsWith("/search")) return ok(before >= shows ? [kept(1)] : []);
        return before === 0 ? refused(LOST) : refused(422, { message: "is taken" });
      };
    const made = await applied([create(1)], { answers: late(3) });
    expect(made.outcomes).toMatchObject([{ ok: true, found: true, person: { id: 1 } }]);
    expect(made.requests).toEqual(["POST /people", "POST /people/search", "POST /people", "POST /people/search"]);
    const none = await applied([create(1)], { answers: late(99) });
    expect(none.outcomes).toMatchObject([{ ok: false, failure: { code: "REFUSED", message: "is taken" } }]);
  });
  test("what cannot be expressed is told of one that was sent again, too", async () => {
    const { outcomes } = await applied([create(1, { "custom:9": "x" })], {
      answers: (_, before) => (before === 0 ? refused(LOST) : undefined),
    });
    expect(outcomes).toMatchObject([{ ok: true, refused: ["custom:9"] }]);
  });
});

describe("W8: whether Copper takes the parts of a name", () => {
  const parts = { first_name: "Ana", last_name: "Lopez" };
  const refuses = (body: Readonly<Record<string, unknown>>) => ("first_name" in body ? "no parts" : undefined);
  test("where it does, that is kept, and a later refusal is of something else", async () => {
    const { capabilities, requests, outcomes } = await applied([create(1, parts), create(2, parts)], {
      refuses: ({ name }) => (name === "P 2" ? "no" : undefined),
    });
    expect(capabilities).toEqual({ namePartsTaken: true });
    expect(outcomes.map((one) => one.ok)).toEqual([true, false]);
    expect(requests.filter((one) => one.endsWith("bulk_create"))).toHaveLength(1);
  });
  test("where it refuses them, the whole name goes alone, and from then on", async () => {
    const operations = [...upTo(10).map((id) => create(id, id > 1 ? parts : {})), create(11, parts)];
    const result = await applied(operations, { refuses });
    expect(result.outcomes.every((one) => one.ok)).toBe(true);
    expect(result.outcomes.map((one) => one.ok && one.person?.name)).toEqual(upTo(11).map((id) => `P ${id}`));
    expect(result.capabilities).toEqual({ namePartsTaken: false });
    expect(result.requests).toEqual(["POST /people/bulk_create", "POST /people/bulk_create", "POST /people"]);
    expect(result.asked[1]).toMatchObject({ body: { people: { length: 9 } } });
    expect(result.asked[2]!.body).not.toHaveProperty("first_name");
  });
  test("what earlier runs found is gone by", async () => {
    for (const namePartsTaken of [true, false]) {
      const { asked, capabilities } = await applied([create(1, parts)], {
        known: { namePartsTaken, customsInPart: true },
      });
      expect("first_name" in (asked[0]!.body as object)).toBe(namePartsTaken);
      expect(capabilities).toEqual({ namePartsTaken, customsInPart: true });
    }
  });
  test("nothing is found out from a refusal of everything, nor from people without parts", async () => {
    const all = await applied([create(1, parts)], { refuses: () => "no" });
    expect(all.capabilities).toEqual({});
    expect(all.outcomes).toMatchObject([{ ok: false, failure: { code: "REFUSED" } }]);
    expect((await applied([create(1)])).capabilities).toEqual({});
    const unnamed = await applied([update(1, parts)], { people: [kept(1)] });
    expect(unnamed.capabilities).toEqual({});
  });
  test("nothing is sent again while the program ends", async () => {
    const { requests } = await applied([create(1, parts)], { refuses, stopped: () => true });
    expect(requests).toEqual(["POST /people"]);
  });
  test("an update, too, goes with the whole name alone where the parts are refused", async () => {
    const change = update(1, { first_name: "Ana", title: "Dr" }, "Ana Lopez");
    const { asked, outcomes, capabilities } = await applied([change], { people: [kept(1)], refuses });
    expect(asked.map(({ body }) => body)).toEqual([
      { first_name: "Ana", title: "Dr", name: "Ana Lopez" },
      { title: "Dr", name: "Ana Lopez" },
    ]);
    expect(outcomes).toMatchObject([{ ok: true, person: { title: "Dr" } }]);
    expect(capabilities).toEqual({ namePartsTaken: false });
  });
});
