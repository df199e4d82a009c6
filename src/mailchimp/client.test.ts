/** Pages of members, some of them odd or without an address (A9, W10), and members with more tags than a record shows. */
import { expect, test } from "vitest";
import type { Answer } from "../http/answer.ts";
import type { Http } from "../http/request.ts";
import { mailchimpClient } from "./client.ts";

const member = (name: string, some: object = {}) => ({
  id: name,
  contact_id: `c-${name}`,
  email_address: `${name}@exemple.fr`,
  status: "subscribed",
  merge_fields: {},
  last_changed: "2026-01-01T00:00:00+00:00",
  tags: [],
  tags_count: 0,
  ...some,
});
const odd = (name: string) => member(name, { status: "asleep" });
const phoneOnly = (name: string) => member(name, { email_address: "" });

function clientOf(answer: (path: string) => Answer) {
  const asked: string[] = [];
  const http = {
    stopped: () => false,
    async send(_method: string, path: string): Promise<Answer> {
      asked.push(path);
      return answer(path);
    },
  } as unknown as Http;
  return { client: mailchimpClient(http, "/lists/l", 2), asked };
}
const shows = (...members: unknown[]) =>
  clientOf(() => ({ ok: true, body: { members, total_items: members.length } })).client;

test("A9: one odd member, or two, are set aside; a page of nothing else is an answer in another form", async () => {
  const some = shows(member("a"), odd("b"));
  expect(await some.page("")).toMatchObject({ rows: [{ id: "a" }], shown: 2, total: 2 });
  expect(some.odd()).toMatchObject([{ key: "c-b", why: "odd-record" }]);
  expect((await shows(odd("a"), odd("b")).page("")).rows).toEqual([]);
  await expect(shows(odd("a"), odd("b"), odd("c")).page("")).rejects.toMatchObject({ code: "unreadable" });
  expect((await shows(odd("a"), odd("b"), member("c")).page("")).rows).toHaveLength(1);
});
test("W10: a page of members with a phone number only is none of another form", async () => {
  const client = shows(phoneOnly("a"), phoneOnly("b"), phoneOnly("c"));
  expect((await client.page("")).rows).toEqual([]);
  expect(client.odd().map((one) => one.why)).toEqual(["no-address", "no-address", "no-address"]);
});
test("T6: all tags of a member who has more than the record shows, and only of such a one", async () => {
  const tags = [1, 2, 3].map((id) => ({ id, name: `T${id}` }));
  const { client, asked } = clientOf((path) =>
    path.includes("/tags")
      ? { ok: true, body: { tags, total_items: 3 } }
      : { ok: true, body: { members: [member("a"), member("b", { tags: tags.slice(0, 1), tags_count: 3 })] } },
  );
  const { rows } = await client.page("");
  expect(rows.map((one) => one.tags?.length)).toEqual([0, 3]);
  expect(asked.filter((path) => path.includes("/tags"))).toEqual([expect.stringContaining("/members/b/tags")]);
});
test("a refusal says whether the audience is missing, the account ended, or the key is not allowed", async () => {
  const code = (status: number, title = "no") =>
    clientOf(() => ({ ok: false, status, body: { status, title, detail: "no" }, text: title }) as Answer)
      .client.page("")
      .catch((error: { code: string }) => error.code);
  expect(await code(404)).toBe("missing");
  expect(await code(403)).toBe("credentials");
  expect(await code(403, "User Disabled")).toBe("deactivated");
  expect(await code(400)).toBe("unreadable");
});
