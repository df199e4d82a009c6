/** How webhooks of Copper are made, found and deleted, and what they send ("Webhooks" in docs/apis/copper.md). */
import { describe, expect, test } from "vitest";
import { fakeHttp, ok, refused } from "../../test/fake-http.ts";
import type { Answer } from "../http/answer.ts";
import { readNotification, subscribedPeople, subscribePeople, unsubscribePeople } from "./webhook.ts";

const at = 1_753_999_200;
const body = (ids: unknown, timestamp: unknown, some: object = {}) =>
  JSON.stringify({ ids, type: "person", event: "update", timestamp, ...some });

describe("case 53: Copper's notification in every form", () => {
  for (const ids of [["5"], [5], 5, "5"])
    for (const stamp of [at, String(at), at * 1000, new Date(at * 1000).toISOString()])
      test(`ids ${JSON.stringify(ids)}, timestamp ${JSON.stringify(stamp)}`, () => {
        expect(readNotification(body(ids, stamp))).toEqual({ ids: [5], deleted: false, at });
      });
  test("nonsense is still none", () => {
    for (const ids of [[], ["x"], [-1], [0], [1.5], null, Array(1_001).fill(1)])
      expect(readNotification(body(ids, at))).toBeUndefined();
    for (const some of [{ type: "company" }, { event: "read" }, { timestamp: {} }])
      expect(readNotification(body([5], at, some))).toBeUndefined();
    expect(readNotification("<html>")).toBeUndefined();
  });
  test.each([null, undefined, "", " ", "yesterday"])("the time %j is none", (stamp) => {
    expect(readNotification(body([5], stamp))).toMatchObject({ at: 0 });
  });
  test.each([
    [100_000_000_000, 100_000_000_000],
    [100_000_000_001, 100_000_000.001],
  ])("a time of %i is %d seconds", (stamp, seconds) => {
    expect(readNotification(body([5], stamp))).toMatchObject({ at: seconds });
  });
  test.each([
    ["new", false],
    ["update", false],
    ["delete", true],
  ])("whether a person was deleted: %s", (event, deleted) => {
    expect(readNotification(body([5], at, { event }))).toMatchObject({ deleted });
  });
});

const TARGET = "https://a.fr/hook";
test("one webhook for each kind of change, with the secret in a header", async () => {
  const { http, asked } = fakeHttp((_, before) => ok({ id: before % 2 === 0 ? 7 : "8" }));
  await subscribePeople(http, TARGET, "s3cret");
  expect(asked.map(({ method, path, body }) => [method, path, body])).toEqual(
    ["new", "update", "delete"].map((event) => [
      "POST",
      "/webhooks",
      { target: TARGET, type: "person", event, headers: { "x-sync-secret": "s3cret" } },
    ]),
  );
});
test("ours are told by their address, and by the secret where Copper shows it", async () => {
  const rows = [
    { id: 1, target: TARGET },
    { id: "2", target: TARGET, headers: { "X-Sync-Secret": "s3cret" } },
    { id: 3, target: TARGET, headers: { "x-sync-secret": "another" } },
    { id: 4, target: "https://b.fr/hook" },
    { id: 5, target: TARGET, headers: { other: "another" } },
    { id: 6, target: TARGET, headers: null },
    { target: TARGET },
    "nonsense",
  ];
  const { http, asked } = fakeHttp(() => ok(rows));
  expect(await subscribedPeople(http, TARGET, "s3cret")).toEqual(["1", "2", "5", "6"]);
  expect(asked).toMatchObject([{ method: "GET", path: "/webhooks" }]);
});
test("a webhook that is gone already counts as deleted; any other refusal ends it", async () => {
  const { http, asked } = fakeHttp((_, before) => (before === 0 ? refused(404) : ok()));
  await unsubscribePeople(http, ["1", "2"]);
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["DELETE /webhooks/1", "DELETE /webhooks/2"]);
  const down = fakeHttp(() => refused(500, undefined, "down"));
  const error = { service: "copper", code: "unreadable", message: 'webhooks: 500 "down"' };
  await expect(unsubscribePeople(down.http, ["1", "2"])).rejects.toMatchObject(error);
  expect(down.asked).toHaveLength(1);
});
describe("an answer that does not tell is an error, with Copper's words where there are some", () => {
  const refusal = refused(403, { id: 1, message: "no" });
  const rejected = async (work: (http: ReturnType<typeof fakeHttp>["http"]) => Promise<unknown>, answer: Answer) => {
    const { http, asked } = fakeHttp(() => answer);
    const error = await work(http).catch((one: { code: string; message: string }) => [one.code, one.message]);
    return { error, asked: asked.length };
  };
  test.each<[answer: Answer, message: string]>([
    [refusal, "no"],
    [ok({ odd: true }), "webhooks"],
  ])("%j", async (answer, message) => {
    const made = await rejected((http) => subscribePeople(http, TARGET, "s"), answer);
    expect(made).toEqual({ error: ["unreadable", message], asked: 1 });
    const listed = await rejected((http) => subscribedPeople(http, TARGET, "s"), answer);
    expect(listed).toEqual({ error: ["unreadable", message], asked: 1 });
  });
  test("a refusal is none, whatever is in it", async () => {
    const { error } = await rejected((http) => subscribedPeople(http, TARGET, "s"), refused(403, [], "no"));
    expect(error).toEqual(["unreadable", '"no"']);
  });
});
