/** Tests what becomes of contacts that only one side has, and why some stay alone (C2, C4, C5, D3). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, there } from "../../test/undoing.ts";
import { validKeys } from "../domain/address.ts";
import { agreed, type Member, type Person } from "../domain/contact.ts";
import { type FieldOverride, mapFields } from "../domain/fields.ts";
import { DEFAULT_TAG_NAMES } from "../domain/tags.ts";
import { memberRef, type Operation } from "../plan/operations.ts";
import type { Gathered, Surroundings } from "./pair.ts";
import { unlinkedMember, unlinkedPerson } from "./unlinked.ts";
import type { Policy, World } from "./world.ts";

const OVERRIDES: readonly FieldOverride[] = [
  { copper: "first_name", mailchimp: "FNAME", direction: "both" },
  { copper: "last_name", mailchimp: "LNAME", direction: "both" },
  { copper: "title", mailchimp: "TITLE", direction: "both" },
  { copper: "details", mailchimp: "NOTES", direction: "to-copper" },
  { copper: "suffix", mailchimp: "SUFFIX", direction: "to-mailchimp" },
  { copper: "phone", mailchimp: "MOBILE", direction: "both" },
  { copper: "phone", mailchimp: "PHONE", direction: "both" },
  { copper: "custom:7", mailchimp: "SCORE", direction: "both" },
];
const merges = ["FNAME", "LNAME", "TITLE", "NOTES", "SUFFIX", "MOBILE", "PHONE", "SCORE"].map((tag) =>
  mergeField(tag, tag === "TITLE" ? { longest: 10 } : {}),
);
const { mapped } = mapFields(OVERRIDES, merges, [{ id: 7, name: "Score", dataType: "Float", options: [] }]);
const pair = (mailchimp: string) => mapped.find((one) => one.mailchimp === mailchimp)!.pair;
const policy = {
  mapped,
  newMemberStatus: "pending",
  createInCopper: true,
  tagNames: DEFAULT_TAG_NAMES,
  tagStyle: "unicode",
} as unknown as Policy;
const world = { run: 1, rejected: new Map(), deleted: new Set(), setAside: new Set() } as unknown as World;
const gathered = (): Gathered => ({ operations: [], links: [], conflicts: [], notes: [] });
const NEXT = { reason: "next-run" };
const REJECTED = "mailchimp:rejected";

describe("a person without a member", () => {
  function alone(person: Partial<Person> = {}, some: Partial<World> = {}, taken = "") {
    const now = { ...ana, tags: [], ...person };
    const contact = {
      person: now,
      addresses: validKeys(now.emails),
      member: undefined,
      link: undefined,
      made: false,
      others: [],
      duplicate: false,
    };
    const around = { world: { ...world, ...some }, policy, addressIndex: { memberAt: (one: string) => one === taken } };
    const into = gathered();
    const because = unlinkedPerson(contact, around as unknown as Surroundings, into);
    return { because, operations: [...into.operations], notes: into.notes };
  }
  test("C2: becomes a member under the first valid address, with the fields and tags that can cross", () => {
    const fields = { first_name: "Ana", title: "", details: "x", suffix: "Jr", phone: "1", "custom:7": null };
    const { because, operations, notes } = alone({
      emails: ["nope", " Ana@X.fr ", "b@x.fr"],
      fields,
      tags: ["VIP", "Press"],
    });
    expect([because, notes]).toEqual([NEXT, []]);
    expect(operations).toEqual([
      {
        side: "mailchimp",
        operation: "create-member",
        contact: "Ana@X.fr",
        personId: 1,
        reason: "new-in-copper",
        email: "Ana@X.fr",
        status: "pending",
        fields: { FNAME: "Ana", SUFFIX: "Jr", MOBILE: "1", PHONE: "1" },
        tags: ["VIP", "Press"],
        settles: {
          personId: 1,
          memberKey: "",
          address: "ana@x.fr",
          since: 0,
          archived: null,
          tagsPut: ["press", "vip"],
          refused: {},
          baseline: {
            [pair("FNAME")]: "Ana",
            [pair("LNAME")]: "",
            [pair("TITLE")]: "",
            [pair("NOTES")]: agreed("x", ""),
            [pair("SUFFIX")]: "Jr",
            [pair("MOBILE")]: "1",
            [pair("PHONE")]: "1",
          },
        },
      },
    ]);
  });
  test("V12: a value that Mailchimp cannot hold is told, and the rest is written", () => {
    const { operations, notes } = alone({ fields: { first_name: " Ana ", title: "far too long" } });
    expect(notes).toEqual([{ contact: "ana@exemple.fr", code: "too-long", field: "title", value: "far too long" }]);
    const [made] = operations as Extract<Operation, { operation: "create-member" }>[];
    expect(made!.fields).toEqual({ FNAME: "Ana" });
    expect(made!.settles.refused).toEqual({
      [pair("TITLE")]: { from: "copper", value: "far too long", why: "cannot" },
    });
    expect(made!.settles.baseline).toHaveProperty([pair("FNAME")], agreed(" Ana ", "Ana"));
    expect(made!.settles.baseline).not.toHaveProperty([pair("TITLE")]);
  });
  test("C3: what only told something under an earlier name is not sent as a tag", () => {
    const { operations } = alone({ tags: ["VIP", "Refused"] }, { toldAlone: new Map([[1, ["refused"]]]) });
    expect(operations.at(-1)).toMatchObject({
      operation: "create-member",
      tags: ["VIP"],
      settles: { tagsPut: ["vip"] },
    });
  });
  test.each([
    [
      "a member who is another's has the address",
      {},
      "ana@exemple.fr",
      { reason: "address-taken", detail: { address: "ana@exemple.fr" } },
    ],
    [
      "A9: a record with the address cannot be read",
      { odd: new Set(["ana@exemple.fr"]) },
      "",
      { reason: "other-record-odd" },
    ],
    [
      "A9: one with another address of theirs cannot be read",
      { odd: new Set(["b@x.fr"]) },
      "",
      { reason: "other-record-odd" },
    ],
    ["D3: they were deleted", { deleted: new Set(["ana@exemple.fr"]) }, "", { reason: "deleted" }],
    [
      "G3: the reading of Mailchimp ended early",
      { partly: new Set(["mailchimp"]) },
      "",
      { reason: "reading-in-doubt" },
    ],
  ] as const)("stays alone: %s", (_, some, taken, because) => {
    const found = alone({ emails: ["ana@exemple.fr", "b@x.fr"] }, some as Partial<World>, taken);
    expect(found).toMatchObject({ because, operations: [] });
    expect(found.notes.map((one) => one.code)).toEqual(taken === "" ? [] : ["address-taken"]);
  });
  test.each([
    ["a record with another address cannot be read", { odd: new Set(["c@x.fr"]) }],
    ["somebody else was deleted", { deleted: new Set(["c@x.fr"]) }],
    ["the reading of Copper ended early", { partly: new Set(["copper"]) }],
    ["somebody else was refused", { rejected: new Map([["c@x.fr", "FORGOTTEN_EMAIL"]]) }],
  ])("becomes a member where %s", (_, some) => {
    expect(alone({}, some as Partial<World>)).toMatchObject({
      because: NEXT,
      operations: [{ operation: "create-member" }],
    });
  });
  describe("C5: whose address Mailchimp refuses", () => {
    const rejected = new Map([["ana@exemple.fr", "FORGOTTEN_EMAIL"]]);
    test("is told so in Copper, and stays alone", () => {
      expect(alone({}, { rejected })).toMatchObject({
        because: { reason: "forgotten" },
        operations: [{ operation: "tag-person", contact: "ana@exemple.fr", add: [REJECTED], remove: [] }],
      });
      expect(alone({ tags: [REJECTED] }, { rejected }).operations).toEqual([]);
    });
    test("is tried again where the operator asks for it, and keeps the tag until then", () => {
      const again = alone({ tags: [REJECTED] }, { rejected, retryRejected: true });
      expect([again.because, again.operations.map((one) => one.operation)]).toEqual([NEXT, ["create-member"]]);
      const lifted = alone({ tags: [REJECTED] });
      expect(lifted.operations.map((one) => one.operation)).toEqual(["create-member"]);
    });
    test("other status tags go", () => {
      expect(alone({ tags: ["mailchimp:cleaned"] }).operations[0]).toMatchObject({
        remove: ["mailchimp:cleaned"],
        add: [],
      });
    });
  });
});

describe("a member whom Copper does not have", () => {
  function alone(member: Partial<Member> = {}, some: Partial<World> = {}, its: Partial<Policy> = {}) {
    const into = gathered();
    const because = unlinkedMember({ ...there, ...member }, { ...world, ...some }, { ...policy, ...its }, into);
    return {
      because,
      operations: [...into.operations] as Extract<Operation, { operation: "create-person" }>[],
      notes: into.notes,
    };
  }
  test("C4: becomes a person, with the fields that can cross", () => {
    const member = {
      email: " Ana@X.fr ",
      fields: { FNAME: "Ana", LNAME: "Lopez", TITLE: "", NOTES: "x", SUFFIX: "Jr", SCORE: "2,5" },
    };
    const { because, operations, notes } = alone(member);
    expect([because, notes]).toEqual([NEXT, []]);
    expect(operations).toEqual([
      {
        side: "copper",
        operation: "create-person",
        contact: " Ana@X.fr ",
        reason: "new-in-mailchimp",
        member: memberRef({ ...there, email: member.email }),
        name: "Ana Lopez",
        email: "Ana@X.fr",
        fields: { first_name: "Ana", last_name: "Lopez", details: "x", "custom:7": "2.5" },
        settles: {
          personId: 0,
          memberKey: "k",
          address: "ana@x.fr",
          since: 0,
          archived: null,
          tagsPut: [],
          refused: {},
          baseline: {
            [pair("FNAME")]: "Ana",
            [pair("LNAME")]: "Lopez",
            [pair("TITLE")]: "",
            [pair("NOTES")]: "x",
            [pair("MOBILE")]: "",
            [pair("PHONE")]: "",
            [pair("SCORE")]: agreed("2.5", "2,5"),
          },
        },
      },
    ]);
  });
  test("W8: is named by the address where there is no name", () => {
    expect(alone({ email: " Ana@X.fr ", fields: {} }).operations[0]?.name).toBe("Ana@X.fr");
  });
  test("V12: a value that Copper cannot hold is told, and the rest is written", () => {
    const { operations, notes } = alone({ fields: { FNAME: "Ana", SCORE: "many" } });
    expect(notes).toEqual([{ contact: "ana@exemple.fr", code: "not-a-number", field: "custom:7", value: "many" }]);
    expect(operations[0]!.fields).toEqual({ first_name: "Ana" });
    expect(operations[0]!.settles.refused).toEqual({
      [pair("SCORE")]: { from: "mailchimp", value: "many", why: "cannot" },
    });
  });
  test("V14: of several merge fields for one field the first value wins, and the others are compared by the next run", () => {
    const phones = (MOBILE: string | null, PHONE: string | null) => {
      const { fields, settles } = alone({ fields: { MOBILE, PHONE } }).operations[0]!;
      const { [pair("MOBILE")]: mobile, [pair("PHONE")]: phone } = settles.baseline!;
      return [fields.phone, mobile, phone];
    };
    expect(phones("1", "2")).toEqual(["1", "1", undefined]);
    expect(phones("", "2")).toEqual(["2", undefined, "2"]);
    expect(phones("1", "")).toEqual(["1", "1", undefined]);
    expect(phones(null, "2")).toEqual(["2", undefined, "2"]);
    expect(phones("1", null)).toEqual(["1", "1", undefined]);
    expect(phones("", "")).toEqual([undefined, "", ""]);
  });
  const at = new Set(["ana@exemple.fr"]);
  test.each([
    ["D3: they were deleted", {}, { deleted: at }, {}, "deleted"],
    ["C4: they unsubscribed", { status: "unsubscribed" }, {}, {}, "unsubscribed-unknown"],
    ["the settings say so", {}, {}, { createInCopper: false }, "not-created"],
    ["there is a filter", {}, {}, { filter: {} }, "not-created-filter"],
    ["A9: a record with the address cannot be read", {}, { odd: at }, {}, "other-record-odd"],
    ["W7: there is no address", { email: "+33 6" }, {}, {}, "invalid-email"],
    ["G3: the reading of Copper ended early", {}, { partly: new Set(["copper"]) }, {}, "reading-in-doubt"],
    ["A3: they failed too often", {}, { setAside: at }, {}, "set-aside"],
  ])("stays alone: %s", (_, member, some, its, reason) => {
    const found = alone(member as Partial<Member>, some as Partial<World>, its);
    expect([found.because, found.operations]).toEqual([{ reason }, []]);
    expect(found.notes).toEqual(reason === "set-aside" ? [{ contact: "ana@exemple.fr", code: "set-aside" }] : []);
  });
  test("becomes a person where only the reading of Mailchimp ended early", () => {
    expect(alone({}, { partly: new Set(["mailchimp"] as const), odd: new Set() }).because).toEqual(NEXT);
  });
});
