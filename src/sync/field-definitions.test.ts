/** Tests the definitions of fields: when stored ones suffice, what they map, and what a change of them means (V10, V11). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { sideOf } from "../../test/records.ts";
import { ana, there } from "../../test/undoing.ts";
import type { Link } from "../domain/contact.ts";
import type { FieldOverride, MergeField } from "../domain/fields.ts";
import type { Filter } from "../domain/filter.ts";
import { runSteps } from "../plan/collections.ts";
import { newLink } from "../plan/link-patch.ts";
import { memberRef, type Operation, type UpdateMember } from "../plan/operations.ts";
import type { SetUp } from "../ports/facts.ts";
import type { Store } from "../ports/store.ts";
import {
  askSetUp,
  definitionsToRenew,
  fieldlessOf,
  lapsed,
  mappingOf,
  Remapped,
  requiredNotes,
  shownMapping,
  usable,
} from "./field-definitions.ts";

const OVERRIDES: readonly FieldOverride[] = [
  { copper: "first_name", mailchimp: "FNAME", direction: "both" },
  { copper: "title", mailchimp: "TITLE", direction: "to-copper" },
  { copper: "title", mailchimp: "JOB", direction: "both" },
  { copper: "custom:Score", mailchimp: "SCORE", direction: "both", asked: true },
];
const merge = (tag: string, id: number, some: Partial<MergeField> = {}) => mergeField(tag, { id, ...some });
const merges = [merge("FNAME", 1), merge("TITLE", 2), merge("JOB", 3), merge("SCORE", 4)];
const customs = [{ id: 7, name: "Score", dataType: "Float", options: [] }];
const setUp: SetUp = { signUpUrl: "https://x", merges, customs, contactTypes: [[1, "Client"]] };
const byType: Filter = { contactTypes: ["Client"] };
const storing = (facts: Record<string, unknown>) => ({ fact: async (name: string) => facts[name] }) as unknown as Store;
const mapping = (some: {
  overrides?: readonly FieldOverride[];
  setUp?: SetUp;
  filter?: Filter;
  zone?: string;
  facts?: Record<string, unknown>;
}) =>
  mappingOf(
    some.setUp ?? setUp,
    some.overrides ?? OVERRIDES,
    some.filter,
    some.zone ?? "Europe/Paris",
    storing(some.facts ?? {}),
  );

describe("the definitions", () => {
  const mailchimp = { audience: async () => ({ signUpUrl: "https://x" }), mergeFields: async () => merges };
  let types = 0;
  const copper = {
    customFields: async () => customs,
    async contactTypes() {
      types += 1;
      return new Map([[1, "Client"]]);
    },
  };
  const asked = (filter?: Filter) => askSetUp(copper as never, mailchimp as never, filter);
  test("are those of both services, with contact types only where the filter needs them", async () => {
    expect(await asked()).toEqual({ ...setUp, contactTypes: [] });
    expect(types).toBe(0);
    expect(await asked(byType)).toEqual(setUp);
    expect(types).toBe(1);
  });
  test("that are stored suffice, unless an earlier version stored less or the filter names what they lack", () => {
    expect(usable(undefined, undefined)).toBeUndefined();
    expect(usable(setUp, undefined)).toBe(setUp);
    expect(usable(setUp, byType)).toBe(setUp);
    expect(usable({ ...setUp, contactTypes: [] }, byType)).toBeUndefined();
    for (const lacking of ["id", "kind"]) {
      const older = { ...merges[1], [lacking]: undefined } as unknown as MergeField;
      expect(usable({ ...setUp, merges: [merges[0]!, older] }, undefined)).toBeUndefined();
    }
  });
});

describe("the mapping", () => {
  test("is of the fields that both sides have; lines of the operator that cannot be met are told", async () => {
    const none = { ...setUp, customs: [] };
    const overrides = [...OVERRIDES, { copper: "phone", mailchimp: "PHONE", direction: "both" } as const];
    const { mapped, notes } = await mapping({ overrides, setUp: none });
    expect(mapped.map((one) => one.mailchimp)).toEqual(["FNAME", "TITLE", "JOB"]);
    expect(notes).toEqual([{ contact: "", code: "unmet-field", field: "custom:Score ↔ SCORE" }]);
    expect((await mapping({})).notes).toEqual([]);
  });
  test("V10: has another key where records must be read with other fields, and only then", async () => {
    const { key } = await mapping({});
    expect((await mapping({ setUp: { ...setUp, signUpUrl: null } })).key).toBe(key);
    const others = await Promise.all([
      mapping({ overrides: OVERRIDES.slice(0, 3) }),
      mapping({ setUp: { ...setUp, merges: [merge("FNAME", 9), ...merges.slice(1)] } }),
      mapping({ setUp: { ...setUp, merges: [merge("FIRST", 1), ...merges.slice(1)] } }),
      mapping({ filter: byType }),
      mapping({ filter: { fields: { Score: ["1"] } } }),
      mapping({ zone: "America/New_York" }),
    ]);
    expect(new Set([key, ...others.map((one) => one.key)]).size).toBe(others.length + 1);
  });
  test("V10: what an earlier version stored under Copper's name belongs to the only pair that was and is mapped", async () => {
    const found = await mapping({ facts: { fields: "first_name=FNAME,title=TITLE,phone=PHONE" } });
    const pair = found.mapped[0]!.pair;
    expect(found.inherited).toEqual({ first_name: pair });
    expect(found.mapped.map((one) => one.inherits === true)).toEqual([true, false, false, false]);
    expect((await mapping({ facts: { fields: "first_name=OTHER" } })).inherited).toEqual({});
    expect((await mapping({})).inherited).toEqual({});
  });
  test("V10: what was found to be inherited once stays so", async () => {
    const kept = { title: (await mapping({})).mapped[1]!.pair, first_name: "another" };
    const found = await mapping({ facts: { inherited: kept, fields: "first_name=FNAME" } });
    expect(found.inherited).toEqual(kept);
    expect(found.mapped.map((one) => one.inherits === true)).toEqual([false, true, false, false]);
  });
  test("is shown with the names that people know custom fields by", async () => {
    expect(shownMapping(await mapping({})).map((one) => one.label)).toEqual(["first_name", "title", "title", "Score"]);
  });
  test("tells of fields that the audience requires and nothing fills", async () => {
    const required = merges.map((one) => ({ ...one, required: one.tag !== "SCORE" }));
    const more = { ...setUp, merges: [...required, merge("OTHER", 9, { required: true })] };
    expect(requiredNotes(await mapping({ setUp: more }))).toEqual([
      { contact: "", code: "required-field", field: "TITLE" },
      { contact: "", code: "required-field", field: "OTHER" },
    ]);
  });
});

describe("V10: what belongs to pairs that are no longer mapped is given up", () => {
  const refusal = { from: "copper", value: "x", why: "refused" } as const;
  const link = (personId: number, baseline: Link["baseline"], refused: Link["refused"] = {}): Link => ({
    ...newLink(personId, "k", "a", personId),
    baseline,
    refused,
  });
  test("baselines and refusals, but not those of addresses and tags, nor what a pair inherits", async () => {
    const { mapped } = await mapping({ facts: { fields: "first_name=FNAME" } });
    const [first, title] = mapped.map((one) => one.pair) as [string, string];
    const right = link(1, { [first]: "A", first_name: "B" }, { [title]: refusal, email: refusal, "tag:vip": refusal });
    const base = link(2, { [first]: "A", "gone|9:text": "B", title: "C" }, { email: refusal });
    const refused = link(3, { [first]: "A" }, { "gone|9:text": refusal, told: refusal });
    const steps = lapsed([right, base, refused], mapped);
    expect(runSteps(steps)).toEqual([
      { ...base, baseline: { [first]: "A" } },
      { ...refused, refused: { told: refusal } },
    ]);
  });
  test("one link at a time, so that others get their turn", () => {
    expect([...lapsed([link(1, {}), link(2, {})], [])]).toHaveLength(2);
  });
});

test("V10, V11: records that could not be read with the new mapping show none of its fields", async () => {
  const { mapped } = await mapping({ overrides: OVERRIDES.slice(0, 2) });
  const seen = {
    persons: new Map([1, 2].map((id) => [id, { ...ana, id }])),
    members: new Map(["k", "l"].map((key) => [key, { ...there, key }])),
    unseen: { persons: [2, 9], members: ["l", "gone"] },
  };
  expect(fieldlessOf(seen, mapped)).toEqual({
    persons: [{ ...ana, id: 2, fields: { first_name: null, title: null } }],
    members: [{ ...there, key: "l", fields: { FNAME: null, TITLE: null } }],
  });
});

test("whoever hears that other fields are mapped now gets the new definitions", () => {
  const error = new Remapped(setUp);
  expect(error).toBeInstanceOf(Error);
  expect(error.setUp).toBe(setUp);
});

describe("V11: definitions are read again before", () => {
  const wrote = (operation: Operation["operation"], fields: object, before: object, some: object = {}) =>
    ({
      operation,
      side: sideOf(operation),
      fields,
      before,
      reason: "x",
      settles: {},
      member: memberRef(there),
      ...some,
    }) as unknown as Operation;
  const custom = { settles: { baseline: { "custom:7:Float|4:number": "" } } };
  const person = wrote("update-person", { title: "" }, { title: "A" });
  const member = wrote("update-member", { SCORE: "" }, { SCORE: "5" }, custom);
  const { before: _, ...made } = wrote("create-member", { SCORE: "" }, {}, custom) as unknown as UpdateMember;
  test.each([
    ["a person's value is replaced", person, ["mailchimp"], ["mailchimp"]],
    ["a person gets a value", wrote("update-person", { title: "A" }, { title: "" }), [], []],
    ["a member's value is cleared, after a custom field", member, ["copper"], []],
    [
      "a member's value is cleared, after another field",
      { ...member, settles: { baseline: { "title|2:text": "" } } },
      [],
      [],
    ],
    ["a member's value is cleared, after nothing", { ...member, settles: {} }, [], []],
    ["a member's value is replaced", wrote("update-member", { SCORE: "6" }, { SCORE: "5" }, custom), [], []],
    ["a member's blank stays", wrote("update-member", { SCORE: "" }, { SCORE: "" }, custom), [], []],
    ["a member's unknown value is cleared", wrote("update-member", { SCORE: "" }, {}, custom), [], []],
    ["a member is created without a value", made, [], []],
    ["a person's value is put back by an undo", { ...person, reason: "undo" }, [], []],
    ["a member's value is cleared by an undo", { ...member, reason: "undo" }, [], []],
  ] as readonly (readonly [string, Operation, readonly string[], readonly string[]])[])(
    "%s",
    (_, operation, kept, fresh) => {
      expect([...runSteps(definitionsToRenew([operation], true))]).toEqual(kept);
      expect([...runSteps(definitionsToRenew([operation], false))]).toEqual(fresh);
    },
  );
  test("several writes, of each side that one of them needs, one at a time", () => {
    const steps = definitionsToRenew([member, { ...person, reason: "undo" } as Operation, person], true);
    expect([...steps]).toHaveLength(3);
    expect([...runSteps(definitionsToRenew([member, person], true))]).toEqual(["copper", "mailchimp"]);
  });
});
