/** Tests the member, the link and what an operator chose after the response to a write (A2, T2, T6, V13). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, there } from "../../test/undoing.ts";
import type { Link, Member, Person, Refusal } from "../domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import { newLink } from "../plan/link-patch.ts";
import { type IgnorePerson, memberRef, type Operation } from "../plan/operations.ts";
import { beginning, isFulfilled, linkAfter, memberAfter, reviewAfter } from "./state-after-write.ts";

const link: Link = { ...newLink(1, "k", "ana@exemple.fr", 1), baseline: { "title|1:text": "A" } };
const operation = {
  side: "mailchimp",
  operation: "create-member",
  contact: "ana@exemple.fr",
  personId: 1,
  tags: ["VIP", "Press"],
  settles: { tagsPut: ["press", "vip"] },
} as unknown as Operation;
const did = (some: object) => ({ ...operation, settles: {}, ...some }) as unknown as Operation;

describe("the link", () => {
  test("of the tags that were to be put there those that are there are ours, and everything else is looked at anew", () => {
    const found = { operation, ok: true, found: true, member: there, person: ana } as const;
    expect(linkAfter(found, link, there, undefined, 2)).toMatchObject({
      link: { baseline: {}, tagsPut: ["vip"], memberKey: "k" },
      further: true,
    });
    expect(linkAfter(found, link, undefined, undefined, 2)).toMatchObject({
      link: { tagsPut: [], memberKey: "k" },
      further: true,
    });
    const untagged = { ...found, operation: did({}) };
    expect(linkAfter(untagged, link, there, undefined, 2)).toMatchObject({ link: { tagsPut: [] }, further: true });
  });
  test("V13: of the tags of somebody new those are ours that the answer shows; the others are written on their own", () => {
    const made = { operation, ok: true, member: there } as const;
    expect(linkAfter(made, link, there, undefined, 2)).toMatchObject({ link: { tagsPut: ["vip"] }, further: true });
    const all = { ...there, tags: ["vip", "Press"].map((name, id) => ({ id, name })) };
    expect(linkAfter(made, link, all, undefined, 2)).toMatchObject({
      link: { tagsPut: ["press", "vip"] },
      further: false,
    });
    const cut = { ...there, tagsCut: true as const };
    expect(linkAfter(made, link, cut, undefined, 2)).toMatchObject({
      link: { tagsPut: ["press", "vip"] },
      further: false,
    });
    const before = { ...link, tagsPut: ["old"] };
    const untagged = { ...made, operation: did({ tags: [] }) };
    expect(linkAfter(untagged, before, cut, undefined, 2).link.tagsPut).toEqual([]);
    expect(linkAfter(made, link, undefined, undefined, 2)).toMatchObject({
      link: { tagsPut: ["press", "vip"] },
      further: false,
    });
    const none = { ...made, operation: did({ tags: ["VIP"] }) };
    expect(linkAfter(none, link, there, undefined, 2)).toMatchObject({ link: { tagsPut: [] }, further: false });
  });
  test("takes what the write settles, but stays the link of the same person, in its place among the links", () => {
    const settles = { address: "b@exemple.fr", personId: 9, since: 9, memberKey: "" };
    const moved = { operation: did({ operation: "move-address", settles }), ok: true } as const;
    expect(linkAfter(moved, link, undefined, undefined, 2)).toEqual({
      link: { ...link, address: "b@exemple.fr", refused: {} },
      further: false,
    });
    const key = { ...moved, operation: did({ operation: "update-member", settles: { memberKey: "other" } }) };
    expect(linkAfter(key, link, undefined, undefined, 2).link.memberKey).toBe("other");
    expect(linkAfter(key, link, { ...there, key: "shown" }, undefined, 2).link.memberKey).toBe("shown");
  });
  test("V13: its baseline is what the response shows to be written, else what was to be agreed, else as before", () => {
    const settles = { baseline: { "phone|2:text": "01" } };
    const wrote = { operation: did({ operation: "update-member", settles }), ok: true } as const;
    const taken = { baseline: { "phone|2:text": "02" }, refused: {}, notes: [], taken: 1 };
    expect(linkAfter(wrote, link, there, taken, 2).link.baseline).toEqual({ ...link.baseline, "phone|2:text": "02" });
    expect(linkAfter(wrote, link, there, undefined, 2).link.baseline).toEqual({
      ...link.baseline,
      "phone|2:text": "01",
    });
    const nothing = { ...wrote, operation: did({ operation: "update-member" }) };
    expect(linkAfter(nothing, link, there, undefined, 2).link.baseline).toEqual(link.baseline);
  });
  test("C1: our archiving is remembered with the time that Mailchimp gave for it; coming back ends it", () => {
    const archived = { from: "subscribed", why: "gone", at: 0 } as const;
    const shownAs = (settles: object, member: Member | undefined, its: Link = link) =>
      linkAfter({ operation: did({ operation: "archive-member", settles }), ok: true }, its, member, undefined, 2).link
        .archived;
    expect(shownAs({ archived }, there)).toEqual({ ...archived, at: there.changedAt });
    expect(shownAs({ archived }, undefined)).toEqual(archived);
    expect(shownAs({ archived: null }, there, { ...link, archived })).toBeNull();
    expect(shownAs({}, there, { ...link, archived })).toEqual(archived);
  });
  test("forgets the refusals that the write settles, and remembers those of the response", () => {
    const once: Refusal = { from: "copper", value: "x", why: "refused" };
    const before = { ...link, refused: { email: once, "tag:vip": once, told: once } };
    const wrote = {
      operation: did({ operation: "move-address", settles: { refused: { "tag:vip": null } } }),
      ok: true,
    };
    const fields = { baseline: {}, refused: { "title|1:text": once }, notes: [], taken: 0 };
    expect(linkAfter(wrote as never, before, there, fields, 2).link.refused).toEqual({
      told: once,
      "title|1:text": once,
    });
  });
});

describe("the link of somebody new", () => {
  const settles = {
    address: "ana@exemple.fr",
    tagsPut: ["vip"],
    baseline: { x: "1" },
    refused: { x: null },
    since: 99,
  };
  test("begins with what the creation settles, before any field is agreed", () => {
    const begun = beginning(did({ settles }), { personId: 4, member: there, since: 7, told: ["pending"] });
    expect(begun).toEqual({ ...newLink(4, "k", "ana@exemple.fr", 7), tagsPut: ["vip"], toldPut: ["pending"] });
  });
  test("has no member yet where the response shows none, and no status tags where none were put", () => {
    const begun = beginning(did({}), { personId: 4, member: undefined, since: 7, told: undefined });
    expect(begun).toEqual(newLink(4, "", "", 7));
  });
});

describe("the member", () => {
  const shownAs = (some: object, before: Member | undefined = there, shown?: Member) =>
    memberAfter(
      { operation: did({ member: memberRef(there), ...some }), ok: true, ...(shown && { member: shown }) },
      before,
    );
  const shown = { ...there, email: "b@exemple.fr", tags: [] };
  test("is the one that the response shows; T6: with the tags of before where its list is cut", () => {
    expect(shownAs({ operation: "update-member" }, there, shown)).toEqual(shown);
    expect(shownAs({ operation: "create-member" }, undefined, shown)).toEqual(shown);
    const cut = { ...shown, tagsCut: true as const };
    expect(shownAs({ operation: "update-member" }, there, cut)).toEqual({ ...shown, tags: there.tags });
    expect(memberAfter({ operation, ok: true, member: cut }, undefined)).toEqual(cut);
  });
  test.each([
    ["archived", { operation: "archive-member" }, { ...there, status: "archived" }],
    ["gone", { operation: "forget-member" }, undefined],
    ["as before", { operation: "update-member" }, there],
    ["not shown, since the person was written", { operation: "create-person", side: "copper" }, undefined],
    [
      "tagged as was asked",
      { operation: "tag-member", add: ["Press", "vip"], remove: [{ id: 6, name: "old" }] },
      {
        ...there,
        tags: [
          { id: 7, name: "Kept" },
          { id: 0, name: "Press" },
          { id: 0, name: "vip" },
        ],
      },
      {
        ...there,
        tags: [
          { id: 5, name: "VIP" },
          { id: 6, name: "Old" },
          { id: 7, name: "Kept" },
        ],
      },
    ],
  ] as const)("without a record in the response is %s", (_, some, expected, before: Member = there) => {
    expect(shownAs(some, before)).toEqual(expected);
  });
  test("is not known where neither the response nor the store has it, or the operation is about a person alone", () => {
    expect(
      memberAfter({ operation: did({ operation: "archive-member", member: memberRef(there) }), ok: true }, undefined),
    ).toBeUndefined();
    expect(
      memberAfter({ operation: did({ operation: "tag-person", side: "copper" }), ok: true }, there),
    ).toBeUndefined();
    expect(memberAfter({ operation, ok: true }, there)).toBeUndefined();
  });
});

test("a marked person who is ignored stays on the list, ignored, since the same day", () => {
  const since = "2026-01-01T00:00:00Z";
  const one = { operation: "ignore-person", personId: 1, tag: "del", since, ignored: true, contact: "x" };
  expect(reviewAfter(one as unknown as IgnorePerson)).toEqual({ personId: 1, tag: "del", since, ignored: true });
});

describe("the value that an operator chose", () => {
  const { mapped } = mapFields(
    [...DEFAULT_FIELDS, { copper: "title", mailchimp: "JOB", direction: "both" }],
    ["FNAME", "TITLE", "JOB"].map((tag) => mergeField(tag, tag === "JOB" ? { longest: 10 } : {})),
    [],
  );
  const [title, job] = ["TITLE", "JOB"].map((tag) => mapped.find((one) => one.mailchimp === tag)!.pair) as [
    string,
    string,
  ];
  const refusal = (from: "copper" | "mailchimp", value: string, some: Partial<Refusal> = {}): Refusal => ({
    from,
    value,
    why: "refused",
    ...some,
  });
  const is = (
    person: Person["fields"],
    member: Member["fields"],
    refused: Link["refused"] | null = {},
    value = "Boss",
  ) =>
    isFulfilled(
      { personId: 1, field: "title", value },
      { ...ana, fields: person },
      { ...there, fields: member },
      refused === null ? undefined : { ...link, refused },
      mapped,
    );
  test.each([
    ["both sides hold it", { title: "Boss" }, { TITLE: "Boss", JOB: "Boss" }, {}, true],
    ["there is no link", { title: "Boss" }, { TITLE: "Boss", JOB: "Boss" }, null, true],
    ["a side does not hold it, and there is no link", { title: "Boss" }, { TITLE: "A", JOB: "Boss" }, null, false],
    ["Copper holds another", { title: "A" }, { TITLE: "Boss", JOB: "Boss" }, {}, false],
    ["one of two merge fields holds another", { title: "Boss" }, { TITLE: "Boss", JOB: "A" }, {}, false],
    ["other fields differ", { title: "Boss", first_name: "A" }, { TITLE: "Boss", JOB: "Boss", FNAME: "B" }, {}, true],
    ["Mailchimp refused it for good", { title: "Boss" }, { TITLE: "A", JOB: "Boss" }, { title: 1 }, true],
    ["it will be sent again", { title: "Boss" }, { TITLE: "A", JOB: "Boss" }, { title: 1, again: 9 }, false],
    ["the other side does not show the field", { title: null }, { TITLE: "A", JOB: "A" }, {}, true],
    ["the member does not show one field", { title: "Boss" }, { TITLE: null, JOB: "Boss" }, {}, true],
  ] as const)(
    "is there for good, or not: %s",
    (_, person, member, refused: { title?: 1; again?: number } | null, yes) => {
      const again = refused?.again;
      const known = refused?.title ? { [title]: refusal("copper", "Boss", again === undefined ? {} : { again }) } : {};
      expect(is(person, member, refused === null ? null : known)).toBe(yes);
    },
  );
  test("V5: each side may have refused it for good", () => {
    const [held, refused] = [{ TITLE: "Boss", JOB: "Boss" }, refusal("mailchimp", "Boss")];
    expect(is({ title: "A" }, held, { [title]: refused, [job]: refused })).toBe(true);
    expect(is({ title: "A" }, held, { [title]: refused })).toBe(false);
    expect(is({ title: "Boss" }, { TITLE: "A", JOB: "Boss" }, { [title]: refused })).toBe(false);
  });
  test("V12: a side that cannot hold it needs nothing", () => {
    const long = "longer than that";
    expect(is({ title: long }, { TITLE: long, JOB: "A" }, {}, long)).toBe(true);
    expect(is({ title: long }, { TITLE: "A", JOB: "A" }, {}, long)).toBe(false);
  });
  test("is settled where one of the two is gone", () => {
    const chosen = { personId: 1, field: "title", value: "Boss" };
    expect(isFulfilled(chosen, undefined, there, link, mapped)).toBe(true);
    expect(isFulfilled(chosen, ana, undefined, link, mapped)).toBe(true);
    expect(isFulfilled(chosen, ana, there, link, mapped)).toBe(false);
  });
});
