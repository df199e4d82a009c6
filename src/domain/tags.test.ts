/** Tests tag names: which are the same, how they are written in Mailchimp, and which are never sent (T1, T3, T5, T7). */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_TAG_NAMES,
  isArchiveTag,
  isOwnTag,
  isTaggedRejected,
  memberTagName,
  memberTags,
  presentTags,
  statusTagKeys,
  tagKey,
} from "./tags.ts";

const names = {
  ...DEFAULT_TAG_NAMES,
  deletion: ["To delete"],
  told: { ...DEFAULT_TAG_NAMES.told, cleaned: "Bounced", pending: null },
};

test.each([
  ["VIP", "vip"],
  ["Été", "E\u0301te\u0301"],
  ["📥\ufe0f INACTIF", "📥 inactif"],
  [" A   B ", "a b"],
  ["R&amp;D", "R&D"],
  ["STRASSE", "straße"],
])("T1, T7: %j and %j are the same tag", (one, other) => expect(tagKey(one)).toBe(tagKey(other)));
test("T1: other letters are another tag", () => {
  expect(new Set(["ete", "été", "e te", "eté"].map(tagKey)).size).toBe(4);
});

describe("T5: a tag of the program", () => {
  test.each(["mailchimp:anything", "Mailchimp:Cleaned", "📥 inactif", "À supprimer", "to DELETE", "bounced"])(
    "%s",
    (tag) => {
      expect(isOwnTag(tag, names)).toBe(true);
      expect([...memberTags([tag], names, "unicode")]).toEqual([]);
    },
  );
  test.each(["VIP", "mailchimp", "inactif", "pending", "delete"])("is not %s", (tag) =>
    expect(isOwnTag(tag, names)).toBe(false),
  );
  test("is the archive tag in any spelling", () => {
    expect(isArchiveTag("📥\ufe0f Inactif ", names)).toBe(true);
    expect(isArchiveTag("INACTIF", names)).toBe(false);
  });
  test("is one for each status that is told, and none for one that is switched off", () => {
    expect(statusTagKeys(names)).toEqual(["mailchimp:unsubscribed", "bounced", "mailchimp:rejected"]);
  });
  test("C5: tells that an address is refused, unless that is switched off", () => {
    expect(isTaggedRejected(["VIP", "Mailchimp:Rejected"], names)).toBe(true);
    expect(isTaggedRejected(["VIP"], names)).toBe(false);
    const off = { ...names, told: { ...names.told, rejected: null } };
    expect(isTaggedRejected(["mailchimp:rejected"], off)).toBe(false);
  });
});

describe("T3: the name in Mailchimp", () => {
  test.each([
    ["R&amp;D  Été", "R&D Été", "RD Ete"],
    [" VIP 🎉 ", "VIP 🎉", "VIP"],
    ["Œuvre_1-ß Łódź", "Œuvre_1-ß Łódź", "OEuvre_1-ss Lodz"],
    ["🎉", "🎉", ""],
    ["E\u0301te\u0301", "Été", "Ete"],
  ])("of %j is %j, or %j in plain letters", (tag, unicode, plain) => {
    expect([memberTagName(tag, "unicode"), memberTagName(tag, "alphanumeric")]).toEqual([unicode, plain]);
  });
  test("is the whole up to 100 characters; a longer one is cut between letters, and told from others by its end", () => {
    const whole = "a".repeat(100);
    expect(memberTagName(whole, "unicode")).toBe(whole);
    const cut = memberTagName(`${whole}b`, "unicode");
    expect(cut).toMatch(/^a{93}~[0-9a-f]{6}$/u);
    expect(memberTagName(`${whole}c`, "unicode")).not.toBe(cut);
    expect(memberTagName(`${whole}B`, "unicode")).toBe(cut);
    expect(memberTagName("👩‍🚀".repeat(30), "unicode")).toMatch(/^(?:👩‍🚀)+~[0-9a-f]{6}$/u);
  });
  test("is never longer than 100 characters, and the same each time", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: "grapheme" }), (tag) => {
        const name = memberTagName(tag, "unicode");
        expect(name.length).toBeLessThanOrEqual(100);
        expect(memberTagName(tag, "unicode")).toBe(name);
      }),
    );
  });
});

describe("the tags that a member should have", () => {
  test("T1: are those of the person, each once, by key", () => {
    expect([...memberTags(["VIP", "vip", "Été", "📥 INACTIF", "🎉"], names, "alphanumeric")]).toEqual([
      ["vip", "VIP"],
      ["ete", "Ete"],
    ]);
    expect([...memberTags(["Été", "🎉"], names, "unicode").values()]).toEqual(["Été", "🎉"]);
  });
  test("depend on the names that are set", () => {
    expect([...memberTags(["To delete"], DEFAULT_TAG_NAMES, "unicode").values()]).toEqual(["To delete"]);
    expect(memberTags(["To delete"], names, "unicode").size).toBe(0);
  });
  test("are there or not, in any spelling", () => {
    const member = { tags: [{ name: "vip" }, { name: "Other" }] };
    expect(presentTags(["VIP", "Press"], member)).toEqual(["vip"]);
    expect(presentTags([], member)).toEqual([]);
  });
});
