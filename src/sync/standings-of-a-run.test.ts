/** R1, G4: where every contact stands before the writes of a run and at its end, and what is stored of it. */
import { describe, expect, test } from "vitest";
import {
  alone,
  BEFORE,
  FAILED,
  failed,
  link,
  now,
  pair,
  SINCE,
  type Stored,
  tracking,
  trouble,
} from "../../test/tracking.ts";
import { ana, there } from "../../test/undoing.ts";
import { type Member, notTaken, type Rejection } from "../domain/contact.ts";
import type { Plan } from "../plan/plan.ts";
import type { KeptStanding, Standing } from "../plan/standings.ts";
import type { Trouble } from "../ports/store.ts";
import { tagRefusal } from "../reconcile/tags.ts";

describe("before the first write", () => {
  const atFirst = (some: Stored) => tracking(some).tracker.before();
  test("what differs from before is stored, with the time since when, and who stands nowhere any more goes", async () => {
    const kept = [
      pair("next-run"),
      { personId: 2, reason: "marked", since: BEFORE },
      { personId: 3, reason: "ignored", since: BEFORE },
    ] as KeptStanding[];
    const planned: Standing[] = [
      { ...pair("next-run") },
      { personId: 2, reason: "ignored" },
      { personId: 4, reason: "no-email", counted: "noEmail" },
    ];
    const { tracker, standings } = tracking({ kept, planned });
    expect(await tracker.before()).toStrictEqual({
      standings: [
        { personId: 2, reason: "ignored", since: SINCE },
        { personId: 4, reason: "no-email", counted: "noEmail", since: SINCE },
      ],
      standingsOver: ["p3"],
      facts: { "looked at": 5 },
    });
    expect([...standings.keys()].sort()).toEqual(["p1", "p2", "p4"]);
  });
  test("the same reason with something else to say stays since then", async () => {
    const planned: Standing[] = [pair("address-refused", { detail: { address: "new@b.fr" } })];
    const { standings } = await atFirst({
      kept: [pair("address-refused", { detail: { address: "old@b.fr" } })],
      planned,
    });
    expect(standings).toEqual([pair("address-refused", { detail: { address: "new@b.fr" } })]);
  });
  test("A10: who fails stays so until it is tried again, under the member of now", async () => {
    expect(
      (await atFirst({ kept: [pair("failed")], planned: [{ personId: 1, memberKey: "k", reason: "next-run" }] }))
        .standings,
    ).toEqual([]);
    const { standings } = await atFirst({
      kept: [pair("failed", FAILED as never)],
      planned: [{ personId: 1, memberKey: "new", reason: "next-run" }],
    });
    expect(standings).toEqual([pair("failed", { ...FAILED, memberKey: "new" } as never)]);
  });
  test("V13: the words about a value that was not taken stay while it waits for the next attempt", async () => {
    const kept = [pair("value-not-taken", { detail: { code: "NOT_TAKEN", words: "no", fields: ["a"] } })];
    const planned: Standing[] = [pair("value-not-taken", { detail: { fields: ["b"] } })];
    expect((await atFirst({ kept, planned })).standings).toEqual([
      pair("value-not-taken", { detail: { code: "NOT_TAKEN", words: "no", fields: ["b"] } }),
    ]);
    const other = [pair("value-kept-back", { detail: { words: "no", fields: ["a"] } })];
    expect(
      (await atFirst({ kept: other, planned: [pair("value-kept-back", { detail: { fields: ["b"] } })] })).standings,
    ).toEqual([pair("value-kept-back", { detail: { fields: ["b"] } })]);
    expect((await atFirst({ kept: other, planned })).standings).toEqual([
      pair("value-not-taken", { detail: { fields: ["b"] }, since: SINCE }),
    ]);
  });
  test("the words of the service are those of the last failure, or of the refusal of the address", async () => {
    const aside: Standing = { personId: 1, reason: "set-aside" };
    expect((await atFirst({ planned: [aside], troubles: [trouble(5)] })).standings).toMatchObject([
      { detail: { code: "LATER", words: "later" } },
    ]);
    const rejections = [{ address: "ana@exemple.fr", code: "FORGOTTEN_EMAIL", message: "gone" }] as Rejection[];
    expect((await atFirst({ planned: [{ personId: 1, reason: "forgotten" }], rejections })).standings).toMatchObject([
      { detail: { words: "gone" } },
    ]);
  });
  test("R1: those who need somebody are counted by reason, in order, and the first are named", async () => {
    const many = Array.from({ length: 25 }, (_, index) => ({ personId: 100 + index, reason: "marked" as const }));
    const planned: Standing[] = [
      ...many,
      { memberKey: "none", reason: "address-taken", detail: { address: "c@d.fr" } },
      { personId: 1, reason: "failed", detail: { code: "REFUSED" } },
      { memberKey: "k", reason: "failed" },
      { personId: 1, memberKey: "k", reason: "ignored" },
      { personId: 50, reason: "next-run" },
    ];
    const { tracker } = tracking({ planned });
    await tracker.before();
    expect(tracker.attention.map(({ reason, count, first }) => [reason, count, first.length])).toEqual([
      ["address-taken", 1, 1],
      ["failed", 2, 2],
      ["marked", 25, 20],
    ]);
    expect(tracker.attention[0]!.first).toEqual([{ contact: "c@d.fr", name: "", detail: { address: "c@d.fr" } }]);
    expect(tracker.attention[1]!.first).toEqual([
      { contact: "ana@exemple.fr", name: "Ana Lopez", detail: { code: "REFUSED" } },
      { contact: "ana@exemple.fr", name: "" },
    ]);
    expect(tracker.attention[2]!.first[0]).toEqual({ contact: "", name: "" });
  });
  test("the addresses of those who wait, fail or need a decision are known, those of nobody else", async () => {
    const others = [2, 3].map((id) => ({ ...ana, id, emails: [`p${id}@b.fr`, "wrong"] }));
    const moved: Member = { ...there, email: "Old@b.fr" };
    const around = { persons: [ana, ...others], members: [moved] };
    const planned: Standing[] = [
      { personId: 1, reason: "next-run" },
      { personId: 2, reason: "ignored" },
      { personId: 3, reason: "failed" },
    ];
    const { tracker } = tracking({ ...around, planned });
    await tracker.before();
    expect([...tracker.unsettled]).toEqual(["old@b.fr", "ana@exemple.fr", "p3@b.fr"]);
  });
});

describe("at the end of a run", () => {
  const plan = (...standings: Standing[]) => ({ standings }) as unknown as Plan;
  test("who was written is in step, who failed is known by this run's words, who was not reached waits", async () => {
    const second = { ...ana, id: 2, emails: ["b@b.fr"] };
    const third = { ...ana, id: 3, emails: ["c@b.fr"] };
    const { tracker } = tracking({ kept: [pair("next-run")], persons: [ana, second, third] });
    const making = { side: "copper", operation: "create-person", personId: undefined, member: { key: "m" } };
    tracker.answered([failed({ personId: 2, operation: "create-member", member: undefined }), failed(making)], now());
    const end = await tracker.after(
      plan(
        pair("next-run"),
        { personId: 2, reason: "next-run" },
        { personId: 3, reason: "next-run" },
        { personId: 9, reason: "next-run" },
        { memberKey: "m", reason: "next-run" },
        { memberKey: "n", reason: "next-run" },
        { personId: 8, reason: "ignored" },
      ),
      now({ persons: [ana, second, third] }),
      [],
    );
    expect(end).toEqual({
      standings: [
        { personId: 2, ...FAILED, since: SINCE },
        { personId: 3, reason: "next-run", since: SINCE },
        { personId: 9, reason: "next-run", since: SINCE },
        { memberKey: "m", ...FAILED, since: SINCE },
        { memberKey: "n", reason: "next-run", since: SINCE },
        { personId: 8, reason: "ignored", since: SINCE },
      ],
      standingsOver: ["p1"],
      facts: { "looked at": 5 },
    });
  });
  test("A3: what failed in this run counts, and in earlier ones where it did not", async () => {
    const aside = plan({ personId: 1, reason: "set-aside" });
    const words = async (troubles: readonly Trouble[], stored: readonly Trouble[]) =>
      (await tracking({ troubles: stored }).tracker.after(aside, now(), troubles)).standings;
    expect([...(await words([], [trouble(5)]))]).toMatchObject([{ detail: { words: "later" } }]);
    const fresh = { ...trouble(6), last: { ...trouble(6).last, message: "fresh" } };
    expect([...(await words([fresh], [trouble(5)]))]).toMatchObject([{ detail: { words: "fresh" } }]);
  });
  test("C5: an address that was refused in this run", async () => {
    const newly = [{ address: "ana@exemple.fr", code: "FORGOTTEN_EMAIL", message: "fresh" }] as Rejection[];
    const { tracker } = tracking({ ...alone, rejections: [] });
    const rejected = [["ana@exemple.fr", "FORGOTTEN_EMAIL"]] as const;
    const end = await tracker.after(plan({ personId: 1, reason: "next-run" }), now({ ...alone, rejected, newly }), []);
    expect([...end.standings]).toEqual([
      { personId: 1, reason: "forgotten", counted: "forgotten", detail: { words: "fresh" }, since: SINCE },
    ]);
  });
  test("V13: a value that was not taken, with the words of the service", async () => {
    const { tracker } = tracking({ kept: [pair("next-run")] });
    tracker.answered([failed()], now({ members: [] }));
    const refused = { [tagRefusal("vip")]: notTaken("copper", "vip", undefined, 5) };
    const around = now({ members: [{ ...there, tags: [] }], links: [{ ...link, tagsPut: [], refused }] });
    const end = await tracker.after(plan(pair("next-run")), around, []);
    expect([...end.standings]).toMatchObject([
      { reason: "value-not-taken", detail: { code: "REFUSED", words: "no", fields: ["tags"] } },
    ]);
  });
});

describe("G4: where the guard refused the plan", () => {
  const refused = (some: Stored) => tracking({ guard: { yesHelps: true }, ...some }).tracker.refused();
  test("who was to be written waits for the operator, each record by itself where no link holds them together", async () => {
    const because = { reason: "guard-refused", since: SINCE };
    const planned: Standing[] = [
      pair("next-run"),
      { personId: 2, memberKey: "m", reason: "next-run" },
      { memberKey: "k", reason: "next-run" },
      { memberKey: "free", reason: "next-run" },
      { personId: 3, reason: "next-run" },
      { personId: 4, reason: "marked" },
    ];
    expect(await refused({ planned })).toEqual({
      standings: [
        { ...because, personId: 1, memberKey: "k" },
        { ...because, personId: 2 },
        { ...because, memberKey: "m" },
        { ...because, personId: 1, memberKey: "k" },
        { ...because, memberKey: "free" },
        { ...because, personId: 3 },
      ],
      standingsOver: ["mk", "mk"],
    });
  });
  test.each([{ guard: { yesHelps: false } }, { guard: null as never }])("nothing is stored where %j", async (some) => {
    expect(await refused({ ...some, planned: [pair("next-run")] })).toEqual({});
  });
});
