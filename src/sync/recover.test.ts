/** Tests writes without a response, by the table in `recover.ts`: if the effect is there, it was ours (A1). */
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { sideOf } from "../../test/records.ts";
import { ana, there } from "../../test/undoing.ts";
import { agreed, type Link, type Member, type Person } from "../domain/contact.ts";
import { DEFAULT_FIELDS, mapFields } from "../domain/fields.ts";
import { newLink } from "../plan/link-patch.ts";
import { memberRef, type Operation } from "../plan/operations.ts";
import type { JournalEntry } from "../ports/store.ts";
import { leftInDoubt, namesInDoubt, recovered, tagsInDoubt, toldAloneInDoubt } from "./recover.ts";

const { mapped } = mapFields(
  DEFAULT_FIELDS,
  ["FNAME", "LNAME"].map((tag) => mergeField(tag)),
  [],
);
const pair = (mailchimp: string) => mapped.find((one) => one.mailchimp === mailchimp)!.pair;
const before: Link = {
  ...newLink(1, "k", "old@exemple.fr", 1),
  baseline: { [pair("FNAME")]: "Old", [pair("LNAME")]: "Lopez" },
  tagsPut: ["vip"],
};
interface Now {
  readonly person?: Partial<Person> | null;
  readonly member?: Partial<Member> | null;
  readonly link?: Partial<Link>;
}
/** An operation as far as a test needs it. */
type Kind = { readonly operation: string } & Readonly<Record<string, unknown>>;
const entry = (some: Kind): JournalEntry => ({
  id: 1,
  run: "r",
  state: "sent",
  operation: {
    contact: "x",
    personId: 1,
    reason: "x",
    settles: {},
    side: sideOf(some.operation),
    ...some,
  } as unknown as Operation,
});
const peopleOf = (now: Now) => new Map(now.person === null ? [] : [[1, { ...ana, ...now.person }]]);
/** Returns the link after this write in doubt was resolved. */
function linkNow(some: Kind, now: Now = {}): Link {
  const link = { ...before, ...now.link };
  const members = new Map(now.member === null ? [] : [["k", { ...there, ...now.member }]]);
  const [found] = recovered(new Map([[1, link]]), [entry(some)], peopleOf(now), members, mapped);
  return found!;
}

describe("update-member", () => {
  const settles = { baseline: { [pair("FNAME")]: agreed("Ana", "Ana"), [pair("LNAME")]: agreed("Martin", "Martin") } };
  const one = {
    operation: "update-member",
    member: memberRef(there),
    fields: { FNAME: "Ana", LNAME: "Martin" },
    settles,
  };
  test("a field that holds what was sent is agreed, another stays as it was", () => {
    expect(linkNow(one).baseline).toEqual({ ...before.baseline, [pair("FNAME")]: agreed("Ana", "Ana") });
    expect(linkNow(one, { member: { fields: { FNAME: "Ana", LNAME: "Martin" } } }).baseline).toEqual(settles.baseline);
    expect(linkNow(one, { member: { fields: { FNAME: null, LNAME: "Lopez" } } }).baseline).toEqual(before.baseline);
    expect(linkNow(one, { member: null }).baseline).toEqual(before.baseline);
  });
  test("a clearing that is there is agreed", () => {
    const cleared = { ...one, fields: { FNAME: "" }, settles: { baseline: { [pair("FNAME")]: "" } } };
    expect(linkNow(cleared, { member: { fields: {} } }).baseline[pair("FNAME")]).toBe("");
    expect(linkNow(cleared).baseline[pair("FNAME")]).toBe("Old");
  });
});

describe("update-person", () => {
  const one = {
    operation: "update-person",
    fields: { first_name: "Ana Maria" },
    name: "Ana Maria Lopez",
    settles: { baseline: { [pair("FNAME")]: "Ana Maria" } },
  };
  test("the whole name that is there, however Copper parts it, is nobody's change", () => {
    const person = { name: "Ana Maria Lopez", fields: { first_name: "Ana", last_name: "Maria Lopez" } };
    expect(linkNow(one, { person }).baseline).toEqual({
      [pair("FNAME")]: agreed("Ana", "Ana Maria"),
      [pair("LNAME")]: agreed("Maria Lopez", "Lopez"),
    });
  });
  test("a part that was never agreed stays so", () => {
    const person = { name: "Ana Maria Lopez", fields: { first_name: "Ana", last_name: "Maria Lopez" } };
    expect(linkNow(one, { person, link: { baseline: {} } }).baseline).toStrictEqual({
      [pair("FNAME")]: agreed("Ana", "Ana Maria"),
    });
  });
  test("another name is somebody's, and only what holds what was sent is agreed", () => {
    expect(linkNow(one).baseline).toEqual(before.baseline);
    const moved = { name: "Ana Maria X", fields: { first_name: "Ana Maria", last_name: "X" } };
    expect(linkNow(one, { person: moved }).baseline).toEqual({ ...before.baseline, [pair("FNAME")]: "Ana Maria" });
    const half = { name: "Ana Maria Lopez", fields: { first_name: "Ana Maria Lopez", last_name: "" } };
    expect(linkNow(one, { person: half }).baseline).toEqual(before.baseline);
    const hidden = { ...half, fields: { ...half.fields, last_name: null } };
    expect(linkNow(one, { person: hidden }).baseline).toEqual(before.baseline);
    expect(linkNow(one, { person: null }).baseline).toEqual(before.baseline);
  });
});

describe("fields that are spelt otherwise, or never were agreed", () => {
  const fields = mapFields(DEFAULT_FIELDS, [mergeField("PHONE")], []).mapped;
  const { pair: phone } = fields[0]!;
  const one = {
    operation: "update-person",
    fields: { phone: "+1 555 123 4567" },
    settles: { baseline: { [phone]: "+1 555 123 4567" } },
  };
  const person = { ...ana, fields: { phone: "(555) 123-4567" } };
  const member = { ...there, fields: { PHONE: "(555) 123-4567" } };
  const link = newLink(1, "k", "ana@exemple.fr", 1);
  const now = (some: Kind, its: readonly (typeof fields)[0][] = fields) =>
    recovered(new Map([[1, link]]), [entry(some)], new Map([[1, person]]), new Map([["k", member]]), its)[0]!.baseline;
  test("V6: a number in another form is the same in Copper, and another text in a text field", () => {
    expect(now(one)).toEqual(one.settles.baseline);
    expect(now({ ...one, operation: "update-member", fields: { PHONE: "+1 555 123 4567" } })).toEqual({});
  });
  test("V10: what an earlier version was to settle under Copper's name belongs to the pair that inherits it, and to no other", () => {
    const earlier = { ...one, settles: { baseline: { phone: "01" } } };
    expect(
      now(
        earlier,
        fields.map((field) => ({ ...field, inherits: true })),
      ),
    ).toStrictEqual({ [phone]: "01" });
    expect(now(earlier)).toStrictEqual({});
    expect(now({ ...one, settles: {} })).toStrictEqual({});
  });
});

describe("addresses", () => {
  const settles = { address: "ana@exemple.fr" };
  test.each([
    [
      "move-address",
      { member: { email: "Ana@exemple.fr" } },
      { member: { email: "old@exemple.fr" } },
      { member: null },
    ],
    [
      "add-address",
      { person: { emails: ["b@exemple.fr", "ANA@exemple.fr"] } },
      { person: { emails: [] } },
      { person: null },
    ],
  ] as const)("%s: the link goes by the address that is there", (operation, is, isNot, gone) => {
    const one = { operation, email: "ana@exemple.fr", settles };
    expect(linkNow(one, is as Now).address).toBe("ana@exemple.fr");
    expect(linkNow(one, isNot as Now).address).toBe("old@exemple.fr");
    expect(linkNow(one, gone).address).toBe("old@exemple.fr");
  });
});

describe("tags", () => {
  test("T2: those of a member that are there were put by us, with those of before", () => {
    const one = { operation: "tag-member", add: ["Press", "Other"], remove: [] };
    expect(linkNow(one, { member: { tags: [{ id: 1, name: "press" }] } }).tagsPut).toEqual(["press", "vip"]);
    expect(linkNow(one, { member: { tags: [] } }).tagsPut).toEqual(["vip"]);
    expect(linkNow(one, { member: null }).tagsPut).toEqual(["vip"]);
  });
  const told = { operation: "tag-person", add: ["New"], remove: ["gone"] };
  test.each([
    [["New"], undefined, ["new"]],
    [["New", "Gone"], undefined, ["gone", "new"]],
    [["Gone"], ["gone"], ["gone"]],
    [["New"], ["gone", "kept"], ["kept", "new"]],
    [[], ["gone", "kept"], ["kept"]],
    [["Other"], undefined, []],
  ] as const)("C7: of %j on the person, with %j known, %j are ours", (tags, known, ours) => {
    const link = known === undefined ? {} : { toldPut: known };
    expect([...(linkNow(told, { person: { tags: [...tags] }, link }).toldPut ?? [])].sort()).toEqual(ours);
    if (known !== undefined) return;
    const alone = toldAloneInDoubt([entry(told)], new Map(), peopleOf({ person: { tags: [...tags] } }));
    expect(alone.map(([id, keys]) => [id, [...keys].sort()])).toEqual(ours.length === 0 ? [] : [[1, ours]]);
  });
  test("C7: of whom nothing is known, or who is linked, nothing is taken for told to somebody alone", () => {
    const now = { person: { tags: ["New"] } };
    expect(toldAloneInDoubt([entry(told)], new Map([[1, before]]), peopleOf(now))).toEqual([]);
    expect(toldAloneInDoubt([entry(told)], new Map(), peopleOf({ person: null }))).toEqual([]);
    expect(
      toldAloneInDoubt([entry({ ...told, operation: "create-member", tags: [] })], new Map(), peopleOf(now)),
    ).toEqual([]);
    expect(linkNow(told, { person: null }).toldPut).toBeUndefined();
  });
  test("T2: those of members whose creation is in doubt are remembered by person", () => {
    expect(tagsInDoubt([entry({ operation: "create-member", tags: ["VIP"] }), entry(told)])).toEqual(
      new Map([[1, ["VIP"]]]),
    );
  });
});

test("C1: a member who is archived by now stays there: whether somebody changed them since is not known", () => {
  const one = { operation: "archive-member", member: memberRef({ ...there, status: "unsubscribed" }) };
  expect(linkNow(one, { member: { status: "archived" } }).archived).toEqual({
    from: "unsubscribed",
    why: "gone",
    at: 0,
  });
  expect(linkNow(one).archived).toBeNull();
  expect(linkNow(one, { member: null }).archived).toBeNull();
});
test.each([
  "create-member",
  "create-person",
  "unarchive-member",
  "forget-member",
  "archive-person",
  "delete-person",
  "restore-person",
  "ignore-person",
])("of %s nothing is learnt for the link", (operation) => {
  expect(linkNow({ operation, member: memberRef(there), settles: { address: "x", tagsPut: ["x"] } })).toEqual(before);
});
test("an operation of a later version is told from all others", () => {
  expect(() => linkNow({ operation: "later" })).toThrow("later");
});
test("writes in doubt about somebody who is not linked teach nothing; several about one are taken in turn", () => {
  expect(
    recovered(new Map(), [entry({ operation: "tag-member", add: [], remove: [] })], new Map(), new Map(), mapped),
  ).toEqual([]);
  const doubts = [
    entry({ operation: "tag-member", add: ["Press"], remove: [] }),
    entry({ operation: "move-address", email: "ana@exemple.fr", settles: { address: "ana@exemple.fr" } }),
  ];
  const members = new Map([["k", { ...there, tags: [{ id: 1, name: "Press" }] }]]);
  expect(recovered(new Map([[1, before]]), doubts, peopleOf({}), members, mapped)).toMatchObject([
    { address: "ana@exemple.fr", tagsPut: ["press", "vip"] },
  ]);
});
describe("W8: the name of a person whose creation is in doubt", () => {
  const made = entry({
    operation: "create-person",
    member: memberRef(there),
    email: "Ana@exemple.fr",
    name: "Ana Maria Lopez",
    fields: {},
    settles: { baseline: { [pair("FNAME")]: "Ana Maria", [pair("LNAME")]: "Lopez" } },
  });
  const named = (fields: Person["fields"], name = "Ana Maria Lopez", emails = ana.emails) =>
    namesInDoubt([made], new Map([[1, { ...ana, name, fields, emails }]]), mapped);
  test("is theirs, however Copper parts it", () => {
    expect(named({ first_name: "Ana", last_name: "Maria Lopez" })).toEqual(
      new Map([
        ["k", { [pair("FNAME")]: agreed("Ana", "Ana Maria"), [pair("LNAME")]: agreed("Maria Lopez", "Lopez") }],
      ]),
    );
  });
  test("is agreed only in the parts that were to be agreed, whatever else is in doubt", () => {
    const half = { ...made, operation: { ...made.operation, settles: { baseline: { [pair("FNAME")]: "Ana Maria" } } } };
    const tag = entry({ operation: "tag-member", member: memberRef(there), add: [], remove: [] });
    const persons = new Map([
      [1, { ...ana, name: "Ana Maria Lopez", fields: { first_name: "Ana", last_name: "Maria Lopez" } }],
    ]);
    expect(namesInDoubt([tag, half], persons, mapped)).toStrictEqual(
      new Map([["k", { [pair("FNAME")]: agreed("Ana", "Ana Maria") }]]),
    );
  });
  test("is not known where it is another, is half there, or somebody else's", () => {
    expect(named({ first_name: "Ana", last_name: "Lopez" }, "Ana Lopez").size).toBe(0);
    expect(named({ first_name: "Ana Maria Lopez", last_name: "" }).size).toBe(0);
    expect(named({ first_name: "Ana", last_name: "Maria Lopez" }, "Ana Maria Lopez", ["b@exemple.fr"]).size).toBe(0);
    expect(namesInDoubt([], peopleOf({}), mapped).size).toBe(0);
  });
});
describe("A9: a write stays in doubt", () => {
  const [full, changes] = [
    { copper: true, mailchimp: true },
    { copper: false, mailchimp: false },
  ];
  const tag = { operation: "tag-member", add: [], remove: [] };
  const made = { operation: "create-person", personId: undefined };
  test.each([
    ["it was left before, and this reading was one of changes", tag, {}, changes, [1], true],
    ["it was left before, and only Copper was read whole", tag, {}, { ...changes, copper: true }, [1], true],
    ["it was left before, and only Mailchimp was read whole", tag, {}, { ...changes, mailchimp: true }, [1], true],
    ["its person could not be read", tag, { persons: [1] }, full, [], true],
    ["its person's member could not be read", tag, { members: ["k"] }, full, [], true],
    ["its person could not be read once more", tag, { persons: [1] }, full, [1], true],
    ["no longer: it was left before, and both sides were read whole", tag, {}, full, [1], false],
    ["no longer: another one was left before", tag, {}, changes, [2], false],
    ["no longer: others could not be read", tag, { persons: [2], members: ["other"] }, full, [], false],
    ["no longer: it is about nobody whom Copper knows", made, { persons: [1], members: ["k"] }, full, [], false],
  ] as const)(
    "where %s",
    (_, some, unseen: { persons?: readonly number[]; members?: readonly string[] }, whole, earlier, left) => {
      const seen = { unseen: { persons: new Set(unseen.persons), members: new Set(unseen.members) }, whole };
      expect(leftInDoubt([entry(some)], seen, new Map([[1, before]]), new Set(earlier))).toEqual(left ? [1] : []);
    },
  );
  test("where its person is not linked and could not be read", () => {
    const seen = { unseen: { persons: new Set([1]), members: new Set<string>() }, whole: full };
    expect(leftInDoubt([entry(tag)], seen, new Map(), new Set())).toEqual([1]);
  });
});
