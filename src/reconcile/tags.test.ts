/** Tests the tags of a pair, and the status tags that show in Copper what Mailchimp knows, by the tables in `tags.ts`. */
import { describe, expect, test } from "vitest";
import { ana, there } from "../../test/undoing.ts";
import type { Link, Refusal } from "../domain/contact.ts";
import { DEFAULT_TAG_NAMES } from "../domain/tags.ts";
import { newLink } from "../plan/link-patch.ts";
import { decideStatusTags, decideTags, tagRefusal } from "./tags.ts";

const LEFT = "mailchimp:unsubscribed";
const BOUNCED = "mailchimp:cleaned";
const link = newLink(1, "k", "a@x.fr", 1);
function decided(
  wanted: readonly string[],
  held: readonly string[],
  put: readonly string[],
  some: { readonly refused?: Link["refused"]; readonly toldPut?: readonly string[]; readonly cut?: true } = {},
) {
  const { cut, ...its } = some;
  const tags = held.map((name, id) => ({ id, name }));
  return decideTags(
    { ...ana, tags: wanted },
    { ...there, tags, ...(cut && { tagsCut: cut }) },
    { ...link, tagsPut: put, ...its },
    DEFAULT_TAG_NAMES,
    "unicode",
    10,
  );
}
const tag = (id: number, name: string) => ({ id, name });

describe("T1, T2: a tag", () => {
  test.each([
    ["that the member lacks is added, and then ours", ["VIP"], [], [], { add: ["VIP"], put: ["vip"], moved: true }],
    ["that both have stays as it is", ["VIP"], ["vip"], [], { put: [] }],
    ["that both have and we put stays ours", ["VIP"], ["vip"], ["vip"], { put: ["vip"] }],
    [
      "of ours that the person lost is removed",
      [],
      ["VIP"],
      ["vip"],
      { remove: [tag(0, "VIP")], put: [], moved: true },
    ],
    ["that is not ours stays", [], ["VIP"], [], { put: [] }],
    ["of ours that is nowhere any more is forgotten", [], [], ["vip"], { put: [], moved: true }],
    ["of ours that the member lost is added again", ["VIP"], [], ["vip"], { add: ["VIP"], put: ["vip"] }],
    ["T5: that belongs to the program is never sent", ["📥 INACTIF", LEFT], [], [], { put: [] }],
    [
      "among others goes its own way",
      ["New", "Both", "Ours"],
      ["both", "Ours", "Old", "By hand"],
      ["old", "ours"],
      { add: ["New"], remove: [tag(2, "Old")], put: ["new", "ours"], moved: true },
    ],
  ] as const)("%s", (_, wanted, held, put, verdict) => {
    expect(decided(wanted, held, put)).toEqual({ add: [], remove: [], moved: false, ...verdict });
  });
  test("T6: nothing is concluded from a list that is cut", () => {
    expect(decided(["New"], ["Old"], ["old"], { cut: true, refused: { "tag:old": refusal("old") } })).toStrictEqual({
      add: [],
      remove: [],
      put: ["old"],
      moved: false,
    });
  });
  test("C3: that told something under an earlier name is not sent", () => {
    expect(decided(["Left us", "VIP"], [], [], { toldPut: ["left us"] }).add).toEqual(["VIP"]);
  });
  test("the order of the tags that are ours is no change", () => {
    expect(decided(["B", "A", "New"], ["a", "b", "New"], ["b", "a", "gone"]).put).toEqual(["a", "b"]);
    expect(decided(["B", "A"], ["a"], ["b", "a"])).toMatchObject({ add: ["B"], put: ["a", "b"], moved: false });
  });
});
const refusal = (value: string, again = 12): Refusal => ({ from: "copper", value, why: "not-taken", again });
describe("V13: a tag that was not taken", () => {
  test("waits, and is written again when its time has come", () => {
    const waits = (again: number) =>
      decided(["VIP", "New"], [], [], { refused: { [tagRefusal("vip")]: refusal("vip", again) } });
    expect(waits(12)).toMatchObject({ add: ["New"], put: ["new", "vip"] });
    expect(waits(10)).toMatchObject({ add: ["VIP", "New"] });
  });
  test("is forgotten once the member has it, whether anything else is to be written or not", () => {
    const refused = { [tagRefusal("vip")]: refusal("vip"), [tagRefusal("new")]: refusal("new"), told: refusal("vip") };
    expect(decided(["VIP"], ["VIP"], [], { refused }).refused).toEqual({ "tag:vip": null });
    expect(decided(["VIP", "More"], ["VIP"], [], { refused })).toMatchObject({
      add: ["More"],
      refused: { "tag:vip": null },
    });
    expect(decided(["VIP"], [], [], { refused })).not.toHaveProperty("refused");
    expect(decided([], [], [], { refused })).not.toHaveProperty("refused");
  });
});

describe("C3, C7: status tags", () => {
  const told = (
    tags: readonly string[],
    state: Parameters<typeof decideStatusTags>[1],
    known: readonly string[] | undefined,
    shared = false,
    names = DEFAULT_TAG_NAMES,
  ) => decideStatusTags({ ...ana, tags }, state, names, known, shared);
  const NONE = { add: [], remove: [], put: [] };
  test.each([
    ["the only audience, nothing known: all of these names are ours", undefined, false, [LEFT]],
    ["others are there, nothing known: only what is told now is ours", undefined, true, []],
    ["others are there, known to be ours", [LEFT], true, [LEFT]],
  ] as const)("%s", (_, known, shared, remove) => {
    expect(told([LEFT], "cleaned", known, shared)).toEqual({ add: [BOUNCED], remove, put: [BOUNCED] });
  });
  test("what is told already stays, and is ours if we put it, or nobody else can have", () => {
    expect(told([BOUNCED, "VIP"], "cleaned", [BOUNCED])).toEqual({ ...NONE, put: [BOUNCED] });
    expect(told([BOUNCED.toUpperCase()], "cleaned", undefined)).toEqual({ ...NONE, put: [BOUNCED] });
    expect(told([BOUNCED], "cleaned", undefined, true)).toEqual({ ...NONE, put: [BOUNCED] });
    expect(told([BOUNCED], "cleaned", [], true)).toEqual(NONE);
  });
  test("what is no longer so is taken off if it is ours", () => {
    expect(told([LEFT, "VIP"], undefined, [LEFT])).toEqual({ ...NONE, remove: [LEFT] });
    expect(told([LEFT], undefined, undefined)).toEqual({ ...NONE, remove: [LEFT] });
    expect(told([LEFT, BOUNCED], undefined, [BOUNCED], true)).toEqual({ ...NONE, remove: [BOUNCED] });
    expect(told(["VIP"], undefined, [LEFT])).toEqual(NONE);
    for (const known of [undefined, []]) expect(told([LEFT], undefined, known, true)).toEqual(NONE);
    expect(told([LEFT], undefined, [])).toEqual(NONE);
    expect(told(["VIP"], undefined, undefined)).toEqual(NONE);
  });
  test("one that is switched off is not told, and others of ours are taken off", () => {
    const names = { ...DEFAULT_TAG_NAMES, told: { ...DEFAULT_TAG_NAMES.told, cleaned: null } };
    expect(told([LEFT], "cleaned", undefined, false, names)).toEqual({ ...NONE, remove: [LEFT] });
    expect(told([LEFT], "cleaned", undefined, true, names)).toEqual(NONE);
  });
});
