/** Notes of people: each is added, refused or in doubt ("Activities" in docs/apis/copper.md). */
import { expect, test } from "vitest";
import { type Asked, fakeHttp, ok, refused } from "../../test/fake-http.ts";
import { type Answer, LOST } from "../http/answer.ts";
import { activitiesOf } from "./activities.ts";

const note = (personId: number) => ({ personId, details: `n${personId}`, at: 9 });
const three = [1, 2, 3].map(note);
const body = (id: number) => ({
  parent: { type: "person", id },
  type: { category: "user", id: 0 },
  details: `n${id}`,
  activity_date: 9,
});
async function added(notes: readonly ReturnType<typeof note>[], answer: (asked: Asked, before: number) => Answer) {
  const { http, asked } = fakeHttp(answer);
  return { results: await activitiesOf(http, 3).add(notes), asked };
}

test("ten go at once, within the bulk limit", async () => {
  const { results, asked } = await added(three, () => ok([{ id: 1 }, { id: 2 }, { id: 3 }]));
  expect(activitiesOf(fakeHttp(() => ok()).http, 3).atOnce).toBe(10);
  expect(results).toEqual(["added", "added", "added"]);
  expect(asked).toMatchObject([{ method: "POST", path: "/activities/bulk_create", how: { perSecond: 3 } }]);
  expect(asked[0]!.body).toEqual({ activities: [1, 2, 3].map(body) });
});
test("one goes alone", async () => {
  const { results, asked } = await added([note(1)], () => ok({ id: 1 }));
  expect(results).toEqual(["added"]);
  expect(asked).toMatchObject([{ method: "POST", path: "/activities", body: body(1) }]);
});
test("A3: a refused one stands in its place, with Copper's words", async () => {
  const rows = [{ success: false, message: "gone" }, { id: 2 }, { message: { a: 1 } }];
  const { results } = await added(three, () => ok(rows));
  expect(results).toEqual([{ refused: "gone" }, "added", { refused: '{"a":1}' }]);
});
test("a row that is missing, or says nothing, is no success", async () => {
  const { results } = await added(three, () => ok([{ odd: true }, null]));
  expect(results).toEqual([{ refused: '{"odd":true}' }, { refused: '""' }, { refused: '""' }]);
});
test("long words of one that is refused are cut", async () => {
  const { results } = await added([note(1)], () => ok({ odd: "x".repeat(1_000) }));
  expect((results[0] as { refused: string }).refused).toHaveLength(300);
});
test("A2: an answer that never came leaves all in doubt, and none is sent again", async () => {
  const { results, asked } = await added(three, () => refused(LOST));
  expect(results).toEqual(["lost", "lost", "lost"]);
  expect(asked).toHaveLength(1);
  expect((await added([note(1)], () => refused(LOST))).results).toEqual(["lost"]);
});
test.each<[what: string, answer: Answer]>([
  ["refused", refused(403, [{ id: 1 }])],
  ["answered by no list", ok({ odd: true })],
])("where the bulk request is %s, notes go one by one", async (_, answer) => {
  const { results, asked } = await added(three, ({ body: sent }, before) => {
    if (before === 0) return answer;
    const { id } = (sent as ReturnType<typeof body>).parent;
    return id === 2 ? refused(422, { message: "no" }) : ok({ id });
  });
  expect(asked.map(({ path }) => path)).toEqual(["/activities/bulk_create", ...Array(3).fill("/activities")]);
  expect(results).toEqual(["added", { refused: "422 no" }, "added"]);
});

test("what a person has already is read from a time on", async () => {
  const { http, asked } = fakeHttp(() => ok([{ details: "a" }, { details: null }, {}]));
  expect(await activitiesOf(http, 3).there(5, 9)).toEqual(["a", "", ""]);
  const query = { parent: { type: "person", id: 5 }, page_size: 200, minimum_activity_date: 9 };
  expect(asked).toMatchObject([{ method: "POST", path: "/activities/search", how: { effect: "read" } }]);
  expect(asked[0]!.body).toEqual(query);
});
test.each<[what: string, answer: Answer, message: string]>([
  ["a refusal", refused(500, [{ details: "a" }], "down"), 'activities: "down"'],
  ["an answer in another form", ok({ odd: true }), "activities: "],
])("%s shows nothing of what is there, and ends the run", async (_, answer, message) => {
  const { there } = activitiesOf(fakeHttp(() => answer).http, 3);
  await expect(there(5, 9)).rejects.toMatchObject({ service: "copper", code: "unreadable", message });
});
