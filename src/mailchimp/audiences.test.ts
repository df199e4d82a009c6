/** The audiences that a key can reach, and what is told where it cannot ("Reaching it" in docs/apis/mailchimp.md). */
import { expect, test } from "vitest";
import { fakeHttp, ok, refused } from "../../test/fake-http.ts";
import { audiencesOf } from "./audiences.ts";

test("each with its name and its number of members, as far as they are shown", async () => {
  const lists = [
    { id: "a", name: "Clients", stats: { member_count: 5 } },
    { id: "b", stats: {} },
    { id: "c", stats: null },
  ];
  const { http, asked } = fakeHttp(() => ok({ lists }));
  expect(await audiencesOf(http)).toEqual([
    { id: "a", name: "Clients", members: 5 },
    { id: "b", name: "", members: 0 },
    { id: "c", name: "", members: 0 },
  ]);
  expect(asked).toMatchObject([{ method: "GET", path: expect.stringMatching(/^\/lists\?count=100&/) }]);
});
test.each([
  ["a refused key", refused(403, { title: "Forbidden" }), { code: "credentials", message: "403", status: 403 }],
  [
    "an account that ended",
    refused(403, { title: "User Disabled" }),
    { code: "deactivated", message: "403", status: 403 },
  ],
  ["an answer in another form", ok({ odd: true }), { code: "unreadable" }],
])("%s", async (_, answer, error) => {
  await expect(audiencesOf(fakeHttp(() => answer).http)).rejects.toMatchObject({ service: "mailchimp", ...error });
});
