/** Tests where contacts stand: each reason in one state, counted on its sides, and brought up to date (R1). */
import { describe, expect, test } from "vitest";
import { runSteps } from "./collections.ts";
import {
  contactsIn,
  type KeptStanding,
  REASONS,
  type ReasonCount,
  reasonsOf,
  STATES,
  sidesOf,
  standingKey,
  stateOf,
  totalsOf,
  updating,
} from "./standings.ts";

test("each reason belongs to one state, and each state has reasons", () => {
  expect(STATES.flatMap(reasonsOf)).toHaveLength(REASONS.length);
  for (const state of STATES) {
    expect(reasonsOf(state).length).toBeGreaterThan(0);
    for (const reason of reasonsOf(state)) expect(stateOf(reason)).toBe(state);
  }
  expect(stateOf("next-run")).toBe("waiting");
  expect(reasonsOf("to-decide")).toEqual(["marked", "address-taken"]);
});
const unstored = { side: "mailchimp", name: "7" } as const;
test.each([
  ["a pair", { personId: 1, memberKey: "k" }, "p1", "both"],
  ["a person", { personId: 1 }, "p1", "copper"],
  ["a member", { memberKey: "k" }, "mk", "mailchimp"],
  ["a record that cannot be read", { unstored }, "?mailchimp 7", "mailchimp"],
  ["one with a key", { memberKey: "k", unstored }, "mk", "mailchimp"],
  ["one of an earlier version", {}, "? ", "copper"],
] as const)("%s has a key, and is of its sides", (_, who, key, sides) => {
  expect([standingKey(who), sidesOf(who)]).toEqual([key, sides]);
});

describe("how many", () => {
  const counts: readonly ReasonCount[] = [
    { reason: "in-step", copper: 10, mailchimp: 11, contacts: 12 },
    { reason: "unsubscribed", copper: 1, mailchimp: 2, contacts: 3 },
    { reason: "failed", copper: 4, mailchimp: 5, contacts: 6 },
    { reason: "marked", copper: 7, mailchimp: 0, contacts: 7 },
    { reason: "next-run", copper: 1, mailchimp: 0, contacts: 1 },
    { reason: "no-email", copper: 2, mailchimp: 0, contacts: 2 },
  ];
  test("contacts are in a state", () => {
    expect(STATES.map((state) => contactsIn(state, counts))).toEqual([15, 1, 2, 6, 7]);
    expect(contactsIn("failing", [])).toBe(0);
  });
  test("records of each side, and contacts, are in each state", () => {
    expect(totalsOf(counts)).toEqual({
      copper: { total: 25, inStep: 11, waiting: 1, leftOut: 2, failing: 4, toDecide: 7 },
      mailchimp: { total: 18, inStep: 13, waiting: 0, leftOut: 0, failing: 5, toDecide: 0 },
      contacts: { total: 31, inStep: 15, waiting: 1, leftOut: 2, failing: 6, toDecide: 7 },
    });
  });
});

describe("what is kept is brought up to date", () => {
  const kept = (personId: number, reason: KeptStanding["reason"] = "failed"): KeptStanding => ({
    personId,
    reason,
    since: "2026-01-01T00:00:00Z",
  });
  const all = (...some: KeptStanding[]) => new Map(some.map((one) => [standingKey(one), one]));
  test("those that still apply stay, others go, changed ones are set", () => {
    const standings = all(kept(1), kept(2), kept(3));
    const changed = [kept(3, "next-run"), kept(4)];
    expect(runSteps(updating(standings, new Set(["p1", "p3", "p9"]), changed))).toEqual(["p2"]);
    expect(standings).toEqual(all(kept(1), ...changed));
  });
  test("one at a time, so that others get their turn", () => {
    expect([...updating(all(kept(1), kept(2)), new Set(["p1"]), [kept(4)])]).toHaveLength(3);
  });
});
