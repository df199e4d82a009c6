/** Tests what a link remembers of writes that a service did not accept, so that no run repeats them in vain (A10, V13). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, there } from "../../test/undoing.ts";
import type { Link, Refusal } from "../domain/contact.ts";
import { mapFields } from "../domain/fields.ts";
import { newLink } from "../plan/link-patch.ts";
import { memberRef, type Operation } from "../plan/operations.ts";
import type { Failure, FailureCode } from "../plan/outcomes.ts";
import { onceMore, remembered } from "./rejected-writes.ts";

const customs = [{ id: 7, name: "Score", dataType: "Float", options: [] }];
const { mapped } = mapFields(
  [
    { copper: "first_name", mailchimp: "FNAME", direction: "both" },
    { copper: "title", mailchimp: "TITLE", direction: "both" },
    { copper: "custom:7", mailchimp: "SCORE", direction: "both" },
  ],
  ["FNAME", "TITLE", "SCORE"].map((tag) => mergeField(tag)),
  customs,
);
const pair = (mailchimp: string) => mapped.find((one) => one.mailchimp === mailchimp)!.pair;
const person = { ...ana, fields: { first_name: "Ana", title: "Boss" } };
const member = { ...there, fields: { FNAME: "Anna", TITLE: "Chief", SCORE: "5" } };
const around = { mapped, run: 10, persons: new Map([[1, person]]), members: new Map([["k", member]]) };
const nobody = { ...around, persons: new Map(), members: new Map() };
const link: Link = { ...newLink(1, "k", "ana@exemple.fr", 1), tagsPut: ["vip", "press"] };
const written = (operation: Operation["operation"], more: object = {}) =>
  ({
    side: /person|add-address/.test(operation) ? "copper" : "mailchimp",
    contact: "ana@exemple.fr",
    reason: "x",
    personId: 1,
    settles: {},
    operation,
    ...more,
  }) as unknown as Operation;
const failed = (
  operation: Operation,
  code: FailureCode,
  more: Partial<Failure> = {},
  its: Link = link,
  fields: Parameters<typeof remembered>[2] = undefined,
  where: Parameters<typeof remembered>[3] = around,
) => remembered({ operation, ok: false, failure: { code, message: "", retry: false, ...more } }, its, fields, where);
const waiting = (from: Refusal["from"], value: string, tries = 1): Refusal => ({
  from,
  value,
  why: "not-taken",
  tries,
  again: 10 + [2, 3][tries - 1]!,
});
const only = (refused: object) => ({ link: { refused }, notes: [] });

describe("an address", () => {
  const move = written("move-address", { member: memberRef(there), email: "New@exemple.fr" });
  test.each(["NOT_TAKEN", "MOVE_REFUSED", "INVALID_ADDRESS", "MEMBER_EXISTS"] as const)(
    "that did not become the member's (%s) is sent again some runs later",
    (code) => {
      expect(failed(move, code)).toEqual(only({ email: waiting("copper", "new@exemple.fr") }));
    },
  );
  test.each(["TEMPORARY", "UNKNOWN_ANSWER", "NOT_FOUND", "CHANGED_MEANWHILE"] as const)(
    "that may have become the member's all the same (%s) is not remembered",
    (code) => {
      expect(failed(move, code)).toBeUndefined();
      expect(failed(move, code, { retry: true })).toBeUndefined();
    },
  );
  const add = written("add-address", { email: "New@exemple.fr", before: [] });
  test("that Copper did not take is sent again some runs later", () => {
    expect(failed(add, "NOT_TAKEN")).toEqual(only({ email: waiting("mailchimp", "new@exemple.fr") }));
    expect(failed(add, "REFUSED")).toBeUndefined();
  });
  test("waits longer each time", () => {
    const again = (from: Refusal["from"]) => ({ ...link, refused: { email: waiting(from, "new@exemple.fr") } });
    expect(failed(move, "MOVE_REFUSED", {}, again("copper"))).toEqual(
      only({ email: waiting("copper", "new@exemple.fr", 2) }),
    );
    expect(failed(add, "NOT_TAKEN", {}, again("mailchimp"))).toEqual(
      only({ email: waiting("mailchimp", "new@exemple.fr", 2) }),
    );
  });
});

test("a status tag that Copper did not take is written again some runs later", () => {
  const tag = written("tag-person", { add: ["mailchimp:cleaned"], remove: [] });
  expect(failed(tag, "NOT_TAKEN")).toEqual(only({ told: waiting("mailchimp", "mailchimp:cleaned") }));
  const before = { ...link, refused: { told: waiting("mailchimp", "mailchimp:cleaned") } };
  expect(failed(tag, "NOT_TAKEN", {}, before)).toEqual(only({ told: waiting("mailchimp", "mailchimp:cleaned", 2) }));
  expect(failed(tag, "REFUSED")).toBeUndefined();
});

describe("tags of a member", () => {
  const tag = written("tag-member", { member: memberRef(there), add: ["Été", "New"], remove: [] });
  const put = { ...tag, settles: { tagsPut: ["été", "new", "vip"] } } as Operation;
  const note = { contact: "ana@exemple.fr", code: "refused-before", field: "tags", value: "Été" };
  test("that were refused by name are reported and wait; the others count as put by us", () => {
    expect(failed(put, "FIELD_REFUSED", { fields: ["Été"] })).toEqual({
      link: { refused: { "tag:été": waiting("copper", "été") }, tagsPut: ["new", "vip"] },
      notes: [note],
    });
    expect(failed(tag, "FIELD_REFUSED", { fields: ["VIP"] })?.link.tagsPut).toEqual(["press"]);
    expect(failed(tag, "FIELD_REFUSED")).toEqual({ link: { refused: {}, tagsPut: ["vip", "press"] }, notes: [] });
  });
  test("all wait, each with its own tries, where the refusal names none", () => {
    const before = { ...link, refused: { "tag:new": waiting("copper", "new") } };
    expect(failed(tag, "REFUSED", {}, before)).toEqual(
      only({ "tag:été": waiting("copper", "été"), "tag:new": waiting("copper", "new", 2) }),
    );
  });
  test("are only tried again where the failure may pass, or where none were added", () => {
    expect(failed(tag, "TEMPORARY", { retry: true })).toBeUndefined();
    expect(failed(written("tag-member", { add: [], remove: [] }), "REFUSED")).toBeUndefined();
  });
});

describe("fields of a member", () => {
  const fields = { FNAME: "Ana", TITLE: "Boss" };
  const update = written("update-member", { member: memberRef(there), fields, before: {} });
  test("that were refused by name are reported and not sent again; the others are", () => {
    expect(failed(update, "FIELD_REFUSED", { fields: ["TITLE", "SCORE", "OTHER"] })).toEqual({
      link: { refused: { [pair("TITLE")]: { from: "copper", value: "Boss", why: "refused" } } },
      notes: [{ contact: "ana@exemple.fr", code: "refused-before", field: "title", value: "Boss" }],
    });
  });
  test("are only tried again where none of the refused ones was sent, or the failure may pass", () => {
    expect(failed(update, "FIELD_REFUSED", { fields: ["SCORE"] })).toBeUndefined();
    expect(failed(update, "FIELD_REFUSED")).toBeUndefined();
    expect(failed(update, "TEMPORARY", { retry: true })).toBeUndefined();
  });
  test("A10: all that were sent wait where the refusal names none", () => {
    const first = { [pair("FNAME")]: waiting("copper", "Ana"), [pair("TITLE")]: waiting("copper", "Boss") };
    expect(failed(update, "REFUSED")).toEqual(only(first));
    const before = { ...link, refused: { [pair("TITLE")]: waiting("copper", "Boss") } };
    expect(failed(update, "REFUSED", {}, before)).toEqual(
      only({ ...first, [pair("TITLE")]: waiting("copper", "Boss", 2) }),
    );
  });
  test.each(["archive-member", "update-person", "create-member"] as const)(
    "nothing is remembered of %s where the refusal names nothing",
    (operation) => {
      expect(failed(written(operation, { member: memberRef(there), fields, before: {} }), "REFUSED")).toBeUndefined();
    },
  );
  test("V13: those that the response does not show are remembered as it showed them, whatever they were sent for", () => {
    const refused = { [pair("FNAME")]: waiting("copper", "Ana") };
    const shown = { baseline: {}, refused, notes: [], taken: 0 };
    expect(failed(update, "NOT_TAKEN", {}, link, shown)).toEqual(only(refused));
    expect(failed(update, "NOT_TAKEN")).toBeUndefined();
    const tag = written("tag-member", { add: ["New"], remove: [] });
    expect(failed(tag, "NOT_TAKEN", {}, link, undefined)).toBeUndefined();
  });
  test("V5: the value is the one that was agreed with the write, else the other side's own, else the one that was sent", () => {
    const value = (settles: object, where: Parameters<typeof remembered>[3] = around) =>
      failed({ ...update, settles } as Operation, "FIELD_REFUSED", { fields: ["FNAME"] }, link, undefined, where)?.link
        .refused?.[pair("FNAME")]?.value;
    const other = { ...around, persons: new Map([[1, { ...person, fields: { first_name: "Anne" } }]]) };
    expect(value({ baseline: { [pair("FNAME")]: ["Annie", "Ana"] } }, other)).toBe("Annie");
    expect(value({ baseline: { [pair("TITLE")]: "Boss" } }, other)).toBe("Anne");
    expect(value({}, nobody)).toBeDefined();
    const hidden = { ...around, persons: new Map([[1, { ...person, fields: { first_name: null } }]]) };
    expect(value({}, hidden)).toBe("Ana");
    expect(failed(update, "REFUSED", {}, link, undefined, nobody)?.link.refused).toHaveProperty([pair("FNAME")]);
  });
});

describe("fields of a person", () => {
  const update = written("update-person", { fields: { first_name: "Anna", "custom:7": "5" }, before: {} });
  test("that were refused by name are remembered as the member's values; custom ones wait, since another may be the cause", () => {
    const found = failed(update, "FIELD_REFUSED", { fields: ["first_name", "custom:7", "title"] });
    expect(found?.link.refused).toEqual({
      [pair("FNAME")]: { from: "mailchimp", value: "Anna", why: "refused" },
      [pair("SCORE")]: waiting("mailchimp", "5"),
    });
    expect(found?.notes.map((one) => [one.field, one.value])).toEqual([
      ["first_name", "Anna"],
      ["custom:7", "5"],
    ]);
  });
  test("are those that were agreed with the write, if an operator chose another than the member holds", () => {
    const chosen = { ...update, settles: { baseline: { [pair("FNAME")]: ["Anna", "Annie"] } } } as unknown as Operation;
    expect(failed(chosen, "FIELD_REFUSED", { fields: ["first_name"] })?.link.refused).toMatchObject({
      [pair("FNAME")]: { value: "Annie" },
    });
  });
  test("of an operation without fields nothing is remembered", () => {
    expect(failed(written("archive-member"), "FIELD_REFUSED", { fields: ["FNAME"] })).toBeUndefined();
  });
});

describe("after a write that succeeded", () => {
  test.each([
    ["add-address", {}, { email: null }],
    ["move-address", {}, { email: null }],
    ["tag-person", { add: ["x"], remove: [] }, { told: null }],
    ["update-member", { add: ["VIP"] }, {}],
    ["tag-member", { add: ["New"], remove: [] }, {}],
    ["tag-member", { add: ["New", "VIP"], remove: [] }, { "tag:vip": waiting("copper", "vip") }],
  ] as const)(
    "%s %j: what was refused is forgotten, and a tag of ours that was put again is remembered",
    (name, more, known) => {
      expect(onceMore(written(name, more), link, 10)).toEqual(known);
    },
  );
});
