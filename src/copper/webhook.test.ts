/** What Copper's notifications look like ("Webhooks" in docs/apis/copper.md). */
import { describe, expect, test } from "vitest";
import { readNotification } from "./webhook.ts";

describe("case 53: Copper's notification in every form", () => {
  const at = 1_753_999_200;
  const body = (ids: unknown, timestamp: unknown) =>
    JSON.stringify({ ids, type: "person", event: "update", timestamp });
  for (const ids of [["5"], [5], 5, "5"])
    for (const stamp of [at, String(at), at * 1000, new Date(at * 1000).toISOString()])
      test(`ids ${JSON.stringify(ids)}, timestamp ${JSON.stringify(stamp)}`, () => {
        expect(readNotification(body(ids, stamp))).toEqual({ ids: [5], deleted: false, at });
      });
  test("nonsense is still none", () => {
    for (const ids of [[], ["x"], [-1], [1.5], null]) expect(readNotification(body(ids, at))).toBeUndefined();
    expect(readNotification(body([5], null))).toMatchObject({ at: 0 });
  });
});
