/** V5: what Copper refuses as a whole is written in parts, so that one field does not stop the others. */
import { describe, expect, test } from "vitest";
import { create, kept, tag, update } from "../../test/copper-writes.ts";
import { fakeCopper, type Kept } from "../../test/fake-copper.ts";
import { type Asked, ok, refused } from "../../test/fake-http.ts";
import { addressKey } from "../domain/address.ts";
import type { Person } from "../domain/contact.ts";
import { type Answer, LOST } from "../http/answer.ts";
import type { PersonOperation } from "../plan/operations.ts";
import type { FailureCode, Outcome } from "../plan/outcomes.ts";
import { narrowing } from "./find-refused-field.ts";
import { rawPerson } from "./schema.ts";

interface Plan {
  readonly people?: readonly Kept[];
  /** Fields that Copper refuses. */
  readonly bad?: readonly string[];
  readonly answers?: (asked: Asked) => Answer | undefined;
  readonly code?: FailureCode;
  readonly stopped?: boolean;
  /** The person as read right before the write. */
  readonly read?: object;
  /** Who is found at the address of a create. */
  readonly found?: Kept;
}
/** Narrows an operation that was refused as a whole. @returns the outcome, and the bodies that were sent */
async function narrowed(operation: PersonOperation, plan: Plan = {}) {
  const { people = [kept(1)], bad = [], answers, code = "REFUSED", stopped = false, read, found } = plan;
  const refuses = (body: object) => (bad.some((name) => name in body) ? "wrong" : undefined);
  const { http, asked } = fakeCopper(people, { refuses, answers, http: { stopped: () => stopped } });
  const parts = narrowing({
    http,
    reading: { mapped: [], customs: [], zone: "UTC", traits: { fields: [] } },
    person: (raw) => ({ id: raw.id, title: raw.title, details: raw.details }) as unknown as Person,
    peopleAt: async (creates) =>
      new Map(found === undefined ? [] : creates.map((one) => [addressKey(one.email), rawPerson.parse(found)])),
    createBody: ({ name, email, fields }) => ({ body: { name, emails: [{ email }], ...fields }, refused: [] }),
  });
  const whole: Outcome<PersonOperation> = { operation, ok: false, failure: { code, message: "whole", retry: true } };
  const result = await parts.narrowed(whole, read && rawPerson.parse({ ...kept(1), ...read }));
  return { result, whole, bodies: asked.map(({ body }) => body), asked };
}
/** Answers in the place of those requests whose body names the field. */
const where = (field: string, answer: Answer) => (asked: Asked) =>
  field in (asked.body as object) ? answer : undefined;

describe("a change", () => {
  const fields = { title: "Dr", details: "x", prefix: "M." };
  test("is written field by field; the refused fields are told, with the person as they are then", async () => {
    const { result, asked } = await narrowed(update(1, fields), { bad: ["details"] });
    expect(asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["PUT", "/people/1", { title: "Dr" }],
      ["PUT", "/people/1", { details: "x" }],
      ["PUT", "/people/1", { prefix: "M." }],
    ]);
    expect(result).toMatchObject({ ok: true, person: { id: 1, title: "Dr" }, refused: ["details"] });
  });
  test("each write completes what the one before left", async () => {
    const read = { address: { street: "1 rue A" } };
    const { bodies } = await narrowed(update(1, { "address.city": "Paris", "address.country": "FR" }), { read });
    expect(bodies).toMatchObject([
      { address: { street: "1 rue A", city: "Paris" } },
      { address: { street: "1 rue A", city: "Paris", country: "FR" } },
    ]);
  });
  test("fails with its fields where all are refused, and is not tried again", async () => {
    const { result } = await narrowed(update(1, fields), { bad: Object.keys(fields) });
    const failure = { code: "FIELD_REFUSED", message: "whole", retry: false, fields: Object.keys(fields) };
    expect(result).toMatchObject({ ok: false, failure });
  });
  test("what no request can express is refused without one", async () => {
    const { result, bodies } = await narrowed(update(1, { "custom:9": "x", title: "Dr" }));
    expect(bodies).toEqual([{ title: "Dr" }]);
    expect(result).toMatchObject({ ok: true, refused: ["custom:9"] });
  });
  test.each([404, 429, LOST])(
    "a field that is answered by %i is not refused for it: the whole stays as it was",
    async (status) => {
      const { result, whole } = await narrowed(update(1, { title: "Dr" }), { answers: () => refused(status) });
      expect(result).toEqual(whole);
    },
  );
  test.each([400, 403, 422])("a field that is answered by %i is refused", async (status) => {
    const answers = where("title", refused(status, kept(1)));
    const { result } = await narrowed(update(1, { title: "Dr", details: "x" }), { answers });
    expect(result).toMatchObject({ ok: true, refused: ["title"] });
  });
  test("a success that shows nobody neither refuses the field nor shows the person", async () => {
    const { result, whole } = await narrowed(update(1, { title: "Dr" }), { answers: () => ok("odd") });
    expect(result).toEqual(whole);
  });
});

describe("W8: a change of the name", () => {
  const change = update(1, { first_name: "Ana", last_name: "Lopez", title: "Dr" }, "Ana Lopez");
  test("goes with the whole name first; its parts are then left out", async () => {
    const { result, bodies } = await narrowed(change);
    expect(bodies).toEqual([{ name: "Ana Lopez" }, { title: "Dr" }]);
    expect(result).toMatchObject({ ok: true, person: { title: "Dr" }, refused: [] });
  });
  test("the whole name counts where every other field is refused", async () => {
    const { result } = await narrowed(change, { bad: ["title"] });
    expect(result).toMatchObject({ ok: true, person: { id: 1 }, refused: ["title"] });
  });
  test("goes with its parts where the whole name is refused", async () => {
    const { bodies, result } = await narrowed(change, { answers: where("name", refused(422, kept(1))) });
    expect(bodies).toEqual([{ name: "Ana Lopez" }, { first_name: "Ana" }, { last_name: "Lopez" }, { title: "Dr" }]);
    expect(result).toMatchObject({ ok: true, refused: [] });
  });
  test("the person as they are after the name is what the fields complete", async () => {
    const address = { street: "1 rue A", city: "Nice" };
    const people = [kept(1, { address })];
    const { bodies } = await narrowed(update(1, { "address.city": "Paris" }, "Ana"), { people, read: { address: {} } });
    expect(bodies[1]).toMatchObject({ address: { ...address, city: "Paris" } });
  });
});

describe("a create", () => {
  const made = create(2, { first_name: "Ana", last_name: "Lopez", title: "Dr", details: "x" });
  test("is made with name and address alone, then its fields one by one, without the parts of the name", async () => {
    const { result, asked } = await narrowed(made, { bad: ["title"] });
    expect(asked.map(({ method, path, body }) => [method, path, body])).toEqual([
      ["POST", "/people", { name: "P 2", emails: [{ email: "p2@b.fr" }] }],
      ["PUT", "/people/101", { title: "Dr" }],
      ["PUT", "/people/101", { details: "x" }],
    ]);
    expect(result).toMatchObject({ ok: true, person: { id: 101, details: "x" }, refused: ["title"] });
    expect(result).not.toHaveProperty("found");
  });
  test("a person without any field left is the one who was made", async () => {
    const { result, bodies } = await narrowed(create(2, { first_name: "Ana" }));
    expect(bodies).toHaveLength(1);
    expect(result).toMatchObject({ ok: true, person: { id: 101 }, refused: [] });
  });
  test("the address may be of a person who was not read", async () => {
    const { result, bodies } = await narrowed(made, { bad: ["emails"], found: kept(7) });
    expect(bodies).toHaveLength(1);
    expect(result).toMatchObject({ ok: true, person: { id: 7 }, found: true });
  });
  test("stays refused where nobody has its address", async () => {
    const answers = () => refused(422, kept(9));
    for (const plan of [{ bad: ["emails"] }, { answers }]) {
      const { result, whole } = await narrowed(made, plan);
      expect(result).toEqual(whole);
    }
  });
});

test.each<[what: string, operation: PersonOperation, plan: Plan]>([
  ["a change of tags", tag(1, ["New"]), {}],
  ["another failure", update(1, { title: "Dr" }), { code: "TEMPORARY" }],
  ["a program that ends", update(1, { title: "Dr" }), { stopped: true }],
])("nothing is sent for %s", async (_, operation, plan) => {
  const { result, whole, bodies } = await narrowed(operation, plan);
  expect(result).toEqual(whole);
  expect(bodies).toEqual([]);
});
