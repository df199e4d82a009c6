/** Tests the reason that a failure gives to a contact, and whether the next run must look again (A3, C5). */
import { describe, expect, test } from "vitest";
import type { FailureCode } from "../plan/outcomes.ts";
import type { StandingReason } from "../plan/standings.ts";
import type { Trouble } from "../ports/store.ts";
import { failing, isClear, isRejection, staysAs, who, worded } from "./failure-reasons.ts";

const last = { side: "mailchimp", contact: "a@x.fr", operation: "update-member", retry: true } as const;
const trouble = (contact: string, runs: number): Trouble => ({
  contact,
  runs,
  last: { ...last, code: "REFUSED", message: "no" },
});

test.each([
  ["a first failure", [], "failed"],
  ["a fourth one", [trouble("a@x.fr", 4)], "failed"],
  ["a fifth one", [trouble("a@x.fr", 5)], "set-aside"],
  ["a first one under one of two addresses", [trouble("c@x.fr", 1), trouble("b@x.fr", 6)], "set-aside"],
  ["that of somebody else", [trouble("other@x.fr", 9)], "failed"],
])("A3: a contact is set aside after five runs: %s", (_, troubles, reason) => {
  expect(failing({ code: "REFUSED", message: "no" }, troubles, ["a@x.fr", "b@x.fr"])).toEqual({
    reason,
    detail: { code: "REFUSED", words: "no" },
  });
});
test("a failure without words has none", () => {
  expect(failing({ code: "TEMPORARY", message: "" }, [], [])).toEqual({
    reason: "failed",
    detail: { code: "TEMPORARY" },
  });
});

test.each([
  ["failed", "outside-only", true],
  ["forgotten", "outside-only", true],
  ["odd-record", "outside-only", true],
  ["next-run", "outside-only", false],
  ["in-step", "outside-only", false],
  ["marked", "outside-only", false],
  ["failed", "next-run", true],
  ["set-aside", "next-run", true],
  ["value-not-taken", "next-run", true],
  ["forgotten", "next-run", false],
  ["failed", "in-step", false],
  ["set-aside", "no-email", false],
] as const)("who was %s and is now %s keeps the reason: %s", (before, now, stays) => {
  expect(staysAs({ reason: before, since: "2026-01-01T00:00:00Z" }, { reason: now })).toBe(stays);
});

test("a contact is named by what it has", () => {
  expect(who(1, "k")).toStrictEqual({ personId: 1, memberKey: "k" });
  expect(who(1, undefined)).toStrictEqual({ personId: 1 });
  expect(who(undefined, "k")).toStrictEqual({ memberKey: "k" });
  expect(who(undefined, undefined)).toStrictEqual({});
});

describe("the service's own words", () => {
  const words = {
    troubles: new Map([["b@x.fr", { ...last, code: "REFUSED" as const, message: "too odd" }]]),
    rejections: new Map([["b@x.fr", "deleted for good"]]),
  };
  const said = (reason: StandingReason, addresses: string[] = ["a@x.fr", "b@x.fr"]) =>
    worded({ reason }, words, () => addresses).detail;
  test("A3: are those of the last failure for whom is set aside", () => {
    expect(said("set-aside")).toEqual({ code: "REFUSED", words: "too odd" });
    expect(said("set-aside", ["a@x.fr"])).toBeUndefined();
  });
  test.each(["forgotten", "must-resubscribe", "fake-address"] as const)(
    "C5: are those of the refusal for %s",
    (reason) => {
      expect(said(reason)).toEqual({ words: "deleted for good" });
      expect(said(reason, ["a@x.fr"])).toBeUndefined();
    },
  );
  test("are not looked for where the standing has its own, or none are kept", () => {
    const own = { reason: "set-aside", detail: { words: "own" } } as const;
    expect(worded(own, words, () => ["b@x.fr"])).toEqual(own);
    expect(said("failed")).toBeUndefined();
    expect(worded({ reason: "in-step" }, words, () => ["b@x.fr"])).toEqual({ reason: "in-step" });
  });
  test("are the first that are kept, and empty ones are none", () => {
    const two = { ...words, rejections: new Map([["a@x.fr", "first"], ...words.rejections]) };
    expect(worded({ reason: "forgotten" }, two, () => ["a@x.fr", "b@x.fr"]).detail).toEqual({ words: "first" });
    const empty = { ...words, rejections: new Map([["a@x.fr", ""]]) };
    expect(worded({ reason: "forgotten" }, empty, () => ["a@x.fr"])).toStrictEqual({ reason: "forgotten" });
  });
});

test.each([
  ["FORGOTTEN_EMAIL", true, true],
  ["COMPLIANCE_STATE", true, true],
  ["INVALID_ADDRESS", true, true],
  ["FIELD_REFUSED", false, true],
  ["NOT_TAKEN", false, true],
  ["MOVE_REFUSED", false, true],
  ["LATER", false, true],
  ["ACCOUNT_LIMIT", false, true],
  ["TEMPORARY", false, false],
  ["UNKNOWN_ANSWER", false, false],
  ["NOT_FOUND", false, false],
  ["MEMBER_EXISTS", false, false],
] as const satisfies readonly (readonly [FailureCode, boolean, boolean])[])(
  "C5: %s refuses the address: %s; leaves no doubt about what the service holds: %s",
  (code, address, clear) => {
    expect([isRejection(code), isClear(code)]).toEqual([address, clear]);
  },
);
