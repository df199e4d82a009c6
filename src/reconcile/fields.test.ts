/** Tests the decision on all fields of two linked records: choices, conflicts, and values that cannot cross (V2, V5, V12). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { ana, there } from "../../test/undoing.ts";
import { agreed, type Link, type Refusal } from "../domain/contact.ts";
import { DEFAULT_FIELDS, type FieldOverride, type MappedField, mapFields } from "../domain/fields.ts";
import type { ShownFields, Value } from "../domain/values.ts";
import { newLink } from "../plan/link-patch.ts";
import { decideFields, type FieldRules, type FieldsVerdict } from "./fields.ts";

const merges = [
  mergeField("FNAME"),
  mergeField("LNAME"),
  mergeField("TITLE", { longest: 10 }),
  mergeField("MOBILE"),
  mergeField("PHONE"),
  mergeField("SCORE"),
];
const customs = [{ id: 7, name: "Score", dataType: "Float", options: [] }];
const OVERRIDES: readonly FieldOverride[] = [
  ...DEFAULT_FIELDS.filter((one) => one.copper !== "phone"),
  { copper: "phone", mailchimp: "MOBILE", direction: "both" },
  { copper: "phone", mailchimp: "PHONE", direction: "both" },
  { copper: "custom:Score", mailchimp: "SCORE", direction: "both" },
];
const { mapped } = mapFields(OVERRIDES, merges, customs);
const pair = (mailchimp: string) => mapped.find((one) => one.mailchimp === mailchimp)!.pair;
const [FIRST, LAST, TITLE, MOBILE, PHONE, SCORE] = ["FNAME", "LNAME", "TITLE", "MOBILE", "PHONE", "SCORE"].map(
  pair,
) as [string, string, string, string, string, string];

interface Given {
  readonly copper?: ShownFields;
  readonly mailchimp?: ShownFields;
  readonly held?: Link["baseline"];
  readonly refused?: Link["refused"];
  readonly chosen?: Readonly<Record<string, Value>>;
  readonly rules?: Partial<FieldRules>;
}
const link = newLink(1, "k", "ana@exemple.fr", 1);
const decided = ({ copper = {}, mailchimp = {}, held = {}, refused = {}, chosen, rules }: Given): FieldsVerdict =>
  decideFields(
    { mapped, conflict: "copper", run: 10, ...rules },
    { ...ana, fields: copper, modifiedAt: 5 },
    { ...there, fields: mailchimp, changedAt: 9 },
    { ...link, baseline: held, refused },
    chosen && new Map(Object.entries(chosen)),
  );
const written = ({ toMailchimp, toCopper }: FieldsVerdict) => [toMailchimp, toCopper];
/** Everything that is agreed, where nothing is said about the other fields: those are blank on both sides. */
const blank = Object.fromEntries(mapped.map((one) => [one.pair, ""]));
const only = (...pairs: string[]) =>
  Object.fromEntries(Object.entries(blank).filter(([name]) => !pairs.includes(name)));
const conflict = (some: object) => ({ contact: "ana@exemple.fr", personId: 1, field: "title", ...some });
const refusal = (from: Refusal["from"], value: string, some: Partial<Refusal> = {}): Refusal => ({
  from,
  value,
  why: "cannot",
  ...some,
});

describe("V2: the value that the operator chose", () => {
  const name = fc.constantFrom("Ana", "Anna", "Anne");
  const first = mapped.filter((one) => one.pair === FIRST);
  test("goes to each side that holds another, and to no other; then it is agreed", () => {
    fc.assert(
      fc.property(name, name, name, fc.option(name, { nil: undefined }), (copper, mailchimp, chosen, held) => {
        const verdict = decided({
          copper: { first_name: copper },
          mailchimp: { FNAME: mailchimp },
          held: held === undefined ? {} : { [FIRST]: held },
          chosen: { first_name: chosen },
          rules: { mapped: first },
        });
        expect(verdict.toCopper).toEqual(copper === chosen ? {} : { first_name: chosen });
        expect(verdict.toMailchimp).toEqual(mailchimp === chosen ? {} : { FNAME: chosen });
        for (const after of [verdict.afterCopper, verdict.afterMailchimp])
          expect(after).toEqual({ [FIRST]: agreed(chosen, chosen) });
        expect([verdict.conflicts, verdict.notes]).toEqual([[], []]);
      }),
    );
  });
  const given = { copper: { title: "A" }, mailchimp: { TITLE: "B" }, held: { ...blank, [TITLE]: "C" } };
  test("is not sent again to a side that refused it", () => {
    const by = (refused: Refusal) =>
      written(decided({ ...given, chosen: { title: "X" }, refused: { [TITLE]: refused } }));
    const why = "refused" as const;
    const [toCopper, toMailchimp] = [{ title: "X" }, { TITLE: "X" }];
    expect(by(refusal("copper", "X", { why }))).toEqual([{}, toCopper]);
    expect(by(refusal("mailchimp", "X", { why }))).toEqual([toMailchimp, {}]);
    expect(by(refusal("copper", "X", { why: "not-taken", again: 10 }))).toEqual([toMailchimp, toCopper]);
  });
  test("that a side cannot hold leaves the usual rules in force", () => {
    const verdict = decided({ ...given, chosen: { title: "far too long" } });
    expect(written(verdict)).toEqual([{ TITLE: "A" }, {}]);
    expect(verdict.conflicts).toEqual([conflict({ copper: "A", mailchimp: "B", kept: "copper" })]);
  });
});

describe("a field", () => {
  test("that both sides hold is agreed without a write", () => {
    const verdict = decided({ copper: { title: "A" }, mailchimp: { TITLE: "A " } });
    expect([...written(verdict), verdict.agreed]).toEqual([{}, {}, { ...only(TITLE), [TITLE]: ["A", "A "] }]);
  });
  test("that changed on one side is written to the other, and agreed after that", () => {
    const held = { ...blank, [TITLE]: "A" };
    const nothing = { agreed: {}, conflicts: [], notes: [], refused: {} };
    expect(decided({ copper: { title: "B" }, mailchimp: { TITLE: "A" }, held })).toEqual({
      ...nothing,
      toMailchimp: { TITLE: "B" },
      afterMailchimp: { [TITLE]: "B" },
      toCopper: {},
      afterCopper: {},
    });
    expect(decided({ copper: { title: "A" }, mailchimp: { TITLE: "B" }, held })).toEqual({
      ...nothing,
      toMailchimp: {},
      afterMailchimp: {},
      toCopper: { title: "B" },
      afterCopper: { [TITLE]: "B" },
    });
    const same = decided({ copper: { title: "A" }, mailchimp: { TITLE: "A" }, held });
    expect(same).toEqual({ ...nothing, toMailchimp: {}, afterMailchimp: {}, toCopper: {}, afterCopper: {} });
  });
  test("is agreed in each side's own form", () => {
    const held = { ...blank, [SCORE]: "1" };
    expect(decided({ copper: { "custom:7": "1" }, mailchimp: { SCORE: "2,5" }, held })).toMatchObject({
      toCopper: { "custom:7": "2.5" },
      afterCopper: { [SCORE]: ["2.5", "2,5"] },
    });
    expect(
      decided({ copper: { title: " B " }, mailchimp: { TITLE: "A" }, held: { ...blank, [TITLE]: "A" } }),
    ).toMatchObject({ toMailchimp: { TITLE: "B" }, afterMailchimp: { [TITLE]: [" B ", "B"] } });
  });
  test("V11: that a side does not show is left alone, unless it was never agreed and Mailchimp may get its first value", () => {
    const hidden = { copper: { title: "A" }, mailchimp: { TITLE: null } };
    const held = decided({ ...hidden, held: { ...blank, [TITLE]: "B" } });
    expect([...written(held), held.agreed]).toEqual([{}, {}, {}]);
    expect(decided(hidden).toMailchimp).toEqual({ TITLE: "A" });
    const other = decided({ copper: { title: null }, mailchimp: { TITLE: "A" } });
    expect([...written(other), other.agreed]).toEqual([{}, {}, only(TITLE)]);
  });
});

describe("V2: a field that both sides changed", () => {
  const given = { copper: { title: "A" }, mailchimp: { TITLE: "B" }, held: { ...blank, [TITLE]: "C" } };
  const own = (some: Partial<MappedField>) => mapped.map((one) => (one.pair === TITLE ? { ...one, ...some } : one));
  test.each([
    ["copper", undefined, "copper"],
    ["mailchimp", undefined, "mailchimp"],
    ["newest", undefined, "mailchimp"],
    ["mailchimp", "copper", "copper"],
    ["copper", "newest", "mailchimp"],
  ] as const)("by the rule %s, and its own rule %s, keeps the value of %s, and it is told", (rule, its, kept) => {
    const fields = its === undefined ? mapped : own({ conflict: its });
    const verdict = decided({ ...given, rules: { conflict: rule, mapped: fields } });
    expect(verdict.conflicts).toEqual([conflict({ copper: "A", mailchimp: "B", kept })]);
    expect(written(verdict)).toEqual(kept === "copper" ? [{ TITLE: "A" }, {}] : [{}, { title: "B" }]);
  });
  test("keeps both values where the winner's may not cross: told once, and agreed like that", () => {
    const verdict = decided({ ...given, rules: { mapped: own({ direction: "to-copper" }) } });
    expect(verdict.conflicts).toEqual([conflict({ copper: "A", mailchimp: "B", kept: "copper" })]);
    expect([...written(verdict), verdict.agreed]).toEqual([{}, {}, { [TITLE]: ["A", "B"] }]);
  });
});

describe("V12: a value that the other side cannot hold", () => {
  const long = "far too long";
  const held = { ...blank, [TITLE]: "A" };
  const alone = { copper: { title: long }, mailchimp: { TITLE: "A" }, held };
  test("is told once, and both keep theirs", () => {
    const known = refusal("copper", long);
    const first = decided(alone);
    expect([...written(first), first.afterMailchimp, first.conflicts]).toEqual([{}, {}, {}, []]);
    expect(first.refused).toEqual({ [TITLE]: known });
    expect(first.notes).toEqual([{ contact: "ana@exemple.fr", code: "too-long", field: "title", value: long }]);
    for (const [refused, told] of [
      [known, 0],
      [refusal("copper", "another"), 1],
      [refusal("mailchimp", long), 1],
      [{ ...known, why: "not-taken", again: 10 } as const, 1],
    ] as const) {
      const again = decided({ ...alone, refused: { [TITLE]: refused } });
      expect([again.notes.length, Object.keys(again.refused).length]).toEqual([told, told]);
    }
  });
  const score = (copper: string, SCORE_: string, some: Given = {}) =>
    decided({
      copper: { "custom:7": copper },
      mailchimp: { SCORE: SCORE_ },
      held: { ...blank, [SCORE]: "1" },
      ...some,
    });
  test("of Mailchimp's side, too", () => {
    const verdict = score("1", "many");
    expect(written(verdict)).toEqual([{}, {}]);
    expect(verdict.refused).toEqual({ [SCORE]: refusal("mailchimp", "many") });
    expect(verdict.notes).toMatchObject([{ code: "not-a-number", field: "custom:7", value: "many" }]);
  });
  test("in a conflict is told with it, and once more where the other side changes again", () => {
    const both = (mailchimp: string, refused?: Refusal) =>
      decided({ ...alone, mailchimp: { TITLE: mailchimp }, ...(refused && { refused: { [TITLE]: refused } }) });
    const first = both("B");
    expect(first.conflicts).toEqual([conflict({ copper: long, mailchimp: "B", kept: "copper" })]);
    expect(first.notes).toHaveLength(1);
    const known = first.refused[TITLE]!;
    expect([both("B", known).conflicts, both("B", known).notes]).toEqual([[], []]);
    expect([both("C", known).conflicts, both("C", known).notes].map((one) => one.length)).toEqual([1, 1]);
  });
  test("in a conflict, the same number in another form is no other change of the side that holds numbers", () => {
    const rules = { conflict: "mailchimp" } as const;
    const known = score("2", "many", { rules }).refused;
    const again = (copper: string) => score(copper, "many", { rules, refused: known }).notes.length;
    expect([again("2.0"), again("3")]).toEqual([0, 1]);
    const turned = mapFields(
      [{ copper: "title", mailchimp: "N", direction: "both" }],
      [mergeField("N", { kind: "number" })],
      [],
    );
    const of = (N: string, refused: Link["refused"] = {}) =>
      decided({ copper: { title: "x" }, mailchimp: { N }, refused, rules: { mapped: turned.mapped } });
    const told = of("2").refused;
    expect([of("2.0", told).notes.length, of("3", told).notes.length]).toEqual([0, 1]);
  });
});
test("V5: a value that was refused is not sent again before its time, and nothing is told", () => {
  const given = { copper: { title: "B" }, mailchimp: { TITLE: "A" }, held: { ...blank, [TITLE]: "A" } };
  const known = refusal("copper", "B", { why: "refused" });
  const by = (refused: Refusal) => decided({ ...given, refused: { [TITLE]: refused } });
  const { afterMailchimp, conflicts, notes, refused } = by(known);
  expect([...written(by(known)), afterMailchimp, conflicts, notes, refused]).toEqual([{}, {}, {}, [], [], {}]);
  expect(by({ ...known, why: "not-taken", again: 10 }).toMailchimp).toEqual({ TITLE: "B" });
});

describe("W8: at first sight", () => {
  const given = {
    copper: { first_name: "Marie Claire", last_name: "Dupont" },
    mailchimp: { FNAME: "Marie", LNAME: "Claire Dupont" },
  };
  test("one name that each side splits in another place is agreed as each has it", () => {
    const verdict = decided(given);
    const both = { [FIRST]: ["Marie Claire", "Marie"], [LAST]: ["Dupont", "Claire Dupont"] };
    expect([...written(verdict), verdict.agreed, verdict.conflicts]).toEqual([{}, {}, { ...blank, ...both }, []]);
  });
  test("after that, and in other names and fields, it is a change like any other", () => {
    const held = { ...blank, [FIRST]: "Marie", [LAST]: "Claire Dupont" };
    expect(decided({ ...given, held }).toMailchimp).toEqual({ FNAME: "Marie Claire", LNAME: "Dupont" });
    expect(decided({ ...given, mailchimp: { FNAME: "Marie", LNAME: "Durand" } }).conflicts).toHaveLength(2);
    const titled = { copper: { ...given.copper, title: "A" }, mailchimp: { ...given.mailchimp, TITLE: "B" } };
    expect(decided(titled).conflicts).toHaveLength(1);
  });
});

describe("V14: of several merge fields that lead to one field of the person", () => {
  const moved = (MOBILE_: string, PHONE_: string, some: Given = {}) =>
    decided({
      copper: { phone: "1" },
      mailchimp: { MOBILE: MOBILE_, PHONE: PHONE_ },
      held: { ...blank, [MOBILE]: "1", [PHONE]: "1" },
      ...some,
    });
  test("the first change is written, and the others wait", () => {
    const verdict = moved("2", "3");
    expect([verdict.toCopper, verdict.afterCopper]).toEqual([{ phone: "2" }, { [MOBILE]: "2" }]);
  });
  test("a value wins over a blank, whichever comes first, and the blank is agreed as it is", () => {
    const after = { [MOBILE]: agreed("2", ""), [PHONE]: "2" };
    const first = moved("", "2");
    expect([first.toCopper, first.afterCopper]).toEqual([{ phone: "2" }, after]);
    const second = moved("2", "");
    expect([second.toCopper, second.afterCopper]).toEqual([
      { phone: "2" },
      { [MOBILE]: "2", [PHONE]: agreed("2", "") },
    ]);
  });
  test("two blanks are one clearing; the second is decided after it", () => {
    const verdict = moved("", "");
    expect([verdict.toCopper, verdict.afterCopper]).toEqual([{ phone: "" }, { [MOBILE]: "" }]);
  });
  test("a field of another person's field keeps what it is to agree on", () => {
    const verdict = moved("", "2", {
      copper: { phone: "1", title: "A" },
      mailchimp: { TITLE: "B", MOBILE: "", PHONE: "2" },
      held: { ...blank, [TITLE]: "A", [MOBILE]: "1", [PHONE]: "1" },
    });
    expect(verdict.afterCopper[TITLE]).toBe("B");
  });
});
