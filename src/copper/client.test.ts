/** Pages of people, some of them odd (A9), and people who are read right before a write. */
import { expect, test } from "vitest";
import type { Answer } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { copperClient } from "./client.ts";

const person = (id: number) => ({
  id,
  name: `P${id}`,
  emails: [{ email: `p${id}@exemple.fr`, category: "work" }],
  tags: [],
});
const odd = (id: number) => ({ id, name: 7, emails: "none" });

/** A service that answers each request so. @returns the client, and what it asked */
function clientOf(answer: (path: string, body: unknown) => Answer) {
  const asked: string[] = [];
  const http = {
    stopped: () => false,
    async send(_method: string, path: string, body: unknown): Promise<Answer> {
      asked.push(path);
      return answer(path, body);
    },
  } as unknown as Http;
  return { client: copperClient(http), asked };
}
const shows = (...rows: unknown[]) => clientOf(() => ({ ok: true, body: rows })).client;
const refused = (status: number): Answer => ({ ok: false, status, body: { message: "no" }, text: "no" }) as Answer;

test("A9: one odd record, or two, are set aside; a page of nothing else is an answer in another form", async () => {
  const some = shows(person(1), odd(2));
  expect((await some.page({})).rows).toHaveLength(1);
  expect(some.odd()).toMatchObject([{ key: 2, why: "odd-record" }]);
  const two = shows(odd(1), odd(2));
  expect(await two.page({})).toEqual({ rows: [], shown: 2 });
  expect(two.odd()).toHaveLength(2);
  await expect(shows(odd(1), odd(2), odd(3)).page({})).rejects.toMatchObject({ code: "unreadable" });
  expect((await shows(odd(1), odd(2), person(3)).page({})).rows).toHaveLength(1);
});
test("a person who is gone is nobody; one who cannot be read is odd; any other refusal ends the run", async () => {
  const { client } = clientOf((path) => {
    if (path.endsWith("/1")) return { ok: true, body: person(1) };
    if (path.endsWith("/2")) return { ok: true, body: odd(2) };
    return refused(path.endsWith("/3") ? 404 : 500);
  });
  expect(await client.get(1)).toMatchObject({ raw: { id: 1 } });
  expect(await client.get(2)).toMatchObject({ odd: { key: 2 } });
  expect(await client.get(3)).toBeUndefined();
  await expect(client.get(4)).rejects.toMatchObject({ code: "unreadable" });
  expect(client.odd()).toHaveLength(1);
});
test("a key that may not read people is told as such", async () => {
  await expect(clientOf(() => refused(403)).client.page({})).rejects.toMatchObject({ code: "credentials" });
  await expect(clientOf(() => refused(422)).client.page({})).rejects.toMatchObject({ code: "unreadable" });
});
test("few people are read one by one, many in one search", async () => {
  const { client, asked } = clientOf((path, body) =>
    path.endsWith("/search")
      ? { ok: true, body: (body as { ids: number[] }).ids.map(person) }
      : { ok: true, body: person(Number(path.split("/").at(-1))) },
  );
  expect([...(await client.fresh([1, 2])).keys()]).toEqual([1, 2]);
  expect(asked).toEqual(["/people/1", "/people/2"]);
  asked.length = 0;
  const many = Array.from({ length: 250 }, (_, index) => index + 1);
  expect((await client.fresh(many)).size).toBe(250);
  expect(asked).toEqual(["/people/search", "/people/search"]);
});
