/** What a run knows after each answer, and what it stores: by what a service shows, not by what was sent. */
import { beforeEach, describe, expect, test } from "vitest";
import {
  alone,
  applied,
  changes,
  creating,
  FIRST,
  knowing,
  LAST,
  link,
  making,
  member,
  NOW,
  person,
  toMember,
  toPerson,
  well,
} from "../../test/applying.ts";
import { newLink } from "../plan/link-patch.ts";
import type { Outcome } from "../plan/outcomes.ts";
import type { OutcomeApplier } from "./apply-outcomes.ts";

let own: OutcomeApplier;
beforeEach(() => {
  own = knowing();
});
const apply = (...outcomes: Outcome[]) => applied(own, ...outcomes);

describe("records", () => {
  test("the person whom an answer shows is kept, and nothing else is stored of them", () => {
    const after = person({ tags: ["x"] });
    const stored = apply(
      well(toPerson("tag-person", { add: ["x"], remove: [], settles: { toldPut: ["x"] } }), { person: after }),
    );
    expect(stored).toEqual(changes({ persons: [after], links: [{ ...link, toldPut: ["x"] }] }));
    expect([own.persons.get(7), own.further]).toEqual([after, false]);
  });
  test("where the answer shows no member it is the one we know, as we changed it", () => {
    const stored = apply(well(toMember("tag-member", { add: ["VIP"], remove: [], settles: { tagsPut: ["vip"] } })));
    expect(stored.members).toMatchObject([{ key: "k", tags: [{ name: "VIP" }] }]);
    expect(own.members.get("k")).toEqual(stored.members[0]);
    expect(stored.membersGone).toEqual([]);
  });
  test("a member under another key takes the place of the one we knew", () => {
    const after = member({ key: "new", email: "c@d.fr" });
    const moved = toMember("move-address", { email: "c@d.fr", settles: { address: "c@d.fr" } });
    expect(apply(well(moved, { member: after }))).toEqual(
      changes({ members: [after], membersGone: ["k"], links: [{ ...link, address: "c@d.fr", memberKey: "new" }] }),
    );
    // The address is free: another may take it
    expect([own.members.has("k"), own.members.get("new"), own.further]).toEqual([false, after, true]);
  });
  test("who was deleted is gone, on either side", () => {
    expect(apply(well(toPerson("delete-person")), well(toMember("forget-member")))).toMatchObject({
      personsGone: [7],
      membersGone: ["k"],
    });
    expect([own.persons.size, own.members.size]).toEqual([0, 0]);
  });
  test("each side's clock is as far ahead as its latest stamp shows", () => {
    const to = toPerson("update-person", { fields: {}, before: {} });
    const at = (ahead: number) => well(to, { person: person({ modifiedAt: NOW + ahead }) });
    own = knowing({ members: new Map() });
    apply(at(-9), at(-4), at(-6));
    expect(own.ahead).toEqual({ copper: -4 });
    own = knowing();
    apply(well(toMember("archive-member"), { member: member({ status: "archived", changedAt: NOW + 2 }) }));
    expect(own.ahead).toEqual({ mailchimp: 2 });
  });
  test("ignoring somebody stores their review", () => {
    expect(apply(well(toPerson("ignore-person", { tag: "t", since: "s", ignored: true }))).reviews).toEqual([
      { personId: 7, tag: "t", since: "s", ignored: true },
    ]);
  });
});

describe("fields", () => {
  const update = (fields: object, baseline: object, some: object = {}) =>
    toPerson("update-person", { fields, before: { first_name: "Ana" }, settles: { baseline }, ...some });
  test("V13: those that the answer shows are agreed on", () => {
    const after = person({ name: "Eva Lopez", fields: { first_name: "Eva", last_name: "Lopez" } });
    const stored = apply(well(update({ first_name: "Eva" }, { [FIRST]: "Eva" }), { person: after }));
    expect(stored.links).toMatchObject([{ baseline: { [FIRST]: "Eva", [LAST]: "Lopez" } }]);
    expect([own.further, own.notes, own.succeeded]).toEqual([false, [], new Set(["a@b.fr"])]);
  });
  test("V13: a write that changed nothing has failed, is remembered with the run, and said once", () => {
    const stored = apply(well(update({ first_name: "Eva" }, { [FIRST]: "Eva" }), { person: person() }));
    expect(stored.links[0]!.refused[FIRST]).toMatchObject({ again: 7, tries: 1 });
    expect(own.notes).toMatchObject([{ code: "not-taken", field: "first_name" }]);
    expect(own.failures).toMatchObject([
      { code: "NOT_TAKEN", retry: false, operation: "update-person", side: "copper" },
    ]);
  });
  test("V13: of two fields one was passed over: said, and the other is agreed on", () => {
    const after = person({ fields: { first_name: "Eva", last_name: "Lopez" } });
    const stored = apply(
      well(update({ first_name: "Eva", last_name: "Diaz" }, { [FIRST]: "Eva", [LAST]: "Diaz" }), { person: after }),
    );
    expect(stored.links[0]).toMatchObject({ baseline: { [FIRST]: "Eva" }, refused: { [LAST]: expect.anything() } });
    expect([own.notes.map((one) => one.field), own.failures]).toEqual([["last_name"], []]);
  });
  test("what a write without fields settles of them is agreed on", () => {
    const tagged = toMember("tag-member", { add: ["VIP"], remove: [], settles: { baseline: { [FIRST]: "Eva" } } });
    expect(apply(well(tagged)).links).toMatchObject([{ baseline: { [FIRST]: "Eva" } }]);
  });
  test("W8: Copper parts a whole name in its own way", () => {
    const after = person({ name: "Eva Lopez Diaz", fields: { first_name: "Eva Lopez", last_name: "Diaz" } });
    const whole = update({ first_name: "Eva" }, { [FIRST]: "Eva" }, { name: "Eva Lopez Diaz" });
    expect(apply(well(whole, { person: after })).links).toMatchObject([
      { baseline: { [FIRST]: ["Eva Lopez", "Eva"], [LAST]: ["Diaz", "Lopez"] } },
    ]);
  });
  test("V14: a field that changed besides is looked at in the same run", () => {
    const after = person({ name: "Eva Diaz", fields: { first_name: "Eva", last_name: "Diaz" } });
    apply(well(update({ first_name: "Eva" }, { [FIRST]: "Eva" }), { person: after }));
    expect(own.further).toBe(true);
  });
  test("what an operator chose is fulfilled when both hold it", () => {
    const chosen = (value: string) => ({ personId: 7, field: "first_name", value }) as never;
    expect([own.fulfilled(chosen("Ana")), own.fulfilled(chosen("Eva"))]).toEqual([true, false]);
    own = alone();
    expect(own.fulfilled(chosen("Eva"))).toBe(true);
  });
});

describe("new contacts", () => {
  test("C2: a new member is linked last, with the status tags that were the person's", () => {
    own = alone();
    apply(well(toPerson("ignore-person", { tag: "t", since: "s", ignored: true })));
    const made = member({ key: "m" });
    const stored = apply(well(creating({ settles: { address: "a@b.fr" } }), { member: made }));
    expect(stored).toEqual(
      changes({
        members: [made],
        links: [{ ...newLink(7, "m", "a@b.fr", 4), toldPut: ["x"] }],
        rejectionsLifted: ["a@b.fr"],
        facts: { toldAlone: [] },
      }),
    );
    expect([own.rejected.size, own.further, own.counters.mailchimp.created]).toEqual([0, false, 1]);
    const next = well(creating({ personId: 8, email: "c@d.fr" }), { member: member({ key: "n" }) });
    expect(apply(next)).toMatchObject({ links: [{ personId: 8, memberKey: "n", since: 5 }], rejectionsLifted: [] });
  });
  test.each([
    ["says that Mailchimp refuses the address", { tags: ["mailchimp:rejected"] }, {}],
    ["has no tag yet of the member's status", {}, { status: "pending" as const }],
  ])("C3, C5: where the person %s there is more to do", (_, some, made) => {
    own = alone({ persons: new Map([[7, person(some)]]) });
    apply(well(creating(), { member: member(made) }));
    expect(own.further).toBe(true);
  });
  test("a member for somebody who is not known any more", () => {
    own = alone({ persons: new Map() });
    expect(apply(well(creating(), { member: member() })).links).toMatchObject([{ personId: 7 }]);
    expect(own.further).toBe(false);
  });
  test("C4: a new person is linked to the member", () => {
    own = alone({ members: new Map([["k", member()]]), toldAlone: new Map() });
    const stored = apply(
      well(making({ settles: { memberKey: "k", address: "a@b.fr" } }), { person: person({ id: 9 }) }),
    );
    expect(stored.links).toEqual([newLink(9, "k", "a@b.fr", 4)]);
    expect(stored.facts).toBeUndefined();
  });
  test.each([creating(), making()])("A2: found without being shown: nobody is linked", (operation) => {
    own = alone();
    expect(apply(well(operation, { found: true })).links).toEqual([]);
    expect(apply(well(creating({ personId: 8 }), { member: member({ key: "n" }) })).links).toMatchObject([
      { since: 4 },
    ]);
  });
  test("an operation on nobody's link changes none", () => {
    own = alone();
    expect(apply(well(toMember("archive-member"), { member: member({ status: "archived" }) })).links).toEqual([]);
    expect([...own.toldAlone]).toEqual([[7, ["x"]]]);
  });
  test("C5: a status tag that is put on a person alone by an operation that settles nothing", () => {
    own = alone();
    apply(well(toPerson("tag-person", { add: [], remove: [] }), { person: person() }));
    expect([...own.toldAlone]).toEqual([]);
  });
});
