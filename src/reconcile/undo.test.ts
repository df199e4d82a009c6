/** A6: what takes each change of values and tags back, and what is told where it cannot be: the table of `undo.ts`. */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, pairOf, there, told, undone } from "../../test/undoing.ts";
import { agreed } from "../domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import { memberRef } from "../plan/operations.ts";

const { mapped } = mapFields(DEFAULT_FIELDS, [mergeField("FNAME")], []);

describe("update-member", () => {
  const one = {
    side: "mailchimp",
    operation: "update-member",
    member: memberRef(there),
    fields: { FNAME: "Ana", LNAME: "Lopez" },
    before: { FNAME: "Anna", LNAME: "" },
    settles: { baseline: { [pairOf("FNAME")]: "Ana", [pairOf("LNAME")]: "Lopez" } },
  };
  const each = (code: string) => [
    { code, field: "FNAME", value: "Anna" },
    { code, field: "LNAME", value: "" },
  ];
  test("the values before are put back, and are what is agreed of Mailchimp's side", () => {
    const { operations, notes } = undone(one);
    expect(notes).toEqual([]);
    expect(operations).toMatchObject([
      { operation: "update-member", reason: "undo", fields: one.before, before: one.fields, member: { key: "k" } },
    ]);
    expect(operations[0]!.settles.baseline).toEqual({
      [pairOf("FNAME")]: agreed("Ana", "Anna"),
      [pairOf("LNAME")]: agreed("Lopez", ""),
    });
  });
  test("to the member's address as it is by now", () => {
    expect(undone(one, { member: { email: "new@exemple.fr" } }).operations).toMatchObject([
      { contact: "new@exemple.fr", member: { email: "new@exemple.fr" } },
    ]);
  });
  test("a field that holds another value is told, the others are put back", () => {
    const { operations, notes } = undone(one, { member: { fields: { FNAME: "By hand", LNAME: "LOPEZ" } } });
    expect(operations).toEqual([]);
    expect(notes).toHaveLength(2);
    const part = undone(one, { member: { fields: { FNAME: "By hand", LNAME: "Lopez" } } });
    expect(part.operations).toMatchObject([{ fields: { LNAME: "" }, before: { LNAME: "Lopez" } }]);
    expect(part.notes).toEqual([
      { contact: "ana@exemple.fr", code: "undo-changed-since", field: "FNAME", value: "Anna" },
    ]);
  });
  test("V10: a field that is of another pair by now, or is not shown, is told", () => {
    told({ ...one, settles: { baseline: {} } }, {}, ...each("undo-changed-since"));
    told(one, { member: { fields: { FNAME: null, LNAME: null } } }, ...each("undo-changed-since"));
  });
  test.each(["cleaned", "archived"] as const)("V9: of somebody who is %s by now all is told", (status) =>
    told(one, { member: { status } }, ...each("undo-changed-since")),
  );
  test.each(["unsubscribed", "pending", "transactional"] as const)("of somebody who is %s it is put back", (status) =>
    expect(undone(one, { member: { status } }).operations).toHaveLength(1),
  );
  test("V10: what an earlier version settled under Copper's name belongs to the pair that inherits it, and to no other", () => {
    const earlier = { ...one, fields: { FNAME: "Ana" }, settles: { baseline: { first_name: "Ana" } } };
    const changed = { code: "undo-changed-since", field: "FNAME", value: "Anna" };
    told(earlier, {}, changed);
    const inherits = mapped.map((field) => ({ ...field, inherits: true }));
    expect(undone(earlier, { policy: { mapped: inherits } }).operations).toMatchObject([{ fields: { FNAME: "Anna" } }]);
    told({ ...earlier, settles: { baseline: {} } }, { policy: { mapped: inherits } }, changed);
  });
  test("where nothing was settled with it all is told", () =>
    told({ ...one, settles: {} }, {}, ...each("undo-changed-since")));
  test("D2: of somebody who is marked by now all is told", () =>
    told(one, { person: { tags: ["À SUPPRIMER"] } }, ...each("undo-left-alone")));
  test("of somebody whose person is gone it is put back, and a blank is agreed of Copper's side", () => {
    expect(undone(one, { person: null }).operations[0]?.settles.baseline).toEqual({
      [pairOf("FNAME")]: agreed("", "Anna"),
      [pairOf("LNAME")]: "",
    });
  });
  test("of somebody who is gone all is told", () => told(one, { member: null }, ...each("undo-gone")));
});

describe("update-person", () => {
  const one = {
    side: "copper",
    operation: "update-person",
    fields: { first_name: "Ana" },
    before: { first_name: "Anna" },
    name: "Ana Lopez",
    settles: { baseline: { [pairOf("FNAME")]: "Ana" } },
  };
  test("the values before are put back with the whole name, and are what is agreed of Copper's side", () => {
    const { operations, notes } = undone(one);
    expect(notes).toEqual([]);
    expect(operations).toMatchObject([
      { operation: "update-person", reason: "undo", fields: one.before, before: one.fields, name: "Anna Lopez" },
    ]);
    expect(operations[0]!.settles.baseline).toEqual({ [pairOf("FNAME")]: agreed("Anna", "Ana") });
  });
  test("no name goes with another field", () => {
    const phone = {
      ...one,
      fields: { phone: "1" },
      before: { phone: "2" },
      settles: { baseline: { [pairOf("PHONE")]: "1" } },
    };
    const [back] = undone(phone, { person: { fields: { ...ana.fields, phone: "1" } } }).operations;
    expect(back).toMatchObject({ fields: { phone: "2" } });
    expect(back).not.toHaveProperty("name");
  });
  test("of somebody whose member is gone it is put back, and a blank is agreed of Mailchimp's side", () => {
    const [back] = undone(one, { member: null }).operations;
    expect(back?.settles.baseline).toEqual({ [pairOf("FNAME")]: agreed("Anna", "") });
  });
  test("what changed since, or is gone, is told", () => {
    const about = { field: "first_name", value: "Anna" };
    told(one, { person: { fields: { first_name: "Eva" } } }, { code: "undo-changed-since", ...about });
    told(one, { person: null }, { code: "undo-gone", ...about });
  });
});

test("V6: a value stands as its own side compares it", () => {
  const [written, respelt] = ["(212) 555-0100", "212-555-0100"];
  const settles = { baseline: { [pairOf("PHONE")]: written } };
  const person = {
    operation: "update-person",
    side: "copper",
    fields: { phone: written },
    before: { phone: "" },
    settles,
  };
  expect(undone(person, { person: { fields: { phone: respelt } } }).operations).toHaveLength(1);
  const field = { fields: { PHONE: written }, before: { PHONE: "" } };
  const member = { operation: "update-member", side: "mailchimp", member: memberRef(there), ...field, settles };
  expect(undone(member, { member: { fields: { PHONE: written } } }).operations).toHaveLength(1);
  expect(undone(member, { member: { fields: { PHONE: respelt } } }).operations).toEqual([]);
});

describe("tags of a member", () => {
  const one = {
    side: "mailchimp",
    operation: "tag-member",
    member: memberRef(there),
    add: ["VIP"],
    remove: [{ id: 6, name: "Press" }],
  };
  test("what was put on goes, what was taken off comes back, and whose each is is kept", () => {
    const { operations, notes } = undone(one, { person: { tags: [] } });
    expect(operations).toMatchObject([
      { operation: "tag-member", add: ["Press"], remove: [{ id: 5, name: "VIP" }], settles: { tagsPut: ["press"] } },
    ]);
    expect(notes).toEqual([]);
  });
  test("of somebody who is not linked any more, too", () => {
    expect(undone(one, { link: null }).operations).toMatchObject([{ settles: { tagsPut: ["press"] } }]);
  });
  test("one that Copper still asks for is said to come again", () => {
    expect(undone(one).notes).toEqual([
      { contact: "ana@exemple.fr", code: "undo-comes-again", field: "tags", value: "VIP" },
    ]);
  });
  test("one that is gone, or back, by now is told; where all are, nothing is written", () => {
    const { operations, notes } = undone(one, { member: { tags: [] }, person: { tags: [] } });
    expect(operations).toMatchObject([{ add: ["Press"], remove: [] }]);
    expect(notes).toEqual([{ contact: "ana@exemple.fr", code: "undo-changed-since", field: "tags", value: "VIP" }]);
    const back = undone(one, { member: { tags: [...there.tags, { id: 6, name: "press" }] }, person: { tags: [] } });
    expect(back.operations).toMatchObject([{ add: [], remove: [{ name: "VIP" }] }]);
    expect(back.notes).toEqual([
      { contact: "ana@exemple.fr", code: "undo-changed-since", field: "tags", value: "Press" },
    ]);
    expect(undone(one, { member: { tags: [{ id: 6, name: "Press" }] } }).operations).toEqual([]);
  });
  test("V9, G1: of somebody who is cleaned, archived or gone nothing is written", () => {
    for (const status of ["cleaned", "archived"] as const)
      expect(undone(one, { member: { status } }).operations).toEqual([]);
    const { operations, notes } = undone(one, { member: null });
    expect(operations).toEqual([]);
    for (const note of notes) expect(note.code).toBe("undo-gone");
    expect(notes.length).toBeGreaterThan(0);
  });
});

describe("tags of a person", () => {
  const one = { side: "copper", operation: "tag-person", add: ["mailchimp:unsubscribed"], remove: ["vip"] };
  const tagged = { tags: ["mailchimp:unsubscribed"] };
  test("what was put on goes, what was taken off comes back, ours as before, and both are said to come again", () => {
    const { operations, notes } = undone(one, {
      person: tagged,
      link: { toldPut: ["mailchimp:unsubscribed", "other"] },
    });
    expect(operations).toMatchObject([
      {
        operation: "tag-person",
        personId: 1,
        add: ["vip"],
        remove: ["mailchimp:unsubscribed"],
        settles: { toldPut: ["other", "vip"] },
      },
    ]);
    expect(notes.map(({ code, value }) => [code, value])).toEqual([
      ["undo-comes-again", "vip"],
      ["undo-comes-again", "mailchimp:unsubscribed"],
    ]);
  });
  test("of people without a member, too", () => {
    const toldAlone = new Map([[1, ["mailchimp:unsubscribed", "other"]]]);
    expect(undone(one, { person: tagged, link: null, world: { toldAlone } }).operations).toMatchObject([
      { settles: { toldPut: ["other", "vip"] } },
    ]);
    expect(undone(one, { person: tagged, link: null }).operations).toMatchObject([{ settles: { toldPut: ["vip"] } }]);
  });
  test("one that is back by now is told, and the others are put back", () => {
    const two = { ...one, remove: ["vip", "press"] };
    const { operations, notes } = undone(two, { person: { tags: ["mailchimp:unsubscribed", "VIP"] } });
    expect(operations).toMatchObject([{ add: ["press"], remove: ["mailchimp:unsubscribed"] }]);
    expect(notes[0]).toEqual({ contact: "ana@exemple.fr", code: "undo-changed-since", field: "tags", value: "vip" });
  });
  test("where nothing of it stands, or they are gone, nothing is written", () => {
    for (const now of [{ person: { tags: ["VIP"] } }, { person: null }]) {
      const { operations, notes } = undone(one, now);
      expect(operations).toEqual([]);
      expect(new Set(notes.map(({ code }) => code))).toEqual(
        new Set([now.person === null ? "undo-gone" : "undo-changed-since"]),
      );
    }
  });
});
