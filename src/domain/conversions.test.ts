/**
 * V12: for every pair of types, a value converted there and back is the same, or cannot be converted. It is never
 * another value, and never a blank.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeField } from "../../test/merge-field.ts";
import { maySend, refusalKey, samePair, toCopper, toMailchimp, wantedOf } from "./conversions.ts";
import type { MappedField } from "./fields.ts";
import { isDay, numberIn, optionsIn } from "./typed-values.ts";
import { BETWEEN_OPTIONS, isBlank, type Kind, type PostalAddress, sameValue, type Value } from "./values.ts";

const OPTIONS = ["Press", "School", "Press, Radio", "10", "true", "Été", "été 2026", "2026-01-02"];
const COPPER: readonly Kind[] = ["text", "phone", "address", "number", "date", "url", "choice", "choices", "flag"];
const MERGE: readonly Kind[] = ["text", "phone", "address", "number", "date", "birthday", "url", "zip", "choice"];

const day = fc
  .date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
  .map((one) => one.toISOString().slice(0, 10));
const word = fc.constantFrom(
  "Ana",
  "12",
  "12.5",
  "12,5",
  "1,234",
  "007",
  "yes",
  "Oui",
  "11/24",
  "02/30",
  "75002",
  "https://exemple.fr",
);
const text = fc.oneof(word, day, fc.string({ maxLength: 300 }), fc.constantFrom(...OPTIONS));
const address: fc.Arbitrary<PostalAddress> = fc.record({
  addr1: word,
  addr2: fc.constant(""),
  city: fc.constantFrom("", "Paris"),
  state: fc.constantFrom("", "IDF"),
  zip: fc.constantFrom("", "75002"),
  country: fc.constantFrom("", "FR", "US"),
});
/** Returns values as Copper's fields of a kind hold them. */
const held: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  address,
  number: fc.double({ noNaN: true, noDefaultInfinity: true }).map((one) => String(Number(one))),
  date: day,
  choice: fc.constantFrom(...OPTIONS),
  choices: fc.subarray(OPTIONS, { minLength: 1 }).map((all) => all.join(BETWEEN_OPTIONS)),
  flag: fc.constantFrom("true", "false"),
};
const fieldOf = (source: Kind, merge: Kind): MappedField => ({
  copper: "custom:1",
  mailchimp: "ONE",
  direction: "both",
  pair: "custom:1|1:text",
  source: { kind: source, writable: true, choices: source === "choice" || source === "choices" ? OPTIONS : [] },
  merge: mergeField("ONE", { kind: merge, type: merge, choices: merge === "choice" ? ["Oui", "Non", ...OPTIONS] : [] }),
});
const pairs = COPPER.flatMap((copper) => MERGE.map((mailchimp) => [copper, mailchimp] as const));

describe("V12: there and back", () => {
  test.each(pairs)("a Copper %s and a Mailchimp %s", (copper, mailchimp) => {
    const field = fieldOf(copper, mailchimp);
    fc.assert(
      fc.property(held[copper] ?? text, (value) => {
        const there = toMailchimp(field, value);
        if (!there.ok) return;
        expect(isBlank(there.value), "became blank").toBe(isBlank(value));
        expect(samePair(field, value, there.value), "is a difference afterwards").toBe(true);
        const back = toCopper(field, there.value, value);
        if (!back.ok || isBlank(value)) return;
        expect(isBlank(back.value), "came back blank").toBe(false);
        const same = sameValue(copper, back.value, value) || samePair(field, value, there.value);
        expect(same, "came back as another value").toBe(true);
      }),
      { numRuns: 200 },
    );
  });
  test.each(pairs)("a Mailchimp value in a Copper %s, from a %s, is understood or left", (copper, mailchimp) => {
    const field = fieldOf(copper, mailchimp);
    fc.assert(
      fc.property(fc.oneof(text, address), fc.oneof(day, fc.constant("")), (value, now) => {
        const here = toCopper(field, value, now);
        if (here.ok) expect(isBlank(here.value)).toBe(isBlank(value));
        if (here.ok && copper === "date" && !isBlank(value)) expect(isDay(String(here.value))).toBe(true);
        if (here.ok && copper === "choice" && !isBlank(value)) expect(OPTIONS).toContain(here.value);
      }),
      { numRuns: 200 },
    );
  });
});

test.each(["number", "date", "choice", "choices", "flag"] as const)(
  "V12: a Copper %s in Copper's own spelling stays as it is",
  (kind) => {
    fc.assert(
      fc.property(held[kind]!, (value) => {
        expect(toCopper(fieldOf(kind, "text"), value, "")).toEqual({ ok: true, value });
      }),
    );
  },
);

describe("what people write", () => {
  test.each([
    ["12", "12"],
    ["12,5", "12.5"],
    ["1 234,50", "1234.5"],
    ["-3.25", "-3.25"],
    ["1,234", undefined],
    ["007", undefined],
    ["about 20k", undefined],
    ["", undefined],
    ["1e400", undefined],
  ])("%j as a number is %j", (said, number) => expect(numberIn(said)).toBe(number));
  test.each([
    ["Press, School", ["Press", "School"]],
    ["press;school", ["Press", "School"]],
    ["Press, Radio", ["Press, Radio"]],
    ["Press, Radio, School", ["Press, Radio", "School"]],
    ["Press, TV", undefined],
    ["School,", ["School"]],
  ])("%j lists %j", (said, options) => expect(optionsIn(said, OPTIONS)).toEqual(options));
  test("options that would come back as others are written with another sign between them, or not at all", () => {
    const field = fieldOf("choices", "text");
    const two = ["Press", "Radio"];
    const ambiguous = { ...field, source: { ...field.source, choices: [...two, "Press, Radio"] } };
    const there = toMailchimp(ambiguous, two.join(BETWEEN_OPTIONS));
    expect(there).toEqual({ ok: true, value: "Press; Radio" });
  });
});

describe("V12: what each form becomes", () => {
  const HOME: PostalAddress = { addr1: "1 rue X", addr2: "", city: "Paris", state: "", zip: "75002", country: "FR" };
  const field = (source: Kind, merge: Parameters<typeof mergeField>[1] = {}): MappedField => {
    const { source: from, ...rest } = fieldOf(source, merge.kind ?? "text");
    return { ...rest, source: { ...from, choices: OPTIONS }, merge: mergeField("ONE", { kind: "text", ...merge }) };
  };
  const phone = { kind: "phone", format: "US" } as const;
  const choice = { kind: "choice", choices: ["Oui", "Non", "Été", "ÉTÉ"] } as const;
  test.each([
    ["a blank", "text", {}, "  ", ""],
    ["a blank address", "address", { kind: "address" }, { ...HOME, addr1: "", city: "", zip: "" }, ""],
    ["a text", "text", {}, " Ana ", "Ana"],
    ["a text as long as it may be", "text", { longest: 3 }, "Ana", "Ana"],
    ["a text that is too long", "text", { longest: 2 }, "Ana", { why: "too-long" }],
    ["a number of Copper", "number", { kind: "number" }, "1e-7", "1e-7"],
    ["a number of Copper in no form of ours", "number", { kind: "number" }, "1,234", "1,234"],
    ["a number that somebody wrote", "text", { kind: "number" }, "12,5", "12.5"],
    ["no number", "text", { kind: "number" }, "many", { why: "not-a-number" }],
    ["a telephone number", "phone", { kind: "phone" }, "01 23", "01 23"],
    ["a US number", "phone", phone, "(212) 555-0100", "(212) 555-0100"],
    ["no US number", "phone", phone, "01 23", { why: "phone-format" }],
    ["a day", "date", { kind: "date" }, "2026-11-24", "2026-11-24"],
    ["no day", "text", { kind: "date" }, "24/11/2026", { why: "not-a-date" }],
    ["a birthday of a day", "date", { kind: "birthday" }, "2026-11-24", "11/24"],
    ["a birthday", "text", { kind: "birthday" }, "02/29", "02/29"],
    ["no birthday", "text", { kind: "birthday" }, "02/30", { why: "not-a-birthday" }],
    ["no birthday either", "text", { kind: "birthday" }, "2/2", { why: "not-a-birthday" }],
    ["a page", "url", { kind: "url" }, "https://x.fr", "https://x.fr"],
    ["no page", "text", { kind: "url" }, "x.fr", { why: "not-a-url" }],
    ["a code", "text", { kind: "zip" }, "75002", "75002"],
    ["no code", "text", { kind: "zip" }, "750 02", { why: "not-a-zip" }],
    ["a choice", "choice", choice, "Été", "Été"],
    ["a choice in its exact spelling", "choice", choice, "ÉTÉ", "ÉTÉ"],
    ["a choice in another spelling", "text", choice, "oui", "Oui"],
    ["no choice", "text", choice, "yes", { why: "not-a-choice" }],
    ["a yes", "flag", choice, "true", "Oui"],
    ["a no", "flag", choice, "false", "Non"],
    ["a yes that is no choice", "flag", { kind: "choice", choices: ["Non"] }, "true", { why: "not-a-choice" }],
    ["the word that means yes", "text", choice, "true", { why: "not-a-choice" }],
    ["several options", "choices", {}, "Press\nSchool", "Press, School"],
    ["what is no option", "choices", {}, "Press\nTV", { why: "not-an-option" }],
    ["an address as a text", "address", {}, HOME, "1 rue X, 75002 Paris, FR"],
    ["a text as an address", "text", { kind: "address" }, "1 rue X", { why: "not-an-address" }],
    ["an address", "address", { kind: "address" }, HOME, HOME],
  ] as const)("in Mailchimp: %s", (_, source, merge, value, there) => {
    const answer = typeof there === "object" && "why" in there ? { ok: false, ...there } : { ok: true, value: there };
    expect(toMailchimp(field(source, merge), value)).toEqual(answer);
  });
  const birthday = { kind: "birthday" } as const;
  test.each([
    ["a blank", "date", {}, " ", "", ""],
    ["a text", "text", {}, " Ana ", "", "Ana"],
    ["several lines", "text", {}, "a\nb", "", "a\nb"],
    ["an address as a text", "text", { kind: "address" }, HOME, "", "1 rue X, 75002 Paris, FR"],
    ["a blank address", "address", { kind: "address" }, { ...HOME, addr1: "", city: "", zip: "" }, "", ""],
    ["an address", "address", { kind: "address" }, HOME, "", HOME],
    ["a text as an address", "address", {}, "1 rue X", "", { why: "not-an-address" }],
    ["a number", "number", {}, "12,5", "", "12.5"],
    ["no number", "number", {}, "many", "", { why: "not-a-number" }],
    ["a day", "date", {}, "2026-11-24", "", "2026-11-24"],
    ["no day", "date", {}, "11/24", "2026-01-01", { why: "not-a-date" }],
    ["no birthday", "date", birthday, "soon", "2026-01-01", { why: "not-a-date" }],
    ["a birthday, with the year that Copper has", "date", birthday, "11/24", "1980-01-01", "1980-11-24"],
    ["a birthday without a year", "date", birthday, "11/24", "", { why: "birthday-without-year" }],
    ["a birthday with a year that cannot be read", "date", birthday, "11/24", "1980", { why: "birthday-without-year" }],
    ["a birthday where Copper shows nothing", "date", birthday, "11/24", null, { why: "birthday-without-year" }],
    ["a birthday that the year does not have", "date", birthday, "02/29", "1981-01-01", { why: "not-a-date" }],
    ["a yes", "flag", {}, "Oui", "", "true"],
    ["neither yes nor no", "flag", {}, "maybe", "", { why: "not-a-yes-or-no" }],
    ["an option", "choice", {}, "PRESS", "", "Press"],
    ["no option", "choice", {}, "TV", "", { why: "not-an-option" }],
    ["several options", "choices", {}, "press; School", "", "Press\nSchool"],
    ["what is no option", "choices", {}, "Press, TV", "", { why: "not-an-option" }],
  ] as const)("in Copper: %s", (_, source, merge, value, now, here) => {
    const answer = typeof here === "object" && "why" in here ? { ok: false, ...here } : { ok: true, value: here };
    expect(toCopper(field(source, merge), value, now)).toEqual(answer);
  });
  test.each([
    ["a street", { addr1: " " }, false, false],
    ["a city", { city: "" }, false, false],
    ["a code", { zip: "" }, false, false],
    ["a state, in France", { country: "FR" }, false, true],
    ["a state, in the US", { country: " us " }, false, false],
    ["a state, in the audience's own country", { country: " " }, true, false],
    ["a state, in the audience's own country without states", { country: "" }, false, true],
    ["a state, in France, for an audience of the US", { country: "FR" }, true, true],
    ["nothing, in the US", { country: "US", state: "NY" }, false, true],
  ])("V15: an address without %s", (_, some, stateNeeded, ok) => {
    const { ok: sent } = toMailchimp(field("address", { kind: "address", stateNeeded }), { ...HOME, ...some });
    expect(sent).toBe(ok);
  });
  test.each([
    ["two blanks", "text", {}, " ", "", true],
    ["a blank and a value", "text", {}, "", "A", false],
    ["a value and a blank", "text", {}, "A", "", false],
    ["the value in the other's form", "date", birthday, "1980-11-24", "11/24", true],
    ["a value of Mailchimp that means Copper's", "flag", {}, "true", "oui", true],
    ["others", "flag", {}, "true", "non", false],
    ["a value that cannot cross and is the same", "text", { longest: 2 }, "Ana", "Ana", true],
    ["a value that cannot cross and is another", "text", { longest: 2 }, "Ana", "Bob", false],
    ["two addresses", "address", { kind: "address" }, { ...HOME, city: "" }, { ...HOME, city: " " }, true],
    ["two other addresses", "address", { kind: "address" }, { ...HOME, city: "" }, HOME, false],
    ["an address and a text", "address", {}, HOME, "1 rue X", false],
    ["a text and an address", "text", { kind: "address" }, "1 rue X, 75002 Paris, FR", HOME, true],
  ] as const)("both sides hold the same: %s", (_, source, merge, copper, mailchimp, same) => {
    expect(samePair(field(source, merge), copper, mailchimp)).toBe(same);
  });
});

describe("V7: a field's direction", () => {
  const of = (direction: MappedField["direction"], writable = true): MappedField => {
    const one = fieldOf("text", "text");
    return { ...one, direction, source: { ...one.source, writable } };
  };
  test.each([
    ["both", true, true, true],
    ["to-mailchimp", true, true, false],
    ["to-copper", true, false, true],
    ["both", false, true, false],
  ] as const)("%s (can be written in Copper: %s)", (direction, writable, copper, mailchimp) => {
    const field = of(direction, writable);
    expect([maySend(field, "copper"), maySend(field, "mailchimp")]).toEqual([copper, mailchimp]);
    const both = copper && mailchimp ? { copper: "A", mailchimp: "A" } : undefined;
    expect(wantedOf(field, "A", "")).toEqual(both);
  });
  test("V2: a chosen value is in each side's form, or in none if a side cannot hold it", () => {
    expect(wantedOf(fieldOf("date", "birthday"), "11/24", "1980-01-01")).toEqual({
      copper: "1980-11-24",
      mailchimp: "11/24",
    });
    expect(wantedOf(fieldOf("date", "birthday"), "11/24", "")).toBeUndefined();
    expect(wantedOf(fieldOf("text", "zip"), "Paris", "")).toBeUndefined();
  });
  test("V5: a refused value is known by the kind of the side that holds it", () => {
    const field = fieldOf("phone", "text");
    expect(refusalKey("copper", field, "01 23")).toBe(refusalKey("copper", field, "0123"));
    expect(refusalKey("mailchimp", field, "01 23")).not.toBe(refusalKey("mailchimp", field, "0123"));
  });
});
