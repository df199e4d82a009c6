/** T6: all tags of a member, page by page. */
import { expect, test } from "vitest";
import { fakeHttp, ok, refused } from "../../test/fake-http.ts";
import type { Answer } from "../http/answer.ts";
import { allTags } from "./fetch-member-tags.ts";

const tags = (count: number, first = 1) =>
  Array.from({ length: count }, (_, index) => ({ id: first + index, name: `T${first + index}` }));
async function read(...answers: readonly Answer[]) {
  const { http, asked } = fakeHttp((_, before) => answers[before] ?? refused(500));
  const found = await allTags(http, "/lists/l", "h");
  return { names: found?.map(({ name }) => name), paths: asked.map(({ path }) => path) };
}

test("one page is all where it holds as many as there are", async () => {
  const { names, paths } = await read(ok({ tags: tags(2), total_items: 2 }));
  expect(names).toEqual(["T1", "T2"]);
  expect(paths).toEqual(["/lists/l/members/h/tags?count=1000&offset=0"]);
});
test("further pages are read until there are as many, or one is empty", async () => {
  const { names, paths } = await read(ok({ tags: tags(2), total_items: 3 }), ok({ tags: tags(1, 3), total_items: 3 }));
  expect(names).toEqual(["T1", "T2", "T3"]);
  expect(paths[1]).toMatch(/offset=2$/);
  expect((await read(ok({ tags: tags(2), total_items: 9 }), ok({ tags: [], total_items: 9 }))).names).toHaveLength(2);
});
test("a service that does not say how many there are shows them on one page", async () => {
  const { names, paths } = await read(ok({ tags: tags(2) }));
  expect([names?.length, paths.length]).toEqual([2, 1]);
});
test("a page that cannot be read leaves the tags unknown", async () => {
  expect((await read(refused(404, { tags: tags(1) }))).names).toBeUndefined();
  expect((await read(ok({ odd: true }))).names).toBeUndefined();
  expect((await read(ok({ tags: tags(2), total_items: 3 }), refused(500))).names).toBeUndefined();
});
