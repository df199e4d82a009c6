/** How webhooks of Mailchimp are made, found and deleted, and what they send ("Webhooks" in docs/apis/mailchimp.md). */
import { describe, expect, test } from "vitest";
import { fakeHttp, ok, refused } from "../../test/fake-http.ts";
import type { Answer } from "../http/answer.ts";
import { readNotification, subscribedMembers, subscribeMembers, unsubscribeMembers } from "./webhook.ts";

const URL = "https://a.fr/hook/s3cret";
const LIST = "/lists/l";
const refusal = refused(400, { id: 1, webhooks: [], detail: "cannot be reached" });

test("one webhook for all that people do with their membership, but not for what the program itself writes", async () => {
  for (const id of ["w1", 7]) {
    const { http, asked } = fakeHttp(() => ok({ id }));
    await subscribeMembers(http, LIST, URL);
    expect(asked).toMatchObject([{ method: "POST", path: "/lists/l/webhooks", body: { url: URL } }]);
    expect(asked[0]!.body).toMatchObject({
      events: { subscribe: true, unsubscribe: true, profile: true, upemail: true, cleaned: true, campaign: false },
      sources: { user: true, admin: true, api: false },
    });
  }
});
test("ours are told by their address, which has the secret", async () => {
  const webhooks = [
    { id: "w1", url: URL },
    { id: 7, url: URL },
    { id: "w2", url: `${URL}x` },
    { url: URL },
    "nonsense",
  ];
  const { http, asked } = fakeHttp(() => ok({ webhooks }));
  expect(await subscribedMembers(http, LIST, URL)).toEqual(["w1", "7"]);
  expect(asked).toMatchObject([{ method: "GET", path: "/lists/l/webhooks" }]);
});
test("a webhook that is gone already counts as deleted; any other refusal ends it", async () => {
  const { http, asked } = fakeHttp((_, before) => (before === 0 ? refused(404) : ok()));
  await unsubscribeMembers(http, LIST, ["w1", "w2"]);
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "DELETE /lists/l/webhooks/w1",
    "DELETE /lists/l/webhooks/w2",
  ]);
  const wrong = fakeHttp(() => refusal);
  const error = { service: "mailchimp", code: "unreadable", message: "webhooks: cannot be reached" };
  await expect(unsubscribeMembers(wrong.http, LIST, ["w1", "w2"])).rejects.toMatchObject(error);
  expect(wrong.asked).toHaveLength(1);
});
test.each<[answer: Answer, message: string]>([
  [refusal, "cannot be reached"],
  [ok({ odd: true }), "webhooks"],
])("an answer that does not tell is an error: %j", async (answer, message) => {
  const { http } = fakeHttp(() => answer);
  const error = { service: "mailchimp", code: "unreadable", message };
  await expect(subscribeMembers(http, LIST, URL)).rejects.toMatchObject(error);
  await expect(subscribedMembers(http, LIST, URL)).rejects.toMatchObject(error);
});

describe("notifications", () => {
  const form = (some: Record<string, string>) =>
    new URLSearchParams({ type: "profile", fired_at: "2026-01-02 03:04:05", "data[list_id]": "l", ...some }).toString();
  const at = Date.parse("2026-01-02T03:04:05Z") / 1000;
  test.each(["subscribe", "unsubscribe", "profile", "upemail", "cleaned", "campaign"])("%s", (type) => {
    expect(readNotification(form({ type, "data[email]": "a@b.fr" }), "l")).toEqual({ emails: ["a@b.fr"], at });
  });
  test("W4: of a changed address, both", () => {
    const both = { type: "upemail", "data[old_email]": "a@b.fr", "data[new_email]": "c@d.fr" };
    expect(readNotification(form(both), "l")).toEqual({ emails: ["a@b.fr", "c@d.fr"], at });
  });
  test.each([
    ["2026-01-02T03:04:05Z", at],
    ["", 0],
    ["yesterday", 0],
  ])("the time %j", (fired_at, is) => {
    expect(readNotification(form({ fired_at, "data[email]": "a@b.fr" }), "l")).toMatchObject({ at: is });
  });
  test("without a time", () => {
    const body = "type=profile&data[list_id]=l&data[email]=a@b.fr";
    expect(readNotification(body, "l")).toEqual({ emails: ["a@b.fr"], at: 0 });
  });
  test.each<[what: string, body: string]>([
    ["another audience", form({ "data[list_id]": "m", "data[email]": "a@b.fr" })],
    ["another event", form({ type: "invented", "data[email]": "a@b.fr" })],
    ["an event named as what every object has", form({ type: "toString", "data[email]": "a@b.fr" })],
    ["no event", "data[list_id]=l&data[email]=a@b.fr"],
    ["no address", form({})],
    ["nothing", ""],
  ])("%s is none", (_, body) => expect(readNotification(body, "l")).toBeUndefined());
});
