/** Tests the standings of records that did not parse, of this reading and of earlier ones (A9, W10). */
import { describe, expect, test } from "vitest";
import { ana, there } from "../../test/undoing.ts";
import type { KeptStanding, Standing } from "../plan/standings.ts";
import type { OddRecord } from "../ports/sides.ts";
import { withOdd } from "./odd-record-standings.ts";
import type { Prepared } from "./prepare.ts";

interface Now {
  readonly copper?: readonly OddRecord[];
  readonly mailchimp?: readonly OddRecord[];
  readonly before?: readonly KeptStanding[];
  readonly whole?: { readonly copper: boolean; readonly mailchimp: boolean };
  readonly read?: object;
}
const since = "2026-01-01T00:00:00Z";
const odd = (key: OddRecord["key"], some: Partial<OddRecord> = {}): OddRecord => ({
  ...(key !== undefined && { key }),
  addresses: [],
  why: "odd-record",
  detail: "emails",
  ...some,
});
const kept = (side: "copper" | "mailchimp", name: string, some: object = {}): KeptStanding => ({
  reason: "odd-record",
  unstored: { side, name },
  since,
  ...some,
});
function all(standings: readonly (Standing | undefined)[], now: Now) {
  const prepared = {
    odd: { copper: now.copper ?? [], mailchimp: now.mailchimp ?? [] },
    state: { standings: new Map((now.before ?? []).map((one, index) => [String(index), one])) },
    seen: { whole: now.whole ?? { copper: false, mailchimp: false }, stateChanges: now.read ?? {} },
  } as unknown as Prepared;
  return [...withOdd(standings, prepared)];
}
const names = (found: readonly (Standing | undefined)[]) =>
  found.map((one) => `${one?.unstored?.side} ${one?.unstored?.name}`);

test("where no record is odd, all standings stay as they were decided, and those in step too", () => {
  const decided: Standing[] = [{ personId: 1, reason: "failed" }];
  expect(all([...decided, undefined], {})).toEqual([...decided, undefined]);
  expect(all([undefined], { before: [{ personId: 1, reason: "failed", since }] })).toEqual([undefined]);
});
test("A9: an odd record has a standing of its own, with what is odd and the address that it shows", () => {
  expect(all([], { copper: [odd(7, { addresses: ["a@x.fr", "b@x.fr"] })], mailchimp: [odd("k")] })).toStrictEqual([
    {
      personId: 7,
      unstored: { side: "copper", name: "7" },
      reason: "odd-record",
      detail: { words: "emails", address: "a@x.fr" },
    },
    { memberKey: "k", unstored: { side: "mailchimp", name: "k" }, reason: "odd-record", detail: { words: "emails" } },
  ]);
});
test("W10: a member without an address has a telephone only", () => {
  expect(all([], { mailchimp: [odd("k", { why: "no-address", detail: "" })] })).toStrictEqual([
    { memberKey: "k", unstored: { side: "mailchimp", name: "k" }, reason: "phone-only", detail: {} },
  ]);
});
test("without a key it is known by its address, else by its place", () => {
  const records = [odd(undefined, { addresses: ["a@x.fr"] }), odd(undefined)];
  const found = all([], { copper: records });
  expect(names(found)).toEqual(["copper a@x.fr", "copper 1"]);
  for (const one of found) expect(one).not.toHaveProperty("personId");
});
describe("a contact with an odd record", () => {
  test("gets its reason in place of the one that was decided, once, whichever side it is of", () => {
    const pair = {
      personId: 1,
      memberKey: "k",
      reason: "failed",
      detail: { code: "REFUSED" },
      counted: "noEmail",
    } as const;
    const rest = { personId: 2, memberKey: "l", reason: "next-run" } as const;
    const of = (now: Now) => all([pair, undefined, rest], now);
    expect(of({ copper: [odd(1)] })).toEqual([
      { ...pair, reason: "odd-record", detail: { words: "emails" }, unstored: { side: "copper", name: "1" } },
      undefined,
      rest,
    ]);
    expect(of({ mailchimp: [odd("k")] })[0]).toMatchObject({ personId: 1, unstored: { side: "mailchimp", name: "k" } });
    expect(of({ mailchimp: [odd("k")] })).toHaveLength(3);
  });
  test("is nobody else's where either has no key", () => {
    const [alone, lone] = [
      { memberKey: "l", reason: "cleaned" },
      { personId: 2, reason: "no-email" },
    ] as const;
    const now = { copper: [odd(undefined, { addresses: ["a@x.fr"] })], mailchimp: [odd(undefined)] };
    expect(all([alone, lone], now).slice(0, 2)).toEqual([alone, lone]);
    expect(names(all([alone, lone], now).slice(2))).toEqual(["copper a@x.fr", "mailchimp 0"]);
  });
  test("gets the reason of an earlier reading too", () => {
    const pair = { personId: 1, reason: "next-run" } as const;
    const before = [kept("copper", "1", { personId: 1 })];
    expect(all([pair], { before })).toEqual([{ ...pair, reason: "odd-record", unstored: before[0]!.unstored }]);
  });
});
describe("the odd record of an earlier reading", () => {
  const before = [kept("copper", "7", { personId: 7 }), kept("mailchimp", "k", { memberKey: "k" })];
  test.each([
    ["stays odd where a reading of changes does not show it", {}, ["copper 7", "mailchimp k"]],
    ["is over where Copper was read whole", { whole: { copper: true, mailchimp: false } }, ["mailchimp k"]],
    ["is over where Mailchimp was read whole", { whole: { copper: false, mailchimp: true } }, ["copper 7"]],
    ["is over where it parses now", { read: { persons: [{ ...ana, id: 7 }], members: [{ ...there, key: "k" }] } }, []],
    ["is over where it is gone", { read: { personsGone: [7], membersGone: ["k"] } }, []],
    ["stays odd where others were read", { read: { persons: [ana], membersGone: ["7"] } }, ["copper 7", "mailchimp k"]],
    ["is told once where it is odd again", { copper: [odd(7)] }, ["copper 7", "mailchimp k"]],
  ] as readonly (readonly [string, Now, readonly string[]])[])("%s", (_, now, left) => {
    expect(names(all([], { before, ...now }))).toEqual(left);
  });
  test("is the fresh one where both are there, and no other reason is kept like that", () => {
    expect(all([], { before, copper: [odd(7, { detail: "tags" })] })[0]?.detail).toEqual({ words: "tags" });
    expect(all([], { before: [{ personId: 3, reason: "failed", since }] })).toEqual([]);
  });
});
