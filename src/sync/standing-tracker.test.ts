/** R1, G4: where a contact stands after each answer of a run. */
import { describe, expect, test } from "vitest";
import { alone, BEFORE, FAILED, failed, now, pair, SINCE, tracking, trouble, well } from "../../test/tracking.ts";
import { ana, there } from "../../test/undoing.ts";
import type { KeptStanding } from "../plan/standings.ts";

describe("after an answer", () => {
  test.each(["next-run", "failed", "set-aside", "value-not-taken"] as const)(
    "%s: a pair that was written is in step",
    (reason) => {
      const { tracker, standings } = tracking({ kept: [pair(reason)] });
      expect(tracker.answered([well()], now())).toEqual({ standings: [], standingsOver: ["p1"] });
      expect(standings.size).toBe(0);
    },
  );
  test("a contact that stood otherwise, or nowhere, stays as it is", () => {
    const { tracker, standings } = tracking({ kept: [pair("ignored")] });
    expect(tracker.answered([well(), well({ personId: 2, member: { key: "m" } })], now())).toEqual({
      standings: [],
      standingsOver: [],
    });
    expect(standings.size).toBe(1);
  });
  test("a tag on a person, and a person created without being shown, are as any other write", () => {
    const { tracker } = tracking({ kept: [pair("next-run")] });
    const tagging = well({ side: "copper", operation: "tag-person", member: undefined }, { person: ana });
    expect(tracker.answered([tagging], now()).standingsOver).toEqual(["p1"]);
    const { tracker: other } = tracking({ kept: [{ memberKey: "k", reason: "next-run", since: BEFORE }] });
    const making = well({ side: "copper", operation: "create-person", personId: undefined });
    expect(other.answered([making], now(alone))).toEqual({ standings: [], standingsOver: [] });
  });
  test("what is left to be written waits as before", () => {
    const { tracker } = tracking({ kept: [pair("next-run")] });
    expect(tracker.answered([well()], now({ members: [{ ...there, tags: [] }] }))).toEqual({
      standings: [],
      standingsOver: [],
    });
  });
  test("a failure shows with the words of the service, since now, then since then", () => {
    const { tracker } = tracking({ kept: [pair("next-run")] });
    const around = now({ members: [{ ...there, tags: [] }] });
    expect(tracker.answered([failed()], around)).toEqual({
      standings: [pair("failed", { ...FAILED, since: SINCE } as never)],
      standingsOver: [],
    });
    const again = tracking({ kept: [pair("failed")] }).tracker;
    expect(again.answered([failed()], around).standings).toEqual([pair("failed", FAILED as never)]);
  });
  test("A3: after five runs it is set aside", () => {
    const { tracker } = tracking({ kept: [pair("next-run")], troubles: [trouble(5)] });
    expect(tracker.answered([failed()], now({ members: [{ ...there, tags: [] }] })).standings).toMatchObject([
      { reason: "set-aside" },
    ]);
  });
  test("a failure that a later write made good is forgotten", () => {
    const { tracker } = tracking({ kept: [pair("next-run")] });
    expect(tracker.answered([failed()], now())).toEqual({ standings: [], standingsOver: ["p1"] });
  });
  test("a member whom nobody was linked to, by the member's key", () => {
    const kept: KeptStanding = { memberKey: "k", reason: "next-run", since: BEFORE };
    const made = { side: "copper", operation: "create-person", personId: undefined };
    const first = tracking({ kept: [kept] });
    expect(first.tracker.answered([well(made, { person: ana })], now())).toEqual({
      standings: [],
      standingsOver: ["mk"],
    });
    const second = tracking({ kept: [kept] });
    const wanting = now({ members: [{ ...there, tags: [] }] });
    expect(second.tracker.answered([well(made, { person: ana })], wanting)).toEqual({
      standings: [pair("next-run", { since: BEFORE })].map((one) => ({ ...one, since: SINCE })),
      standingsOver: ["mk"],
    });
    expect([...second.standings.keys()]).toEqual(["p1"]);
    const third = tracking({ kept: [kept] });
    expect(third.tracker.answered([failed(made)], now(alone)).standings).toEqual([
      { memberKey: "k", ...FAILED, since: SINCE },
    ]);
  });
  test("C5: a person whose address is refused", () => {
    const { tracker } = tracking({ kept: [{ personId: 1, reason: "next-run", since: BEFORE }] });
    const rejected = [["ana@exemple.fr", "FORGOTTEN_EMAIL"]] as const;
    const creating = failed({ operation: "create-member", member: undefined });
    expect(tracker.answered([creating], now({ ...alone, rejected })).standings).toEqual([
      { personId: 1, reason: "forgotten", counted: "forgotten", since: SINCE },
    ]);
    const other = tracking({ kept: [{ personId: 1, reason: "next-run", since: BEFORE }] }).tracker;
    expect(other.answered([creating], now(alone)).standings).toEqual([{ personId: 1, ...FAILED, since: SINCE }]);
  });
  test.each(["person-gone", "outside-filter"] as const)("%s: archived, or not", (reason) => {
    const gone = { persons: [], links: [] };
    const first = tracking({ kept: [pair("next-run")] }).tracker;
    const archived = now({ ...gone, members: [{ ...there, status: "archived" }] });
    expect(first.answered([well({ reason })], archived).standings).toEqual([pair(reason, { since: SINCE })]);
    const second = tracking({ kept: [pair("next-run")] }).tracker;
    expect(second.answered([failed({ reason })], now(gone)).standings).toMatchObject([FAILED]);
    const third = tracking({ kept: [pair("next-run")] }).tracker;
    expect(third.answered([well({ reason })], now(gone))).toEqual({ standings: [], standingsOver: [] });
  });
});

describe("G4: after a reading without any record of a side", () => {
  const empty = { emptied: true } as const;
  test("a pair that an undo writes waits, if it stands nowhere", () => {
    expect(tracking(empty).tracker.answered([well()], now())).toEqual({
      standings: [pair("next-run", { since: SINCE })],
      standingsOver: [],
    });
    for (const kept of [pair("ignored"), { memberKey: "k", reason: "ignored", since: BEFORE } as const])
      expect(tracking({ ...empty, kept: [kept] }).tracker.answered([well()], now()).standings).toEqual([]);
    expect(tracking(empty).tracker.answered([well({ personId: undefined })], now()).standings).toEqual([]);
    expect(tracking(empty).tracker.answered([well()], now(alone)).standings).toEqual([]);
    expect(tracking(empty).tracker.answered([well()], now({ members: [] })).standings).toEqual([]);
  });
  test("nothing else of it is stored", async () => {
    const { tracker, standings } = tracking({
      ...empty,
      kept: [pair("failed")],
      planned: [{ personId: 1, reason: "marked" }],
    });
    expect(await tracker.before()).toEqual({ standings: [], standingsOver: [], facts: {} });
    expect([standings.size, tracker.attention]).toEqual([1, []]);
  });
});
