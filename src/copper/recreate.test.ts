/** D3: a person is made again from a copy; what the copy refers to may be gone (A2, V5). */
import { describe, expect, test } from "vitest";
import { fakeHttp, ok, refused } from "../../test/fake-http.ts";
import { type Answer, LOST } from "../http/answer.ts";
import { recreated } from "./recreate.ts";
import { rawPerson } from "./schema.ts";

const field = (id: number, value: unknown) => ({ custom_field_definition_id: id, value });
const COPY = {
  id: 5,
  name: "Ana",
  title: "Dr",
  emails: [{ email: "Ana@b.fr", category: "work" }],
  assignee_id: 1,
  company_id: 2,
  custom_fields: [field(1, "x"), field(2, 7)],
  company_name: "ACME",
  details: null,
  date_created: 3,
  tags: ["🗑️ À SUPPRIMER"],
};
const DEFINED = [
  { id: 1, options: [] },
  { id: 2, options: [{ id: 7 }] },
];

interface Plan {
  readonly copy?: object;
  readonly tags?: readonly string[];
  readonly begun?: boolean;
  /** The people that each search finds, one after another; later ones find nobody. */
  readonly found?: readonly (readonly object[])[];
  readonly answer?: (body: Record<string, unknown>, before: number) => Answer;
  readonly defined?: typeof DEFINED;
}
const made = (body: object): Answer => ok({ ...body, id: 9 });
async function again(plan: Plan = {}) {
  const { copy = COPY, tags = ["VIP"], begun = false, found = [], answer = made, defined = DEFINED } = plan;
  const { http, asked, waits } = fakeHttp(({ body }, before) => answer(body as Record<string, unknown>, before));
  const searches: object[] = [];
  const search = async (body: object) => {
    searches.push(body);
    return (found[searches.length - 1] ?? []).map((one) => rawPerson.parse({ id: 9, tags: [], ...one }));
  };
  const result = await recreated({ http, search, customs: async () => defined }, copy, tags, begun);
  return { result, asked, waits, searches, bodies: asked.map(({ body }) => body as Record<string, unknown>) };
}
/** Refuses bodies that have one of these fields. */
const refusing =
  (...names: string[]) =>
  (body: Record<string, unknown>) =>
    names.some((name) => name in body) ? refused(422, { message: `${names} is wrong` }) : made(body);

test("the copy is sent with what Copper lets us write, and the tags of the decision", async () => {
  const { result, asked, searches } = await again();
  const { id: _, company_name, details, date_created, tags, ...kept } = COPY;
  expect(asked).toMatchObject([{ method: "POST", path: "/people" }]);
  expect(asked[0]!.body).toEqual({ ...kept, tags: ["VIP"] });
  expect(result).toMatchObject({ raw: { id: 9, name: "Ana" }, leftOut: [] });
  expect(searches).toEqual([]);
});

describe("what the copy refers to may be gone", () => {
  test("each reference is left out in turn, and what was left out is told", async () => {
    const { result, bodies } = await again({ answer: refusing("company_id") });
    expect(bodies.map((body) => ["assignee_id", "company_id", "custom_fields"].filter((name) => name in body))).toEqual(
      [
        ["assignee_id", "company_id", "custom_fields"],
        ["company_id", "custom_fields"],
        ["assignee_id", "custom_fields"],
      ],
    );
    expect(result).toMatchObject({ raw: { id: 9 }, leftOut: ["company_id"] });
  });
  test("then all of them", async () => {
    const { result, bodies } = await again({ answer: refusing("company_id", "assignee_id", "custom_fields") });
    expect(bodies).toHaveLength(5);
    expect(result).toMatchObject({ leftOut: ["assignee_id", "company_id", "custom_fields"] });
    expect(bodies.at(-1)).toMatchObject({ name: "Ana", title: "Dr", tags: ["VIP"] });
  });
  test.each<[what: string, defined: typeof DEFINED, value: unknown, leftOut: readonly string[]]>([
    ["a field that is no longer defined", DEFINED.slice(0, 1), 7, ["custom_fields 2"]],
    ["an option that is gone", DEFINED, 8, ["custom_fields 2"]],
    ["one of several options", DEFINED, [7, 8], ["custom_fields 2"]],
  ])("first the custom fields: %s", async (_, defined, value, leftOut) => {
    const custom_fields = [field(1, "x"), field(2, value)];
    const answer = (body: Record<string, unknown>, before: number) => (before === 0 ? refused(422) : made(body));
    const { result, bodies } = await again({ copy: { ...COPY, custom_fields }, defined, answer });
    expect(result).toMatchObject({ leftOut });
    expect(bodies).toHaveLength(2);
    expect(bodies[1]).toMatchObject({ custom_fields: [field(1, "x")], company_id: 2 });
  });
  test("custom fields that are all there, as options or as texts, are no reason", async () => {
    const custom_fields = [field(1, 5), field(2, [7]), field(2, "text"), field(2, null)];
    const { result, bodies } = await again({ copy: { ...COPY, custom_fields }, answer: refusing("assignee_id") });
    expect(result).toMatchObject({ leftOut: ["assignee_id"] });
    expect(bodies.map((body) => body.custom_fields)).toEqual([custom_fields, custom_fields]);
  });
  test("with a custom field that is gone, a reference is left out besides", async () => {
    const { result, bodies } = await again({ defined: DEFINED.slice(0, 1), answer: refusing("assignee_id") });
    expect(result).toMatchObject({ leftOut: ["custom_fields 2", "assignee_id"] });
    expect(bodies).toHaveLength(3);
  });
  test("a refusal of everything is told with Copper's first words, and everything is tried once", async () => {
    const words = (_: object, before: number) => refused(422, { message: `no ${before}` });
    expect((await again({ answer: words })).result).toEqual({ refused: "no 0" });
    const { result, bodies } = await again({ copy: { id: 5, name: "Ana", tags: [] }, answer: words });
    expect(result).toEqual({ refused: "no 0" });
    expect(bodies).toHaveLength(1);
    const one = await again({ copy: { id: 5, name: "Ana", tags: [], company_id: 2 }, answer: words });
    expect(one.bodies).toEqual([
      { name: "Ana", company_id: 2, emails: [], tags: ["VIP"] },
      { name: "Ana", emails: [], tags: ["VIP"] },
    ]);
    const two = await again({ copy: { id: 5, name: "Ana", tags: [], company_id: 2, assignee_id: 1 }, answer: words });
    expect(two.bodies.some((body) => "custom_fields" in body)).toBe(false);
  });
});

describe("A2: an earlier try may have made the person", () => {
  const sameName = { name: "Ana", emails: [], tags: ["vip"] };
  const nameless = { ...COPY, emails: [] };
  test("they are looked for by their addresses before anything is sent", async () => {
    const { result, asked, searches } = await again({ begun: true, found: [[{ emails: [{ email: "ana@B.fr" }] }]] });
    expect(result).toMatchObject({ raw: { id: 9 }, leftOut: [] });
    expect(asked).toEqual([]);
    expect(searches).toEqual([{ emails: ["Ana@b.fr"], page_size: 200 }]);
  });
  test("the newest are looked through for a person without an address", async () => {
    const { asked, searches } = await again({ begun: true, copy: nameless, found: [[sameName]] });
    expect(asked).toEqual([]);
    expect(searches).toEqual([{ sort_by: "date_created", sort_direction: "desc", page_size: 200 }]);
  });
  test("an address that is none says nothing: they are known by name and tags", async () => {
    const odd = { ...COPY, emails: [{ email: "see notes", category: "work" }] };
    const { asked, searches } = await again({ begun: true, copy: odd, found: [[{ ...sameName, emails: odd.emails }]] });
    expect(asked).toEqual([]);
    expect(searches).toEqual([{ sort_by: "date_created", sort_direction: "desc", page_size: 200 }]);
  });
  test.each<[what: string, copy: object, found: object]>([
    ["the person of the copy itself", COPY, { id: 5, emails: COPY.emails }],
    ["another address", COPY, { emails: [{ email: "bob@b.fr" }] }],
    ["the same name with other addresses", COPY, sameName],
    ["another name", nameless, { ...sameName, name: "Bob" }],
    ["the same name, with an address", nameless, { ...sameName, emails: COPY.emails }],
    ["the same name, with other tags", nameless, { ...sameName, tags: ["VIP", "New"] }],
    ["the same name, with no tags", nameless, { ...sameName, tags: [] }],
  ])("not taken for them: %s", async (_, copy, found) => {
    expect((await again({ begun: true, copy, found: [[found]] })).asked).toHaveLength(1);
  });
  test("an answer that never came: they are looked for after a while, and never made twice", async () => {
    const lost = () => refused(LOST, undefined, "reset");
    const { result, asked, waits } = await again({ answer: lost, found: [[{ emails: COPY.emails }]] });
    expect(result).toMatchObject({ raw: { id: 9 }, leftOut: [] });
    expect(asked).toHaveLength(1);
    expect(waits).toEqual([2_000]);
    await expect(again({ answer: lost })).rejects.toMatchObject({ code: "unreachable", message: "reset" });
  });
});
