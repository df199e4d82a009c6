/** A6, C1, D3: what takes each change of whole records back, and whom nothing is written about: the table of `undo.ts`. */
import { describe, expect, test } from "vitest";
import { type Now, there, undone } from "../../test/undoing.ts";
import { memberRef } from "../plan/operations.ts";

describe("C1: members made, archived and brought back", () => {
  const made = {
    side: "mailchimp",
    operation: "create-member",
    email: "ana@exemple.fr",
    fields: {},
    tags: [],
    status: "subscribed",
  };
  const back = {
    side: "mailchimp",
    operation: "unarchive-member",
    member: memberRef(there),
    status: "subscribed",
    changedAt: 1,
  };
  const away = { side: "mailchimp", operation: "archive-member", member: memberRef(there) };
  test.each([
    ["create-member", made],
    ["unarchive-member", back],
  ])("%s: archived, with the way back kept, where the status is still the same", (_, one) => {
    expect(undone(one).operations).toMatchObject([
      {
        operation: "archive-member",
        reason: "undo",
        settles: { archived: { from: "subscribed", why: "undo", at: 7 } },
      },
    ]);
    for (const status of ["unsubscribed", "pending", "cleaned", "archived"] as const)
      expect(undone(one, { member: { status } }).operations, status).toEqual([]);
    expect(undone({ ...one, status: "pending" }, { member: { status: "pending" } }).operations).toEqual([]);
    expect(undone(one, { member: null }).operations).toEqual([]);
  });
  test("archive-member: back to the status of then, unless somebody touched them, or it was not us", () => {
    const archived = { from: "unsubscribed", why: "gone", at: 7 } as const;
    const now = { member: { status: "archived" }, link: { archived } } as const;
    expect(undone(away, now).operations).toMatchObject([
      { operation: "unarchive-member", status: "unsubscribed", changedAt: 7, settles: { archived: null } },
    ]);
    expect(undone(away, { ...now, member: { status: "archived", changedAt: 8 } }).operations).toEqual([]);
    expect(undone(away, { ...now, member: { status: "subscribed" } }).operations).toEqual([]);
    expect(undone(away, { ...now, link: { archived: null } }).operations).toEqual([]);
    expect(undone(away, { ...now, link: null }).operations).toEqual([]);
  });
});

describe("move-address", () => {
  const one = {
    side: "mailchimp",
    operation: "move-address",
    email: "ana@exemple.fr",
    member: { ...memberRef(there), email: "old@exemple.fr" },
  };
  test("back to the old one, which comes again where Copper still has the new one", () => {
    const { operations, notes } = undone(one);
    expect(operations).toMatchObject([
      {
        operation: "move-address",
        personId: 1,
        email: "old@exemple.fr",
        member: { email: "ana@exemple.fr" },
        settles: { address: "old@exemple.fr" },
      },
    ]);
    expect(notes).toEqual([
      { contact: "ana@exemple.fr", code: "undo-comes-again", field: "email", value: "ana@exemple.fr" },
    ]);
    expect(undone(one, { person: { emails: ["old@exemple.fr"] } }).notes).toEqual([]);
  });
  test("not where they moved on, the old one is somebody else's, or their status forbids it", () => {
    expect(undone(one, { member: { email: "third@exemple.fr" } }).operations).toEqual([]);
    expect(undone(one, { others: [{ ...there, key: "l", id: "i", email: "Old@exemple.fr" }] }).operations).toEqual([]);
    for (const status of ["cleaned", "archived"] as const)
      expect(undone(one, { member: { status } }).operations).toEqual([]);
  });
});

describe("what is told of a contact", () => {
  const contact = "ana@exemple.fr";
  const member = { ...memberRef(there), email: "old@exemple.fr" };
  const person = { side: "copper", operation: "create-person", fields: { first_name: "Ana" }, member };
  test.each([
    [
      "each value, of a move",
      { side: "mailchimp", operation: "move-address", email: contact, member },
      [["email", "old@exemple.fr"]],
    ],
    [
      "each value, of an archiving",
      { side: "mailchimp", operation: "archive-member", member },
      [["status", "subscribed"]],
    ],
  ] as const)("%s that cannot be taken back", (_, one, values) => {
    expect(undone(one, { member: null }).notes).toEqual(
      values.map(([field, value]) => ({ contact, code: "undo-gone", field, value })),
    );
  });
  test("once, where nothing of it can be taken back at all", () => {
    expect(undone(person).notes).toEqual([{ contact, code: "undo-person" }]);
    const address = { side: "copper", operation: "add-address", email: "b@exemple.fr", before: [contact] };
    expect(undone(address).notes).toEqual([{ contact, code: "undo-address" }]);
    expect(undone({ side: "copper", operation: "delete-person" }).notes).toEqual([{ contact, code: "undo-deleted" }]);
  });
});

describe("what is only told", () => {
  test.each([
    ["create-person", { side: "copper", fields: {}, member: memberRef(there) }, "undo-person"],
    ["restore-person", { side: "copper", record: {}, tags: [], begun: false }, "undo-person"],
    ["add-address", { side: "copper", email: "b@exemple.fr", before: ["ana@exemple.fr"] }, "undo-address"],
    ["delete-person", { side: "copper" }, "undo-deleted"],
    ["forget-member", { side: "mailchimp", member: memberRef(there) }, "undo-forgotten"],
  ])("%s", (operation, more, code) => {
    const { operations, notes } = undone({ operation, ...more });
    expect(operations).toEqual([]);
    expect(new Set(notes.map((one) => one.code))).toEqual(new Set([code]));
  });
});

describe("decisions", () => {
  const archived = {
    side: "copper",
    operation: "archive-person",
    reason: "decision",
    add: ["📥 INACTIF"],
    remove: ["à supprimer"],
    removed: ["À SUPPRIMER"],
  };
  test("archived by tag: the deletion tag is back in its place, while the archive tag stands and the other is gone", () => {
    expect(undone(archived, { person: { tags: ["📥 inactif"] } }).operations).toMatchObject([
      {
        operation: "archive-person",
        reason: "undo",
        add: ["À SUPPRIMER"],
        remove: ["📥 inactif"],
        removed: ["📥 INACTIF"],
        settles: {},
      },
    ]);
    for (const tags of [[], ["📥 inactif", "À SUPPRIMER"]])
      expect(undone(archived, { person: { tags } }).operations).toEqual([]);
    expect(undone(archived, { person: null }).operations).toEqual([]);
  });
  test("left as they are: back on the list, while they are marked", () => {
    const one = {
      side: "copper",
      operation: "ignore-person",
      reason: "decision",
      tag: "À SUPPRIMER",
      since: "s",
      ignored: true,
    };
    expect(undone(one, { person: { tags: ["à supprimer"] } }).operations).toMatchObject([
      { operation: "ignore-person", reason: "undo", ignored: false, tag: "À SUPPRIMER" },
    ]);
    expect(undone(one, { person: { tags: [] } }).operations).toEqual([]);
    expect(undone(one, { person: null }).operations).toEqual([]);
  });
});

describe("whom no run writes about by now is left alone, and it is told", () => {
  const one = {
    side: "mailchimp",
    operation: "create-member",
    email: "ana@exemple.fr",
    fields: {},
    tags: [],
    status: "subscribed",
  };
  test.each([
    ["D2: marked", { person: { tags: ["À SUPPRIMER"] } }, "undo-left-alone"],
    ["D3: archived by tag", { person: { tags: ["📥 INACTIF"] } }, "undo-left-alone"],
    ["outside ONLY", { policy: { only: ["@autre.fr"] } }, "undo-left-alone"],
    ["outside the filter", { policy: { filter: { tags: ["Press"] } } }, "undo-left-alone"],
    [
      "A9: the person not shown",
      { world: { unseen: { persons: new Set([1]), members: new Set<string>() } } },
      "undo-unseen",
    ],
    [
      "A9: the member not shown",
      { world: { unseen: { persons: new Set<number>(), members: new Set(["k"]) } } },
      "undo-unseen",
    ],
  ])("%s", (_, now, code) => {
    const { operations, notes } = undone(one, now as Now);
    expect(operations).toEqual([]);
    expect(new Set(notes.map((each) => each.code))).toEqual(new Set([code]));
  });
  test.each([
    ["inside ONLY", { policy: { only: ["@exemple.fr"] } }],
    ["inside the filter", { policy: { filter: { tags: ["vip"] } } }],
    ["others not shown", { world: { unseen: { persons: new Set([2]), members: new Set(["l"]) } } }],
    ["gone from Copper", { person: null }],
  ])("%s it is undone", (_, now) => expect(undone(one, now as Now).operations).toHaveLength(1));
});
