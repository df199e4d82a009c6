/** Webhooks at both services: which subscriptions are ours, and what becomes of an answer that is none. */
import { describe, expect, test } from "vitest";
import { subscribedPeople, subscribePeople, unsubscribePeople } from "../src/copper/webhook.ts";
import type { Answer } from "../src/http/answer.ts";
import type { Http } from "../src/http/request.ts";
import { readNotification, subscribedMembers, subscribeMembers, unsubscribeMembers } from "../src/mailchimp/webhook.ts";
import { SECRET_HEADER } from "../src/services/copper.ts";

const OURS = "https://sync.exemple.fr/webhooks/copper";
const LIST = "/lists/abc";
const no = (status: number, body: unknown = undefined): Answer => ({ ok: false, status, body, text: "" });

/** A service that answers so, and what it was asked. */
function service(answer: (method: string, path: string) => unknown): { http: Http; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const http = {
    async send(method: string, path: string, body?: unknown): Promise<Answer> {
      asked.push([method, path, ...(body === undefined ? [] : [body])]);
      const found = answer(method, path);
      return typeof found === "object" && found !== null && "ok" in found
        ? (found as Answer)
        : { ok: true, body: found };
    },
  };
  return { http: http as unknown as Http, asked };
}

describe("Copper", () => {
  test("each kind of event of people is subscribed to, with our secret", async () => {
    const { http, asked } = service(() => ({ id: 1 }));
    await subscribePeople(http, OURS, "s");
    expect(asked).toEqual(
      ["new", "update", "delete"].map((event) => [
        "POST",
        "/webhooks",
        { target: OURS, type: "person", event, headers: { [SECRET_HEADER]: "s" } },
      ]),
    );
  });
  test.each([
    ["our address and secret", { target: OURS, headers: { "X-Sync-Secret": "s" } }, true],
    ["our address, the secret not shown", { target: OURS }, true],
    ["our address, no headers", { target: OURS, headers: null }, true],
    ["our address, only other headers", { target: OURS, headers: { accept: "x" } }, true],
    ["another connection's secret", { target: OURS, headers: { [SECRET_HEADER]: "other" } }, false],
    ["another address", { target: `${OURS}/2`, headers: { [SECRET_HEADER]: "s" } }, false],
    ["no address", { headers: { [SECRET_HEADER]: "s" } }, false],
  ])("%s", async (_, row, ours) => {
    const { http } = service(() => ["odd", { id: 7, ...row }]);
    expect(await subscribedPeople(http, OURS, "s")).toEqual(ours ? ["7"] : []);
  });
});

describe("Mailchimp", () => {
  test("what happens to members by other hands than ours is subscribed to", async () => {
    const { http, asked } = service(() => ({ id: "h1" }));
    await subscribeMembers(http, LIST, OURS);
    expect(asked).toMatchObject([
      ["POST", `${LIST}/webhooks`, { url: OURS, sources: { user: true, admin: true, api: false } }],
    ]);
    const { events } = asked[0]![2] as { events: Record<string, boolean> };
    for (const event of ["subscribe", "unsubscribe", "profile", "upemail", "cleaned"])
      expect(events[event], event).toBe(true);
    expect(events.campaign).toBe(false);
  });
  test("those with our address are ours, nobody else's", async () => {
    const { http } = service(() => ({ webhooks: ["odd", { id: "a", url: OURS }, { id: "b", url: `${OURS}2` }] }));
    expect(await subscribedMembers(http, LIST, OURS)).toEqual(["a"]);
  });
  const fired = (some: Record<string, string>) =>
    new URLSearchParams({ type: "profile", "data[list_id]": "abc", ...some });
  test.each([
    [
      { "data[email]": "a@b.fr", fired_at: "2026-11-24 10:00:00" },
      { emails: ["a@b.fr"], at: 1_795_514_400 },
    ],
    [{ "data[email]": "a@b.fr" }, { emails: ["a@b.fr"], at: 0 }],
    [
      { "data[email]": "a@b.fr", fired_at: "soon" },
      { emails: ["a@b.fr"], at: 0 },
    ],
    [
      { type: "upemail", "data[old_email]": "a@b.fr", "data[new_email]": "c@d.fr", fired_at: "2026-11-24 10:00:00" },
      { emails: ["a@b.fr", "c@d.fr"], at: 1_795_514_400 },
    ],
    [{}, undefined],
    [{ type: "other", "data[email]": "a@b.fr" }, undefined],
    [{ "data[list_id]": "xyz", "data[email]": "a@b.fr" }, undefined],
  ])("of %j it is read whom it tells of, and when", (some, read) => {
    expect(readNotification(String(fired(some)), "abc")).toEqual(read);
  });
});

describe.each([
  [
    "Copper",
    (http: Http) => subscribePeople(http, OURS, "s"),
    (http: Http) => subscribedPeople(http, OURS, "s"),
    (http: Http) => unsubscribePeople(http, ["1", "2"]),
    ["/webhooks/1", "/webhooks/2"],
  ],
  [
    "Mailchimp",
    (http: Http) => subscribeMembers(http, LIST, OURS),
    (http: Http) => subscribedMembers(http, LIST, OURS),
    (http: Http) => unsubscribeMembers(http, LIST, ["1", "2"]),
    [`${LIST}/webhooks/1`, `${LIST}/webhooks/2`],
  ],
] as const)("%s", (_, subscribe, list, end, paths) => {
  test.each([
    ["refused", no(403, { message: "not allowed", detail: "not allowed" }), "not allowed"],
    ["not of the form that was due", "<html>", "webhooks"],
  ])("an answer that is %s is told, whatever was asked", async (_, answer, words) => {
    const { http } = service(() => answer);
    await expect(subscribe(http)).rejects.toThrow(words);
    await expect(list(http)).rejects.toThrow(words);
  });
  test("each subscription is ended; one that is gone is ended already; one that stays is told", async () => {
    for (const gone of [{}, no(404)]) {
      const { http, asked } = service(() => gone);
      await end(http);
      expect(asked).toEqual(paths.map((path) => ["DELETE", path]));
    }
    await expect(end(service(() => no(500, { message: "broken", detail: "broken" })).http)).rejects.toThrow("broken");
  });
});
