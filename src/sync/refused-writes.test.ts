/** W6, A2, A10: what a run makes of answers that are not ours to take, and of failures. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  alone,
  applied,
  changes,
  creating,
  FIRST,
  failed,
  knowing,
  link,
  making,
  member,
  NOW,
  person,
  toMember,
  toPerson,
  well,
} from "../../test/applying.ts";
import type { Link } from "../domain/contact.ts";
import { newLink } from "../plan/link-patch.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { OutcomeApplier } from "./apply-outcomes.ts";

let own: OutcomeApplier;
beforeEach(() => {
  own = knowing();
});
const apply = (...outcomes: Outcome[]) => applied(own, ...outcomes);

describe("W6: one record is never linked twice", () => {
  const other: Link = newLink(8, "n", "n@b.fr", 1);
  const found = (key: string) => well(creating(), { member: member({ key }), found: true });
  beforeEach(() => {
    own = knowing({ links: new Map([[8, other]]) });
  });
  test("A2: a member found after a lost answer who is another's", () => {
    expect(own.applyOutcomes([found("n")], NOW)).toEqual({
      outcomes: [failed(creating(), "MEMBER_EXISTS", { message: "" })],
      stateChanges: changes({}),
    });
  });
  test("A2: one who is nobody's, or their own already", () => {
    expect(apply(found("free")).links).toMatchObject([{ personId: 7, memberKey: "free" }]);
    expect(apply(found("free")).links).toMatchObject([{ personId: 7, memberKey: "free" }]);
    expect(own.further).toBe(true);
    // And is another's from then on
    expect(
      own.applyOutcomes([well(creating({ personId: 9 }), { member: member({ key: "free" }), found: true })], NOW)
        .outcomes,
    ).toMatchObject([{ ok: false }]);
  });
  test("A2: one whose former person has another member by now", () => {
    apply(found("other"));
    own.links.set(8, { ...other, memberKey: "elsewhere" });
    expect(apply(found("n")).links).toMatchObject([{ personId: 7, memberKey: "n" }]);
  });
  test("a member made anew is no other's", () => {
    expect(own.applyOutcomes([well(creating(), { member: member({ key: "n" }) })], NOW).outcomes).toMatchObject([
      { ok: true },
    ]);
  });
  test("another's who took the address since we read it", () => {
    own = knowing({
      links: new Map([
        [7, link],
        [8, other],
      ]),
    });
    const tagged = toMember("archive-member");
    const archived = { status: "archived" as const };
    const { outcomes, stateChanges } = own.applyOutcomes(
      [well(tagged, { member: member({ key: "n", ...archived }) })],
      NOW,
    );
    expect(outcomes).toEqual([failed(tagged, "CHANGED_MEANWHILE", { message: "" })]);
    expect([stateChanges.members, stateChanges.membersGone]).toEqual([[], []]);
    expect(apply(well(tagged, { member: member(archived) })).members).toHaveLength(1);
  });
  test("V13: nor is anything said of what the other's answer shows", () => {
    own = knowing({
      links: new Map([
        [7, link],
        [8, other],
      ]),
    });
    const update = toMember("update-member", {
      fields: { FNAME: "Eva" },
      before: {},
      settles: { baseline: { [FIRST]: "Eva" } },
    });
    apply(well(update, { member: member({ key: "n" }) }));
    expect([own.failures.length, own.notes]).toEqual([1, []]);
  });
  test("A2: a person found after a lost answer who is another's", () => {
    const shown = { person: person({ id: 8 }) };
    expect(own.applyOutcomes([well(making(), { ...shown, found: true })], NOW)).toMatchObject({
      outcomes: [{ ok: false, failure: { code: "ADDRESS_TAKEN", retry: true } }],
      stateChanges: { persons: [], links: [] },
    });
    expect(own.applyOutcomes([well(making(), { person: person(), found: true })], NOW).outcomes).toMatchObject([
      { ok: true },
    ]);
    expect(own.applyOutcomes([well(making(), shown)], NOW).outcomes).toMatchObject([{ ok: true }]);
  });
});

describe("A10: failures", () => {
  test("A3: only who had failed before counts as well again", () => {
    own = knowing({ troubles: new Set(["else@b.fr"]) });
    apply(well(toMember("tag-member", { add: ["VIP"], remove: [] })));
    expect(own.succeeded.size).toBe(0);
  });
  test("V13: a member whom the answer shows as before is archived by the next run", () => {
    expect(apply(well(toMember("archive-member"), { member: member() })).links).toEqual([]);
    expect(own.failures).toMatchObject([{ code: "NOT_TAKEN", retry: true }]);
  });
  test("one that is only tried again", () => {
    const stored = apply(failed(toPerson("tag-person", { add: ["x"], remove: [] }), "REFUSED"));
    expect(stored).toEqual(changes({}));
    expect(own.failures).toEqual([
      { side: "copper", contact: "A@b.fr", operation: "tag-person", code: "REFUSED", message: "why", retry: true },
    ]);
    expect([own.unsettled, own.further, own.notes, own.newlyRejected, own.succeeded.size]).toEqual([
      true,
      false,
      [],
      [],
      0,
    ]);
  });
  test("a service that asks to wait leaves no doubt", () => {
    apply(failed(toMember("archive-member"), "LATER"));
    expect(own.unsettled).toBe(false);
  });
  test("V5: a refused field is remembered, and has a note instead of a failure", () => {
    const update = toMember("update-member", { fields: { FNAME: "Eva" }, before: {}, settles: { baseline: {} } });
    const stored = apply(failed(update, "FIELD_REFUSED", { fields: ["FNAME"] }));
    expect(stored.links).toMatchObject([{ refused: { [FIRST]: expect.anything() } }]);
    expect(own.links.get(7)).toEqual(stored.links[0]);
    expect([own.notes.map((one) => one.code), own.failures]).toEqual([["refused-before"], []]);
  });
  test("V5: a refused field of somebody without a link is a failure", () => {
    own = alone();
    apply(failed(creating(), "FIELD_REFUSED", { fields: ["FNAME"] }));
    expect([own.failures.length, own.notes, own.unsettled]).toEqual([1, [], false]);
  });
  test("what is remembered of another failure is no note", () => {
    const update = toMember("update-member", { fields: { FNAME: "Eva" }, before: {} });
    expect(apply(failed(update, "REFUSED", { retry: false })).links).toHaveLength(1);
    expect(own.failures).toMatchObject([{ code: "REFUSED", retry: false }]);
  });
  test.each([
    ["create-member", creating({ email: "New@b.fr" })],
    ["move-address", toMember("move-address", { email: "New@b.fr" })],
  ])("C5: %s: an address that Mailchimp refuses for good", (_, operation) => {
    const rejection = { address: "new@b.fr", code: "FORGOTTEN_EMAIL", message: "why" };
    expect(apply(failed(operation, "FORGOTTEN_EMAIL")).rejections).toEqual([rejection]);
    expect([own.newlyRejected, own.rejected.get("new@b.fr"), own.further]).toEqual([
      [rejection],
      "FORGOTTEN_EMAIL",
      true,
    ]);
    expect([own.failures[0]!.retry, own.unsettled]).toEqual([false, false]);
  });
  test("C5: a refusal of another operation, or another refusal, says nothing about the address", () => {
    expect(apply(failed(toMember("archive-member"), "FORGOTTEN_EMAIL")).rejections).toEqual([]);
    expect(apply(failed(creating(), "MEMBER_EXISTS")).rejections).toEqual([]);
    expect([own.newlyRejected, own.further, own.failures.map((one) => one.retry)]).toEqual([[], false, [false, true]]);
  });
  test("of nobody's member nothing is remembered", () => {
    apply(failed(toMember("forget-member", { personId: undefined }), "REFUSED"));
    expect(own.failures).toMatchObject([{ operation: "forget-member", retry: true }]);
  });
});
