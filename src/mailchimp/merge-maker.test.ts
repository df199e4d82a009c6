/** Merge fields that an operator sees by name, and makes ("Merge fields" in docs/apis/mailchimp.md). */
import { expect, test } from "vitest";
import { type Asked, fakeHttp, ok, refused } from "../../test/fake-http.ts";
import type { Answer } from "../http/answer.ts";
import { mergeMaker } from "./merge-maker.ts";

const listed = ok({
  merge_fields: [
    { merge_id: 1, tag: "FNAME", name: "First name", type: "text" },
    { merge_id: 2, tag: "CITY", name: null, type: "text" },
  ],
});
const maker = (answer: (asked: Asked) => Answer) => {
  const { http, asked } = fakeHttp(answer);
  return { ...mergeMaker(http, "/lists/l"), asked };
};
const wanted = (tag: string) => ({ tag, name: "City", type: "dropdown", options: { choices: ["Paris"] } });

test("fields are listed by name, or else by tag", async () => {
  const { list, asked } = maker(() => listed);
  expect((await list()).map(({ id, tag, name }) => [id, tag, name])).toEqual([
    [1, "FNAME", "First name"],
    [2, "CITY", "CITY"],
  ]);
  expect(asked).toMatchObject([{ method: "GET", path: "/lists/l/merge-fields?count=1000" }]);
});
test("a list that is refused, or in another form, is an error", async () => {
  const refusal = maker(() => refused(404, { detail: "no audience" })).list();
  await expect(refusal).rejects.toMatchObject({ code: "unreadable", message: "no audience", status: 404 });
  await expect(maker(() => ok({ odd: true })).list()).rejects.toMatchObject({ code: "unreadable" });
});
test("a new field is optional, and not public", async () => {
  const { make, asked } = maker(() => ok());
  expect(await make(wanted("NEW"))).toBeUndefined();
  const body = { ...wanted("NEW"), required: false, public: false };
  expect(asked).toMatchObject([{ method: "POST", path: "/lists/l/merge-fields", body }]);
});
test("a refusal is told, unless the field is there: then only the answer was lost", async () => {
  const answers = ({ method }: Asked) => (method === "GET" ? listed : refused(400, { detail: "too many fields" }));
  expect(await maker(answers).make(wanted("NEW"))).toBe("too many fields");
  expect(await maker(answers).make(wanted("CITY"))).toBeUndefined();
});
