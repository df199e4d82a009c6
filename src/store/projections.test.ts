import { expect, test } from "vitest";
import { member, person } from "../../test/records.ts";
import { emptyDocument } from "../sync/document.ts";
import {
  countsOf,
  engagementKey,
  goneKeys,
  hasAddress,
  nameText,
  plainStanding,
  runLine,
  searchKey,
  unstoredOf,
  waitingAlone,
} from "./projections.ts";

const since = "2026-01-01T00:00:00Z";

test("people are found by their name and all addresses, members by their name fields and their address", () => {
  expect(nameText({ ...person, name: "Élodie  Müller", emails: ["A@ex.fr", "b@ex.fr"] })).toBe(
    "elodie muller a@ex.fr b@ex.fr",
  );
  const fields = { FNAME: "Zoë", LNAME: "Dubois", TITLE: "Dr" };
  expect(nameText({ ...member, email: "z@ex.fr", fields })).toBe("zoe dubois z@ex.fr");
  expect(nameText({ email: "z@ex.fr", fields: { FNAME: null, LNAME: "Dubois" } })).toBe("dubois z@ex.fr");
  expect(nameText({})).toBe("");
  expect(searchKey(" É\t B ")).toBe("e b");
});
test("W1: an address is among others in whatever case, and no other is", () => {
  expect(hasAddress(["x@ex.fr", "A@ex.fr"], " a@EX.fr")).toBe(true);
  expect(hasAddress(["ba@ex.fr"], "a@ex.fr")).toBe(false);
  expect(hasAddress([], "a@ex.fr")).toBe(false);
});
test("a run is a line once it has ended: its figures, and its kind where it is no sync", () => {
  const empty = emptyDocument("r", "c", since);
  const document = {
    ...empty,
    copper: { ...empty.copper, created: 1, updated: 2, requests: 3 },
    mailchimp: { ...empty.mailchimp, created: 4, updated: 5, archived: 6, requests: 7, tagsAdded: 8, tagsRemoved: 9 },
    failures: [{}, {}] as never,
    conflicts: [{}] as never,
  };
  expect(runLine("r", null)).toBeNull();
  expect(runLine("r", document)).toEqual({
    run: "r",
    startedAt: since,
    finishedAt: document.finishedAt,
    outcome: document.outcome,
    mode: document.mode,
    copper: { created: 1, updated: 2 },
    mailchimp: { created: 4, updated: 5, archived: 6 },
    tags: 17,
    requests: 10,
    failures: 2,
    conflicts: 1,
  });
  expect(runLine("r", { ...document, kind: "probe" })?.kind).toBe("probe");
});
test("R1: whoever has no standing of their own is in step since they were last brought so, if that is known", () => {
  expect(plainStanding({ person, member }, "in-step", "1000")).toEqual({
    personId: 7,
    memberKey: "k",
    reason: "in-step",
    since: "1970-01-01T00:00:01.000Z",
  });
  expect(plainStanding({ person }, "in-step", 0)).toEqual({
    personId: 7,
    reason: "in-step",
    since: "1970-01-01T00:00:00.000Z",
  });
  for (const unknown of [null, undefined])
    expect(plainStanding({ member }, "not-looked-at", unknown)).toEqual({
      memberKey: "k",
      reason: "not-looked-at",
      since: null,
    });
});
test("R1: records without a standing are in step, or not looked at: the figures add up to what is there", () => {
  const rows = [
    { reason: "failed", sides: "both", n: 2 },
    { reason: "failed", sides: "copper", n: 3 },
    { reason: "cleaned", sides: "mailchimp", n: 4 },
  ];
  expect(countsOf(rows, { copper: 10, mailchimp: 11 }, true)).toEqual([
    { reason: "in-step", copper: 5, mailchimp: 5, contacts: 5 },
    { reason: "cleaned", copper: 0, mailchimp: 4, contacts: 4 },
    { reason: "failed", copper: 5, mailchimp: 2, contacts: 5 },
  ]);
  // Who of them are one contact is not known yet
  expect(countsOf([], { copper: 3, mailchimp: 4 }, false)).toEqual([
    { reason: "not-looked-at", copper: 3, mailchimp: 4, contacts: 4 },
  ]);
  expect(countsOf([], { copper: 0, mailchimp: 1 }, false).map((one) => one.reason)).toEqual(["not-looked-at"]);
  expect(countsOf([], { copper: 1, mailchimp: 0 }, true).map((one) => one.reason)).toEqual(["in-step"]);
  expect(countsOf([], { copper: 0, mailchimp: 0 }, true)).toEqual([]);
});
test("R1: records that are only told of, and not stored, are counted by side", () => {
  const odd = { reason: "odd-record" as const, since };
  const stored = { persons: new Set(["1"]), members: new Set(["k"]) };
  const unstored = (...standings: Parameters<typeof unstoredOf>[0]) =>
    unstoredOf(standings, stored.persons, stored.members);
  expect(unstored({ ...odd, unstored: { side: "copper", name: "9" } })).toEqual({ copper: 1, mailchimp: 0 });
  expect(unstored({ ...odd, unstored: { side: "mailchimp", name: "x" } })).toEqual({ copper: 0, mailchimp: 1 });
  expect(unstored({ ...odd, personId: 1, memberKey: "k" })).toEqual({ copper: 0, mailchimp: 0 });
  expect(unstored({ ...odd, personId: 2, memberKey: "l" })).toEqual({ copper: 1, mailchimp: 1 });
  // One of its records is stored: only the other counts, and under its own key
  const half = { ...odd, unstored: { side: "copper", name: "9" } as const };
  expect(unstored({ ...half, personId: 1 })).toEqual({ copper: 0, mailchimp: 0 });
  expect(unstored({ ...half, memberKey: "k" })).toEqual({ copper: 0, mailchimp: 0 });
});
test("what is gone has no standing, and a member who is left alone waits for a run", () => {
  expect(goneKeys({ personsGone: [1], membersGone: ["k"] })).toEqual(["p1", "mk"]);
  expect(goneKeys({})).toEqual([]);
  expect(waitingAlone("k", 1_000)).toEqual({
    memberKey: "k",
    reason: "next-run",
    since: "1970-01-01T00:00:01.000Z",
  });
  expect(engagementKey({ campaign: "c", personId: 1 })).toBe("c 1");
});
