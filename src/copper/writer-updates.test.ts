/** Changes of people: ten at once, arrays read right before they are written (V8), parts where refused (V5). */
import { describe, expect, test } from "vitest";
import { addAddress, applied, create, kept, tag, update, upTo } from "../../test/copper-writes.ts";
import { type Asked, ok, refused } from "../../test/fake-http.ts";
import { LOST } from "../http/answer.ts";
import type { PersonOperation } from "../plan/operations.ts";

const tagsOf = (body: unknown) => (body as { people: { tags: string[] }[] }).people.map((one) => one.tags);

describe("requests", () => {
  test("a plain change needs no reading", async () => {
    const { asked, outcomes } = await applied([update(1, { title: "Dr" })], { people: [kept(1)] });
    expect(asked).toMatchObject([{ method: "PUT", path: "/people/1", body: { title: "Dr" } }]);
    expect(asked[0]!.body).not.toHaveProperty("id");
    expect(outcomes).toMatchObject([{ ok: true, person: { id: 1, title: "Dr" } }]);
    expect(outcomes[0]).not.toHaveProperty("refused");
  });
  test("many go ten at a time, within the bulk limit, and may be repeated", async () => {
    const people = upTo(21).map((id) => kept(id));
    const { asked, outcomes, journal } = await applied(
      upTo(21).map((id) => update(id, { title: `T${id}` })),
      { people },
    );
    expect(asked.map(({ path }) => path)).toEqual(["/people/bulk_update", "/people/bulk_update", "/people/21"]);
    expect(asked[0]).toMatchObject({ how: { perSecond: 3, effect: "idempotent" }, body: { people: { length: 10 } } });
    expect(asked[0]!.body).toMatchObject({
      people: [{ id: 1, title: "T1" }, { id: 2, title: "T2" }, ...Array(8).fill({})],
    });
    expect(outcomes.map((one) => one.ok && one.person?.id)).toEqual(upTo(21));
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
  test("all changes of one person are one body, and each has its outcome", async () => {
    const operations = [update(1, { title: "Dr" }), tag(1, ["New"]), addAddress(1, "new@b.fr")];
    const { asked, outcomes, journal, there } = await applied(operations, { people: [kept(1)] });
    expect(asked.map(({ method }) => method)).toEqual(["GET", "PUT"]);
    const emails = [{ email: "new@b.fr" }, { email: "p1@b.fr" }];
    expect(there.get(1)).toMatchObject({ title: "Dr", tags: ["Old", "New"], emails });
    expect(outcomes.map(({ operation, ok }) => [operation.operation, ok])).toEqual(
      operations.map(({ operation }) => [operation, true]),
    );
    expect(journal).toEqual(["sending 3", "answered 3", "leave 0"]);
  });
  test("records are told by their id, in whatever order they come; one that is not shown is in doubt", async () => {
    const { outcomes } = await applied(
      upTo(3).map((id) => update(id, { title: "Dr" })),
      { answers: () => ok([kept(2), kept(1), kept(9)]) },
    );
    expect(outcomes).toMatchObject([
      { ok: true, person: { id: 1 } },
      { ok: true, person: { id: 2 } },
      { ok: false, failure: { code: "UNKNOWN_ANSWER" } },
    ]);
  });
  test("an answer that never came leaves all of its changes in doubt", async () => {
    const { outcomes, requests } = await applied([update(1, { title: "Dr" }), update(2, {}), update(2, {})], {
      answers: () => refused(LOST, undefined, "reset"),
    });
    expect(requests).toHaveLength(1);
    expect(outcomes).toMatchObject([1, 2, 3].map(() => ({ ok: false, failure: { code: "TEMPORARY" } })));
  });
  test("creates go before changes, and whole people after both", async () => {
    const whole = { ...update(2, {}), operation: "delete-person" } as unknown as PersonOperation;
    const { requests, journal } = await applied([whole, update(1, { title: "Dr" }), create(3)], { people: [kept(1)] });
    expect(requests).toEqual(["POST /people", "PUT /people/1"]);
    expect(journal.at(-1)).toBe("leave 1");
  });
  test("when the run is to end, no further part is sent", async () => {
    const operations = upTo(11).map((id) => update(id, {}));
    const { requests } = await applied(operations, { people: upTo(11).map((id) => kept(id)), endsAfter: 1 });
    expect(requests).toEqual(["POST /people/bulk_update"]);
    expect((await applied([create(1), update(1, {})], { endsAfter: 1 })).requests).toEqual(["POST /people"]);
  });
});

describe("V8: arrays are read right before they are written", () => {
  test("of one or two people one by one, in each part", async () => {
    const people = upTo(12).map((id) => kept(id, { tags: [`Old${id}`] }));
    const operations = [
      tag(1, ["New"]),
      ...upTo(12)
        .slice(1, 11)
        .map((id) => update(id, { title: "Dr" })),
      tag(12, ["New"]),
    ];
    const { requests, there } = await applied(operations, { people });
    expect(requests).toEqual([
      "GET /people/1",
      "POST /people/bulk_update",
      "GET /people/12",
      "POST /people/bulk_update",
    ]);
    expect([there.get(1)!.tags, there.get(12)!.tags]).toEqual([
      ["Old1", "New"],
      ["Old12", "New"],
    ]);
  });
  test("of more people by search, two hundred at once, and only of those who need it", async () => {
    const people = upTo(203).map((id) => kept(id, { tags: [`Old${id}`] }));
    const operations = [
      update(1, { title: "Dr" }),
      ...upTo(203)
        .slice(1)
        .map((id) => tag(id, ["New"])),
    ];
    const { asked } = await applied(operations, { people });
    const searches = asked
      .filter(({ path }) => path.endsWith("/search"))
      .map(({ body }) => (body as { ids: number[] }).ids);
    expect(searches.map((ids) => ids.length)).toEqual([199, 3]);
    expect(asked.some(({ method }) => method === "GET")).toBe(false);
    const bulks = asked.filter(({ path }) => path.endsWith("bulk_update"));
    expect(bulks).toHaveLength(21);
    expect(tagsOf(bulks[20]!.body)).toEqual([201, 202, 203].map((id) => [`Old${id}`, "New"]));
  });
  test("custom fields are read only while it is not known that the others keep their values", async () => {
    const change = update(1, { "custom:1": "x" });
    const custom_fields = [{ custom_field_definition_id: 2, value: "y" }];
    const people = [kept(1, { custom_fields })];
    const written = { custom_field_definition_id: 1, value: "x" };
    for (const [customsInPart, all] of [
      [undefined, [...custom_fields, written]],
      [true, [written]],
    ] as const) {
      const known = customsInPart === undefined ? {} : { customsInPart };
      const { asked } = await applied([change], { people, known });
      expect(asked.at(-1)!.body).toEqual({ custom_fields: all });
      expect(asked).toHaveLength(customsInPart ? 1 : 2);
    }
  });
  test("who is gone fails, is never written, and stops nobody else", async () => {
    const { outcomes, requests, journal } = await applied([tag(1, ["New"]), tag(2, ["New"]), update(1, {})], {
      people: [kept(2)],
    });
    expect(outcomes).toMatchObject([
      { ok: false, operation: { personId: 1 }, failure: { code: "NOT_FOUND", message: "404", retry: true } },
      { ok: false, operation: { operation: "update-person" }, failure: { code: "NOT_FOUND" } },
      { ok: true, operation: { personId: 2 } },
    ]);
    expect(requests).toEqual(["GET /people/1", "GET /people/2", "PUT /people/2"]);
    expect(journal).toEqual(["answered 2", "sending 1", "answered 1", "leave 0"]);
    const alone = await applied([tag(1, ["New"])]);
    expect(alone.journal).toEqual(["answered 1", "leave 0"]);
  });
});

describe("V5: a refused change is written in parts", () => {
  const refuses = (body: Readonly<Record<string, unknown>>) => (body.title === undefined ? undefined : "no title");
  test("one that names several fields, with the arrays as they were read", async () => {
    const people = [kept(1, { phone_numbers: [{ number: "1" }, { number: "2" }] })];
    const { outcomes, requests, there } = await applied([update(1, { title: "Dr", phone: "9" })], { people, refuses });
    expect(requests).toEqual(["GET /people/1", "PUT /people/1", "PUT /people/1", "PUT /people/1"]);
    expect(outcomes).toMatchObject([{ ok: true, refused: ["title"] }]);
    expect(there.get(1)!.phone_numbers).toMatchObject([{ number: "9" }, { number: "2" }]);
  });
  test("in a bulk, only the refused ones", async () => {
    const people = [kept(1), kept(2)];
    const operations = [update(1, { details: "x" }), update(2, { title: "Dr", details: "y" })];
    const { outcomes, requests } = await applied(operations, { people, refuses });
    expect(requests).toEqual(["POST /people/bulk_update", "PUT /people/2", "PUT /people/2"]);
    expect(outcomes).toMatchObject([{ ok: true }, { ok: true, refused: ["title"] }]);
    expect(outcomes[0]).not.toHaveProperty("refused");
  });
  test("a refused change of tags has no parts", async () => {
    const answers = ({ method }: Asked) => (method === "PUT" ? refused(422, { message: "no" }) : undefined);
    const { outcomes, requests } = await applied([tag(1, ["New"])], { people: [kept(1)], answers });
    expect(requests).toEqual(["GET /people/1", "PUT /people/1"]);
    expect(outcomes).toMatchObject([{ ok: false, failure: { code: "REFUSED" } }]);
  });
});
