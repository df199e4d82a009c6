/** Campaigns and what members did with them ("Campaign reports" in docs/apis/mailchimp.md). */
import { describe, expect, test } from "vitest";
import { type Asked, fakeHttp, ok, refused } from "../../test/fake-http.ts";
import type { EngagementKind } from "../domain/engagement.ts";
import type { Answer } from "../http/answer.ts";
import type { Engaged } from "../ports/engagement.ts";
import { campaignsOf } from "./reports.ts";

const SINCE = 1_767_225_600;
const query = ({ path }: Asked) => Object.fromEntries(new URLSearchParams(path.split("?")[1]));
const of = (answer: (asked: Asked, before: number) => Answer, stopped = false) => {
  const { http, asked } = fakeHttp(answer, { stopped: () => stopped });
  return { campaigns: campaignsOf(http, "l"), asked };
};

describe("campaigns", () => {
  const report = (id: string, some: object = {}) => ({ id, list_id: "l", subject_line: `S${id}`, ...some });
  const sent = (...reports: unknown[]) => of(() => ok({ reports })).campaigns.sent(SINCE);
  test("those of the audience, from a time on", async () => {
    const { campaigns, asked } = of(() => ok({ reports: [report("a"), report("b", { list_id: "m" }), { id: "c" }] }));
    const { campaigns: found, ...rest } = await campaigns.sent(SINCE);
    expect(found.map(({ id }) => id)).toEqual(["a"]);
    expect(rest).toEqual({});
    expect(asked[0]).toMatchObject({ method: "GET", path: expect.stringMatching(/^\/reports\?/) });
    expect(query(asked[0]!)).toMatchObject({ since_send_time: "2026-01-01T00:00:00.000Z", count: "1000", offset: "0" });
  });
  test.each([
    [{ subject_line: "S", campaign_title: "T" }, "S"],
    [{ subject_line: "", campaign_title: "T" }, "T"],
    [{ subject_line: null, campaign_title: null }, "a"],
  ])("named by its subject, or else its title or id: %j", async (some, subject) => {
    expect((await sent(report("a", some))).campaigns).toMatchObject([{ subject }]);
  });
  test("A9: a report in another form is left out, and the others are read", async () => {
    const { campaigns } = await sent(report("a", { opens: { opens_total: "many" } }), "odd", report("b"));
    expect(campaigns.map(({ id }) => id)).toEqual(["b"]);
  });
  test("each figure counts; one that is not shown counts as none", async () => {
    const figures = async (some: object) => (await sent(report("a", some))).campaigns[0]!.figures;
    const zeros = { opens: { opens_total: 0 }, clicks: { clicks_total: 0 }, unsubscribed: 0 };
    const bounces = { hard_bounces: 0, soft_bounces: 0, syntax_errors: 0 };
    expect(await figures({ ...zeros, bounces })).toBe("0 0 0 0 0 0");
    expect(await figures({ ...zeros, opens: {}, bounces: null })).toBe("0 0 0 0 0 0");
    const all = [
      await figures({ ...zeros, bounces }),
      await figures({ ...zeros, bounces, opens: { opens_total: 1 } }),
      await figures({ ...zeros, bounces, clicks: { clicks_total: 1 } }),
      await figures({ ...zeros, bounces: { ...bounces, hard_bounces: 1 } }),
      await figures({ ...zeros, bounces: { ...bounces, soft_bounces: 1 } }),
      await figures({ ...zeros, bounces: { ...bounces, syntax_errors: 1 } }),
      await figures({ ...zeros, bounces, unsubscribed: 1 }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  const full = Array.from({ length: 1_000 }, (_, index) => report(String(index)));
  test("page by page, until one is not full", async () => {
    const { campaigns, asked } = of((_, before) => ok({ reports: before === 0 ? full : [report("last")] }));
    expect((await campaigns.sent(SINCE)).campaigns).toHaveLength(1_001);
    expect(asked.map((one) => query(one).offset)).toEqual(["0", "1000"]);
  });
  test("no further page is read when the program ends", async () => {
    const { campaigns, asked } = of(() => ok({ reports: full }), true);
    await campaigns.sent(SINCE);
    expect(asked).toHaveLength(1);
  });
  test("the first pages count where a later one fails, and the failure is told", async () => {
    const { campaigns } = of((_, before) => (before === 0 ? ok({ reports: full }) : refused(500, { detail: "down" })));
    const found = await campaigns.sent(SINCE);
    expect(found.campaigns).toHaveLength(1_000);
    expect(found.wrong).toBe("/reports: 500 down");
    const odd = of((_, before) => {
      if (before > 0) throw "torn";
      return ok({ reports: full });
    });
    expect((await odd.campaigns.sent(SINCE)).wrong).toBe("torn");
  });
  test.each([
    [refused(403, { detail: "no" }), "credentials"],
    [refused(500, { detail: "down" }), "unreadable"],
    [ok({ odd: true }), "unreadable"],
  ])("where nothing can be read, that is an error: %j", async (answer, code) => {
    await expect(of(() => answer).campaigns.sent(SINCE)).rejects.toMatchObject({ service: "mailchimp", code });
  });
});

describe("what members did", () => {
  const at = "2026-01-01T00:00:01+00:00";
  const activity = (...actions: string[]) => actions.map((action) => ({ action, timestamp: at }));
  const done = (email: string, kind: EngagementKind, when = SINCE + 1): Engaged => ({ email, kind, at: when });
  async function engaged(kinds: readonly EngagementKind[], answer: (asked: Asked, before: number) => Answer) {
    const { campaigns, asked } = of(answer);
    const found: Engaged[] = [];
    for await (const some of campaigns.engaged("c/1", kinds, SINCE)) found.push(...some);
    return { found, asked, paths: asked.map(({ path }) => path.split("?")[0]) };
  }
  const emails = [
    { email_address: "a@b.fr", activity: activity("open", "click", "sent") },
    { email_address: "c@d.fr", activity: null },
    { email_address: "e@f.fr", activity: [...activity("bounce"), { action: 7 }, "odd"] },
    { odd: true },
  ];
  test("opens, clicks and bounces, as far as they are asked for", async () => {
    const { found, paths, asked } = await engaged(["open", "bounce"], () => ok({ emails }));
    expect(found).toEqual([done("a@b.fr", "open"), done("e@f.fr", "bounce")]);
    expect(paths).toEqual(["/reports/c%2F1/email-activity"]);
    expect(query(asked[0]!)).toMatchObject({ since: "2026-01-01T00:00:00.000Z", count: "1000" });
    expect((await engaged(["click"], () => ok({ emails }))).found).toEqual([done("a@b.fr", "click")]);
  });
  test("departures have a report of their own, and only that is read for them", async () => {
    const unsubscribes = [{ email_address: "a@b.fr", timestamp: at }, { email_address: "c@d.fr" }];
    const { found, paths } = await engaged(["leave"], () => ok({ unsubscribes }));
    expect(found).toEqual([done("a@b.fr", "leave")]);
    expect(paths).toEqual(["/reports/c%2F1/unsubscribed"]);
    const both = await engaged(["open", "leave"], () => ok({ emails, unsubscribes }));
    expect(both.found).toEqual([done("a@b.fr", "open"), done("a@b.fr", "leave")]);
  });
  test("a moment that is none counts as long ago", async () => {
    const odd = [{ email_address: "a@b.fr", activity: [{ action: "open", timestamp: "soon" }] }];
    expect((await engaged(["open"], () => ok({ emails: odd }))).found).toEqual([done("a@b.fr", "open", 0)]);
  });
  test("page by page", async () => {
    const many = Array.from({ length: 1_000 }, () => emails[0]);
    const { found, asked } = await engaged(["open"], (_, before) => ok({ emails: before === 0 ? many : emails }));
    expect([found.length, asked.length]).toEqual([1_001, 2]);
  });
  test("a page that cannot be read is an error", async () => {
    await expect(engaged(["open"], () => refused(500))).rejects.toMatchObject({ code: "unreadable" });
    await expect(engaged(["leave"], () => ok({ emails }))).rejects.toMatchObject({ code: "unreadable" });
  });
});
